"""The manual inside the program, and the list of keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from gui.dialogs.fitting import fit_to_screen

#: Key → what it does; the first element None is a heading. Where the program is on its own, this is the reference.
KEYS: Sequence[tuple[str | None, str]] = (
    (None, "到处"),
    ("F1", "用户手册和快捷键"),
    ("Ctrl+1、Ctrl+2、Ctrl+3、Ctrl+4、Ctrl+5、Ctrl+6、Ctrl+7、Ctrl+8", "转到左边的第几页（“转到”菜单里也有）"),
    ("F5", "刷新：看别处（同事、命令行）改了什么"),
    ("F7", "核对纸件：扫二维码或输入编号（扫码枪在列表、表格里直接扫也行）"),
    ("Alt+字母", "打开菜单、按下带字母的按钮"),
    ("Tab、Shift+Tab", "到下一栏、上一栏"),
    ("Esc", "关闭对话框；在单元格里恢复原值；填完后返回列表"),
    ("Ctrl+Q", "退出"),
    (None, "单位列表"),
    ("Ctrl+N", "新建一份表"),
    ("Ctrl+I", "导入企业填好的Excel（可多选，也可把文件拖进窗口）"),
    ("Ctrl+Shift+I", "导入整个文件夹里企业填好的Excel"),
    ("Ctrl+F", "查找：名称、信用代码、拼音首字母；在列表里直接按字母也行"),
    ("上下键", "选中单位；按住Shift可以多选"),
    ("Enter、Ctrl+O", "打开选中的单位"),
    ("Ctrl+P", "打印菜单：推荐表、培育表、校核报告、空白表（选多个单位时存成PDF）"),
    ("Ctrl+L", "查询清单：选中的单位，或列表中的全部单位"),
    ("Ctrl+J", "收查询截图"),
    ("Ctrl+T", "导出空白Excel表"),
    ("Del", "删除草稿"),
    (None, "填报"),
    ("Enter、上下键", "到下一栏、上下一栏"),
    ("F4、Alt+↓", "打开选项、日历、佐证材料"),
    ("Ctrl+Enter、Ctrl+Delete", "表格加一行、删一行；Ctrl+Shift+Z恢复删掉的行"),
    ("F8、Shift+F8", "下一处、上一处问题"),
    ("Alt+PageDown、Alt+PageUp", "下一部分、上一部分"),
    ("Ctrl+G", "转到某一部分"),
    ("F6", "到校核结果栏，再按一次回到表"),
    ("Shift+F6", "收起、展开校核结果栏"),
    ("F9", "校核：选校核日期"),
    ("F2", "给核实性问题写情况说明"),
    ("Ctrl+R", "推荐"),
    ("Ctrl+P", "预览推荐表"),
    ("Ctrl+Shift+P", "预览培育表"),
    ("Ctrl+Shift+B", "合订本：表和佐证材料装订成一个PDF（“审核”页也可以）"),
    ("Ctrl+H", "修改历史：谁在什么时候改了哪一栏"),
    ("Ctrl+Shift+E", "导出Excel"),
    ("Alt+Left", "返回列表（Alt+左箭头）"),
    (None, "报送、收发"),
    ("Ctrl+P", "打包上报（街镇、园区）"),
    ("Ctrl+Shift+L", "推荐函（街镇、园区；区工信局在“梯度培育”）"),
    ("Ctrl+R", "接收对方的文件（也可把文件拖进窗口，可以一次多个）"),
    ("Ctrl+K、Ctrl+N", "写回执、发通知（区工信局）"),
    ("空格", "打包时勾选单位；接收核对时换这一栏用来件还是留本机"),
    ("Ctrl+Enter", "核对完，接收"),
    (None, "预览"),
    ("PageDown、PageUp", "下一页、上一页"),
    ("Ctrl++、Ctrl+-、Ctrl+0", "放大、缩小、适合宽度"),
    ("Ctrl+P", "打印"),
    ("Ctrl+S", "另存为PDF"),
)


class HelpDialog(QDialog):
    """Two leaves: the manual, if the program has it, and the keys."""

    def __init__(self, manual_file: Path, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("帮助")
        fit_to_screen(self, 820, 600)
        leaves = QTabWidget(self)
        manual = _read_manual(manual_file)
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


def _read_manual(manual: Path) -> str:
    """The manual as Markdown, without its pictures of this very window; empty where the program came without it."""
    text = manual.read_text(encoding="utf-8") if manual.is_file() else ""
    return "\n".join(line for line in text.splitlines() if not line.startswith("!["))


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
