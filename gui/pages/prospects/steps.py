"""What a clerk does with a prospect, each from the question to what was done."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from core.domain.enums import Role
from core.domain.prospects import GuidanceKind, Prospect, ProspectFacts, ProspectState
from core.services.library import prospects
from core.services.library.members import kind_label, kinds
from gui.dialogs.form_dialog import Field, FieldKind, Values, ask_fields
from gui.dialogs.messages import ask
from gui.dialogs.steps import Steps

_NOTE_KINDS: Final = tuple((kind.label, kind) for kind in GuidanceKind)


class ProspectSteps(Steps):
    """Refusals are told as they come; every change is announced."""

    @property
    def is_office(self) -> bool:
        """True where a street, town or park sits, which has no office to choose."""
        station = self._ws.station
        return station is not None and station.role is Role.OFFICE

    def add(self) -> Prospect | None:
        """新建; the new prospect, None when the clerk gave up."""
        made: list[Prospect] = []
        done = ask_fields(
            self._parent, "新建培育对象", self._fields(None),
            submit=lambda v: made.append(prospects.add(self._ws, self._facts(v, ""))),
        )
        return made[0] if self._done(done) else None

    def edit(self, prospect: Prospect) -> bool:
        """修改."""
        return self._done(ask_fields(
            self._parent, "修改培育对象", self._fields(prospect),
            submit=lambda v: prospects.edit(
                self._ws, prospect.id, self._facts(v, prospect.office), shown=prospect
            ),
        ))

    def note(self, prospect: Prospect) -> bool:
        """记一笔, and what comes next."""
        today = self._ws.clock.today()

        def submit(v: Values) -> None:
            if (v["next_step"], v["next_on"]) != (prospect.next_step, prospect.next_on):
                facts = replace(facts_of(prospect), next_step=v["next_step"], next_on=v["next_on"])
                prospects.edit(self._ws, prospect.id, facts, shown=prospect)
            prospects.note(self._ws, prospect.id, v["kind"], v["text"], v["on"])

        return self._done(ask_fields(
            self._parent, "记一笔",
            (
                Field("kind", "做了什么(&K)", FieldKind.CHOICE, required=True, value=GuidanceKind.GUIDANCE,
                      choices=_NOTE_KINDS),
                Field("text", "情况(&T)", FieldKind.MEMO, required=True, hint="讲了什么、企业怎么说、卡在哪里"),
                Field("on", "日期(&D)", FieldKind.DATE, required=True, value=today, latest=today),
                Field("next_step", "下一步(&N)", value=prospect.next_step),
                Field("next_on", "下一步期限(&E)", FieldKind.DATE, value=prospect.next_on),
            ),
            intro=f"“{prospect.unit_name}”的培育记录，记下后不能修改。", submit=submit,
        ))

    def begin_form(self, prospect: Prospect) -> str | None:
        """转为填报表: the new record, None when nothing began."""
        kind = kind_label(self._ws, prospect.kind)
        question = f"为“{prospect.unit_name}”新建一份{kind}培育表吗？已知的名称、代码、联系人会带进表里。"
        if not ask(self._parent, "转为填报表", question, "新建(&B)"):
            return None
        opened = self._try(lambda: prospects.begin_form(self._ws, prospect.id), "不能转为填报表")
        if opened is None:
            return None
        self._session.announce_library()
        return opened.record.id

    def drop(self, prospect: Prospect) -> bool:
        """不再跟进, with the reason."""
        return self._done(ask_fields(
            self._parent, "不再跟进",
            (Field("reason", "原因(&R)", FieldKind.MEMO, required=True, hint="如已外迁、产能不符合、企业没有意愿"),),
            intro=f"“{prospect.unit_name}”不再跟进，记录保留，以后可以恢复。", ok="不再跟进(&D)",
            submit=lambda v: prospects.drop(self._ws, prospect.id, v["reason"]),
        ))

    def reopen(self, prospect: Prospect) -> bool:
        """恢复跟进."""
        return self._done(self._try(lambda: prospects.reopen(self._ws, prospect.id), "不能恢复"))

    # Inner workings

    def _fields(self, known: Prospect | None) -> list[Field]:
        ws = self._ws
        ways = [(kind_label(ws, kind), kind) for kind in kinds(ws)]
        offices = [(choice.label, choice.name) for choice in ws.pack.lists["office"].choices]
        fields = [
            Field("unit_name", "单位名称(&N)", required=True),
            Field("credit_code", "信用代码(&C)", hint="18位；还不知道可以不填"),
            Field("kind", "培育方向(&K)", FieldKind.CHOICE, required=True, choices=ways, value=ways[0][1]),
            Field("office", "街镇园区(&O)", FieldKind.CHOICE, required=True, choices=offices),
            Field("potential", "潜力(&T)", hint="如光伏厂房、节水改造、已有能源管理体系"),
            Field("reason", "培育理由(&R)", FieldKind.MEMO),
            Field("contact_name", "联系人(&L)"), Field("contact_phone", "电话(&P)"),
            Field("next_step", "下一步(&E)", hint="如上门辅导填报"), Field("next_on", "下一步期限(&D)", FieldKind.DATE),
        ]
        if self.is_office:
            fields = [f for f in fields if f.name != "office"]
        return fields if known is None else [f.with_value(getattr(known, f.name)) for f in fields]

    def _facts(self, v: Values, office: str) -> ProspectFacts:
        return ProspectFacts(
            unit_name=v["unit_name"], kind=v["kind"], office=v.get("office") or office, credit_code=v["credit_code"],
            potential=v["potential"], reason=v["reason"], contact_name=v["contact_name"],
            contact_phone=v["contact_phone"], next_step=v["next_step"], next_on=v["next_on"],
        )


def facts_of(prospect: Prospect) -> ProspectFacts:
    """The facts of a prospect, to be changed."""
    return ProspectFacts(
        unit_name=prospect.unit_name, kind=prospect.kind, office=prospect.office, credit_code=prospect.credit_code,
        potential=prospect.potential, reason=prospect.reason, contact_name=prospect.contact_name,
        contact_phone=prospect.contact_phone, next_step=prospect.next_step, next_on=prospect.next_on,
    )


def may_edit(prospect: Prospect | None) -> bool:
    """True while the prospect is guided."""
    return prospect is not None and prospect.state is ProspectState.OPEN
