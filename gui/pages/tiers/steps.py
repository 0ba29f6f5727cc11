"""What a clerk does on the way up, each from the question to what was done: evaluation, opinion, call, result."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from core.domain.library import Tier
from core.domain.tiers import Evaluation, EvaluationFacts, TierCall, pending
from core.services.library import evaluations, sheets, tiers
from core.services.library.tiers import Candidate
from core.services.printing import PrintKind, PrintRequest
from gui.dialogs.files import ask_save_path, safe_name, saving_folder
from gui.dialogs.form_dialog import Field, FieldKind, Values, ask_fields
from gui.dialogs.letter import preview_letter
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.printing import PrintJob, preview
from gui.dialogs.steps import Steps
from gui.session import Session
from gui.tasks import TaskRunner

_STANDARDS: Final = "standard_all"
_WORKBOOK: Final = "Excel文件 (*.xlsx)"
_REPORTS: Final = "评价报告 (*.pdf *.doc *.docx *.wps *.jpg *.jpeg *.png)"


class TierSteps(Steps):
    """Every method returns True when something was done; refusals are told as they come."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        super().__init__(parent, session)
        self._runner = runner

    # Evaluations

    def evaluate(self, candidate: Candidate) -> Evaluation | None:
        """登记评价; the new evaluation, None when the clerk gave up."""
        ws, member = self._ws, candidate.membership
        made: list[Evaluation] = []
        standards = [(c.label, c.name) for c in ws.pack.lists[_STANDARDS].choices]

        def submit(v: Values) -> None:
            facts = EvaluationFacts(
                body_name=v["body"], body_code=v["code"], body_representative=v["representative"],
                evaluated_on=v["on"], meets=v["meets"], standard=v["standard"] or "", standard_title=v["title"],
                score=v["score"], note=v["note"],
            )
            made.append(evaluations.add_evaluation(ws, member.id, facts, v["report"]))

        done = ask_fields(
            self._parent, "登记第三方评价",
            (
                Field("body", "评价机构(&B)", required=True),
                Field("code", "机构信用代码(&C)", required=True, hint="18位统一社会信用代码"),
                Field("representative", "法定代表人(&L)", required=True),
                Field("on", "评价日期(&D)", FieldKind.DATE, required=True, latest=ws.clock.today()),
                Field("standard", "对照标准(&T)", FieldKind.CHOICE, choices=standards, hint="（其他标准，在下面写明）"),
                Field("title", "其他标准名称(&N)", hint="清单里没有的行业、地方标准，写编号和名称"),
                Field("meets", "评价结论(&M)", FieldKind.CHOICE, required=True,
                      choices=(("达到标准要求", True), ("没有达到标准要求", False))),
                Field("score", "得分(&P)", FieldKind.NUMBER, least=0, most=100, hint="没有评分的不填"),
                Field("report", "评价报告(&R)", FieldKind.FILE, pattern=_REPORTS),
                Field("note", "备注(&E)"),
            ),
            intro=f"“{member.unit_name}”的第三方评价。", submit=submit,
        )
        if done is None:
            return None
        self._session.announce_library()
        return made[0]

    def withdraw(self, candidate: Candidate, evaluation_id: str) -> bool:
        """撤回 an evaluation, with a reason."""
        found = self._evaluation(candidate, evaluation_id)
        if found is None:
            return False
        return self._done(ask_fields(
            self._parent, "撤回评价",
            (Field("reason", "撤回原因(&R)", FieldKind.MEMO, required=True, hint="如登记有误、报告不实"),),
            intro=f"“{found.body_name}”{found.evaluated_on}对“{candidate.membership.unit_name}”的评价撤回后不再作数。",
            ok="撤回(&W)", submit=lambda v: evaluations.withdraw_evaluation(self._ws, found.id, v["reason"]),
        ))

    def open_report(self, candidate: Candidate, evaluation_id: str) -> None:
        """Show the stored report with the PC's own program."""
        found = self._evaluation(candidate, evaluation_id)
        if found is not None:
            path = self._try(lambda: evaluations.report_path(self._ws, found), "不能打开")
            if path is not None:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _evaluation(self, candidate: Candidate, evaluation_id: str) -> Evaluation | None:
        found = evaluations.evaluations(self._ws, candidate.membership.id)
        return next((e for e in found if e.id == evaluation_id), None)

    # Opinion, recommendation, result

    def give_opinion(self, candidate: Candidate, tier: Tier) -> bool:
        """区局意见: agree, or disagree with a reason."""
        member, today = candidate.membership, self._ws.clock.today()
        return self._done(ask_fields(
            self._parent, "区局意见",
            (
                Field("agreed", "意见(&A)", FieldKind.CHOICE, required=True,
                      choices=((f"同意推荐到{tier.label}", True), (f"不同意推荐到{tier.label}", False))),
                Field("reason", "理由(&R)", FieldKind.MEMO, hint="不同意的要写明理由"),
                Field("on", "日期(&D)", FieldKind.DATE, required=True, value=today, latest=today),
            ),
            intro=f"“{member.unit_name}”：是否同意推荐到{tier.label}？",
            submit=lambda v: tiers.agree(
                self._ws, member.id, tier, agreed=v["agreed"], reason=v["reason"], on=v["on"]
            ),
        ))

    def recommend(self, candidate: Candidate, tier: Tier, call: TierCall | None) -> bool:
        """推荐; what stands against it is told before anything is asked."""
        member, today = candidate.membership, self._ws.clock.today()
        if call is None:
            tell(self._parent, "还不能推荐", f"还没有{tier.label}申报通知，请先按“登记通知”登记，再推荐。")
            return False
        day = max(min(today, call.deadline), call.issued_on)
        against = self._try(lambda: tiers.obstacles(self._ws, member.id, tier, call.id, day), "还不能推荐")
        if against is None:
            return False
        if against:
            warn(self._parent, "还不能推荐", against[0])
            return False
        return self._done(ask_fields(
            self._parent, f"推荐到{tier.label}",
            (Field("on", "推荐日期(&D)", FieldKind.DATE, required=True, value=day, latest=today),),
            intro=f"按“{call.title}”把“{member.unit_name}”推荐到{tier.label}。", ok="推荐(&R)",
            submit=lambda v: tiers.recommend(self._ws, member.id, tier, call.id, v["on"]),
        ))

    def decide(self, candidate: Candidate, tier: Tier) -> bool:
        """登记结果 of the recommendation that waits."""
        member, today = candidate.membership, self._ws.clock.today()
        waiting = pending(candidate.steps, tier)
        if waiting is None:
            tell(self._parent, "登记结果", f"“{member.unit_name}”没有等待结果的{tier.label}推荐，请先推荐。")
            return False
        return self._done(ask_fields(
            self._parent, "登记结果",
            (
                Field("approved", "结果(&A)", FieldKind.CHOICE, required=True,
                      choices=((f"获{tier.label}认定", True), ("未通过", False))),
                Field("document", "公布文件(&F)", required=True, hint="文件名称和文号"),
                Field("reason", "说明(&R)", FieldKind.MEMO),
                Field("on", "公布日期(&D)", FieldKind.DATE, required=True, value=today, latest=today),
            ),
            intro=f"“{member.unit_name}”{waiting.happened_on}推荐到{tier.label}，结果是：",
            submit=lambda v: tiers.decide(
                self._ws, member.id, tier, approved=v["approved"], document=v["document"], reason=v["reason"],
                on=v["on"],
            ),
        ))

    def end(self, candidate: Candidate, tier: Tier) -> bool:
        """退出名单: city or nation took the unit off its list."""
        member, today = candidate.membership, self._ws.clock.today()
        return self._done(ask_fields(
            self._parent, f"退出{tier.label}名单",
            (
                Field("reason", "原因(&R)", FieldKind.MEMO, required=True),
                Field("document", "公布文件(&F)", hint="文件名称和文号"),
                Field("on", "日期(&D)", FieldKind.DATE, required=True, value=today, latest=today),
            ),
            intro=f"登记“{member.unit_name}”退出{tier.label}名单。单位仍在区培育库里，层级降回下一级。",
            ok="退出名单(&T)",
            submit=lambda v: tiers.end(
                self._ws, member.id, tier, reason=v["reason"], document=v["document"], on=v["on"]
            ),
        ))

    # Calls

    def add_call(self, tier: Tier) -> TierCall | None:
        """登记通知; the new call, None when the clerk gave up."""
        ws, made = self._ws, []
        today = ws.clock.today()

        def submit(v: Values) -> None:
            made.append(tiers.add_call(
                ws, tier=v["tier"], year=v["year"], title=v["title"], issued_on=v["issued"], deadline=v["deadline"],
                quota=v["quota"], documents=v["documents"].splitlines(),
            ))

        done = ask_fields(
            self._parent, "登记申报通知",
            (
                Field("tier", "层级(&L)", FieldKind.CHOICE, required=True, value=tier,
                      choices=((Tier.CITY.label, Tier.CITY), (Tier.NATION.label, Tier.NATION))),
                Field("title", "通知名称和文号(&T)", required=True),
                Field("year", "年度(&Y)", FieldKind.NUMBER, required=True, value=today.year, whole=True, least=2000,
                      most=2100),
                Field("issued", "发布日期(&D)", FieldKind.DATE, required=True, latest=today),
                Field("deadline", "截止日期(&E)", FieldKind.DATE, required=True),
                Field("quota", "推荐限额(&Q)", FieldKind.NUMBER, whole=True, least=1, hint="不限家数的不填"),
                Field("documents", "要求的材料(&M)", FieldKind.MEMO, hint="一行一项，推荐前逐项勾选"),
            ),
            submit=submit,
        )
        if done is None:
            return None
        self._session.announce_library()
        return made[0]

    def tick(self, candidate: Candidate, call: TierCall, document: str, *, done: bool) -> bool:
        """A document is there, or is not after all; taking one back that is used already is asked first."""
        member = candidate.membership
        if not done and pending(candidate.steps, call.tier) is not None and not ask(
            self._parent, "取消勾选", f"“{member.unit_name}”已经推荐，要把“{document}”改为没有收到吗？", "取消勾选(&U)",
            loses=True,
        ):
            return False
        return self._done(self._try(
            lambda: tiers.tick(self._ws, call.id, member.id, document, done=done), "没有记下"
        ))

    # 推荐名单

    def print_list(self, tier: Tier, call: TierCall | None) -> None:
        """Preview the list of those recommended under a call."""
        if call is None:
            tell(self._parent, "推荐名单", f"还没有{tier.label}申报通知，请先按“登记通知”登记。")
            return
        kind = PrintKind.CITY_LIST if tier is Tier.CITY else PrintKind.NATION_LIST
        job = PrintJob(PrintRequest(kind, call_id=call.id), f"{call.year}年{tier.label}推荐名单")
        preview(self._parent, self._session, self._runner, job)

    def print_letter(self, tier: Tier, call: TierCall | None) -> None:
        """Preview the letter to the city for those recommended under a call."""
        if call is None:
            tell(self._parent, "推荐函", f"还没有{tier.label}申报通知，请先按“登记通知”登记。")
            return
        preview_letter(self._parent, self._session, self._runner, call=call)

    def export_list(self, tier: Tier, call: TierCall | None, *, candidates: bool) -> Path | None:
        """Write those recommended under a call, or all candidates, as an Excel workbook; returns where."""
        if call is None and not candidates:
            tell(self._parent, "推荐名单", f"还没有{tier.label}申报通知，请先按“登记通知”登记。")
            return None
        name = f"{tier.label}候选单位" if call is None or candidates else f"{call.year}年{tier.label}推荐名单"
        out = ask_save_path(self._parent, "导出Excel", saving_folder() / f"{safe_name(name)}.xlsx", _WORKBOOK)
        if out is None:
            return None
        call_id = None if call is None or candidates else call.id
        written = self._try(lambda: sheets.export_candidates(self._ws, out, tier, call_id), "没有导出")
        if written is not None:
            tell(self._parent, "已导出", f"已保存到：{written}")
        return written
