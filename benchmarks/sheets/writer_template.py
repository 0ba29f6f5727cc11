"""The sheet as a template of LibreOffice Writer (flat ODF) whose values are database fields, for its mail merge."""

from __future__ import annotations

from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

DATABASE: Final = "units"
_FAMILIES: Final = {
    "song": "Noto Serif SC", "song_bold": "Noto Serif SC", "hei": "Noto Sans SC", "kai": "LXGW WenKai",
    "fang": "FandolFang R",
}
_SPACES: Final = (
    "office", "style", "text", "table", "fo:xsl-fo-compatible", "svg:svg-compatible",
)
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document '
    + " ".join(
        f'xmlns:{name.partition(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{name.partition(":")[2] or name}:1.0"'
        for name in _SPACES
    )
    + ' office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
)
_BORDER: Final = 'fo:border="0.5pt solid #000000"'


def writer_template(template: dict[str, Any]) -> str:
    """The whole file."""
    made = _Made()
    body = "".join(made.block(block) for block in template["blocks"])
    foot = template["footer"]
    size = template["footer_style"]["size"]
    number = made.span({"role": "song", "size": 14.0}, "— <text:page-number text:select-page=\"current\"/> —")
    said = made.span({"role": "song", "size": size}, made.said(foot))
    tab = made.paragraph_style("left", 16.0, left=5.0, stop=(146.0, "right"))
    footers = (
        f'<style:footer><text:p text:style-name="{tab}">{said}<text:tab/>{number}</text:p></style:footer>'
        f'<style:footer-left><text:p text:style-name="{tab}">{number}<text:tab/>{said}</text:p></style:footer-left>'
    )
    # Writer ends no document with a table.
    end = f'<text:p text:style-name="{made.paragraph_style("left", 1.0)}"/>'
    faces = "".join(
        f'<style:font-face style:name="{family}" svg:font-family="&apos;{family}&apos;"/>'
        for family in sorted(set(_FAMILIES.values()))
    )
    return (
        f"{_HEAD}<office:font-face-decls>{faces}</office:font-face-decls>"
        f"<office:automatic-styles>{_page_layout(template['page'])}{''.join(made.styles.values())}"
        "</office:automatic-styles>"
        f'<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page">{footers}'
        "</style:master-page></office:master-styles>"
        f"<office:body><office:text>{body}{end}</office:text></office:body></office:document>"
    )


def _page_layout(page: dict[str, float]) -> str:
    return (
        '<style:page-layout style:name="page" style:page-usage="mirrored"><style:page-layout-properties '
        f'fo:page-width="{page["width"]}mm" fo:page-height="{page["height"]}mm" fo:margin-top="{page["top"]}mm" '
        f'fo:margin-bottom="{page["bottom"] - 14.0}mm" fo:margin-left="{page["binding"]}mm" '
        f'fo:margin-right="{page["outside"]}mm"/><style:footer-style><style:header-footer-properties '
        'svg:height="14mm" fo:margin-top="6mm"/></style:footer-style></style:page-layout>'
    )


