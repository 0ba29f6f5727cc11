"""A rule: its identity, its clause and its function; and how its judgement becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from core.forms.evaluation import FormState
from core.forms.texts import fill
from core.rules.context import DayContext, RuleContext
from core.rules.facts import MemberFacts

_NOTHING: Mapping[str, str] = MappingProxyType({})
_WORD = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says: the outcome, the key of its sentence in the pack, extra words, and the fields to jump to."""

    outcome: Outcome
    key: str
    words: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()


def met(key: str = "met", words: Mapping[str, str] = _NOTHING) -> Judgement:
    """符合."""
    return Judgement(Outcome.MET, key, words)


def not_met(key: str, *fields: str, words: Mapping[str, str] = _NOTHING) -> Judgement:
    """不符合."""
    return Judgement(Outcome.NOT_MET, key, words, fields)


def unknown(key: str, *fields: str, words: Mapping[str, str] = _NOTHING) -> Judgement:
    """待核实."""
    return Judgement(Outcome.UNKNOWN, key, words, fields)


RuleFunction = Callable[[RuleContext], Judgement]
Facts = TypeVar("Facts", bound=MemberFacts)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of design §4. Its id is never reused; numbers and dates come from the pack.

    `fields` are all that it reads or quotes; `keys` name the sentences that it may choose from the pack's texts.
    `judge` reads a filled form, None for a rule over members alone; `judge_facts` then judges what the library knows.
    """

    id: str
    clause: str
    severity: Severity
    forms: tuple[str, ...]
    fields: tuple[str, ...]
    keys: tuple[str, ...]
    judge: RuleFunction | None
    judge_facts: Callable[[MemberFacts, DayContext], Judgement] | None = None

    def applies_to(self, form_id: str) -> bool:
        """True when forms of that id are judged by this rule."""
        return form_id in self.forms

    def run(self, context: RuleContext) -> Finding:
        """Judge a form, and put the actual values into the pack's sentence for that outcome.

        Raises:
            LookupError: the rule judges members only.
        """
        if self.judge is None:
            raise LookupError(self.id)
        judgement = self.judge(context)
        state = context.state
        fields = tuple(n for n in (*judgement.fields, *self.fields) if n in state.form.by_name)
        return self._finding(judgement, context, tuple(dict.fromkeys(fields)), state)

    def run_on(self, facts: MemberFacts, context: DayContext) -> Finding:
        """Judge facts of a member.

        Raises:
            LookupError: the rule judges forms only.
            TypeError: facts of another kind.
        """
        if self.judge_facts is None:
            raise LookupError(self.id)
        return self._finding(self.judge_facts(facts, context), context, (), None)

    def _finding(
        self, judgement: Judgement, context: DayContext, fields: tuple[str, ...], state: FormState | None
    ) -> Finding:
        texts = context.pack.rule_texts[self.id]
        form, values = (state.form, state.values) if state else (None, {})

        def complete(template: str) -> str:
            # Parameters and the form's values first: words are other people's text and may hold braces.
            text = fill(template, form, values, context.parameters)
            return _WORD.sub(lambda m: judgement.words.get(m[1], m[0]), text).replace("。。", "。")

        return Finding(
            self.id, self.clause, self.severity, judgement.outcome, complete(texts.sentences[judgement.key]), fields,
            complete(texts.todos.get(judgement.key, "")),
        )


def rule(
    rule_id: str, clause: str, *, forms: tuple[str, ...], fields: tuple[str, ...], keys: tuple[str, ...],
    severity: Severity = Severity.MANDATORY,
) -> Callable[[RuleFunction], Rule]:
    """Register a function as the rule of a clause."""

    def decorate(function: RuleFunction) -> Rule:
        return Rule(rule_id, clause, severity, forms, fields, keys, function)

    return decorate


def member_rule(
    rule_id: str, clause: str, facts_type: type[Facts], *, keys: tuple[str, ...], forms: tuple[str, ...] = (),
    fields: tuple[str, ...] = (), on_form: RuleFunction | None = None,
) -> Callable[[Callable[[Facts, DayContext], Judgement]], Rule]:
    """Register a function over facts of one type as the rule of a clause; `on_form` judges forms by it too."""

    def decorate(function: Callable[[Facts, DayContext], Judgement]) -> Rule:
        def judge_facts(facts: MemberFacts, context: DayContext) -> Judgement:
            if not isinstance(facts, facts_type):
                raise TypeError(f"{rule_id} judges {facts_type.__name__}, not {type(facts).__name__}")
            return function(facts, context)

        return Rule(rule_id, clause, Severity.MANDATORY, forms, fields, keys, on_form, judge_facts)

    return decorate
