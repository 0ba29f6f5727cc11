"""What happens to a unit: 补录, 变更, 并入, 自愿退出, 登记造假."""

from __future__ import annotations

from core.domain.library import Membership, Tier, UnitChangeKind
from core.services.library import members, removal, units
from core.services.workspace import Workspace
from gui.dialogs.form_dialog import Field, FieldKind, ask_fields
from gui.dialogs.steps import Steps


class UnitSteps(Steps):
    """Every method returns True when something was done."""

    def enrol(self) -> bool:
        """补录 a unit that was in the library before this program."""
        ws, today = self._ws, self._ws.clock.today()
        return self._done(ask_fields(
            self._parent, "补录在库单位",
            (
                Field("unit_name", "单位名称(&N)", required=True),
                Field("credit_code", "统一社会信用代码(&C)", required=True, hint="18位"),
                Field("kind", "类别(&K)", FieldKind.CHOICE, required=True,
                      choices=[(members.kind_label(ws, kind), kind) for kind in members.kinds(ws)]),
                Field("office", "街镇、园区(&O)", FieldKind.CHOICE, required=True, choices=_offices(ws)),
                Field("admitted_on", "入库日期(&D)", FieldKind.DATE, required=True, latest=today),
                Field("industry_code", "行业代码(&I)", hint="GB/T 4754，如3441"),
                Field("tier", "层级(&T)", FieldKind.CHOICE, required=True, value=Tier.DISTRICT,
                      choices=[(tier.label, tier) for tier in Tier]),
            ),
            intro="只用来补录启用本程序以前已经入库的单位；新入库的请走“审核”。补录的单位列入下一号名单。",
            ok="补录(&S)", submit=lambda v: members.enrol(ws, **v),
        ))

    def change(self, member: Membership, kind: UnitChangeKind) -> bool:
        """更名, 迁移, 信用代码变更."""
        ws, unit, today = self._ws, units.unit(self._ws, member.unit_id), self._ws.clock.today()
        fields = {
            UnitChangeKind.NAME: Field("after", "新名称(&N)", required=True, value=unit.unit_name),
            UnitChangeKind.CODE: Field("after", "新信用代码(&N)", required=True, hint="18位"),
            UnitChangeKind.OFFICE: Field(
                "after", "迁入街镇、园区(&N)", FieldKind.CHOICE, required=True, choices=_offices(ws)
            ),
        }
        before = {
            UnitChangeKind.NAME: unit.unit_name, UnitChangeKind.CODE: unit.credit_code,
            UnitChangeKind.OFFICE: ws.office_label(unit.office),
        }[kind]
        return self._done(ask_fields(
            self._parent, kind.label,
            (
                fields[kind],
                Field("happened_on", "变更日期(&D)", FieldKind.DATE, required=True, latest=today, value=today),
                Field("note", "依据(&R)", hint="如：营业执照变更登记通知书"),
            ),
            intro=f"“{unit.unit_name}”现在是：{before}。变更后原来的名称、代码仍可查找，以前的名单不变。",
            ok="变更(&S)",
            submit=lambda v: units.change_unit(
                ws, unit.id, kind, after=v["after"], happened_on=v["happened_on"], note=v["note"]
            ),
        ))

    def merge(self, member: Membership) -> bool:
        """并入 another unit of the library."""
        ws, today = self._ws, self._ws.clock.today()
        others = {m.unit_id: m for m in members.members(ws) if m.unit_id != member.unit_id}
        return self._done(ask_fields(
            self._parent, "并入其他单位",
            (
                Field("into", "并入哪一家(&N)", FieldKind.CHOICE, required=True,
                      choices=[(f"{m.unit_name}（{m.credit_code}）", m.unit_id) for m in others.values()]),
                Field("happened_on", "并入日期(&D)", FieldKind.DATE, required=True, latest=today, value=today),
                Field("note", "依据(&R)", hint="如：合并协议、登记机关注销通知书"),
            ),
            intro=f"“{member.unit_name}”并入后当日离开培育库（所有类别）。这不是移出，不影响以后入库。", ok="并入(&S)",
            submit=lambda v: units.merge(ws, member.unit_id, v["into"], happened_on=v["happened_on"], note=v["note"]),
        ))

    def withdraw(self, member: Membership) -> bool:
        """自愿退出 at the open window."""
        kind = members.kind_label(self._ws, member.kind)
        return self._done(ask_fields(
            self._parent, "自愿退出",
            (Field("reason", "退出原因(&R)", FieldKind.MEMO, required=True, hint="如：企业6月3日书面申请退出"),),
            intro=f"“{member.unit_name}”（{kind}）自愿退出，本批次关闭时生效。这不是移出，不影响以后入库。",
            ok="退出(&S)",
            submit=lambda v: removal.withdraw_member(self._ws, member.id, v["reason"]),
        ))

    def falsified(self, member: Membership | None = None) -> bool:
        """登记造假: R2 proposes the removal at the window; without a member the dialog asks for it."""
        today = self._ws.clock.today()
        name = f"“{member.unit_name}”" if member is not None else "在库单位"
        fields = (
            Field("found_on", "查实日期(&D)", FieldKind.DATE, required=True, latest=today, value=today),
            Field("detail", "造假情况(&N)", FieldKind.MEMO, required=True, hint="哪项材料、数据，实际情况是什么"),
            Field("source", "查实依据(&R)", required=True, hint="如：核查报告、处罚决定书文号"),
        )
        return self._done(ask_fields(
            self._parent, "登记造假", fields if member is not None else (member_field(self._ws), *fields),
            intro=f"{name}提供的材料、数据查实造假的，更新窗口打开时提出移出建议（三(四)2(2)）。", ok="登记(&S)",
            submit=lambda v: removal.record_falsification(
                self._ws, member.id if member is not None else v["member"].id, found_on=v["found_on"],
                detail=v["detail"], source=v["source"],
            ),
        ))


def member_field(ws: Workspace) -> Field:
    """Which member is meant: searched by name and pinyin."""
    choices = [(f"{m.unit_name}（{members.kind_label(ws, m.kind)}）", m) for m in members.members(ws)]
    return Field("member", "单位(&U)", FieldKind.CHOICE, required=True, choices=choices)


def _offices(ws: Workspace) -> list[tuple[str, str]]:
    return [(choice.label, choice.name) for choice in ws.pack.lists["office"].choices]
