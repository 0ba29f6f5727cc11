"""A notice that carries a newer policy pack: seen, put in use, and the window goes on under it."""

from __future__ import annotations

from pathlib import Path

from core.domain.exchange import NoticeWords
from core.policy.archive import pack_bytes
from core.services import packs
from core.services.exchange import receipts, trust
from gui.dialogs.pack_migration import PackMigrationDialog
from gui.dialogs.receive_preview import ReceivePreviewDialog
from gui.dialogs.received import ReceivedDialog
from tests.fixtures.library import OFFICE, draft
from tests.fixtures.newer_pack import SOURCE, newer_folder
from tests.gui.hands import Script, dialog, no_dialog, play
from tests.gui.pages.exchange.ends import Ends


def test_the_pack_of_a_notice_is_put_in_use(ends: Ends, tmp_path: Path) -> None:
    offer = packs.take_in(ends.bureau, pack_bytes(newer_folder(tmp_path / "新包")), SOURCE)
    packs.activate(ends.bureau, offer.digest)
    before = ends.office.pack.label
    draft(ends.office, 1, "天津青禾流体装备有限公司")
    notice = receipts.write_notice(
        ends.bureau, OFFICE, ends.stick, NoticeWords("启用新政策包", None, ""), with_pack=True, with_papers=False
    )
    trust.enrol(ends.office, notice.path, notice.check_code)
    ends.will_choose(notice.path)
    ends.page(ends.office)
    window = ends.windows[-1]

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(ReceivePreviewDialog)
        yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        yield "Esc"
        yield dialog(PackMigrationDialog)
        yield "Alt+Y"
        yield no_dialog

    play(script())
    assert ends.office.pack.label == offer.label != before
    assert window.front == "exchange"
    assert window.page("exchange").isVisible()
