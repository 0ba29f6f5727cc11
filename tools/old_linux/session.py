"""A clerk's first hour at the packaged program, with real keys: from the first start to the file for the bureau."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.old_linux.screen import Screen

UNIT: Final = "天津砚澜禾金属制品有限公司"
CODE: Final = "91120224PDY000116Q"
BY_HAND: Final = "天津手填试验厂"
REASON: Final = "已在公开网站查询，截图随附纸质材料。"
_FORM: Final = "区级绿色工厂培育表"


class Session:
    """The steps; `home` is the clerk's folder as the program sees it, `outside` the same as we see it."""

    def __init__(self, screen: Screen, home: str, outside: Path) -> None:
        self._screen = screen
        self._home = home
        self._outside = outside

    def run(self, form: str) -> None:
        """Everything, with that filled Excel form in the clerk's folder.

        Raises:
            TimeoutError: a window does not come, or a file is not written.
        """
        self._begin()
        self._enter()
        self._import(form)
        self._check_and_explain()
        self._recommend_and_print()
        self._pack()

    def _begin(self) -> None:
        """Who sits here: the office by its pinyin initials."""
        screen = self._screen
        screen.wait_for("欢迎使用绿阶")
        screen.press("Tab")
        screen.type("bdjj")
        screen.press("Tab", "Tab")
        screen.type("李慧敏")
        screen.press("Tab")
        screen.type("022-29240016")
        screen.picture("第一次启动")
        screen.press("Return")
        screen.wait_for("单位表")
        screen.picture("单位表")

    def _import(self, form: str) -> None:
        screen = self._screen
        screen.press("ctrl+i")
        screen.wait_for("导入企业填好的Excel")
        screen.type(f"{self._home}/{form}")
        screen.picture("选文件")
        screen.press("Return")
        screen.wait_for("导入结果")
        screen.picture("导入结果")
        screen.press("Return")
        screen.wait_for(f"{UNIT}　{_FORM}")

    def _enter(self) -> None:
        """A second form, begun by hand: its first field has the keys."""
        screen = self._screen
        screen.press("ctrl+n")
        screen.wait_for("新建")
        screen.press("Return")
        screen.wait_for(_FORM)
        screen.type(BY_HAND)
        screen.press("Tab")
        screen.picture("填报")
        screen.press("ctrl+1")
        screen.wait_for("单位表")

    def _check_and_explain(self) -> None:
        screen = self._screen
        screen.press("F9")
        screen.wait_for("校核")
        screen.picture("校核日期")
        screen.press("Return")
        screen.wait_for(UNIT)
        screen.picture("校核结果")
        screen.press("F2")
        screen.wait_for("写情况说明")
        screen.type(REASON)
        screen.picture("情况说明")
        screen.press("ctrl+Return")
        screen.wait_for(UNIT)

    def _recommend_and_print(self) -> None:
        screen = self._screen
        screen.press("ctrl+r")
        screen.wait_for("推荐")
        screen.press("alt+r")
        screen.wait_for("已推荐")
        screen.picture("已推荐")
        screen.press("alt+p")
        screen.wait_for("预览")
        screen.picture("预览推荐表")
        screen.press("ctrl+s")
        screen.wait_for("另存为PDF")
        screen.press("ctrl+a")
        screen.type(f"{self._home}/推荐表.pdf")
        screen.press("Return")
        screen.wait_until((self._outside / "推荐表.pdf").exists, "no PDF")
        screen.wait_for("预览")
        screen.press("Escape")
        screen.wait_for(_FORM)

    def _pack(self) -> None:
        screen = self._screen
        screen.press("ctrl+2")
        screen.wait_for("报送")
        screen.press("ctrl+p")
        screen.wait_for("打包上报")
        screen.picture("打包上报")
        screen.press("alt+d")
        screen.press("ctrl+a")
        screen.type(f"{self._home}/U盘")
        screen.press("alt+p")
        screen.wait_until(lambda: list((self._outside / "U盘").glob("报送包*.zip")), "no package")
        screen.picture("已打包")
        screen.press("Escape")
        screen.wait_for("报送")

    def leave(self) -> None:
        """Close the window, as a clerk does."""
        self._screen.press("ctrl+q")
