"""A rule: its identity, its clause and its function; and how its judgement becomes a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from core.forms.texts import fill
from core.rules.context import RuleContext

_NOTHING: Mapping[str, str] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of design §4. Its id is never reused; numbers and dates come from the pack.

    `fields` are all that it reads or quotes; `keys` name the sentences that it may choose from the pack's texts.
    """

    id: str
    clause: str
    severity: Severity
    forms: tuple[str, ...]
    fields: tuple[str, ...]
    keys: tuple[str, ...]
    judge: RuleFunction

    def applies_to(self, form_id: str) -> bool:
        """True when forms of that id are judged by this rule."""
        return form_id in self.forms

    def run(self, context: RuleContext) -> Finding:
        """Judge, and put the actual values into the pack's sentence for that outcome."""
        judgement = self.judge(context)
        texts = context.pack.rule_texts[self.id]
        state = context.state
        fields = tuple(n for n in (*judgement.fields, *self.fields) if n in state.form.by_name)

        def complete(template: str) -> str:
            for word, text in judgement.words.items():
                template = template.replace(f"{{{word}}}", text)
            return fill(template, state.form, state.values, context.parameters)

        return Finding(
            self.id, self.clause, self.severity, judgement.outcome, complete(texts.sentences[judgement.key]),
            tuple(dict.fromkeys(fields)), complete(texts.todos.get(judgement.key, "")),
        )


def rule(
    rule_id: str, clause: str, *, forms: tuple[str, ...], fields: tuple[str, ...], keys: tuple[str, ...],
    severity: Severity = Severity.MANDATORY,
) -> Callable[[RuleFunction], Rule]:
    """Register a function as the rule of a clause."""

    def decorate(function: RuleFunction) -> Rule:
        return Rule(rule_id, clause, severity, forms, fields, keys, function)

    return decorate
