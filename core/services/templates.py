"""The Excel form that the street sends to an enterprise."""

from __future__ import annotations

from pathlib import Path

from core.policy.pack import PolicyPack
from core.services.drafts import OpenForm


def write_template(pack: PolicyPack, form_id: str, out: Path) -> Path:
    """Write the blank Excel form.

    Raises:
        NotFoundError: no such form.
        StoreError: the file cannot be written.
    """
    from core.documents.excel import template

    form = pack.form(form_id)
    out.parent.mkdir(parents=True, exist_ok=True)
    template.write_template(form, pack, out)
    return out


def write_filled(pack: PolicyPack, opened: OpenForm, out: Path) -> Path:
    """Write the Excel form with the record's answers, for the enterprise to complete.

    Raises:
        StoreError: the file cannot be written.
    """
    from core.documents.excel import template

    template.write_filled(opened.form, pack, opened.record.answers, out)
    return out