class _Made:
    """Blocks as XML; the styles that they use gather beside them, by name."""

    def __init__(self) -> None:
        self.styles: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}

    def _keep(self, prefix: str, family: str, properties: str) -> str:
        """The name of the style of these properties, the same one every time."""
        name = self._names.setdefault((family, properties), f"{prefix}{len(self._names)}")
        self.styles[name] = f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'
        return name

    def paragraph_style(
        self, side: str, line: float, *, above: float = 0.0, indent: float = 0.0, left: float = 0.0,
        stop: tuple[float, str] | None = None,
    ) -> str:
        """`line` and `indent` in points, `above`, `left` and the tab stop's place in millimetres."""
        tab = f'<style:tab-stop style:position="{stop[0]}mm" style:type="{stop[1]}"/>' if stop else ""
        return self._keep("p", "paragraph", (
            f'<style:paragraph-properties fo:text-align="{"start" if side == "left" else side}" '
            f'fo:line-height="{line:.2f}pt" fo:margin-top="{above}mm" fo:margin-bottom="0mm" fo:margin-left="{left}mm" '
            f'fo:margin-right="0mm" fo:text-indent="{indent}pt"><style:tab-stops>{tab}</style:tab-stops>'
            f'</style:paragraph-properties><style:text-properties fo:font-size="{min(line, 9.0)}pt" '
            f'style:font-size-asian="{min(line, 9.0)}pt"/>'
        ))

    def span(self, style: dict[str, Any], content: str) -> str:
        """Content in a typeface and size."""
        family, bold = _FAMILIES[style["role"]], "bold" if style["role"] == "song_bold" else "normal"
        name = self._keep("t", "text", (
            f'<style:text-properties style:font-name="{family}" style:font-name-asian="{family}" '
            f'fo:font-size="{style["size"]}pt" style:font-size-asian="{style["size"]}pt" fo:font-weight="{bold}" '
            f'style:font-weight-asian="{bold}" fo:language="zh" fo:country="CN" style:language-asian="zh" '
            'style:country-asian="CN"/>'
        ))
        return f'<text:span text:style-name="{name}">{content}</text:span>'

    def said(self, place: dict[str, Any]) -> str:
        """The template's own text, or the field of a value."""
        if "text" in place:
            return escape(place["text"]).replace("\n", "<text:line-break/>")
        return (
            f'<text:database-display text:database-name="{DATABASE}" text:table-name="sheets" '
            f'text:table-type="table" text:column-name={quoteattr(place["field"])}>…</text:database-display>'
        )

    def _paragraph(self, spans: list[dict[str, Any]], side: str, *, above: float = 0.0) -> str:
        first = spans[0]["style"]
        line = first["size"] * first["leading"]
        style = self.paragraph_style("left" if side == "justify" else side, line, above=above)
        content = "".join(self.span(span["style"], self.said(span)) for span in spans)
        return f'<text:p text:style-name="{style}">{content}</text:p>'

    def _line(
        self, place: dict[str, Any], role: str, size: float, side: str, *, above: float = 0.0, indent: float = 0.0
    ) -> str:
        style = self.paragraph_style(side, size * 1.4, above=above, indent=indent)
        content = self.span({"role": role, "size": size}, self.said(place))
        return f'<text:p text:style-name="{style}">{content}</text:p>'

    def block(self, block: dict[str, Any]) -> str:
        """One block of the sheet."""
        if block["kind"] == "paragraph":
            return self._paragraph(block["spans"], block["align"], above=block["before"])
        return self._table(block) if block["kind"] == "table" else self._signature(block)

    def _table(self, block: dict[str, Any]) -> str:
        """The rows above a repeated head are a table of their own: Writer repeats from the top only."""
        rows = block["rows"]
        head = next((number for number, row in enumerate(rows) if row["repeats"]), 0)
        made = self._grid(block["widths"], rows[:head], heads=0) if head else ""
        return made + self._grid(block["widths"], rows[head:], heads=int(bool(head)))

    def _grid(self, widths: list[float], rows: list[dict[str, Any]], *, heads: int) -> str:
        made = [self._row(row) for row in rows]
        head = f"<table:table-header-rows>{made[0]}</table:table-header-rows>" if heads else ""
        return self._framed(widths, head + "".join(made[heads:]))

    def _framed(self, widths: list[float], rows: str) -> str:
        name = self._keep("g", "table", (
            f'<style:table-properties style:width="{sum(widths)}mm" table:align="left" '
            'table:border-model="collapsing"/>'
        ))
        columns = "".join(
            f'<table:table-column table:style-name="{self._column(width)}"/>' for width in widths
        )
        return f'<table:table table:style-name="{name}">{columns}{rows}</table:table>'

    def _column(self, width: float) -> str:
        return self._keep(
            "c", "table-column", f'<style:table-column-properties style:column-width="{width}mm"/>'
        )

    def _row(self, row: dict[str, Any]) -> str:
        cells = "".join(self._cell(cell) for cell in row["cells"])
        return f'<table:table-row table:style-name="{self._height(row["height"])}">{cells}</table:table-row>'

    def _height(self, height: float) -> str:
        return self._keep("r", "table-row", (
            f'<style:table-row-properties style:min-row-height="{height}mm" fo:keep-together="always"/>'
        ))

    def _cell_style(self, padding: float, vertical: str) -> str:
        return self._keep("d", "table-cell", (
            f'<style:table-cell-properties {_BORDER} fo:padding-left="{padding}mm" fo:padding-right="{padding}mm" '
            f'fo:padding-top="0.3mm" fo:padding-bottom="0.3mm" style:vertical-align="{vertical}"/>'
        ))

    def _cell(self, cell: dict[str, Any]) -> str:
        covered = "<table:covered-table-cell/>" * (cell["columns"] - 1)
        return (
            f'<table:table-cell table:style-name="{self._cell_style(1.2, "middle")}" '
            f'table:number-columns-spanned="{cell["columns"]}">{self._paragraph(cell["spans"], cell["align"])}'
            f"</table:table-cell>{covered}"
        )

    def _signature(self, block: dict[str, Any]) -> str:
        """Signers at the left, seal and date at the right, held apart by a tab."""
        size = block["style"]["size"]
        *others, last = block["signers"]
        signing = [(self.said(signer), "") for signer in others] + [
            ("", self.said(block["seal"])), (self.said(last), self.said(block["date"])),
        ]
        free = block["height"] - 27.0 - 6.0 * len(signing)
        body = self._line(block["statement"], "fang", size, "justify", above=1.5, indent=2 * size) + "".join(
            self._signed(left, right, size, above=free if number == 0 else 2.0)
            for number, (left, right) in enumerate(signing)
        )
        label = self._line(block["label"], "hei", 10.5, "center")
        cells = "".join(
            f'<table:table-cell table:style-name="{self._cell_style(padding, side)}">{content}</table:table-cell>'
            for padding, side, content in ((1.2, "middle", label), (2.4, "top", body))
        )
        row = f'<table:table-row table:style-name="{self._height(block["height"])}">{cells}</table:table-row>'
        return self._framed([23.0, 133.0], row)

    def _signed(self, left: str, right: str, size: float, *, above: float) -> str:
        style = self.paragraph_style("left", size * 1.4, above=above, stop=(100.0, "center"))
        content = self.span({"role": "fang", "size": size}, f"{left}<text:tab/>{right}" if right else left)
        return f'<text:p text:style-name="{style}">{content}</text:p>'
