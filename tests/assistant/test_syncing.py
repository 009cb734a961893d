"""A sync cycle over a mailbox in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.pulling import SyncReport
from assistant.syncing import sync_mailbox
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.errors import AccessDenied
from mail_sync.provider import Folder, FolderRole, Page
from mail_sync.providers.memory import MemoryMailbox
from store.engine import Store, open_store
from store.mailboxes import MailboxRow, add_mailbox, standing_of, sync_mailboxes
from store.schema.people import Mailbox
from tests.assistant.linking.mails import US, mail

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


class _Guarded(MemoryMailbox):
    """A mailbox whose inbox its reader has no right to."""

    def changes(self, folder: Folder, cursor: str | None) -> Iterator[Page]:
        if folder.role is FolderRole.INBOX:
            raise AccessDenied
        yield from super().changes(folder, cursor)


def _synced(store: Store, provider: MemoryMailbox) -> SyncReport:
    with store.read() as tx:
        row = sync_mailboxes(tx)[0]

    def connect(_: MailboxRow) -> ConnectedMailbox:
        return ConnectedMailbox(provider, MemoryCalendar(provider), provider.close)

    return sync_mailbox(store, row, connect, clock=lambda: NOW, progress=lambda _: None)


def test_folder_that_may_not_be_read_stops_no_other_folder_and_is_named(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    with store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", now=NOW)
    provider = _Guarded(US)
    folders = {folder.role: folder for folder in provider.folders()}
    provider.deliver(folders[FolderRole.INBOX], mail(1))
    provider.deliver(folders[FolderRole.SENT], mail(2, sender=US, to="jane@fabrikam.example"))
    report = _synced(store, provider)
    assert report.new == 1
    assert report.error == (
        "One folder of this mailbox may not be read, the others were; ask its owner for access or choose other "
        "folders (Inbox)."
    )
    with store.read() as tx:
        assert tx.execute(select(Mailbox.state)).scalar_one() == "access_denied"
        (row,) = sync_mailboxes(tx)
        assert standing_of(tx, row.mailbox_id).retry_at == NOW + timedelta(minutes=15)
    store.close()
