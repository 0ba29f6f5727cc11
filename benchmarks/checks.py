"""Checking 10,000 different filled forms, beside the same rules by hand in plain Python and beside the engine alone.

`python -m benchmarks.checks [--count 10000]`. Blocks of forms are taken in turns, ours and the other; one core is
measured by the time that it computed, all cores by the clock. Each verdict is made whole: findings, sentences, number.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.by_hand.park import FORM as PARK
from benchmarks.by_hand.park import ByHand
from benchmarks.filled_forms import filled_forms
from benchmarks.measuring import Row, head, note
from core.domain.finding import Verdict
from core.forms.expressions import bind
from core.forms.functions import new_context
from core.forms.plan import plan_of
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
from core.policy.pack import PolicyPack
from core.rules.verdict import check
from core.services.checking import CheckRequest, check_many
from tests.fixtures.sample_answers import AS_OF

FACTORY: Final = "green-factory"
TARGET: Final = "≥ 3000/s"
_ROOT: Final = Path(__file__).resolve().parents[1]
_BLOCK: Final = 250
_ENGINE_FORMS: Final = 500

Answers: TypeAlias = Mapping[str, Any]
Block: TypeAlias = Callable[[Sequence[Any]], object]


def stored(pack: PolicyPack, form_id: str, count: int) -> Iterator[tuple[dict[str, Any], bool]]:
    """Stored answers of so many forms, and whether each of them is well-formed."""
    for answers in filled_forms(pack, form_id, count):
        state = check(pack, form_id, answers, AS_OF).state
        yield dict(state.answers), not state.parsed.wrong


def assert_alike(pack: PolicyPack, hand: ByHand, forms: Sequence[Answers]) -> None:
    """By hand comes to the same verdict, number and sentences."""
    for answers in forms:
        verdict = check(pack, PARK, answers, AS_OF).verdict
        eligibility, number, said = hand.check(answers)
        assert (eligibility, number) == (verdict.eligibility, verdict.number)
        assert sorted(said) == sorted((f.rule, f.outcome.value, f.message) for f in verdict.findings)


def in_turns(ours: Block, other: Block, mine: Sequence[Any], theirs: Sequence[Any]) -> tuple[float, float]:
    """Seconds that each computed over all its forms, block by block in turns."""
    spent = [0.0, 0.0]
    ours(mine[:_BLOCK])
    other(theirs[:_BLOCK])
    for start in range(0, len(mine), _BLOCK):
        for side, (work, given) in enumerate(((ours, mine), (other, theirs))):
            block, began = given[start:start + _BLOCK], time.process_time()
            kept = work(block)
            spent[side] += time.process_time() - began
            del kept
    return spent[0], spent[1]


def checker(pack: PolicyPack, form_id: str) -> Block:
    """Ours: every verdict of a block, whole."""
    return lambda forms: [check(pack, form_id, answers, AS_OF).verdict for answers in forms]


def engine_alone(pack: PolicyPack, forms: Sequence[Answers]) -> list[tuple[Any, list[Any]]]:
    """For each form the engine's context with all values in it, and the programs of all formulas outside tables."""
    form, made = pack.form(FACTORY), []
    plan = plan_of(form)
    expressions = [
        *(e for s in plan.settled for e in (s.field.relevant, s.field.calculation) if e is not None),
        *(c.field.constraint for c in plan.inputs if c.field.constraint is not None),
        *(audit.formula for audit in form.audits),
    ]
    for answers in forms:
        values = check(pack, FACTORY, answers, AS_OF).state.values
        context = new_context(form.lists, pack.parameters_at(AS_OF), AS_OF)
        context.update({**dict.fromkeys(form.by_name), **{name: bind(value) for name, value in values.items()}})
        asked = [e.program for e in expressions if all(values.get(name) is not None for name in e.needed)]
        run_programs(((context, asked[:1]),))  # the engine takes its copy of the values at the first
        made.append((context, asked))
    return made


def run_programs(given: Sequence[tuple[Any, list[Any]]]) -> int:
    """All programs of a block; gives how many."""
    count = 0
    for context, programs in given:
        for program in programs:
            try:
                program.execute(context)
            except (RuntimeError, TypeError, ValueError, LookupError, ArithmeticError):
                continue
        count += len(programs)
    return count


def told(name: str, count: int, seconds: tuple[float, float], target: str = "", peak: str = "") -> None:
    """Print and note a row: forms a second of both, and how many times the other's time ours took."""
    mine, theirs = seconds
    row = Row(name, f"{count / mine:,.0f}/s", f"{count / theirs:,.0f}/s", mine / theirs, target, peak)
    print(row.line(), flush=True)
    note(row)


def by_clock(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def on_all_cores(pack: PolicyPack, forms: Sequence[Answers]) -> tuple[float, float]:
    """Seconds by the clock with helper processes (their start counted), and without."""
    requests = [CheckRequest(FACTORY, answers, AS_OF) for answers in forms]
    cores = os.cpu_count() or 1

    def work(workers: int) -> list[Verdict]:
        return list(check_many(pack, requests, workers=workers))

    return by_clock(lambda: work(cores)), by_clock(lambda: work(0))


def peak_of(count: int) -> float:
    """Peak of memory in MB of a process that checks so many factories and keeps every verdict."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.checks", "--count", str(count), "--peak"], cwd=_ROOT, check=True,
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    return float(done.stdout)


def main(arguments: Sequence[str]) -> None:
    """Every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many forms of each kind")
    parser.add_argument("--peak", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    pack = load_pack(resources_folder() / "policy")
    if given.peak:
        kept = [check(pack, FACTORY, answers, AS_OF).verdict for answers in filled_forms(pack, FACTORY, given.count)]
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if kept else 0)
        return
    print(head())
    hand = ByHand(pack, AS_OF)
    parks = [answers for answers, is_well_formed in stored(pack, PARK, given.count) if is_well_formed]
    assert_alike(pack, hand, parks[:1000])
    told("check parks, one core / by hand", len(parks), in_turns(
        checker(pack, PARK), lambda forms: [hand.check(answers) for answers in forms], parks, parks,
    ), TARGET)
    factories = [answers for answers, _ in stored(pack, FACTORY, given.count)]
    few = factories[:_ENGINE_FORMS]
    told("check factories, one core / engine alone", len(few), in_turns(
        checker(pack, FACTORY), run_programs, few, engine_alone(pack, few),
    ), TARGET)
    peak = f"{peak_of(given.count):.0f}"
    told("check factories, all cores / one", len(factories), on_all_cores(pack, factories), TARGET, peak)


if __name__ == "__main__":
    main(sys.argv[1:])
