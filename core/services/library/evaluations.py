"""第三方评价 of members (三(三)): recorded with the report, taken back, and what a clerk should look at twice."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from core.domain import credit_code as credit_codes
from core.domain.calendar import months_between
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Membership
from core.domain.tiers import Evaluation, EvaluationFacts
from core.services.library.access import day_of, require_bureau
from core.services.library.members import kind_label, membership
from core.services.workspace import Workspace

_STANDARDS: Final = "standard_all"
_OTHER: Final = "industry"
_CLAUSE: Final = "三(三)"


def add_evaluation(
    ws: Workspace, membership_id: str, facts: EvaluationFacts, report: Path | None = None
) -> Evaluation:
    """Record an evaluation of a member and keep its report file.

    Raises:
        NotAllowedError: not the bureau; not a member any more; body, code, standard, date or score is wrong;
            the same evaluation is recorded already.
        NotFoundError: no such member, or the standard is not in the pack's list.
        UnreadableInputError: the report cannot be read.
    """
    require_bureau(ws)
    member = membership(ws, membership_id)
    settled = _settled(ws, member, facts)
    kept = ws.store.files.add(report) if report is not None else None
    return ws.store.library.evaluations.add(
        membership_id, settled, report=(kept.file_name, kept.sha256) if kept else ("", ""), actor=ws.actor
    )


def evaluations(ws: Workspace, membership_id: str) -> tuple[Evaluation, ...]:
    """The evaluations of a member that count, oldest first."""
    return ws.store.library.evaluations.standing((membership_id,))


def newest(ws: Workspace, membership_id: str, on: date | None = None) -> Evaluation | None:
    """The evaluation that T1 looks at: the newest one made by that day."""
    found = [e for e in evaluations(ws, membership_id) if on is None or e.evaluated_on <= on]
    return found[-1] if found else None


def withdraw_evaluation(ws: Workspace, evaluation_id: str, reason: str = "") -> None:
    """Take an evaluation back that was recorded by mistake or turned out to be untrue.

    Raises:
        NotAllowedError: not the bureau, or taken back already.
        NotFoundError: there is none with that id.
    """
    require_bureau(ws)
    ws.store.library.evaluations.withdraw(evaluation_id, reason=reason.strip(), actor=ws.actor)


def report_path(ws: Workspace, evaluation: Evaluation) -> Path:
    """Where the stored report lies.

    Raises:
        NotFoundError: there is none, or it is gone.
    """
    if not evaluation.report_sha256:
        raise NotFoundError(f"“{evaluation.body_name}”{evaluation.evaluated_on}的评价没有附评价报告。")
    return ws.store.files.path(evaluation.report_sha256, evaluation.report)


def standard_label(ws: Workspace, evaluation: Evaluation) -> str:
    """The standard as people name it; an industry or local one by its own title."""
    if evaluation.standard == _OTHER and evaluation.standard_title:
        return evaluation.standard_title
    return ws.pack.lists[_STANDARDS].label_of(evaluation.standard)


def crowded(ws: Workspace, evaluation: Evaluation) -> str:
    """A hint when bodies of one legal representative pass the pack's number in a calendar year, else ""."""
    year = evaluation.evaluated_on.year
    most = ws.pack.parameters_at(evaluation.evaluated_on).get("evaluator_projects_max")
    found = ws.store.library.evaluations.by_representative(
        evaluation.body_representative, date(year, 1, 1), date(year, 12, 31)
    )
    if not isinstance(most, float) or len(found) <= most:
        return ""
    bodies = "、".join(dict.fromkeys(f"“{e.body_name}”" for e in found))
    return (
        f"法定代表人{evaluation.body_representative}的第三方机构（{bodies}）{year}年已评价{len(found)}项，"
        f"超过{most:g}项的提示线，请核实评价质量（{_CLAUSE}）。"
    )


def hints(ws: Workspace, evaluation: Evaluation) -> tuple[str, ...]:
    """What a clerk should look at twice, a sentence each; nothing of it holds a recommendation back."""
    return tuple(s for s in (crowded(ws, evaluation), *_standard_hints(ws, evaluation), _aged(ws, evaluation)) if s)


def _standard_hints(ws: Workspace, evaluation: Evaluation) -> tuple[str, ...]:
    member, label = membership(ws, evaluation.membership_id), standard_label(ws, evaluation)
    found = []
    choice = ws.pack.lists[_STANDARDS].by_name.get(evaluation.standard)
    if choice is not None and not choice.in_force(evaluation.evaluated_on):
        found.append(f"“{label}”在评价日期{evaluation.evaluated_on}不是现行标准，请核实（{_CLAUSE}）。")
    form = ws.pack.forms.get(member.kind)
    field = form.by_name.get("standard_applied") if form else None
    if field is not None and field.choices is not None and evaluation.standard not in field.choices.by_name:
        kind = kind_label(ws, member.kind)
        found.append(f"“{label}”不是{kind}的评价标准，“{member.unit_name}”在库中的类别是{kind}，请核实（{_CLAUSE}）。")
    return tuple(found)


def _aged(ws: Workspace, evaluation: Evaluation) -> str:
    today = ws.clock.today()
    most = ws.pack.parameters_at(today).get("evaluation_max_age_months")
    age = months_between(evaluation.evaluated_on, today)
    if not isinstance(most, float) or age <= most:
        return ""
    return f"评价日期{evaluation.evaluated_on}距今已{age}个月，超过{most:g}个月，建议更新评价（{_CLAUSE}）。"


def _settled(ws: Workspace, member: Membership, facts: EvaluationFacts) -> EvaluationFacts:
    """The facts as they are stored: trimmed, the code normalised, the standard by its name."""
    body, representative = facts.body_name.strip(), facts.body_representative.strip()
    if not body or not representative:
        missing = "名称" if not body else "法定代表人"
        raise NotAllowedError(f"没有填第三方机构的{missing}，请补填（{_CLAUSE}）。")
    code = credit_codes.normalise(facts.body_code)
    problem = credit_codes.problem(code)
    if problem:
        raise NotAllowedError(f"第三方机构“{body}”的统一社会信用代码“{facts.body_code}”{problem}。")
    if code == member.credit_code:
        raise NotAllowedError(f"“{body}”就是被评价的单位，自己不能作第三方评价（{_CLAUSE}）。")
    if facts.score is not None and not (math.isfinite(facts.score) and 0 <= facts.score <= 100):
        raise NotAllowedError(f"得分应在0到100之间，现在是{facts.score:g}，请改正。")
    day_of(ws, facts.evaluated_on)
    return replace(
        facts, body_name=body, body_code=code, body_representative=representative,
        standard=_standard(ws, facts.standard.strip(), facts.standard_title.strip()),
        standard_title=facts.standard_title.strip(), note=facts.note.strip(),
    )


def _standard(ws: Workspace, given: str, title: str) -> str:
    known = ws.pack.lists[_STANDARDS]
    choice = known.by_name.get(given) or known.by_label.get(given)
    if given and choice is None:
        names = "、".join(known.by_name)
        raise NotFoundError(f"标准清单中没有“{given}”，可用的有：{names}；其他标准请写明编号和名称。")
    name = choice.name if choice else _OTHER
    if name == _OTHER and not title:
        raise NotAllowedError(f"没有写明对照的标准，请选清单中的标准，或写明行业、地方标准的编号和名称（{_CLAUSE}）。")
    return name
