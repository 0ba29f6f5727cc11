"""The list of units at 100,000 units, beside the same SQL without our program; see README.md."""

from __future__ import annotations

import itertools
import sqlite3
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from benchmarks.measuring import Case, Work, run
from core.domain.enums import RecordState
from core.services import drafts
from core.services.workspace import Workspace, open_workspace
from core.store.search import search_text

UNITS = 100_000
_SHOWN: Final = (
    "id, form, credit_code, unit_name, office, state, updated_at, is_sample, eligibility, open_count, period"
)
_FILE: Final = "greenladder.sqlite3"
_PLACES: Final = ("天津", "宝坻", "滨海", "静海", "武清", "宁河", "蓟州", "东丽", "津南", "华北")
_BRANDS: Final = ("长城", "重阳", "乐天", "宏发", "瑞安", "精工", "联合", "大成", "永盛", "新源", "博远", "恒泰")
_TRADES: Final = ("机械", "食品", "化工", "电子", "纺织", "钢铁", "家具", "塑料", "医药", "仪表")
_KINDS: Final = ("有限公司", "股份有限公司", "集团有限公司", "制造厂")
_CODE: Final = "91120115PDY{:06}X"
_CODE_PLACE: Final = "0" * 18


def prepare(folder: Path) -> None:
    """A store with the lines of so many invented units, written past the program, which takes an hour for them."""
    open_workspace(folder).close()
    dice = Random(6)
    texts = {
        "".join(parts): search_text("".join(parts), _CODE_PLACE)
        for parts in itertools.product(_PLACES, _BRANDS, _TRADES, _KINDS)
    }
    names = list(texts)
    with sqlite3.connect(folder / _FILE) as connection:
        connection.executemany(
            f"INSERT INTO records ({_SHOWN}, search_text, pack_version, revision, created_at) "
            f"VALUES ({', '.join('?' * 15)})",
            (_line(number, dice, (name := dice.choice(names)), texts[name]) for number in range(UNITS)),
        )
    connection.close()


def _line(number: int, dice: Random, name: str, text: str) -> tuple[object, ...]:
    code = _CODE.format(number)
    moment = datetime(2026, 1, 1) + timedelta(seconds=dice.randrange(20_000_000))  # noqa: DTZ001 - as SQLite keeps it
    return (
        str(UUID(int=dice.getrandbits(128))), dice.choice(("green-factory", "green-supply-chain", "green-park")), code,
        name, f"1201150{number % 30:02}", dice.choice(tuple(RecordState)).value, f"{moment:%Y-%m-%d %H:%M:%S.%f}",
        False, dice.choice((None, "eligible", "incomplete", "not_eligible")), dice.randrange(9), "",
        text.replace(_CODE_PLACE, code.lower()), "", 1, "2026-01-01 00:00:00.000000",
    )


def _beside(ours: Callable[[Workspace], object], sql: str) -> Callable[[Path], tuple[Work, Work]]:
    """What the window asks for, and the rows of the same statement as they come."""

    def works(folder: Path) -> tuple[Work, Work]:
        workspace = open_workspace(folder)
        bare = sqlite3.connect(folder / _FILE)
        bare.execute("PRAGMA cache_size = -32768")
        return lambda: ours(workspace), lambda: bare.execute(sql.format(middle=UNITS // 2)).fetchall()

    return works


def _page(order: str, offset: str = "0", where: str = "") -> str:
    return (
        f"SELECT {_SHOWN} FROM records WHERE deleted_at IS NULL {where} ORDER BY {order} "
        f"LIMIT 200 OFFSET {offset}"
    )


_INITIALS: Final = "AND search_text LIKE '%bdcc%'"
_RARE: Final = "AND search_text LIKE '%pdy00012%'"
_STATE: Final = "AND state = 'draft'"
_COUNT: Final = "SELECT count(*) FROM records WHERE deleted_at IS NULL "
CASES: Final = (
    Case("list of 100,000: newest 200", "≤ 2", _beside(drafts.list_units, _page("updated_at DESC, id DESC")), 40),
    Case(
        "  200 by name, from the middle", "≤ 2",
        _beside(
            lambda ws: drafts.list_units(ws, order="name", offset=UNITS // 2), _page("search_text, id", "{middle}")
        ), 20,
    ),
    Case(
        "  200 drafts by name", "≤ 2",
        _beside(
            lambda ws: drafts.list_units(ws, order="name", state=RecordState.DRAFT),
            _page("search_text, id", "0", _STATE),
        ), 20,
    ),
    Case("  how many there are", "≤ 2", _beside(drafts.count_units, _COUNT), 20),
    Case(
        "search “bdcc”: first 200 by name", "≤ 2",
        _beside(
            lambda ws: drafts.list_units(ws, query="bdcc", order="name"), _page("search_text, id", "0", _INITIALS)
        ), 20,
    ),
    Case(
        "  “pdy00012”: all 10, newest first", "≤ 2",
        _beside(lambda ws: drafts.list_units(ws, query="pdy00012"), _page("updated_at DESC, id DESC", "0", _RARE)), 20,
    ),
    Case(
        "  “bdcc”: how many", "≤ 2",
        _beside(lambda ws: drafts.count_units(ws, query="bdcc"), _COUNT + _INITIALS), 20,
    ),
)


def main(arguments: Sequence[str] = ()) -> None:
    """Every figure."""
    run("benchmarks.lists", prepare, CASES, arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
