"""Opening, making up for, and closing a window, each from the question to what was done."""

from __future__ import annotations

from core.domain.calendar import format_chinese
from core.domain.library import PlannedWindow, Roster, Window
from core.services.library import closing, members, rosters, windows
from core.services.library.closing import ClosingCheck
from gui.dialogs.form_dialog import Field, FieldKind, Values, ask_fields
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.steps import Steps


class WindowSteps(Steps):
    """What is done to windows; refusals are told as they come."""

    def open_planned(self) -> bool:
        """打开窗口: the planned one of today."""
        running = windows.overview(self._ws).running
        title = running.title if running else "更新窗口"
        question = (
            f"打开“{title}”吗？打开期间办理纳入、移出、保留；政策包（{self._ws.pack.label}）会随批次存档，"
            f"打开后不能退回，只能办完关闭。"
        )
        if running is not None and not ask(self._parent, "打开窗口", question, "打开(&O)"):
            return False
        return self._done(self._try(lambda: windows.open_window(self._ws), "不能打开窗口"))

    def open_extra(self) -> bool:
        """增开批次 beside the planned windows."""
        today = self._ws.clock.today()
        taken = [w.batch or 0 for w in windows.windows(self._ws) if w.batch is not None and w.year == today.year]
        return self._done(ask_fields(
            self._parent, "增开批次",
            (
                Field("batch", f"{today.year}年第几批(&N)", FieldKind.NUMBER, required=True, whole=True, least=1,
                      most=99, value=max(taken, default=0) + 1),
                Field("title", "名称(&T)", FieldKind.TEXT, hint="不填时用“某年度第几批”"),
                Field("note", "增开原因(&R)", FieldKind.MEMO, required=True, hint="如：区级部署急需入库，写明文件"),
            ),
            intro="增开批次和更新窗口一样办理、关闭，也写成编号名单。同一时间只能办理一个批次。", ok="打开(&O)",
            submit=lambda v: windows.open_window(self._ws, batch=v["batch"], title=v["title"], note=v["note"]),
        ))

    def make_up(self) -> bool:
        """补办: open a planned window whose days have passed."""
        missed = windows.overview(self._ws).missed
        if not missed:
            tell(self._parent, "补办", "没有漏办的更新窗口。")
            return False
        choices = [(f"{p.title}（计划{p.first}至{p.last}）", p) for p in missed]

        def submit(values: Values) -> None:
            plan: PlannedWindow = values["plan"]
            windows.open_window(self._ws, year=plan.year, month=plan.month, note=values["note"])

        return self._done(ask_fields(
            self._parent, "补办更新窗口",
            (
                Field("plan", "补办哪一次(&N)", FieldKind.CHOICE, required=True, choices=choices, value=missed[-1]),
                Field("note", "补办原因(&R)", FieldKind.MEMO, required=True),
            ),
            intro="补办的窗口按今天的日期打开，名单的落款日期是关闭那一天。", ok="打开(&O)", submit=submit,
        ))

    def close(self) -> Roster | None:
        """关闭窗口: told in numbers, asked with the safe answer first."""
        found = self._try(lambda: closing.closing_check(self._ws), "不能关闭窗口")
        if found is None:
            return None
        if found.blockers:
            reasons = "\n".join(f"{n}. {sentence}" for n, sentence in enumerate(found.blockers, start=1))
            warn(self._parent, "还不能关闭", f"还不能关闭“{found.window.title}”：\n{reasons}\n请在“移出”里逐项决定。")
            return None
        if not ask(self._parent, "关闭窗口", self._question(found), "关闭并写名单(&C)", "先不关闭(&N)", loses=True):
            return None
        made = self._try(lambda: closing.close_window(self._ws), "没有关闭")
        if made is not None:
            self._session.announce_library()
        return made

    def rerun(self) -> None:
        """重算核对: every verdict of a closed window again, under its own pack."""
        done = [w for w in windows.windows(self._ws) if not w.is_open]
        if not done:
            tell(self._parent, "重算核对", "还没有关闭过的批次。")
            return
        chosen = ask_fields(
            self._parent, "重算核对",
            (Field("window", "批次(&N)", FieldKind.CHOICE, required=True, value=done[0].id,
                   choices=[(f"{w.title}（{w.closed_on}关闭）", w.id) for w in done]),),
            intro="用当时的政策包和日期把这一批的校核重算一遍，看编号是否与决定时一致。", ok="重算(&S)",
        )
        if chosen is not None:
            self._tell_rerun(next(w for w in done if w.id == chosen["window"]))

    def _tell_rerun(self, window: Window) -> None:
        found = self._try(lambda: closing.rerun(self._ws, window.id), "不能重算")
        if found is None:
            return
        changed = [f"“{r.unit_name}”：{r.decision.verdict_number} → {r.number_now}" for r in found if not r.is_same]
        if changed:
            warn(self._parent, "重算核对", f"“{window.title}”有{len(changed)}份编号不一致：\n" + "\n".join(changed))
        else:
            tell(self._parent, "重算核对", f"“{window.title}”的{len(found)}份校核重算后，编号都与决定时一致。")

    def _question(self, found: ClosingCheck) -> str:
        """What closing does, in numbers."""
        now = len(members.members(self._ws))
        number = rosters.rosters(self._ws)[0].number + 1 if rosters.rosters(self._ws) else 1
        lines = [
            f"关闭“{found.window.title}”吗？",
            f"· 纳入{len(found.admitted)}个单位，移出{len(found.leaving)}个，保留{len(found.kept)}个",
            f"· 在库由{now}个变为{found.count}个，写成第{number}号名单（{format_chinese(self._ws.clock.today())}）",
            *(f"· {warning}" for warning in found.warnings),
            "关闭后名单封存，决定不能撤销，也不能重新打开。",
        ]
        return "\n".join(lines)

