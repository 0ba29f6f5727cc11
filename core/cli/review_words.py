"""What the bureau said of a form, for `show`: its remarks per field, its decisions with reason and clause."""

from __future__ import annotations

from core.domain.enums import RecordState
from core.services import drafts
from core.services.drafts import OpenForm
from core.services.library import review
from core.services.workspace import Workspace


def review_as_dict(ws: Workspace, opened: OpenForm) -> dict[str, object]:
    """Standing `remarks`, `decisions` from first to last, `returned_for` while the form waits to be mended."""
    return {
        "remarks": [
            {"field": r.field, "label": _label(opened, r.field), "text": r.text, "by": r.written_by,
             "at": r.written_at.isoformat()}
            for r in review.remarks(ws, opened.record.id)
        ],
        "decisions": [
            {"decision": d.kind.value, "on": d.decided_on.isoformat(), "clause": d.clause, "reason": d.reason,
             "number": d.verdict_number, "by": d.decided_by}
            for d in review.decisions(ws, opened.record.id)
        ],
        "returned_for": _returned_for(ws, opened),
    }


def print_review(ws: Workspace, opened: OpenForm) -> None:
    """The same in lines; nothing where nobody has said anything."""
    made = review.decisions(ws, opened.record.id)
    for d in made:
        words = "，".join(part for part in (d.clause, d.reason.rstrip("。")) if part)
        print(f"  {d.decided_on} {d.kind.label}{f'：{words}' if words else ''}（{d.decided_by}）")
    if not made and (reason := _returned_for(ws, opened)):
        print(f"  退回原因：{reason}")
    for r in review.remarks(ws, opened.record.id):
        print(f"  审核意见 {_label(opened, r.field)}：{r.text}")


def _label(opened: OpenForm, field: str) -> str:
    return opened.form.label_of(field) if field else "全表"


def _returned_for(ws: Workspace, opened: OpenForm) -> str:
    """Why it came back; an annual report is returned without a decision of a window."""
    if opened.record.state is not RecordState.RETURNED:
        return ""
    said = [e.detail for e in drafts.events(ws, opened.record.id) if e.kind == RecordState.RETURNED.value]
    return said[-1] if said else ""
