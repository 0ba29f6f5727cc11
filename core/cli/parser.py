"""The words of the command line (design §7)."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.arguments import add_common, parse_date, parse_whole, parse_year
from core.cli.backup_commands import add_backup_commands
from core.cli.batch_command import add_batch_words
from core.cli.exchange_commands import add_exchange_commands
from core.cli.font_commands import add_font_commands
from core.cli.library_commands import add_library_commands
from core.cli.paper_command import add_paper_command
from core.cli.prospect_commands import add_prospect_commands
from core.cli.removal_commands import add_removal_commands
from core.cli.report_commands import add_report_commands
from core.cli.station_commands import add_station_commands
from core.cli.tier_commands import add_tier_commands
from core.cli.usage import Parser, complete


def build_parser() -> argparse.ArgumentParser:
    """All commands; `--store` and `--json` work before and after the command."""
    parser = Parser(
        prog="greenladder", description="绿阶：区级绿色制造单位培育。不带命令时打开窗口。", allow_abbrev=False
    )
    add_common(parser)
    parser.set_defaults(store=None, json=False, command=None)
    commands = parser.add_subparsers(dest="command", metavar="命令", parser_class=Parser)
    _policy_commands(commands)
    _record_commands(commands)
    _program_commands(commands)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return _add(commands, name, text)

    for add_commands in (
        add_library_commands, add_removal_commands, add_report_commands, add_tier_commands, add_prospect_commands,
        add_paper_command, add_exchange_commands, add_station_commands, add_backup_commands, add_font_commands,
    ):
        add_commands(add)
    complete(parser)
    return parser


def _add(commands: argparse._SubParsersAction[Parser], name: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    add_common(parser)
    return parser


def _policy_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    forms = _add(commands, "forms", "列出表和栏目")
    forms.add_argument("form", nargs="?", metavar="FORM")
    _add(commands, "rules", "列出规则、条款")
    template = _add(commands, "template", "写出空白Excel表")
    template.add_argument("form", metavar="FORM")
    template.add_argument("-o", "--out", type=Path, required=True, metavar="X.xlsx")
    check = _add(commands, "check", "校核Excel表或JSON记录，不存入")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--as-of", type=parse_date, default=None, metavar="DATE", help="校核日期（默认今天）")
    packs = _add(commands, "packs", "政策包：查看、启用新的、看它对填报中的表的影响")
    packs.add_argument(
        "step", nargs="?", default="list", choices=("list", "use", "migration", "add"), metavar="list|use|migration|add"
    )
    packs.add_argument(
        "what", nargs="?", default="", metavar="DIGEST",
        help="use、migration时：政策包的编号（前6位以上）或版本；add时（区工信局）：政策包的文件夹或文件",
    )


def _record_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    load = _add(commands, "import", "导入企业填好的Excel表，或整个文件夹")
    load.add_argument(
        "files", nargs="+", type=Path, metavar="FILE",
        help="几个文件：有一个读不出就都不存；一个文件夹：连同子文件夹，读得出的都存入，并写出导入情况表",
    )
    load.add_argument(
        "--marked", type=Path, default=None, metavar="DIR",
        help="标注后的表放在这个文件夹（默认在原表旁边；导入文件夹时放在其中的“退企业改正”）",
    )
    listing = _add(commands, "list", "列出单位")
    listing.add_argument("query", nargs="?", default="", help="名称、代码或拼音首字母")
    show = _add(commands, "show", "查看一个单位")
    show.add_argument("unit", metavar="UNIT", help="统一社会信用代码")
    show.add_argument("--form", default=None)
    show.add_argument("--history", action="store_true", help="连同修改历史")
    explain = _add(commands, "explain", "写情况说明")
    explain.add_argument("unit", metavar="UNIT")
    explain.add_argument("rule", metavar="RULE")
    explain.add_argument("text", metavar="TEXT")
    explain.add_argument("--form", default=None)
    recommend = _add(commands, "recommend", "推荐（校核通过的锁定）")
    recommend.add_argument("units", nargs="+", metavar="UNIT")
    recommend.add_argument("--form", default=None)
    withdraw = _add(commands, "withdraw", "撤回推荐，恢复为草稿")
    withdraw.add_argument("unit", metavar="UNIT")
    withdraw.add_argument("--form", default=None)
    printing = _add(commands, "print", "打印成PDF；推荐函、公告等也可存为Word")
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


def _program_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    demo = _add(commands, "demo", "用示例区走一遍全过程")
    demo.add_argument("-o", "--out", type=Path, default=Path("greenladder-demo"), metavar="DIR")
    _add(commands, "selftest", "自检：数据库、校核、PDF、Excel、字体")
