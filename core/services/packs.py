"""Newer policy packs: taken in from the bureau's notice, looked at beside the open forms, put in use (design §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.enums import RecordState
from core.domain.errors import GreenLadderError, NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.records import Record
from core.infra.system_reasons import reason_in_words
from core.policy.archive import MOST_BYTES, is_newer, pack_bytes, version_parts
from core.policy.migration import FieldFate, FieldStep, FormMigration, migrate_form
from core.policy.pack import PolicyPack
from core.services.library.access import require_bureau
from core.services.workspace import Workspace, load_kept

__all__ = [
    "FieldFate", "FieldStep", "Migration", "PackEntry", "PackOffer", "RecordMigration", "activate", "active", "add",
    "content", "find", "listed", "migration", "offers", "pending", "preview", "take_in",
]

_PAGE: Final = 500
_LEAST_PREFIX: Final = 6


@dataclass(frozen=True, slots=True)
class PackOffer:
    """A pack that the bureau sent. `is_new`: it was not known here before. `sentence` tells the clerk of it."""

    digest: str
    label: str
    title: str
    source: str
    is_new: bool
    is_active: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class PackEntry:
    """A pack of this store: in use, shipped with the program, offered (by `source`), or kept for what it judged."""

    digest: str
    label: str
    is_active: bool
    is_shipped: bool
    is_offered: bool
    source: str = ""

    @property
    def state(self) -> str:
        """What it is, in the words of clerks."""
        if self.is_active:
            return "在用"
        if self.is_offered:
            return "待启用"
        return "随程序" if self.is_shipped else "存档"


@dataclass(frozen=True, slots=True)
class RecordMigration:
    """One open form under the newer pack: answered fields that stay (`kept`), and every field that does not.

    `form_title` is the short name of its kind (绿色工厂).
    """

    record_id: str
    unit_name: str
    credit_code: str
    form: str
    form_title: str
    old_label: str
    new_label: str
    kept: tuple[str, ...]
    steps: tuple[FieldStep, ...]

    @property
    def needs_work(self) -> bool:
        """True when the clerk has to do something before the form can be handed in."""
        return any(step.fate.needs_work for step in self.steps)


@dataclass(frozen=True, slots=True)
class Migration:
    """Every open form under the newer pack. Locked forms are not in it: they keep their pack and verdict."""

    old_label: str
    new_label: str
    records: tuple[RecordMigration, ...]

    @property
    def sentence(self) -> str:
        """What it comes to, for the clerk."""
        changed = sum(1 for record in self.records if record.steps)
        work = sum(1 for record in self.records if record.needs_work)
        told = f"政策包由“{self.old_label}”换为“{self.new_label}”：填报中的表{len(self.records)}份，"
        told += f"其中{changed}份有栏目变动，{work}份有必须补填、改填的栏目；" if changed else "栏目都照旧；"
        return told + "已推荐、已上报和已接收的表仍按原政策包，不受影响。"


def take_in(ws: Workspace, content: bytes, source: str) -> PackOffer:
    """Prove a pack that came with a file, and keep it for the clerk to put in use; taking it twice changes nothing.

    Raises:
        UnreadableInputError: no policy pack, or one that does not serve this program.
        NotAllowedError: another district's, or older than the one in use.
    """
    pack = _proven(ws, content, source)
    if pack.digest == ws.pack.digest:
        return PackOffer(pack.digest, pack.label, pack.title, source, False, True, f"政策包“{pack.label}”已经在用。")
    _require_newer(pack, ws.pack, source)
    is_new = not ws.store.library.packs.has(pack.digest)
    ws.store.library.packs.offer(pack.digest, pack.label, content, source)
    return PackOffer(
        pack.digest, pack.label, pack.title, source, is_new, False,
        f"收到新的政策包“{pack.label}”（在用的是“{ws.pack.label}”），请在“政策包”中看过对填报中的表的影响后启用。",
    )


def add(ws: Workspace, path: Path) -> PackOffer:
    """Take in the bureau's own new pack from its folder, or from a zip of it, before it goes out with a notice.

    Raises:
        NotAllowedError: not the bureau; another district's, or older than the one in use.
        UnreadableInputError: no policy pack, or one that does not serve this program.
    """
    require_bureau(ws)
    try:
        if path.is_dir():
            return take_in(ws, pack_bytes(path), path.name)
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableInputError(f"“{path.name}”超过{MOST_BYTES // 1_000_000}MB，不像是政策包，请核对文件。")
        return take_in(ws, path.read_bytes(), path.name)
    except OSError as error:
        why = reason_in_words(error)
        raise UnreadableInputError(f"“{path.name}”读不出来（{why}），请核对路径，或检查U盘。") from None


def active(ws: Workspace) -> PackEntry:
    """The pack in use."""
    return PackEntry(ws.pack.digest, ws.pack.label, True, ws.pack.digest == ws.shipped.digest, False)


def content(ws: Workspace) -> bytes:
    """The pack in use as a file, as a notice carries it."""
    return ws.pack_content()


def offers(ws: Workspace) -> tuple[PackEntry, ...]:
    """The packs that wait to be used: those still newer than the one in use, the newest last."""
    waiting = (entry for entry in listed(ws) if entry.is_offered)
    return tuple(sorted(waiting, key=lambda entry: version_parts(entry.label.rpartition(" ")[2])))


def listed(ws: Workspace) -> tuple[PackEntry, ...]:
    """Every pack of this store, the shipped one first."""
    kept = {k.digest: k.label for k in ws.store.library.packs.all()}
    waiting = {o.digest: o.source for o in ws.store.library.packs.offers()}
    labels = {ws.shipped.digest: ws.shipped.label, ws.pack.digest: ws.pack.label, **kept}
    return tuple(
        PackEntry(
            digest, label, digest == ws.pack.digest, digest == ws.shipped.digest,
            digest in waiting and digest != ws.pack.digest and _is_later(label, ws.pack), waiting.get(digest, ""),
        )
        for digest, label in labels.items()
    )


def find(ws: Workspace, text: str) -> PackEntry:
    """A pack by its digest, the first figures of it (six at least), its label or version.

    Raises:
        NotFoundError: none, or several.
    """
    wanted = text.strip()
    found = [
        e for e in listed(ws)
        if wanted in (e.digest, e.label, e.label.rpartition(" ")[2])
        or (len(wanted) >= _LEAST_PREFIX and e.digest.startswith(wanted.lower()))
    ]
    if len(found) > 1:
        raise NotFoundError(f"有{len(found)}个政策包符合“{wanted}”，请写编号，用“packs”查看。")
    if not found:
        raise NotFoundError(f"没有编号或版本为“{wanted}”的政策包，请用“packs”查看收到的政策包。")
    return found[0]


def preview(ws: Workspace, digest: str) -> Migration:
    """What putting that pack in use would mean for the open forms; nothing is changed.

    Raises:
        NotFoundError: it was never taken in.
        NotAllowedError: it is not newer than the one in use.
        GreenLadderError: it does not serve this program.
    """
    return _migration(ws, ws.pack, _usable(ws, digest))


def activate(ws: Workspace, digest: str) -> Migration:
    """Put a pack in use from now on, at once; the one before is kept for the forms that it locked.

    Raises:
        NotFoundError: it was never taken in.
        NotAllowedError: it is not newer than the one in use.
        GreenLadderError: it does not serve this program.
    """
    new, old = _usable(ws, digest), ws.pack
    found = _migration(ws, old, new)
    ws.store.library.packs.use(digest, (old.digest, old.label, ws.pack_content()))
    ws.use_pack(new)
    return found


def pending(ws: Workspace) -> Migration:
    """Open forms that were filled under an older pack and not saved since, under the one in use."""
    found = []
    for record in _open_records(ws):
        if record.pack_version not in ("", ws.pack.label):
            found.append(_of_record(ws, ws.pack_labelled(record.pack_version) or ws.shipped, ws.pack, record))
    old = found[0].old_label if found else ws.pack.label
    return Migration(old, ws.pack.label, tuple(found))


def migration(ws: Workspace, old: PolicyPack, new: PolicyPack) -> tuple[RecordMigration, ...]:
    """Every open form under two packs, field by field; nothing is changed."""
    return tuple(_of_record(ws, old, new, record) for record in _open_records(ws))


def _migration(ws: Workspace, old: PolicyPack, new: PolicyPack) -> Migration:
    return Migration(old.label, new.label, migration(ws, old, new))


def _of_record(ws: Workspace, old: PolicyPack, new: PolicyPack, record: Record) -> RecordMigration:
    today = ws.clock.today()
    found = FormMigration((), ())
    if record.form in old.forms and record.form in new.forms:
        found = migrate_form(
            old.forms[record.form], new.forms[record.form], record.answers, today,
            (old.parameters_at(today), new.parameters_at(today)), _file_names(ws, record),
        )
    form = new.forms.get(record.form) or old.forms.get(record.form)
    title = (form.kind_label or form.title) if form else record.form
    return RecordMigration(
        record.id, record.unit_name, record.credit_code, record.form, title, old.label, new.label, found.kept,
        found.steps,
    )


def _file_names(ws: Workspace, record: Record) -> Mapping[str, str]:
    return {item.id: item.file_name for item in ws.store.evidence(record.id)}


def _open_records(ws: Workspace) -> Iterator[Record]:
    """Every form that may still change, by unit."""
    for state in (s for s in RecordState if s.is_editable):
        offset = 0
        while page := ws.store.list_records(state=state, order="name", limit=_PAGE, offset=offset):
            yield from (ws.store.get(summary.id) for summary in page)
            offset += len(page)


def _proven(ws: Workspace, content: bytes, source: str) -> PolicyPack:
    try:
        pack = load_kept(content, ws.folder)
        version_parts(pack.version)
    except GreenLadderError as error:
        why = str(error).partition("。")[0]
        raise UnreadableInputError(f"“{source}”中的政策包不能用：{why}；没有采用，请让区工信局重新制作。") from None
    return pack


def _require_newer(pack: PolicyPack, used: PolicyPack, source: str) -> None:
    """Refuse what must not take the place of the pack in use; one sentence each."""
    if (pack.id, pack.district_code) != (used.id, used.district_code):
        raise NotAllowedError(
            f"“{source}”中是{pack.district_name}的政策包（{pack.label}），本机用的是{used.district_name}的，没有采用，"
            f"请核对是谁发来的文件。"
        )
    lost = [form.title for form_id, form in used.forms.items() if form_id not in pack.forms]
    if lost:
        raise NotAllowedError(
            f"“{source}”中的政策包“{pack.label}”缺少“{'”“'.join(lost)}”，已填的表会打不开，没有采用，请让区工信局重新制作。"
        )
    if not is_newer(pack, used):
        is_same = version_parts(pack.version) == version_parts(used.version)
        why = "版本号相同而内容不同" if is_same else "比在用的旧"
        raise NotAllowedError(
            f"“{source}”中的政策包“{pack.label}”{why}（在用的是“{used.label}”），没有采用，请让区工信局核对版本号。"
        )


def _usable(ws: Workspace, digest: str) -> PolicyPack:
    """A kept pack that may take the place of the one in use."""
    if digest == ws.pack.digest:
        raise NotAllowedError(f"政策包“{ws.pack.label}”已经在用，不用再启用。")
    if not ws.store.library.packs.has(digest):
        raise NotFoundError(f"没有收到编号为“{digest[:12]}”的政策包，请先接收区工信局的通知。")
    labels = {entry.digest: entry.label for entry in listed(ws)}
    pack = _proven(ws, ws.store.library.packs.content(digest), labels[digest])
    _require_newer(pack, ws.pack, labels[digest])
    return pack


def _is_later(label: str, used: PolicyPack) -> bool:
    """True for a label of the same district and a later version than the one in use."""
    district, _, version = label.rpartition(" ")
    try:
        return district == used.id and version_parts(version) > version_parts(used.version)
    except GreenLadderError:
        return False
