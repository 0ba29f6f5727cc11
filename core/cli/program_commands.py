"""`demo` and `selftest`."""

from __future__ import annotations

import argparse

from core.cli.output import print_json, print_table
from core.services.demo import run_demo
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
                "files": [str(f) for f in result.files],
            }
        )
        return 0
    rows = [(u.credit_code, u.unit_name, u.kind, u.label, u.reason) for u in result.units]
    print_table(("信用代码", "单位名称", "类别", "校核结果", "主要原因"), rows)
    counts = "，".join(f"{label}{n}家" for label, n in result.counts.items())
    print(f"\n共{len(rows)}家：{counts}。写出{len(result.files)}个文件（PDF和Excel），在文件夹：{result.folder}")
    return 0


def selftest(arguments: argparse.Namespace) -> int:
    """Try each part once, in a temporary folder."""
    steps = run_selftest()
    if arguments.json:
        print_json(
            {"ok": all(s.ok for s in steps), "steps": [{"name": s.name, "ok": s.ok, "detail": s.detail} for s in steps]}
        )
    else:
        for step in steps:
            print(f"{'通过' if step.ok else '失败'}  {step.name}  {step.detail}")
    return 0 if all(s.ok for s in steps) else 1
