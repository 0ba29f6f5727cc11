"""What must hold once everybody has said everything: both ends the same, nothing lost, every file's fate told."""

from __future__ import annotations

from core.services.exchange import conflicts
from core.services.workspace import Workspace
from tests.simulation.stations import Station
from tests.simulation.world import World


def require_peace(world: World) -> None:
    """Everything that is promised after the last good round."""
    for office in world.offices.values():
        require_same_state(office, world.bureau)
    for station in world.stations:
        assert station.ws.store.verify_history() == (), station.name
        assert conflicts.records_in_conflict(station.ws) == (), station.name
        require_fates(station)
    require_nothing_lost(world)


def require_same_state(office: Station, bureau: Station) -> None:
    """The same forms, with the same answers, states, explanations, files, remarks and versions."""
    here = office.ws.store.exchange.ids()
    assert set(here) == set(bureau.ws.store.exchange.ids(offices=(office.name,))), office.name
    for record_id in here:
        mine, theirs = seen(office.ws, record_id), seen(bureau.ws, record_id)
        differing = {part: (mine[part], theirs[part]) for part in mine if mine[part] != theirs[part]}
        assert not differing, (office.name, record_id, differing)


def seen(ws: Workspace, record_id: str) -> dict[str, object]:
    """A form as everybody must see it."""
    record = ws.store.get(record_id)
    return {
        "answers": dict(record.answers), "state": record.state, "office": record.office, "name": record.unit_name,
        "explanations": sorted((e.rule, e.text) for e in record.explanations),
        "evidence": sorted((e.id, e.field, e.sha256) for e in ws.store.evidence(record_id)),
        "contents": all(ws.store.evidence_path(e).is_file() for e in ws.store.evidence(record_id)),
        "remarks": sorted((r.id, r.field, r.text) for r in ws.store.library.review.remarks(record_id)),
        "vector": dict(ws.store.exchange.vectors([record_id])[record_id]),
        "conflicts": ws.store.exchange.conflicts(record_id),
        "verdict": record.verdict_number,
        "changes": sorted(
            (s.changed_at, s.field, repr(s.new), s.changed_by)
            for s in ws.store.history(record_id) if not s.field.startswith("confirmation:")
        ),
    }


def require_fates(station: Station) -> None:
    """Every file that arrived was told about once, in a sentence."""
    for _, sentence in station.fates:
        assert sentence.endswith(("。", "！")), sentence
        assert "\n" not in sentence, sentence
        assert len(sentence) < 400, sentence
    assert len(station.fates) == sum(station.told[x] for x in ("received", "refused", "empty or repeated"))


def require_nothing_lost(world: World) -> None:
    """Every value that anybody ever typed stands in the history of both ends."""
    for station in world.stations:
        for typed in station.typed:
            ends = [world.bureau, next(o for o in world.offices.values() if typed.record_id in _ids(o))]
            for end in ends:
                values = [s.new for s in end.ws.store.history(typed.record_id, typed.field)]
                assert typed.value in values, (station.name, end.name, typed)


def _ids(station: Station) -> frozenset[str]:
    return frozenset(station.ws.store.exchange.ids())
