"""Keys: a file under a new key is taken because an enrolled one vouches for it; a retired one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.errors import NotAllowedError
from core.services.exchange import receiving, trust
from tests.fixtures.exchange import enrolled, open_bureau, open_office, recommended, sent


def test_a_new_key_is_taken_when_the_enrolled_one_vouches_for_it(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        recommended(office, 1)
        first = sent(office, tmp_path)
        enrolled(bureau, first)
        receiving.receive(bureau, first.path)
        trust.rotate(office)
        name = trust.rotate(office)  # nobody saw the key in between: it may not break the chain
        recommended(office, 2)
        received = receiving.receive(bureau, sent(office, tmp_path).path)
        assert received.facts.key_name == name
        assert [peer.key_name for peer in trust.peers(bureau)][-1] == name
        trust.rotate(office)
        recommended(office, 3)
        assert "宝坻示范3号机械厂" in {
            record.unit_name for record in receiving.receive(bureau, sent(office, tmp_path).path).records
        }


def test_a_retired_key_is_trusted_no_longer(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        recommended(office, 1)
        file = sent(office, tmp_path)
        enrolled(bureau, file)
        trust.retire(bureau, trust.peers(bureau)[0].id)
        with pytest.raises(NotAllowedError, match="已经停用"):
            receiving.receive(bureau, file.path)
        trust.rotate(office)
        recommended(office, 2)
        with pytest.raises(NotAllowedError, match="已经停用"):
            receiving.receive(bureau, sent(office, tmp_path).path)
