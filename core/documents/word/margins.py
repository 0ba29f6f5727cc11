"""What stands outside the type area: page numbers — 1 — on the outer side, the footer's words, 草稿 behind the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from docx.oxml import parse_xml

from core.documents.model import Document, FontRole, PageSetup
from core.documents.word.parts import NAMESPACES
from core.documents.word.text import stretch, twips, writable

if TYPE_CHECKING:
    from docx.section import Section, _BaseHeaderFooter

_NUMBER_SIZE: Final = 14.0
_WORDS_SIZE: Final = 9.0
_BELOW: Final = 7.0
_DASH_DOWN: Final = 0.5
_MM_PER_POINT: Final = 25.4 / 72.0
_CHARACTER: Final = round(_NUMBER_SIZE * 20.0)
_WATERMARK_SIZE: Final = 150.0


def footer_distance(page: PageSetup) -> float:
    """From the paper's lower edge to the number's line: its dash stands 7 mm below the type area (7.5)."""
    margin = page.height - page.top - page.body_height
    return max(5.0, margin - _BELOW - _NUMBER_SIZE * _MM_PER_POINT * (1.0 - _DASH_DOWN))


def put(section: Section, document: Document) -> None:
    """Give a section the feet and the mark of a document, for odd and even pages."""
    for footer, is_odd in ((section.footer, True), (section.even_page_footer, False)):
        _replace(footer, _foot(document, is_odd=is_odd))
    for number, header in enumerate((section.header, section.even_page_header), start=1):
        _replace(header, _head(document.watermark, number))


def _replace(place: _BaseHeaderFooter, xml: str) -> None:
    place.is_linked_to_previous = False
    place.part.element[:] = [parse_xml(xml)]


def _foot(document: Document, *, is_odd: bool) -> str:
    """The number one character in from the outer edge; words at the binding side."""
    if not document.numbers_pages and not document.footer:
        return f'<w:p {NAMESPACES}><w:pPr><w:pStyle w:val="Footer"/></w:pPr></w:p>'
    number = "" if not document.numbers_pages else "".join((
        stretch("— ", FontRole.SONG, _NUMBER_SIZE), _page_field(), stretch(" —", FontRole.SONG, _NUMBER_SIZE)
    ))
    words = stretch(document.footer, FontRole.SONG, _WORDS_SIZE) if document.footer else ""
    end = twips(document.page.body_width) - _CHARACTER
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{end}"/></w:tabs>'
    parts = (words, "<w:r><w:tab/></w:r>", number) if is_odd else (number, "<w:r><w:tab/></w:r>", words)
    marks = f'<w:pStyle w:val="Footer"/>{tabs}<w:ind w:left="{_CHARACTER}"/><w:jc w:val="left"/>'
    return f"<w:p {NAMESPACES}><w:pPr>{marks}</w:pPr>{''.join(parts)}</w:p>"


def _page_field() -> str:
    """半角宋体: the number is in the Chinese font, not in the Latin one."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _head(watermark: str, number: int) -> str:
    """Large gray characters on the diagonal, as Word draws its own watermarks."""
    shape = _shape(writable(watermark), number) if watermark else ""
    return f'<w:p {NAMESPACES}><w:pPr><w:pStyle w:val="Header"/></w:pPr>{shape}</w:p>'


def _shape(text: str, number: int) -> str:
    width, height = _WATERMARK_SIZE * len(text), _WATERMARK_SIZE
    place = (
        f"position:absolute;margin-left:0;margin-top:0;width:{width:g}pt;height:{height:g}pt;rotation:315;"
        "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return (
        '<w:r><w:rPr><w:noProof/></w:rPr><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" '
        'adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
        '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>'
        '<v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
        '<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
        '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
        f'<v:shape id="watermark{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" alt={quoteattr(text)} '
        f'style="{place}" o:allowincell="f" fillcolor="#e0e0e0" stroked="f">'
        f'<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string={quoteattr(text)}/>'
        '<w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r>'
    )
