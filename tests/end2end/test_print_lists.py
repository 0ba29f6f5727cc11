"""`print city-list` and `nation-list` as scripts use them: real processes, read back from the PDF."""

from __future__ import annotations

import re
from pathlib import Path

from core.services.printing import page_text
from tests.end2end.test_command_line import run, run_json
from tests.end2end.test_tier_commands import TODAY, add_call, evaluate
from tests.end2end.test_tier_commands import store as store
from tests.fixtures.library import credit_code


def test_the_city_list_is_printed_once_somebody_is_recommended(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "推荐名单.pdf"
    refused = run("print", "city-list", "-o", out, store=store)
    assert (refused.returncode, out.exists()) == (2, False)
    assert "没有登记市级的申报通知" in refused.stderr
    call = add_call(store)
    assert "还没有推荐单位" in run("print", "市级推荐名单", "-o", out, store=store).stderr
    evaluate(store, 1)
    run_json("tier", "agree", credit_code(1), "--to", "city", store=store)
    run_json("tier", "recommend", credit_code(1), "--to", "city", "--call", call, store=store)
    for about in ((), ("--year", str(TODAY.year)), ("--call", call)):
        assert run_json("print", "city-list", *about, "-o", out, store=store)["kind"] == "city-list"
        text = re.sub(r"\s+", "", page_text(out, 0))
        assert text.startswith(f"市级绿色制造单位推荐名单（{TODAY.year}年度")
        assert "天津样板1制造有限公司" in text
        assert "天津样板2制造有限公司" not in text
    wrong = run("print", "city-list", "--year", str(TODAY.year - 1), "-o", out, store=store)
    assert (wrong.returncode, f"没有登记{TODAY.year - 1}年度市级" in wrong.stderr) == (2, True)
    assert run("print", "nation-list", "-o", out, store=store).returncode == 2
