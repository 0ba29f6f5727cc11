"""Streams the XML parts of a workbook once, keeping nothing: document types, depth, cells out of bounds, long texts."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from core.documents.excel import limits
from core.documents.excel.references import area_size, split_reference
from core.domain.errors import UnreadableInputError

_MAIN_SPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TEXTS: Final = frozenset(("v", "t", "f"))
_HOLDERS: Final = frozenset(("c", "si", "comment"))


class PartScan:
    """Counts over all parts of one file; `unpacked` are the bytes of XML so far."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self.unpacked = 0
        self._cells = 0
        self._elements = 0
        self._counted = False
        self._covered = 0
        self._part = ""
        self._parser = expat.ParserCreate()
        self._depth = 0
        self._cell = ""
        self._text = 0
        self._in_text = False

    def begin(self, part: str) -> None:
        """Start on the next part."""
        self._part = part
        self._depth = self._text = 0
        self._cell = ""
        self._in_text = False
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end_element
        parser.CharacterDataHandler = self._characters
        self._parser = parser

    def feed(self, chunk: bytes) -> None:
        """Parse the next bytes of the part."""
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise self._broken(error) from None

    def end(self) -> None:
        """The part is complete."""
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._broken(error) from None

    def finish(self) -> None:
        """All parts are scanned."""
        if self._cells == 0:
            raise self._refuse("里没有任何内容。请用本程序的模板填写。")

    def _refuse(self, why: str) -> UnreadableInputError:
        return UnreadableInputError(f"“{self.file_name}”{why}")

    def _broken(self, error: expat.ExpatError) -> UnreadableInputError:
        return self._refuse(
            f"的部件“{self._part}”第{error.lineno}行不合规范（可能含控制字符或已损坏），打不开。"
            "请在Excel或WPS中打开修复，另存后再试。"
        )

    def _doctype(self, *_ignored: object) -> None:
        raise self._refuse(f"的部件“{self._part}”夹带外部实体声明（DOCTYPE），可能有害，已拒绝打开。")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > limits.XML_DEPTH:
            raise self._refuse(f"的部件“{self._part}”嵌套过深，已拒绝打开。")
        self._elements += 1
        if self._elements > limits.ELEMENTS:
            raise self._refuse("的内容过多，不像是填报表，已拒绝打开。请用原模板重新填写。")
        space, _, tag = name.rpartition(" ")
        if tag == "workbook" and "purl.oclc.org" in space:
            raise self._refuse("是“Strict Open XML”格式。请另存为普通的“Excel 工作簿（.xlsx）”后再试。")
        if space == _MAIN_SPACE:
            self._start_main(tag, attributes)

    def _start_main(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _HOLDERS:
            self._text = 0
            self._counted = False
            self._cell = attributes.get("r", "") if tag == "c" else self._cell
        elif tag in _TEXTS:
            self._in_text = True
            if (self._cell or tag == "v") and not self._counted:
                self._counted = True
                self._count_cell()
        elif tag in ("mergeCell", "hyperlink"):
            self._cover(attributes.get("ref", ""))

    def _count_cell(self) -> None:
        """A cell with content; empty formatted cells far out are common and harmless."""
        self._cells += 1
        if self._cells > limits.CELLS:
            raise self._refuse(f"有内容的单元格超过{limits.CELLS}个，不像是填报表，已拒绝打开。")
        if not self._cell:
            return
        place = split_reference(self._cell)
        if place is None or place[0] > limits.LAST_ROW or place[1] > limits.LAST_COLUMN:
            raise self._refuse(
                f"的单元格{self._cell[:20]}远在表格范围之外（应在{limits.LAST_ROW}行以内）。"
                "请删除多余的行列，或用原模板重新填写。"
            )

    def _cover(self, reference: str) -> None:
        self._covered += area_size(reference)
        if self._covered > limits.MERGED_CELLS:
            raise self._refuse(f"的合并区域{reference[:30]}过大，已拒绝打开。请用原模板重新填写。")

    def _end_element(self, name: str) -> None:
        self._depth -= 1
        tag = name.rpartition(" ")[2]
        if tag in _TEXTS:
            self._in_text = False
        elif tag == "c":
            self._cell = ""

    def _characters(self, data: str) -> None:
        if not self._in_text:
            return
        self._text += len(data)
        if self._text > limits.CELL_TEXT:
            where = f"单元格{self._cell}" if self._cell else "一个单元格"
            raise self._refuse(f"的{where}内容过长（超过{limits.CELL_TEXT}字），已拒绝打开。请删减后再试。")
