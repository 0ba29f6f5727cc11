"""`demo` and `selftest`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Command
from core.cli.output import print_json, print_table
from core.services.demo import DemoRoster, run_demo
from core.services.demo_loop import LoopResult
from core.services.selftest import run_selftest


def demo(arguments: argparse.Namespace) -> int:
    """Play the sample district through the main job and leave its files in a folder."""
    result = run_demo(arguments.out)
    if arguments.json:
        print_json(
            {
                "folder": str(result.folder),
                "units": [
                    {
                        "credit_code": u.credit_code,
                        "unit_name": u.unit_name,
                        "form": u.form,
                        "verdict": u.verdict,
                        "number": u.number,
                        "reason": u.reason,
                    }
                    for u in result.units
                ],
                "rosters": [
                    {
                        "number": r.number,
                        "title": r.title,
                        "closed_on": r.closed_on.isoformat(),
                        "count": r.count,
                        **{change.value: list(names) for change, names in r.changes.items()},
                    }
                    for r in result.rosters
                ],
                "refused": list(result.refused),
                "exchange": _exchange_as_dict(result.loop),
                "files": [str(f) for f in result.files],
            }
        )
        return 0
    rows = [(u.credit_code, u.unit_name, u.kind, u.label, u.reason) for u in result.units]
    print_table(("信用代码", "单位名称", "类别", "校核结果", "主要原因"), rows)
    counts = "，".join(f"{label}{n}家" for label, n in result.counts.items())
    print(f"\n共{len(rows)}家：{counts}。\n\n区工信局三年动态更新：")
    years = [
        (str(r.number), r.title, r.closed_on.isoformat(), str(r.count), _changes(r)) for r in result.rosters
    ]
    print_table(("名单", "批次", "关闭日期", "家数", "变动"), years)
    print("\n被关口拦下的：")
    for sentence in result.refused:
        print(f"  {sentence}")
    _print_exchange(result.loop)
    print(f"\n写出{len(result.files)}个文件（PDF、Excel和报送的文件），在文件夹：{result.folder}")
    return 0


def _print_exchange(loop: LoopResult) -> None:
    print("\n两个街镇、园区与区局之间收发文件：")
    print_table(("日期", "谁", "做什么", "结果"), [(str(s.day), s.who, s.what, s.said) for s in loop.steps])
    print("\n各家的情况：")
    print_table(("单位名称", "推荐单位", "街镇、园区所见", "区局所见", "两边内容"), [
        (u.unit_name, u.office, u.standing, u.bureau_state, "相同" if u.is_same else "不同") for u in loop.units
    ])


def _exchange_as_dict(loop: LoopResult) -> dict[str, object]:
    return {
        "steps": [{"day": s.day.isoformat(), "who": s.who, "what": s.what, "said": s.said} for s in loop.steps],
        "units": [
            {"unit_name": u.unit_name, "office": u.office, "standing": u.standing, "bureau_state": u.bureau_state,
             "same": u.is_same}
            for u in loop.units
        ],
    }


def _changes(roster: DemoRoster) -> str:
    return "；".join(f"{change.label}{'、'.join(names)}" for change, names in roster.changes.items() if names)


def selftest(arguments: argparse.Namespace) -> int:
    """Try each part once, in a temporary folder; with `--window` the window too."""
    steps = run_selftest(arguments.probe_window if arguments.window else None)
    if arguments.json:
        print_json(
            {"ok": all(s.ok for s in steps), "steps": [{"name": s.name, "ok": s.ok, "detail": s.detail} for s in steps]}
        )
    else:
        for step in steps:
            print(f"{'通过' if step.ok else '失败'}  {step.name}  {step.detail}")
    return 0 if all(s.ok for s in steps) else 1


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({
    "demo": demo, "selftest": selftest,
})
