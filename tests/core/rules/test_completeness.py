"""Law, rules and texts fit: each clause has its rule, each rule its clause and its sentences, no sentence is spare."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from core.domain.enums import Severity
from core.domain.errors import PackError
from core.forms.texts import slots
from core.rules import checks, conformity
from core.rules.checks import (
    green_factory,
    green_park,
    green_supply_chain,
    negative_list,
    priority,
    removal,
    tiers,
    update_window,
)
from core.rules.engine import Rule
from core.rules.registry import all_rules, require_complete, rules_for
from tests.fixtures.packs import FORM_IDS, PACK_FOLDER, shipped_pack

IDS = [
    "F1", "F2", "S1", "S2", "S3", "P1", "P2", "P3", "N1a", "N1b", "N1c", "N1d", "N2", "N3", "N4", "N5", "N6", "Q1",
    "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10", "R1", "R2", "R3", "W1", "T1", "T2",
]
CLAUSE_OF = {
    "F1": "三(一)1(1)", "F2": "三(一)1(2)", "S1": "三(一)2(1)", "S2": "三(一)2(2)", "S3": "三(一)2(3)",
    "P1": "三(一)3(1)", "P2": "三(一)3(2)", "P3": "三(一)3(3)", "N1a": "三(四)1(1)", "N1b": "三(四)1(1)",
    "N1c": "三(四)1(1)", "N1d": "三(四)1(1)", "N2": "三(四)1(2)", "N3": "三(四)1(3)", "N4": "三(四)1(4)",
    "N5": "三(四)1(5)", "N6": "三(四)1(6)", "R1": "三(四)2(1)", "R2": "三(四)2(2)", "R3": "三(四)2(3)",
    "W1": "三(二)2", "T1": "三(三)", "T2": "二",
}
MODULES: tuple[ModuleType, ...] = (
    green_factory, green_supply_chain, green_park, negative_list, priority, removal, update_window, tiers,
)
KEY = r"(met|not_met|unknown)(\.[a-z_]+)?"
WORDS = {"missing", "standard", "start", "end", "edge", "events"}
MEMBER_WORDS = {
    "unit", "year", "due", "day", "late", "detail", "kind", "level", "figures", "reached", "window", "first", "last",
    "opened", "since", "evaluated",
}


def _evened(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_ids_are_those_of_the_design_in_the_order_of_the_plan() -> None:
    assert [rule.id for rule in all_rules()] == IDS


def test_every_rule_cites_its_clause_of_the_design() -> None:
    cited = {rule.id: rule.clause for rule in all_rules()}
    assert {i: c for i, c in cited.items() if not i.startswith("Q")} == CLAUSE_OF
    assert [cited[f"Q{n}"] for n in range(1, 11)] == ["二"] * 7 + ["一(二)"] * 3


def test_every_cited_clause_exists_and_says_something() -> None:
    clauses = shipped_pack().clauses
    for rule in all_rules():
        assert clauses[rule.clause].text


def test_every_condition_and_every_clause_of_negative_list_and_removal_has_a_rule() -> None:
    judged = {rule.clause for rule in all_rules()}
    numbers = [n for n in shipped_pack().clauses if re.fullmatch(r"三\(一\)[123]\(\d\)|三\(四\)[12]\(\d\)", n)]
    assert len(numbers) == 8 + 6 + 3
    assert {*numbers, "三(二)2", "三(三)", "二", "一(二)"} == judged


def test_every_clause_stands_verbatim_in_the_plan() -> None:
    plan = _evened((PACK_FOLDER / "work-plan.txt").read_text(encoding="utf-8"))
    for clause in shipped_pack().clauses.values():
        assert _evened(clause.text) in plan, clause.number
        assert _evened(clause.heading) in plan, clause.number


def test_clauses_leave_out_nothing_of_the_plan_but_its_headings() -> None:
    rest = _evened((PACK_FOLDER / "work-plan.txt").read_text(encoding="utf-8"))
    for clause in sorted(shipped_pack().clauses.values(), key=lambda c: -len(c.text)):
        for text in (clause.text, clause.heading):
            rest = rest.replace(_evened(text), "", 1) if text else rest
    preface, _, numbers = rest.partition("一、")
    assert preface.endswith("特制订本工作方案。")
    assert re.fullmatch(r"[一二三四、（）()\d]*", numbers), numbers


def test_severities_are_those_of_the_design() -> None:
    for rule in all_rules():
        expected = Severity.HINT if rule.id.startswith("Q") else Severity.VERIFY if rule.id == "N1d" else (
            Severity.MANDATORY
        )
        assert rule.severity is expected, rule.id


def test_rules_are_given_to_the_right_forms() -> None:
    common = [i for i in IDS if i[0] in "NQ"]
    assert [r.id for r in rules_for("green-factory")] == ["F1", "F2", *common]
    assert [r.id for r in rules_for("green-supply-chain")] == ["S1", "S2", "S3", *common]
    assert [r.id for r in rules_for("green-park")] == ["P1", "P2", "P3", *common]
    assert [r.id for r in rules_for("annual-report")] == ["R1", "R3"]


def test_every_function_that_judges_is_registered() -> None:
    names = {m.__name__.rsplit(".", 1)[1] for m in MODULES}
    folder = checks.__path__[0]
    assert names == {p.stem for p in Path(folder).glob("*.py")} - {"__init__"}
    for module in MODULES:
        for name, value in vars(module).items():
            if re.match(r"[fspnqrwt]\d+[a-d]?_", name):
                assert isinstance(value, Rule), name
                assert name.split("_")[0].upper() == value.id.upper()
                assert value.judge is not None or value.judge_facts is not None, name
                if module in MODULES[:4]:
                    assert value.judge is not None, name
                    assert value.judge.__doc__, name


@pytest.mark.parametrize("rule", all_rules(), ids=lambda r: r.id)
def test_a_rule_reads_only_fields_of_its_forms(rule: Rule) -> None:
    for form_id in rule.forms:
        form = shipped_pack().form(form_id)
        missing = {name for name in rule.fields if name not in form.by_name}
        assert missing <= ({"key_chain_link"} if rule.id == "Q7" and form_id == "green-park" else set())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda r: r.id)
def test_a_rule_has_a_title_and_exactly_the_sentences_that_it_can_say(rule: Rule) -> None:
    text = shipped_pack().rule_texts[rule.id]
    assert text.title
    assert set(text.sentences) == set(rule.keys) == set(text.todos)
    for key, sentence in text.sentences.items():
        assert sentence.endswith("。"), (rule.id, key)
        assert bool(text.todos[key]) == key.startswith(("not_met", "unknown")) or rule.severity is Severity.HINT


@pytest.mark.parametrize("rule", all_rules(), ids=lambda r: r.id)
def test_sentences_quote_only_what_the_rule_reads(rule: Rule) -> None:
    pack = shipped_pack()
    parameters = {f"pack.{p.name}" for p in pack.parameters}
    for text in (pack.rule_texts[rule.id].sentences, pack.rule_texts[rule.id].todos):
        for key, sentence in text.items():
            words = {*WORDS, *(MEMBER_WORDS if rule.judge_facts else ())}
            assert slots(sentence) <= {*rule.fields, *words, *parameters}, (rule.id, key)


def test_texts_are_only_of_rules_that_exist() -> None:
    assert set(shipped_pack().rule_texts) == set(IDS)


def _keys_in_bodies(module: ModuleType) -> set[str]:
    """Sentence keys written inside functions; the declarations in decorators and constants do not count."""
    keys: set[str] = set()
    for function in ast.walk(ast.parse(inspect.getsource(module))):
        for statement in function.body if isinstance(function, ast.FunctionDef) else ():
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant) and re.fullmatch(KEY, str(node.value)):
                    keys.add(str(node.value))
    return keys


def test_every_key_written_in_a_check_is_declared_by_a_rule_and_the_reverse() -> None:
    written = {key for module in (*MODULES, conformity) for key in _keys_in_bodies(module)}
    put_together = {"met", "not_met.boundary_document", "not_met.managing_body"}  # a default; P1 adds the field's name
    assert written | put_together == {key for rule in all_rules() for key in rule.keys}


def test_the_negative_items_are_the_nine_of_the_design_with_their_clauses() -> None:
    items = {item.name: (item.clause, item.blank_to) for item in shipped_pack().negative_items}
    assert items == {
        "neg_deregistered": ("三(四)1(1)", "open"), "neg_suspended": ("三(四)1(1)", "open"),
        "neg_abnormal": ("三(四)1(1)", "open"), "neg_other": ("三(四)1(1)", "same_day"),
        "neg_violation": ("三(四)1(2)", "same_day"), "neg_delisted": ("三(四)1(3)", "same_day"),
        "neg_inspection": ("三(四)1(4)", "same_day"), "neg_energy_rectification": ("三(四)1(5)", "open"),
        "neg_dishonest": ("三(四)1(6)", "open"),
    }
    for form_id in FORM_IDS:
        choices = shipped_pack().form(form_id).by_name["item"].choices
        assert choices is not None
        assert set(choices.by_name) == {item.short_name for item in shipped_pack().negative_items}


def test_the_shipped_pack_has_what_the_rules_need() -> None:
    require_complete(shipped_pack())


def test_a_pack_that_lacks_what_the_rules_need_is_refused_by_name() -> None:
    pack = shipped_pack()
    spoilt = [
        (replace(pack, parameters=tuple(p for p in pack.parameters if p.name != "stoppage_months")),
         "parameters.csv", "stoppage_months"),
        (replace(pack, parameters=tuple(p for p in pack.parameters if p.name != "incident_environment_evacuated")),
         "parameters.csv", "incident_environment_evacuated"),
        (replace(pack, parameters=tuple(p for p in pack.parameters if p.name != "windows")), "parameters.csv",
         "windows"),
        (replace(pack, parameters=tuple(
            replace(p, value="4月15日") if p.name == "annual_report_due" else p for p in pack.parameters
        )), "parameters.csv", "4月15日"),
        (replace(pack, lists={k: v for k, v in pack.lists.items() if k != "incident_level"}), "lists/choices.csv",
         "extraordinary"),
        (replace(pack, rule_texts={k: v for k, v in pack.rule_texts.items() if k != "N3"}), "rule-texts.csv", "N3"),
        (replace(pack, clauses={k: v for k, v in pack.clauses.items() if k != "三(一)2(2)"}), "clauses.csv", "S2"),
        (replace(pack, negative_items=pack.negative_items[1:]), "negative-list.csv", "neg_deregistered"),
    ]
    for wrong, file, word in spoilt:
        with pytest.raises(PackError, match=word) as caught:
            require_complete(wrong)
        assert caught.value.file == file
