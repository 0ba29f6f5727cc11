"""The command line as scripts use it: real processes, real files, exit statuses of design §7."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.sample_answers import factory_answers, park_answers, supply_chain_answers

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-11-23"
CODE = "91120115PDY00001X4"


def run(*arguments: str | Path, store: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command in its own process, without a display."""
    command = [sys.executable, str(ROOT / "main.py"), *map(str, arguments)]
    if store is not None:
        command += ["--store", str(store)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)


def run_json(*arguments: str | Path, store: Path | None = None, status: int = 0) -> Any:
    done = run("--json", *arguments, store=store)
    assert done.returncode == status, done.stderr + done.stdout
    return json.loads(done.stdout)


def write_record(path: Path, form: str, answers: dict[str, Any], **more: object) -> Path:
    path.write_text(json.dumps({"form": form, "answers": answers, **more}, ensure_ascii=False, default=str), "utf-8")
    return path


@pytest.mark.parametrize("form", ["green-factory", "green-supply-chain", "green-park"])
def test_forms_lists_fields_flat_with_choices(form: str) -> None:
    described = run_json("forms", form)["forms"]
    assert [f["id"] for f in described] == [form]
    fields = {f["name"]: f for f in described[0]["fields"]}
    assert fields["credit_code"]["required"] is True
    assert {"name": "yes", "label": "是"} in fields["commitment"]["choices"]
    assert fields["neg_more_events"]["type"] == "repeat"
    assert [c["name"] for c in fields["neg_more_events"]["fields"]] == ["item", "from", "to", "detail"]


def test_rules_tell_clause_and_text() -> None:
    rules = {r["id"]: r for r in run_json("rules")["rules"]}
    assert rules["N2"]["clause"] == "三(四)1(2)"
    assert "偷漏税" in rules["N2"]["clause_text"]
    assert rules["S1"]["forms"] == ["green-supply-chain"]


def test_check_gives_verdicts_in_file_order_and_the_same_number_twice(tmp_path: Path) -> None:
    good = write_record(tmp_path / "好.json", "green-factory", factory_answers())
    bad = write_record(tmp_path / "坏.json", "green-park", {**park_answers(), "main_function": "logistics"})
    chain = write_record(tmp_path / "链.json", "green-supply-chain", supply_chain_answers())
    first = run_json("check", good, bad, chain, "--as-of", AS_OF, status=1)["verdicts"]
    assert [v["verdict"] for v in first] == ["eligible", "not_eligible", "eligible"]
    again = run_json("check", good, "--as-of", AS_OF)["verdicts"][0]
    assert again["number"] == first[0]["number"]
    changed = write_record(tmp_path / "改.json", "green-factory", {**factory_answers(), "employees": 321})
    assert run_json("check", changed, "--as-of", AS_OF)["verdicts"][0]["number"] != again["number"]


def test_options_work_before_and_after_the_command(tmp_path: Path) -> None:
    done = run("--store", tmp_path / "a", "list", "--json")
    assert json.loads(done.stdout) == {"units": []}
    done = run("list", "--store", tmp_path / "b", "--json")
    assert json.loads(done.stdout) == {"units": []}


def test_bad_usage_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    for arguments in (
        ("check",), ("check", "没有这个文件.json"), ("print", "poster", CODE, "-o", "x.pdf"), ("forms", "no-such-form"),
        ("check", "x.json", "--as-of", "明天"), ("unknown-command",), ("show", CODE),
    ):
        done = run(*arguments, "--store", tmp_path)
        assert done.returncode == 2, arguments
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '{"form": 3}', '{"form":"green-factory","answers":[]}', '{"form":"x","answers":{}}',
                "[" * 100_000, '{"form":"green-factory","answers":{"employees":NaN}}'],
)
def test_bad_records_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "记录.json"
    path.write_text(content, "utf-8")
    done = run("check", path)
    assert done.returncode == 2
    assert "记录.json" in done.stderr


def test_the_main_job_from_template_to_printed_sheet(tmp_path: Path) -> None:
    store, filled = tmp_path / "store", tmp_path / "企业填报.xlsx"
    _fill_template(tmp_path, filled, factory_answers())
    imported = run_json("import", filled, store=store)["imported"][0]
    assert imported["status"] == "stored"
    code = factory_answers()["credit_code"]
    shown = run_json("show", code, store=store)["records"][0]
    assert shown["answers"]["unit_name"] == factory_answers()["unit_name"]
    refused = run_json("recommend", code, store=store, status=1)
    assert "情况说明" in refused["recommended"][0]["sentence"]
    for finding in shown["verdict"]["findings"]:
        if finding["severity"] == "verify" and finding["outcome"] != "met":
            run_json("explain", code, finding["rule"], "材料随纸质件报送。", store=store)
    run_json("recommend", code, store=store)
    sheet = tmp_path / "推荐表.pdf"
    run_json("print", "recommendation", code, "-o", sheet, store=store)
    text = subprocess.run(["pdftotext", sheet, "-"], capture_output=True, text=True, check=True).stdout
    assert factory_answers()["unit_name"] in text.replace("\n", "")
    assert "草稿" not in text


def _fill_template(folder: Path, out: Path, answers: dict[str, Any]) -> None:
    """Fill the template through its defined names, as a program of the enterprise would."""
    from openpyxl import load_workbook

    template = folder / "空白.xlsx"
    run_json("template", "green-factory", "-o", template)
    book = load_workbook(template)
    today = date.today()  # noqa: DTZ011 - the clerk's own calendar day
    for name, value in answers.items():
        if name not in book.defined_names or isinstance(value, list) or name.endswith("_evidence"):
            continue
        sheet, reference = next(iter(book.defined_names[name].destinations))
        cell = book[sheet][reference.replace("$", "").split(":")[0]]
        cell.value = today.isoformat() if name.endswith("_queried_on") else value
    book.save(out)


@pytest.mark.parametrize("word", ["report", "校核报告", "verdict-report"])
def test_a_product_goes_by_the_clerks_word_too(tmp_path: Path, word: str) -> None:
    done = run("print", word, CODE, "-o", tmp_path / "a.pdf", "--store", tmp_path / "数据")
    assert done.returncode == 2
    assert CODE in done.stderr
