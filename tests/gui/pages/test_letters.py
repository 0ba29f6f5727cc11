"""推荐函 by keys, from where it is wanted: the calls, the package, the list of units; and saved as Word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton

from core.domain.enums import Role
from core.domain.library import Tier
from core.domain.records import Station
from core.domain.tiers import EvaluationFacts
from core.services import drafts
from core.services.library import evaluations, members, tiers
from core.services.workspace import Workspace
from gui.dialogs.preview import PreviewDialog
from gui.main_window import MainWindow
from tests.fixtures.library import OFFICE, credit_code, draft
from tests.gui.hands import Script, dialog, no_dialog, play

_PUMPS = "天津岚溪泵业有限公司"
_FACTS = EvaluationFacts(
    body_name="天津绿评技术服务有限公司", body_code="91120224PDY0000365", body_representative="周正",
    evaluated_on=date(2026, 5, 20), meets=True, standard="GB/T 36132-2025", score=86.5,
)
Show = Callable[[Workspace], MainWindow]


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the clerk writes as the file's name: with a document number in it, and no ending."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "函（2026.3号）"), ""))
    return tmp_path / "函（2026.3号）.docx"


@pytest.fixture
def office(bureau: Workspace) -> Workspace:
    """The store as an office's, with one unit that is recommended."""
    bureau.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏", "022-29240002"))
    drafts.recommend(bureau, draft(bureau, 1, _PUMPS).id)
    return bureau


def _recommend(ws: Workspace) -> None:
    member = members.enrol(
        ws, unit_name=_PUMPS, credit_code=credit_code(1), kind="green-factory", office=OFFICE,
        admitted_on=date(2025, 12, 15), industry_code="3441",
    )
    call = tiers.add_call(
        ws, tier=Tier.CITY, year=2026, title="市级申报通知", issued_on=date(2026, 11, 2), deadline=date(2026, 12, 10),
        quota=2, documents=(),
    )
    evaluations.add_evaluation(ws, member.id, _FACTS)
    tiers.agree(ws, member.id, Tier.CITY, agreed=True)
    tiers.recommend(ws, member.id, Tier.CITY, call.id)


def _front() -> PreviewDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, PreviewDialog)
    return front


def _save_and_leave(told: list[str]) -> Script:
    """In the preview: 存为Word, look at what it says, leave."""
    yield dialog(PreviewDialog)
    yield "Alt+D"
    yield lambda: any("已存为Word" in label.text() for label in _front().findChildren(QLabel))
    told += [label.text() for label in _front().findChildren(QLabel) if "已存为Word" in label.text()]
    yield "Esc"
    yield no_dialog


def _lines(path: Path) -> list[str]:
    return [p.text for p in docx.Document(str(path)).paragraphs]


def test_the_bureau_writes_to_the_city_by_keys_alone(bureau: Workspace, open_window: Show, chosen: Path) -> None:
    window = open_window(bureau)
    window.go("tiers")
    told: list[str] = []

    def without_a_call() -> Script:
        yield "Ctrl+Shift+L"
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        told.append(front.text())
        yield "Return"
        yield no_dialog

    play(without_a_call())
    assert "还没有市级申报通知" in told.pop()
    _recommend(bureau)
    window.page("tiers").refresh()

    def script() -> Script:
        yield "Ctrl+Shift+L"
        yield from _save_and_leave(told)

    play(script())
    assert f"已存为Word：{chosen}" in told[0]
    lines = _lines(chosen)
    assert lines[0] == f"关于推荐{_PUMPS}\n申报市级绿色制造单位的函"
    assert lines[1] == "天津市工业和信息化局："


