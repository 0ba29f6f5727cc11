"""The form on paper, filled or blank: every field where its definition says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from core.documents.model import (
    FORM_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    KeepTogether,
    Paragraph,
    Row,
    Run,
    Runs,
    SignatureBlock,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products import cells
from core.documents.products.form_tables import GRID, full_row, grid_rows, matrix_table, repeat_table
from core.documents.products.paper import AttachedFile, Attachment, Paper
from core.documents.products.signing import signature_block
from core.forms.definition import Field, FieldType, PlaceKind
from core.forms.evaluation import FormState
from core.policy.pack import PolicyPack

_FEW_HEADS: Final = 2
# The evidence of the negative list has a column of its own there.
_LISTED: Final = (PlaceKind.ATTACHMENT, PlaceKind.GRID)
_EVIDENCE: Final = "：佐证材料"
_HEAD: Final = Style(FontRole.FANG, 10.5, align=Align.LEFT)


def filled_form(pack: PolicyPack, state: FormState, evidence: Mapping[str, Sequence[AttachedFile]]) -> Document:
    """A filled form. `evidence` holds the attached files by field (`business_license`, `certificates[1].cert_file`)."""
    paper = Paper(state.form, pack.parameters_at(state.as_of), state, evidence)
    code, name = (str(state.answers.get(n) or "") for n in ("credit_code", "unit_name"))
    footer = "　".join(part for part in (code, f"政策包 {pack.label}") if part)
    made = _document(pack, paper, f"{name} {state.form.title}".strip(), footer)
    return replace(made, fuller_footers=cells.after_name(name, footer, code))


def blank_form(pack: PolicyPack, form_id: str, day: date) -> Document:
    """The form to fill by hand, with the parameters in force on `day`.

    Raises:
        NotFoundError: the pack has no such form.
    """
    form = pack.form(form_id)
    return _document(pack, Paper(form, pack.parameters_at(day)), form.title, f"政策包 {pack.label}")


def _document(pack: PolicyPack, paper: Paper, title: str, footer: str) -> Document:
    blocks: list[Block] = [Title(paper.form.title)]
    head = _head_line(paper)
    if head is not None:
        blocks.append(head)
    last = _last_attachment_section(paper)
    for section in paper.form.sections:
        if section:
            blocks.extend(_Section(paper, section, lists_attachments=section == last).blocks())
    return Document(
        title, tuple(blocks), FORM_PAGE, paper.form.annex, footer, author=pack.bureau_name, subject=paper.form.title,
        keywords=("绿色制造", paper.form.kind_label),
    )


def _head_line(paper: Paper) -> Paragraph | None:
    """The line under the title: 申报批次, 填报日期."""
    parts: list[Run] = []
    heads = [f for f in paper.form.fields if f.place.kind is PlaceKind.HEAD]
    room = "　" * (6 if len(heads) <= _FEW_HEADS else 3)
    for item in heads:
        value = paper.content(item) or runs(room)
        parts += [Run(f"{room if parts else ''}{item.label}：", FontRole.HEI), *value]
    if paper.is_blank:
        parts.append(Run("　　　　带*的为必填项" if len(heads) <= _FEW_HEADS else "　带*的为必填项", FontRole.KAI, 0.9))
    return Paragraph(tuple(parts), _HEAD, after=1.0, keep_with_next=True) if parts else None


def _last_attachment_section(paper: Paper) -> str:
    sections = [f.section for f in paper.form.fields if f.place.kind is PlaceKind.ATTACHMENT]
    return sections[-1] if sections else ""


class _Section:
    """One section: consecutive fields of a kind become one table; the section's head leads the first."""

    def __init__(self, paper: Paper, title: str, *, lists_attachments: bool) -> None:
        self.paper = paper
        self.heads = [title]
        self.lists_attachments = lists_attachments
        self.made: list[Block] = []
        self.rows: list[Row] = []
        self.fields = paper.form.in_section(title)

    def blocks(self) -> list[Block]:
        """The section's blocks in printed order."""
        waiting: list[Field] = []
        for item in self.fields:
            if waiting and not _same_table(waiting[-1], item):
                self._put(waiting)
                waiting = []
            if item.place.kind is PlaceKind.ATTACHMENT and self.lists_attachments:
                self._put_attachments()
            elif item.place.kind not in (PlaceKind.HIDDEN, PlaceKind.ATTACHMENT, PlaceKind.HEAD):
                waiting.append(item)
        if waiting:
            self._put(waiting)
        self._flush()
        return self._with_closing_note()

    def _with_closing_note(self) -> list[Block]:
        """A note below the places to sign stays with them: it never stands alone on a page."""
        signing, note = self.made[-2:] if len(self.made) > 1 else (None, None)
        made = self.made
        if isinstance(signing, KeepTogether) and isinstance(note, Table):
            made = [*made[:-2], KeepTogether((*signing.blocks, note))]
        return [KeepTogether((b,), gives=True) if isinstance(b, KeepTogether) else b for b in made]

    def _put(self, fields: Sequence[Field]) -> None:
        kind = fields[0].place.kind
        if kind is PlaceKind.GRID:
            self.rows.extend(grid_rows(self.paper, fields))
        elif kind is PlaceKind.MATRIX:
            self._flush()
            self.made.append(matrix_table(self.paper, fields, self._take_heads()))
        else:
            for item in fields:
                self._put_wide(item)

    def _put_wide(self, item: Field) -> None:
        if item.type is FieldType.REPEAT:
            self._flush()
            self.made.append(repeat_table(self.paper, item, self._take_heads()))
            return
        if item.type is not FieldType.NOTE:
            self.rows.append(full_row(self.paper, item))
            return
        text = self.paper.text(item.label)
        block = signature_block(text)
        if block is not None:
            self._flush()
            self._sign(block)
            return
        self.rows.append(Row((Cell(0, runs(text), cells.NOTE, len(GRID)),), cells.ROW, keeps_next=True))

    def _sign(self, block: SignatureBlock) -> None:
        """Opinions that follow one another stand on one page; a pledge stays with the words that are pledged."""
        before = self.made[-1] if self.made else None
        if block.label and isinstance(before, KeepTogether):
            self.made[-1] = KeepTogether((*before.blocks, block))
        elif block.label:
            self.made.append(KeepTogether((block,)))
        else:
            if isinstance(before, Table):
                self.made[-1] = replace(before, rows=_kept_from_pledge(before.rows))
            self.made.append(block)

    def _put_attachments(self) -> None:
        self.lists_attachments = False
        name = cells.label(0, "附件清单")
        content = _listed(self.paper)
        self.rows.append(Row((name, Cell(1, content, cells.SMALL_TEXT, len(GRID) - 1)), cells.ROW))

    def _take_heads(self) -> list[str]:
        heads, self.heads = self.heads, []
        return heads

    def _flush(self) -> None:
        if self.rows:
            heads = [cells.section_row(title, len(GRID)) for title in self._take_heads()]
            self.made.append(Table(GRID, (*heads, *self.rows)))
            self.rows = []


