"""Numbers of verdicts as they are on paper already: what the program does faster or otherwise must not change them.

The pack's digest is left out of them, so that an edit of the pack that touches no outcome leaves them as they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from core.rules.verdict import check
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF

PACK: Final = replace(shipped_pack(), digest="0" * 64)
CHANGES: Final[dict[str, dict[str, Any]]] = {
    "full": {},
    "otherwise written": {
        "established_on": "2011年4月18日", "credit_code": " 91120115pdy00001x4 ", "employees": "４２６",
    },
    "wrong": {"employees": "很多", "established_on": "2026-02-30", "office": "外区街道", "no_such": 1},
    "events": {
        "neg_suspended_answer": "yes", "neg_suspended_from": "2024-01-01", "neg_violation_answer": "unknown",
        "neg_more_events": [{"item": "delisted", "from": "2025-05-05"}, {"item": "other"}],
    },
}
NUMBERS: Final[dict[tuple[str, str], str]] = {
    ("green-factory", "full"): "4044-EBFF-F40B-165D",
    ("green-factory", "otherwise written"): "4044-EBFF-F40B-165D",
    ("green-factory", "wrong"): "1AFC-C0AD-CAB6-8113",
    ("green-factory", "events"): "E700-0AAB-0458-3A0F",
    ("green-supply-chain", "full"): "B5D5-17B7-35A5-F3C2",
    ("green-supply-chain", "otherwise written"): "0ECD-3BDB-1CC3-A498",
    ("green-supply-chain", "wrong"): "990F-9B30-DF93-C102",
    ("green-supply-chain", "events"): "B9EA-FC85-66CB-2979",
    ("green-park", "full"): "8902-961E-1F29-747A",
    ("green-park", "otherwise written"): "BE57-B2A4-0023-ECCD",
    ("green-park", "wrong"): "5FE5-DA40-94E1-E1B8",
    ("green-park", "events"): "DCEE-D766-A1B9-3784",
    ("annual-report", "full"): "D137-2BF0-4188-6654",
    ("annual-report", "otherwise written"): "D137-2BF0-4188-6654",
    ("annual-report", "wrong"): "02F4-8369-C1EE-B095",
    ("annual-report", "events"): "6F45-4FB5-CD35-8C71",
}


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("form_id", FORM_IDS)
def test_the_number_is_what_it_was(form_id: str, case: str) -> None:
    verdict = check(PACK, form_id, sample(form_id) | CHANGES[case], AS_OF).verdict
    assert verdict.number == NUMBERS[form_id, case]
