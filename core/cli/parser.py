"""The words of the command line (design §7)."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.arguments import Add, add_common, parse_date, parse_whole, parse_year
from core.cli.catalogue import GROUPS
from core.cli.usage import Parser, complete


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """All commands, or only those of the module that has `command`: none for "".

    `--store` and `--json` work before and after the command.
    """
    parser = Parser(
        prog="greenladder", description="绿阶：区级绿色制造单位培育。不带命令时打开窗口。", allow_abbrev=False
    )
    add_common(parser)
    parser.set_defaults(store=None, json=False, command=None)
    commands = parser.add_subparsers(dest="command", metavar="命令", parser_class=Parser)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return _add(commands, name, text)

    for group in GROUPS:
        if command is None or command in group.names:
            add_words, _ = group.load()
            add_words(add)
    complete(parser)
    return parser


def _add(commands: argparse._SubParsersAction[Parser], name: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    add_common(parser)
    return parser


def add_policy_words(add: Add) -> None:
    """`forms`, `rules`, `template`, `check`."""
    forms = add("forms", "列出表和栏目")
    forms.add_argument("form", nargs="?", metavar="FORM")
    add("rules", "列出规则、条款")
    template = add("template", "写出空白Excel表")
    template.add_argument("form", metavar="FORM")
    template.add_argument("-o", "--out", type=Path, required=True, metavar="X.xlsx")
    check = add("check", "校核Excel表或JSON记录，不存入")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--as-of", type=parse_date, default=None, metavar="DATE", help="校核日期（默认今天）")


def add_pack_words(add: Add) -> None:
    """`packs`."""
    packs = add("packs", "政策包：查看、启用新的、看它对填报中的表的影响")
    packs.add_argument(
        "step", nargs="?", default="list", choices=("list", "use", "migration", "add"), metavar="list|use|migration|add"
    )
    packs.add_argument(
        "what", nargs="?", default="", metavar="DIGEST",
        help="use、migration时：政策包的编号（前6位以上）或版本；add时（区工信局）：政策包的文件夹或文件",
    )


def add_import_words(add: Add) -> None:
    """`import`."""
    load = add("import", "导入企业填好的Excel表，或整个文件夹")
    load.add_argument(
        "files", nargs="+", type=Path, metavar="FILE",
        help="几个文件：有一个读不出就都不存；一个文件夹：连同子文件夹，读得出的都存入，并写出导入情况表",
    )
    load.add_argument(
        "--marked", type=Path, default=None, metavar="DIR",
        help="标注后的表放在这个文件夹（默认在原表旁边；导入文件夹时放在其中的“退企业改正”）",
    )


def add_record_words(add: Add) -> None:
    """`list`, `show`, `explain`, `recommend`, `withdraw`."""
    listing = add("list", "列出单位")
    listing.add_argument("query", nargs="?", default="", help="名称、代码或拼音首字母")
    show = add("show", "查看一个单位")
    show.add_argument("unit", metavar="UNIT", help="统一社会信用代码")
    show.add_argument("--form", default=None)
    show.add_argument("--history", action="store_true", help="连同修改历史")
    explain = add("explain", "写情况说明")
    explain.add_argument("unit", metavar="UNIT")
    explain.add_argument("rule", metavar="RULE")
    explain.add_argument("text", metavar="TEXT")
    explain.add_argument("--form", default=None)
    recommend = add("recommend", "推荐（校核通过的锁定）")
    recommend.add_argument("units", nargs="+", metavar="UNIT")
    recommend.add_argument("--form", default=None)
    withdraw = add("withdraw", "撤回推荐，恢复为草稿")
    withdraw.add_argument("unit", metavar="UNIT")
    withdraw.add_argument("--form", default=None)


def add_print_words(add: Add) -> None:
    """`print`."""
    from core.cli.batch_command import add_batch_words

    printing = add("print", "打印成PDF；推荐函、公告等也可存为Word")
    printing.add_argument(
        "kind",
        metavar="KIND",
        help="recommendation 推荐表、form 培育表、blank 空白表、report 校核报告、bound 合订本（表和佐证材料）、"
        "query-list 查询清单、letter 推荐函；"
        "区工信局：roster 名单、announcement 移出公告、reminder 催报名单、city-list和nation-list 推荐名单",
    )
    printing.add_argument("what", nargs="*", metavar="UNIT", help="信用代码；blank时是表的代号")
    printing.add_argument("--form", default=None)
    printing.add_argument("--as-of", type=parse_date, default=None, metavar="DATE")
    printing.add_argument(
        "--number", type=parse_whole, default=None, metavar="N", help="第几号名单、随第几包（默认最新）"
    )
    printing.add_argument("--year", type=parse_year, default=None, help="催报的报告年度，或推荐名单的申报年度")
    printing.add_argument("--office", default=None, help="只催报一个街镇、园区")
    printing.add_argument("--call", default=None, metavar="ID", help="推荐名单、推荐函所按的申报通知")
    printing.add_argument("--final", action="store_true", help="公告不带“草稿”字样")
    printing.add_argument(
        "-o", "--out", type=Path, required=True, metavar="OUT.pdf",
        help="推荐函、公告、推荐名单、催报名单写成OUT.docx的，存为Word；几个单位写成文件夹的，每家一个文件",
    )
    add_batch_words(printing)


def add_program_words(add: Add) -> None:
    """`demo`, `selftest`."""
    demo = add("demo", "用示例区走一遍全过程")
    demo.add_argument("-o", "--out", type=Path, default=Path("greenladder-demo"), metavar="DIR")
    selftest = add("selftest", "自检：数据库、校核、PDF、Word、Excel、字体、报送")
    selftest.add_argument("--window", action="store_true", help="连同窗口（没有桌面时另设QT_QPA_PLATFORM=offscreen）")
