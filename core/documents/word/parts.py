"""What every Word file of ours carries beside its text: fonts by name, styles of official documents, settings."""

from __future__ import annotations

from typing import Final

from core.documents.model import FontRole

NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w10="urn:schemas-microsoft-com:office:word"'
)
LATIN: Final = "Times New Roman"
SONG: Final = "宋体"
#: The names under which Word and WPS know the typefaces of official documents.
FONTS: Final = {
    FontRole.SONG: SONG, FontRole.SONG_BOLD: "方正小标宋简体", FontRole.HEI: "黑体", FontRole.HEI_BOLD: "黑体",
    FontRole.KAI: "楷体_GB2312", FontRole.FANG: "仿宋_GB2312",
}
#: 小标宋 is heavy by itself: made bold, it would be smeared.
BOLD: Final = frozenset({FontRole.HEI_BOLD})
EXTENSION_B: Final = "SimSun-ExtB"
EXTENSION_G: Final = "SimSun-ExtG"
# What a PC that lacks a font takes in its place.
_INSTEAD: Final = {
    "方正小标宋简体": "方正小标宋_GBK,宋体", "仿宋_GB2312": "仿宋,FangSong", "楷体_GB2312": "楷体,KaiTi",
    "黑体": "SimHei", SONG: "SimSun", EXTENSION_B: "宋体-ExtB", EXTENSION_G: "宋体-ExtG",
}
_CHINESE: Final = "86"

LINE: Final = 579
BODY_SIZE: Final = 16.0
# 28 characters of 16 points are a little wider than 156 mm: a quarter of a point less between them makes them fit.
_CONDENSED: Final = '<w:spacing w:val="-5"/>'
_LOOSE: Final = '<w:spacing w:val="0"/>'


def fonts_xml(east: str, *, latin: str = LATIN) -> str:
    """The fonts of a stretch of text; the hint gives “ ” … — to the Chinese one."""
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:eastAsia="{east}" w:hAnsi="{latin}" w:cs="{latin}"/>'


def font_table() -> bytes:
    """The part that tells what stands in for a font that a PC has not."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="{_CHINESE}"/></w:font>'
        for name, others in _INSTEAD.items()
    )
    latin = f'<w:font w:name="{LATIN}"><w:charset w:val="00"/></w:font>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<w:fonts {NAMESPACES}>{rows}{latin}</w:fonts>".encode()


def styles_xml() -> str:
    """Normal is 3号仿宋, 22 lines a page; Title, Subtitle and Heading 1 show in Word's outline."""
    lang = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
    plain = (
        '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'{spacing}<w:jc w:val="both"/>'
    )
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts_xml(FONTS[FontRole.FANG])}{lang}</w:rPr></w:rPrDefault>"
        "<w:pPrDefault/></w:docDefaults>"
    )
    return f"<w:styles {NAMESPACES}>{defaults}" + "".join((
        _style("Normal", "Normal", plain, _letters(FontRole.FANG, BODY_SIZE, _CONDENSED), default=True),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>',
        _style("BodyText", "Body Text", '<w:ind w:firstLineChars="200" w:firstLine="640"/>'),
        _style(
            "Title", "Title",
            '<w:keepNext/><w:keepLines/><w:snapToGrid w:val="0"/><w:spacing w:line="660" w:lineRule="exact"/>'
            '<w:jc w:val="center"/><w:outlineLvl w:val="0"/>',
            _letters(FontRole.SONG_BOLD, 22.0), follows="BodyText",
        ),
        _style(
            "Subtitle", "Subtitle", '<w:keepNext/><w:snapToGrid w:val="0"/><w:jc w:val="center"/>',
            _letters(FontRole.KAI, BODY_SIZE), follows="BodyText",
        ),
        _style(
            "Heading1", "heading 1",
            '<w:keepNext/><w:keepLines/><w:snapToGrid w:val="0"/><w:spacing w:before="170"/><w:jc w:val="left"/>'
            '<w:outlineLvl w:val="1"/>',
            _letters(FontRole.HEI, BODY_SIZE), follows="BodyText",
        ),
        _style("Header", "header", '<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/>'),
        _style(
            "Footer", "footer", '<w:snapToGrid w:val="0"/><w:spacing w:line="280" w:lineRule="exact"/>',
            f'{fonts_xml(SONG, latin=SONG)}{_LOOSE}<w:sz w:val="28"/><w:szCs w:val="28"/>',
        ),
    )) + "</w:styles>"


def settings_xml() -> str:
    """Two-sided with mirrored margins, Chinese, and laid out as Word 2013 and later do."""
    compat = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15), ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1), ("doNotFlipMirrorIndents", 1),
        )
    )
    return (
        f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:mirrorMargins/><w:defaultTabStop w:val="640"/>'
        '<w:evenAndOddHeaders/><w:drawingGridHorizontalSpacing w:val="160"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"
        f"<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>{compat}</w:compat>"
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _letters(role: FontRole, size: float, spacing: str = _LOOSE) -> str:
    half = round(size * 2.0)
    return f'{fonts_xml(FONTS[role])}{spacing}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _style(
    style: str, name: str, paragraph: str, letters: str = "", *, default: bool = False, follows: str = ""
) -> str:
    mark = ' w:default="1"' if default else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    after = f'<w:next w:val="{follows}"/>' if follows else ""
    run = f"<w:rPr>{letters}</w:rPr>" if letters else ""
    return (
        f'<w:style w:type="paragraph"{mark} w:styleId="{style}"><w:name w:val="{name}"/>{based}{after}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr>{run}</w:style>"
    )
