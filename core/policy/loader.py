"""Loads a policy pack from its folder and refuses a wrong one, naming file and line."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.domain.errors import PackError
from core.forms.definition import Choice, ChoiceList, FormDefinition
from core.forms.expressions import compile_expression
from core.policy.form_reader import AUDIT_COLUMNS, FORM_COLUMNS, FormHead, Surroundings, read_form
from core.policy.pack import Clause, DatedParameter, NegativeItem, PolicyPack, RuleText
from core.policy.proof import prove
from core.policy.rows import SourceRow, read_rows

_LIST_COLUMNS = frozenset(["list", "name", "label", "unit", "value", "note", "valid_from", "valid_to"])
_PARAMETER_COLUMNS = frozenset(["name", "value", "unit", "valid_from", "valid_to", "source", "note"])
_CLAUSE_COLUMNS = frozenset(["number", "heading", "text"])
_FORMS_COLUMNS = frozenset(["id", "title", "annex", "kind"])
_TEXT_COLUMNS = frozenset(["rule", "key", "sentence", "todo"])
_NEGATIVE_COLUMNS = frozenset(
    ["item", "clause", "question", "needs_dates", "from_label", "to_label", "blank_to", "counts",
     "query_sources", "evidence", "confirmed_by", "counts_when"]
)
_MANIFEST_KEYS = ("id", "version", "title", "district_code", "district_name", "bureau_name", "bureau_short_name")
_LOOKS_LIKE_CLAUSE = re.compile(r"^[一二三四五六七八九十]+($|[(（])")
_FORM_ID = re.compile(r"^[a-z][a-z0-9-]*$")
_BLANK_TO = frozenset({"open", "same_day"})
_COUNTS = frozenset({"touches_lookback", "twelve_months_reached", "while_open", "bureau_decides"})


def load_pack(folder: Path, *, proved: str = "") -> PolicyPack:
    """Load and prove a policy pack.

    `proved` is the digest of a pack whose formulas were proved before, with this program: those of any other are
    proved now.

    Raises:
        PackError: the first thing that is wrong, with file and line.
    """
    manifest = _read_manifest(folder)
    content = digest(folder)
    clauses = _read_clauses(folder)
    lists = _read_lists(folder)
    parameters = _read_parameters(folder)
    every_value = {p.name: p.value for p in parameters}
    around = Surroundings(lists, _clause_finder(clauses), frozenset(every_value), cache(compile_expression))
    forms = _read_forms(folder, around)
    for form in forms.values() if content != proved else ():
        prove(form, every_value, f"forms/{form.id}.csv", "audit.csv")
    return PolicyPack(
        **manifest, digest=content, clauses=clauses, forms=forms, lists=lists, parameters=parameters,
        negative_items=_read_negative_items(folder, clauses, forms), rule_texts=_read_rule_texts(folder),
    )


def data_files(folder: Path) -> list[tuple[str, Path]]:
    """Every file that makes up the pack, by its name inside it."""
    return sorted((p.relative_to(folder).as_posix(), p) for s in ("*.csv", "*.toml") for p in folder.rglob(s))


def digest(folder: Path) -> str:
    """SHA-256 over all data files, line ends and BOM evened out, so that it is the same on every machine.

    Raises:
        PackError: a file cannot be read.
    """
    total = hashlib.sha256()
    for name, path in data_files(folder):
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise PackError(name, 1, f"不能读取（{error.strerror}）") from None
        content = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _read_manifest(folder: Path) -> dict[str, str]:
    path = folder / "pack.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise PackError("pack.toml", 1, "缺少这个文件") from None
    except OSError as error:
        raise PackError("pack.toml", 1, f"不能读取（{error.strerror}）") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise PackError("pack.toml", int(line[1]) if line else 1, f"格式不对（{error}）") from None
    for key in _MANIFEST_KEYS:
        if not isinstance(data.get(key), str) or not data[key]:
            raise PackError("pack.toml", 1, f"缺少“{key}”")
    return {key: data[key] for key in _MANIFEST_KEYS}


def _read_clauses(folder: Path) -> dict[str, Clause]:
    clauses: dict[str, Clause] = {}
    for row in read_rows(folder, "clauses.csv", _CLAUSE_COLUMNS):
        if row["number"] in clauses:
            raise row.fail(f"条款“{row['number']}”重复")
        clauses[row["number"]] = Clause(row["number"], row["heading"], row["text"])
    return clauses


def _clause_finder(clauses: Mapping[str, Clause]) -> Callable[[SourceRow, str], str]:
    def first_clause(row: SourceRow, source: str) -> str:
        """The first clause that a `source` cell cites; a citation of a clause that is not there is an error."""
        found = ""
        for part in (p.strip() for p in re.split(r"[;,；，]", source)):
            if _LOOKS_LIKE_CLAUSE.match(part):
                if part not in clauses:
                    raise row.fail(f"条款“{part}”在clauses.csv中没有")
                found = found or part
        return found

    return first_clause


def _read_lists(folder: Path) -> dict[str, ChoiceList]:
    choices: dict[str, dict[str, Choice]] = {}
    for path in sorted((folder / "lists").glob("*.csv")):
        for row in read_rows(folder, f"lists/{path.name}", _LIST_COLUMNS):
            if not row["list"] or not row["name"] or not row["label"]:
                raise row.fail("list、name、label三列都要填")
            group = choices.setdefault(row["list"], {})
            if row["name"] in group:
                raise row.fail(f"选项表“{row['list']}”中的“{row['name']}”重复")
            group[row["name"]] = Choice(
                row["name"], row["label"], row["unit"], row.number("value"), row["note"],
                *row.period("valid_from", "valid_to"),
            )
    return {name: ChoiceList(name, tuple(group.values())) for name, group in choices.items()}


def _read_parameters(folder: Path) -> tuple[DatedParameter, ...]:
    parameters = []
    for row in read_rows(folder, "parameters.csv", _PARAMETER_COLUMNS):
        if not row["name"] or not row["value"]:
            raise row.fail("name和value两列都要填")
        first, last = row.period("valid_from", "valid_to")
        parameters.append(
            DatedParameter(row["name"], _number_or_text(row["value"]), row["unit"], first, last, row["source"],
                           row["note"])
        )
    return tuple(parameters)


def _number_or_text(text: str) -> float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text


@dataclass(frozen=True, slots=True)
class _AuditRows:
    rows: tuple[SourceRow, ...]

    def of(self, form_id: str) -> list[SourceRow]:
        return [r for r in self.rows if form_id in r["form"].split(";")]


def _read_forms(folder: Path, around: Surroundings) -> dict[str, FormDefinition]:
    heads = read_rows(folder, "forms/forms.csv", _FORMS_COLUMNS)
    ids: set[str] = set()
    for row in heads:
        if not _FORM_ID.match(row["id"]) or row["id"] in ids:
            raise row.fail(f"表的编号“{row['id']}”重复，或含有小写字母、数字、连字符以外的字符")
        ids.add(row["id"])
    audits = _AuditRows(tuple(read_rows(folder, "audit.csv", AUDIT_COLUMNS)))
    seen: set[str] = set()
    for row in audits.rows:
        if row["id"] in seen:
            raise row.fail(f"审核公式编号“{row['id']}”重复")
        seen.add(row["id"])
        for form_id in row["form"].split(";"):
            if form_id not in ids:
                raise row.fail(f"没有“{form_id}”这种表")
    return {
        row["id"]: read_form(
            FormHead(row["id"], row["title"], row["annex"], row["kind"]),
            read_rows(folder, f"forms/{row['id']}.csv", FORM_COLUMNS), audits.of(row["id"]), around,
        )
        for row in heads
    }


def _read_negative_items(
    folder: Path, clauses: Mapping[str, Clause], forms: Mapping[str, FormDefinition]
) -> tuple[NegativeItem, ...]:
    items = []
    for row in read_rows(folder, "negative-list.csv", _NEGATIVE_COLUMNS):
        if row["clause"] not in clauses:
            raise row.fail(f"条款“{row['clause']}”在clauses.csv中没有")
        if row["blank_to"] not in _BLANK_TO or row["counts"] not in _COUNTS:
            raise row.fail("blank_to或counts列的取值不认识")
        for form in forms.values():
            if f"{row['item']}_answer" not in form.by_name:
                raise row.fail(f"“{form.title}”中没有“{row['item']}_answer”这一栏")
        items.append(NegativeItem(
            row["item"], row["clause"], row["question"], row["from_label"], row["to_label"], row["blank_to"],
            row["counts"], row["query_sources"], row["evidence"], row["confirmed_by"], row["counts_when"],
        ))
    return tuple(items)


def _read_rule_texts(folder: Path) -> dict[str, RuleText]:
    titles: dict[str, str] = {}
    sentences: dict[str, dict[str, str]] = {}
    todos: dict[str, dict[str, str]] = {}
    for row in read_rows(folder, "rule-texts.csv", _TEXT_COLUMNS):
        rule, key = row["rule"], row["key"]
        if key == "title" and rule not in titles:
            titles[rule] = row["sentence"]
        elif key == "title" or key in sentences.setdefault(rule, {}):
            raise row.fail(f"规则{rule}的“{key}”重复")
        else:
            sentences[rule][key] = row["sentence"]
            todos.setdefault(rule, {})[key] = row["todo"]
    return {r: RuleText(titles.get(r, r), sentences.get(r, {}), todos.get(r, {})) for r in (*titles, *sentences)}
