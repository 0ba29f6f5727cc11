"""Findings beside the form: groups, keys, jumps; updates that neither lose the place nor take the focus."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.domain.enums import Eligibility, Outcome, Severity
from core.domain.finding import Finding, Verdict
from core.rules.verdict import check
from gui.widgets import theme
from gui.widgets.finding_groups import Group, group_of
from gui.widgets.findings_panel import FindingsPanel
from gui.widgets.verdict_banner import VerdictBanner
from tests.fixtures.packs import shipped_pack
from tests.fixtures.sample_answers import AS_OF, factory_answers

MANDATORY, VERIFY, HINT = Severity.MANDATORY, Severity.VERIFY, Severity.HINT
MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
FINDINGS = (
    Finding("N2", "三(四)1(2)", MANDATORY, NOT_MET, "有一次事故，在近三年内。", ("neg_violation_from",), "不能推荐。"),
    Finding("field:employees", "", MANDATORY, UNKNOWN, "必填项没有填写。", ("employees",), "请填写。"),
    Finding("V019", "", VERIFY, NOT_MET, "第2行用量偏大。", ("energy_quantity",), "请核对。", rows=(2,)),
    Finding("V020", "", VERIFY, NOT_MET, "地址不在宝坻。", ("production_address",), explanation="由开发区管理。"),
    Finding("V036", "", HINT, NOT_MET, "可以补充。", ("unit_profile",), "只作提示。"),
    Finding("F1", "三(一)1(1)", MANDATORY, MET, "依法设立。", ("legal_status",)),
    Finding("Q1", "二", HINT, NOT_MET, "没有申报。", ("priority_grounds",)),
)
CLAUSES = {"三(四)1(2)": "发生安全、质量、环境污染等事故以及偷漏税等违法违规行为的；"}


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.field = QLineEdit(self.window)
        self.panel = FindingsPanel(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.field)
        layout.addWidget(self.panel)
        self.window.resize(360, 600)
        self.jumps: list[tuple[str, int]] = []
        self.explains: list[str] = []
        self.panel.jump_requested.connect(lambda name, row: self.jumps.append((name, row)))
        self.panel.explain_requested.connect(self.explains.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.panel.set_findings(FINDINGS, CLAUSES)

    def key(self, key: Qt.Key, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.panel.tree, key)

    def index(self, group: Group, row: int) -> QModelIndex:
        model = self.panel.tree.findings
        return model.index(row, 0, model.group_index(group))


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_each_finding_stands_in_its_group() -> None:
    assert [group_of(f) for f in FINDINGS] == [
        Group.NOT_MET, Group.UNKNOWN, Group.TO_EXPLAIN, Group.EXPLAINED, Group.HINT, Group.MET, Group.MET,
    ]


def test_what_holds_is_folded_and_the_rest_open(bench: Bench) -> None:
    tree = bench.panel.tree
    opened = {g: tree.isExpanded(tree.findings.group_index(g)) for g in Group}
    assert opened == {g: g is not Group.MET for g in Group}
    bench.panel.set_findings(FINDINGS[:1], CLAUSES)
    assert tree.isRowHidden(list(Group).index(Group.HINT), QModelIndex())


def test_keys_move_jump_and_explain(bench: Bench) -> None:
    bench.panel.focus_first()
    bench.key(Qt.Key.Key_Return)
    bench.key(Qt.Key.Key_F2)
    bench.key(Qt.Key.Key_Down, times=4)
    bench.key(Qt.Key.Key_Return)
    bench.key(Qt.Key.Key_F2)
    assert bench.jumps == [("neg_violation_from", 0), ("energy_quantity", 2)]
    assert bench.explains == ["V019"]


def test_space_folds_a_group(bench: Bench) -> None:
    tree = bench.panel.tree
    bench.panel.focus_first()
    bench.key(Qt.Key.Key_Up)
    bench.key(Qt.Key.Key_Space)
    assert not tree.isExpanded(tree.findings.group_index(Group.NOT_MET))
    bench.key(Qt.Key.Key_Return)
    assert tree.isExpanded(tree.findings.group_index(Group.NOT_MET))


def test_click_jumps_and_link_explains(bench: Bench) -> None:
    tree = bench.panel.tree
    rect = tree.visualRect(bench.index(Group.UNKNOWN, 0))
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert bench.jumps == [("employees", 0)]
    index = bench.index(Group.TO_EXPLAIN, 0)
    rect = tree.visualRect(index)
    spots = [p for y in range(rect.height()) if tree.painted.is_on_link(index, p := rect.topLeft() + _down(y))]
    assert spots
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spots[len(spots) // 2])
    assert (bench.explains, len(bench.jumps)) == (["V019"], 1)


def _down(y: int) -> QPoint:
    return QPoint(30, y)


def test_update_keeps_place_and_focus(bench: Bench) -> None:
    bench.panel.tree.setCurrentIndex(bench.index(Group.TO_EXPLAIN, 0))
    bench.field.setFocus()
    changed = [replace(FINDINGS[2], message="第2行用量还是偏大。"), *FINDINGS[3:]]
    bench.panel.set_findings(changed, CLAUSES)
    assert QApplication.focusWidget() is bench.field
    current = bench.panel.current_finding()
    assert current is not None
    assert current.message == "第2行用量还是偏大。"


def test_model_obeys_the_rules_of_models_while_it_changes(bench: Bench) -> None:
    model: QAbstractItemModel = bench.panel.tree.findings
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for part in (FINDINGS[::2], FINDINGS, FINDINGS[::-1], (), FINDINGS[3:], FINDINGS + FINDINGS):
        bench.panel.set_findings(part, CLAUSES)
        total = sum(model.rowCount(model.index(r, 0)) for r in range(model.rowCount()))
        assert total == len(part)
    assert tester.model() is model


def test_clause_text_unfolds_under_the_current_finding(bench: Bench) -> None:
    tree = bench.panel.tree
    index = bench.index(Group.NOT_MET, 0)
    before = tree.visualRect(index).height()
    bench.panel.focus_first()
    QApplication.processEvents()
    assert tree.visualRect(index).height() > before
    assert CLAUSES["三(四)1(2)"] in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_real_verdict_is_shown_whole(bench: Bench) -> None:
    pack = shipped_pack()
    findings = check(pack, "green-factory", {}, AS_OF).verdict.findings
    bench.panel.set_findings(findings, {n: c.text for n, c in pack.clauses.items()})
    assert sum(bench.panel.tree.findings.count(g) for g in Group) == len(findings)
    bench.window.grab()


def _verdict(eligibility: Eligibility, findings: tuple[Finding, ...]) -> Verdict:
    return Verdict("甲", "91120115PDY00001X4", "green-factory", date(2026, 11, 23), "baodi 2026.1", eligibility,
                   "AAAA-BBBB", findings)


@pytest.mark.parametrize(
    ("eligibility", "findings", "text"),
    [
        (Eligibility.NOT_ELIGIBLE, FINDINGS, "不可推荐 不符合 1　待核实 1　需说明 1　提示 1"),
        (Eligibility.INCOMPLETE, FINDINGS[1:2], "待核实 待核实 1"),
        (Eligibility.ELIGIBLE, FINDINGS[2:], "可推荐（还有1条要写情况说明）　提示 1"),
        (Eligibility.ELIGIBLE, FINDINGS[3:], "可推荐 各项条件均已核对，可以打印正式推荐表。"),
    ],
)
def test_banner_says_the_verdict(
    qtbot: QtBot, eligibility: Eligibility, findings: tuple[Finding, ...], text: str
) -> None:
    banner = VerdictBanner()
    qtbot.addWidget(banner)
    banner.set_verdict(_verdict(eligibility, findings))
    banner.show()
    assert banner.text == text
    assert not banner.grab().isNull()
    banner.set_verdict(None)
    assert banner.text == ""


def test_banner_is_green_only_when_nothing_is_to_do(qtbot: QtBot) -> None:
    banner = VerdictBanner()
    qtbot.addWidget(banner)
    grounds = []
    for findings in (FINDINGS[2:], FINDINGS[3:]):
        banner.set_verdict(_verdict(Eligibility.ELIGIBLE, findings))
        banner.resize(320, banner.sizeHint().height())
        grounds.append(banner.grab().toImage().pixelColor(2, 2).name())
    assert grounds == [theme.AMBER.lower(), theme.GREEN.lower()]


def test_banner_counts_a_checked_form(qtbot: QtBot) -> None:
    banner = VerdictBanner()
    qtbot.addWidget(banner)
    banner.set_verdict(check(shipped_pack(), "green-factory", factory_answers(), AS_OF).verdict)
    assert banner.text.startswith("可推荐")
