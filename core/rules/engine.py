"""A rule: its identity, its clause and its function; and how its judgement becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from core.forms.definition import FormDefinition
from core.forms.evaluation import FormState
from core.forms.texts import fill, is_settled
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


@dataclass(frozen=True, slots=True, eq=False)
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
        fields = _shown(context.state.form, judgement.fields, self.fields)
        return self._finding(judgement, context, fields, context.state)

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
        sentence, todo = texts.sentences[judgement.key], texts.todos.get(judgement.key, "")
        form, values = (state.form, state.values) if state else (None, {})
        words = tuple(judgement.words.items())
        if is_settled(sentence, form) and is_settled(todo, form):
            return _made_once(self, judgement.outcome, sentence, todo, fields, words)
        sentence = fill(sentence, form, values, context.parameters)
        todo = fill(todo, form, values, context.parameters)
        return _made(self, judgement.outcome, sentence, todo, fields, words)


def _made(
    rule: Rule, outcome: Outcome, sentence: str, todo: str, fields: tuple[str, ...], words: tuple[tuple[str, str], ...]
) -> Finding:
    """The finding, with the words in their places.

    The form's values are in theirs already: words are other people's text and may hold braces.
    """
    known = dict(words)

    def complete(text: str) -> str:
        whole = _WORD.sub(lambda m: known.get(m[1], m[0]), text) if "{" in text else text
        return whole.replace("。。", "。")

    return Finding(rule.id, rule.clause, rule.severity, outcome, complete(sentence), fields, complete(todo))


#: What tells nothing of the form's own values reads the same for most forms of a day: that nothing is wrong, mostly.
_made_once = lru_cache(maxsize=1024)(_made)


@lru_cache(maxsize=1024)
def _shown(form: FormDefinition, first: tuple[str, ...], further: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names that the form has, each once."""
    return tuple(dict.fromkeys(name for name in (*first, *further) if name in form.by_name))


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