def test_an_office_writes_its_letter_beside_the_package(office: Workspace, open_window: Show, chosen: Path) -> None:
    open_window(office).go("exchange")
    told: list[str] = []

    def script() -> Script:
        yield "Alt+N"
        yield from _save_and_leave(told)

    play(script())
    assert _lines(chosen)[0] == f"关于推荐{_PUMPS}\n为区级绿色制造单位的函"


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_an_office_writes_a_letter_for_the_selected_unit(office: Workspace, open_window: Show, chosen: Path) -> None:
    window = open_window(office)
    other = draft(office, 2, "天津檀岳机电有限公司")
    window.go("units")
    window.show_list()
    page = window.page("units")
    page.refresh()
    page.show_record(other.id)
    told: list[str] = []

    def script() -> Script:
        yield "Ctrl+P"
        yield lambda: QApplication.activePopupWidget() is not None
        yield "H"
        yield from _save_and_leave(told)

    play(script())
    assert _lines(chosen)[0] == "关于推荐天津檀岳机电有限公司\n为区级绿色制造单位的函"


def test_another_office_s_unit_is_named_before_it_is_recommended(office: Workspace, open_window: Show) -> None:
    theirs = draft(office, 2, "天津檀岳机电有限公司", office="120115001")
    assert drafts.open_form(office, theirs.id).verdict.may_recommend
    window = open_window(office)
    window.open_record(theirs.id)
    told: list[str] = []

    def script() -> Script:
        yield lambda: window.editor.isVisible()
        yield "Ctrl+R"
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        told.append(front.text())
        yield "Return"  # the safe answer is the default
        yield no_dialog

    play(script())
    assert "不由宝坻经济开发区推荐" in told[0]
    assert office.store.get(theirs.id).state.is_editable


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    office: Workspace, open_window: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "件.docx").mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "件.docx"), ""))
    open_window(office).go("exchange")
    told: list[str] = []

    def script() -> Script:
        yield "Alt+N"
        yield dialog(PreviewDialog)
        yield "Alt+D"
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        told.append(front.text())
        yield "Return"
        yield dialog(PreviewDialog)
        yield "Esc"
        yield no_dialog

    play(script())
    assert "件.docx" in told[0]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_a_paper_that_is_only_printed_offers_no_word(office: Workspace, open_window: Show) -> None:
    window = open_window(office)
    window.go("units")
    page = window.page("units")
    page.refresh()
    page.show_record(drafts.list_units(office)[0].id)
    found: list[str] = []

    def script() -> Script:
        yield "Ctrl+P"
        yield lambda: QApplication.activePopupWidget() is not None
        yield "R"
        yield dialog(PreviewDialog)
        found.extend(button.text() for button in _front().findChildren(QPushButton))
        yield "Esc"
        yield no_dialog

    play(script())
    assert found
    assert not [text for text in found if "Word" in text]


def test_an_edited_copy_is_replaced_only_when_the_clerk_says_so(
    office: Workspace, open_window: Show, chosen: Path
) -> None:
    window = open_window(office)
    window.go("exchange")
    chosen.write_bytes(b"edited by a leader")
    asked: list[str] = []

    def answer(keys: str) -> Script:
        yield "Ctrl+Shift+L"
        yield dialog(PreviewDialog)
        yield "Alt+D"
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        asked.append(front.text())
        yield keys
        yield dialog(PreviewDialog)
        yield "Esc"
        yield no_dialog

    play(answer("Return"))
    assert chosen.read_bytes() == b"edited by a leader"
    play(answer("Alt+R"))
    assert asked == [f"“{chosen.name}”已经有了，要替换吗？原来的内容就没有了。"] * 2
    assert _lines(chosen)[0].startswith(f"关于推荐{_PUMPS}")


def test_a_word_copy_says_which_characters_word_may_not_show(
    office: Workspace, open_window: Show, chosen: Path
) -> None:
    drafts.recommend(office, draft(office, 2, "天津\U0002b5af祥制造有限公司").id)
    window = open_window(office)
    window.go("exchange")
    told: list[str] = []

    def script() -> Script:
        yield "Ctrl+Shift+L"
        yield from _save_and_leave(told)

    play(script())
    assert chosen.exists()
    assert "程序里的内容不变。Word里“\U0002b5af”（U+2B5AF）能否显示，取决于" in told[0]
