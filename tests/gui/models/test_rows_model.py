from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gui.models.rows_model import RowsModel
from gui.widgets.roles import ITEM_ROLE


def test_rows_headers_and_items(qtbot: QtBot) -> None:
    model = RowsModel(("甲", "乙"))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows([("1", "2"), ("3", "4")], ["first", "second"])
    assert model.rowCount() == 2
    assert model.headerData(1, Qt.Orientation.Horizontal) == "乙"
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.index(1, 0).data() == "3"
    assert model.index(1, 1).data(ITEM_ROLE) == "second"
    assert model.item(5) is None
    assert model.data(QModelIndex()) is None
    model.set_rows([("5", "6")])
    assert model.index(0, 0).data(ITEM_ROLE) is None
    assert qtbot is not None
