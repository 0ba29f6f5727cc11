"""`print letter` as scripts use it: real processes, read back from the PDF and from the Word file."""

from __future__ import annotations

import re
from pathlib import Path

import docx

from core.services.printing import page_text
from tests.end2end.test_command_line import run, run_json
from tests.end2end.test_tier_commands import add_call, evaluate
from tests.end2end.test_tier_commands import store as store
from tests.fixtures.library import credit_code


def test_the_bureau_s_letter_is_printed_and_saved_as_word(store: Path, tmp_path: Path) -> None:
    pdf, word = tmp_path / "推荐函.pdf", tmp_path / "推荐函.docx"
    nobody = run("print", "letter", "-o", pdf, store=store)
    assert (nobody.returncode, "没有已推荐的单位" in nobody.stderr) == (2, True)
    run("station", "bureau", "--clerk", "赵敏行", store=store)
    refused = run("print", "letter", "-o", pdf, store=store)
    assert (refused.returncode, pdf.exists()) == (2, False)
    assert "没有登记申报通知" in refused.stderr
    call = add_call(store)
    evaluate(store, 1)
    run_json("tier", "agree", credit_code(1), "--to", "city", store=store)
    run_json("tier", "recommend", credit_code(1), "--to", "city", "--call", call, store=store)
    printed = run_json("print", "推荐函", "-o", pdf, store=store)
    assert (printed["kind"], printed["file"]) == ("letter", str(pdf))
    text = re.sub(r"\s+", "", page_text(pdf, 0))
    assert text.startswith("关于推荐天津样板1制造有限公司申报市级绿色制造单位的函天津市工业和信息化局：")
    assert run("print", "letter", "--call", call, "-o", word, store=store).returncode == 0
    lines = [p.text for p in docx.Document(str(word)).paragraphs]
    assert lines[0].replace("\n", "") == "关于推荐天津样板1制造有限公司申报市级绿色制造单位的函"
    again = tmp_path / "再来.docx"
    run("print", "letter", "--call", call, "-o", again, store=store)
    assert again.read_bytes() == word.read_bytes()
    word.write_bytes(b"edited by a leader")
    taken = run("print", "letter", "--call", call, "-o", word, store=store)
    assert (taken.returncode, taken.stderr.count("\n"), word.read_bytes()) == (2, 1, b"edited by a leader")
    assert "--replace" in taken.stderr
    assert run("print", "letter", "--call", call, "-o", word, "--replace", store=store).returncode == 0
    assert word.read_bytes() == again.read_bytes()
    assert run("print", "city-list", "-o", tmp_path / "名单.docx", store=store).returncode == 0
    wrong = run("print", "roster", "-o", tmp_path / "名册.docx", store=store)
    assert (wrong.returncode, (tmp_path / "名册.docx").exists()) == (2, False)
    assert "名单只能打印成PDF，不能存为Word" in wrong.stderr