def _kept_from_pledge(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The last rows, from the one that holds the pledge, are kept with what follows them."""
    pledge = next((n for n, row in enumerate(rows) if row.keeps_next and row.cells[0].style == cells.NOTE), len(rows))
    return tuple(replace(row, keeps_next=True) if n >= pledge else row for n, row in enumerate(rows))


def _same_table(before: Field, item: Field) -> bool:
    if item.place.kind in (PlaceKind.HIDDEN, PlaceKind.ATTACHMENT):
        return True
    return before.place.kind is item.place.kind and before.place.of == item.place.of


def _listed(paper: Paper) -> Runs:
    """The attachments by number; on the blank paper, what to attach."""
    wanted = [f for f in paper.form.fields if f.type is FieldType.FILE and f.place.kind in _LISTED]
    if paper.is_blank:
        return runs("　".join(f"☐{f.label}" for f in wanted if f.place.kind is PlaceKind.ATTACHMENT))
    lines = [_line(a) for a in paper.attachments.values()]
    relevant = [f for f in wanted if paper.state is None or f.name not in paper.state.irrelevant]
    lacking = [f for f in relevant if not paper.reference(f.name)]
    # What the check asks for, and what may be added: so that the paper asks no more than the report does.
    asked = {name for audit in paper.form.audits for name in audit.fields}
    for words, chosen in (("应附未附", [f for f in lacking if f.required or f.name in asked]),
                          ("可附未附", [f for f in lacking if not f.required and f.name not in asked])):
        if chosen:
            lines.append(f"{words}：{'、'.join(f.label.removesuffix(_EVIDENCE) for f in chosen)}")
    return runs("；".join(lines) + "。" if lines else "无。")


def _line(attachment: Attachment) -> str:
    names = f"（{'、'.join(attachment.names)}）" if attachment.names else ""
    labels = (label.removesuffix(_EVIDENCE) for label in attachment.labels)
    return f"附{attachment.number} {'、'.join(labels)}{names}"
