"""The manual inside the program, and the list of keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

#: Key → what it does; the first element None is a heading. Where the program is on its own, this is the reference.
KEYS: Sequence[tuple[str | None, str]] = (
    (None, "到处"),
    ("F1", "帮助和快捷键"),
    ("Alt+字母", "打开菜单、按下带字母的按钮"),
    ("Tab、Shift+Tab", "到下一栏、上一栏"),
    ("Esc", "关闭对话框；在单元格里恢复原值"),
    (None, "单位列表"),
    ("Ctrl+N", "新建一份表"),
    ("Ctrl+I", "导入企业填好的Excel（可多选，也可把文件拖进窗口）"),
    ("Ctrl+F", "查找：名称、信用代码、拼音首字母"),
    ("上下键、Enter", "选中单位、打开"),
    ("Ctrl+P", "打印所选单位的推荐表"),
    ("Ctrl+Shift+P", "更多打印件"),
    ("Ctrl+L", "打印查询清单"),
    ("Ctrl+J", "收查询截图"),
    ("Ctrl+T", "导出空白Excel表"),
    ("Delete", "删除草稿"),
    ("F5", "刷新列表"),
    (None, "填报"),
    ("Enter、上下键", "到下一栏、上一栏"),
    ("F4、Alt+↓", "打开选项、日历"),
    ("Ctrl+Enter、Ctrl+Delete", "表格加一行、删一行"),
    ("F8、Shift+F8", "下一处、上一处问题"),
    ("F9", "校核"),
    ("F6", "在表和校核结果之间切换（窗口窄时打开、收起右栏）"),
    ("F2", "给选中的核实性问题写情况说明"),
    ("Ctrl+G", "转到某一部分"),
    ("Ctrl+R", "推荐"),
    ("Ctrl+P", "预览推荐表"),
    ("Ctrl+Shift+P", "预览整张表"),
    ("Ctrl+H", "修改历史"),
    ("Ctrl+E", "导出Excel"),
    ("Alt+←、Esc", "返回列表"),
    (None, "预览"),
    ("PageDown、PageUp", "下一页、上一页"),
    ("Ctrl++、Ctrl+-、Ctrl+0", "放大、缩小、适合宽度"),
    ("Ctrl+P", "打印"),
    ("Ctrl+S", "另存为PDF"),
)


class HelpDialog(QDialog):
    """Two leaves: the manual, if the program has it, and the keys."""

    def __init__(self, help_folder: Path, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("帮助")
        self.resize(820, 600)
        leaves = QTabWidget(self)
        manual = _read_manual(help_folder)
        if manual:
            leaves.addTab(_browser(manual), "用户手册(&M)")
        keys = _browser("")
        keys.setHtml(_keys_as_html())
        leaves.addTab(keys, "快捷键(&K)")
        leaves.addTab(_browser(about), "关于(&A)")
        close = QPushButton("关闭(&C)", self)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(leaves, 1)
        layout.addLayout(row)
        leaves.setFocus()


def _read_manual(folder: Path) -> str:
    texts = [p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.md"))] if folder.is_dir() else []
    return "\n\n".join(texts)


def _browser(markdown: str) -> QTextBrowser:
    browser = QTextBrowser()
    browser.setOpenLinks(False)
    browser.setMarkdown(markdown)
    return browser


def _keys_as_html() -> str:
    rows = []
    for key, what in KEYS:
        if key is None:
            rows.append(f'<tr><td colspan="2"><h3>{what}</h3></td></tr>')
        else:
            shown = key.replace("&", "&amp;").replace("<", "&lt;")
            rows.append(f'<tr><td style="padding-right:24px"><b>{shown}</b></td><td>{what}</td></tr>')
    return f'<table cellpadding="3">{"".join(rows)}</table>'
