"""`fonts`, and what `print` says of characters that no font has, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import run
from core.services import drafts, fonts
from core.services.exchange import packing
from core.services.fonts import PrintFont
from tests.core.documents import local_fonts as made
from tests.fixtures.exchange import open_office, recommended
from tests.fixtures.library import credit_code, draft

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "字体"
    made.save(made.font("kai.ttf", "方正小标宋简体", "FZXiaoBiaoSong-B05S"), folder / "a.ttf")
    made.save(made.font("hei.ttf", "某限制字体", "Some Other", permission=2), folder / "b.ttf")
    monkeypatch.setattr(fonts, "system_folders", lambda: (folder,))
    return folder


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command on the store `数据`."""

    def asked(*words: str | Path) -> tuple[int, str, str]:
        status = run([*map(str, words), "--store", str(tmp_path / "数据")], lambda _: 99)
        told = capsys.readouterr()
        return status, told.out, told.err

    return asked


def _json(answer: tuple[int, str, str]) -> Any:
    return json.loads(answer[1])


@pytest.mark.usefixtures("installed")
def test_fonts_are_listed_chosen_and_given_back(ask: Ask) -> None:
    status, out, err = ask("fonts", "--use", "标题=方正小标宋简体")
    assert (status, err) == (0, "")
    assert "某限制字体" in out
    title = _json(ask("fonts", "--json"))["fonts"][0]
    assert (title["use"], title["font"], title["available"]) == ("title", "方正小标宋简体", ["方正小标宋简体"])
    assert _json(ask("fonts", "--use", "title=", "--json"))["fonts"][0]["chosen"] == ""


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("title", "应形如"), ("页码=黑体", "没有“页码”"), ("body=没有的字体", "没有安装"),
        ("body=某限制字体", "不许嵌入"),
    ],
)
def test_what_cannot_be_chosen_is_one_sentence(ask: Ask, words: str, said: str) -> None:
    status, out, err = ask("fonts", "--use", words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_print_names_what_it_frames_and_is_done_all_the_same(ask: Ask, tmp_path: Path) -> None:
    with open_office(tmp_path / "数据") as ws:
        draft(ws, 1, "宝坻\U0002ebf0机械厂")
    status, out, err = ask("print", "form", credit_code(1), "-o", tmp_path / "a.pdf")
    assert (status, "已写出" in out) == (0, True)
    assert "“单位名称”中的“\U0002ebf0”（U+2EBF0）" in err
    told = _json(ask("print", "report", credit_code(1), "-o", tmp_path / "b.pdf", "--json"))
    assert "U+2EBF0" in told["notices"][0]
    assert _json(ask("print", "blank", "green-park", "-o", tmp_path / "c.pdf", "--json"))["notices"] == []


def test_a_package_has_the_same_bytes_whatever_fonts_a_pc_prints_with(tmp_path: Path, installed: Path) -> None:
    with open_office(tmp_path / "数据") as ws:
        recommended(ws, 1)
        own = packing.pack(ws, tmp_path / "1.zip").path.read_bytes()
        fonts.choose_font(ws, PrintFont.TITLE, "方正小标宋简体", [installed])
        assert fonts.font_set(ws).chosen
        again = packing.pack(ws, tmp_path / "2.zip")
        assert drafts.count_units(ws) == 1
        assert (again.number, again.path.read_bytes()) == (1, own)
