"""A sync cycle over a mailbox in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.pulling import SyncReport
from assistant.syncing import sync_mailbox
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.errors import AccessDenied, MailboxUnavailable, QuotaFull
from mail_sync.provider import Folder, FolderRole, Page, Poisoned, RemoteMessage
from mail_sync.providers.memory import STANDARD_FOLDERS, MemoryMailbox
from store.actor import actor_for
from store.engine import Store, open_store
from store.mail.acts import mark_mail
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.sync.mailboxes import MailboxRow, add_mailbox, standing_of, sync_mailboxes
from tests.assistant.linking.mails import US, mail
from tests.assistant.sync_world import World

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SENT = STANDARD_FOLDERS[1]


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


def test_newest_page_of_the_inbox_comes_before_history_and_other_folders(store: Store) -> None:
    world = World(store)
    world.provider.page_size = 2
    for number in range(5):
        world.mail(number)
        world.mail(10 + number, SENT)
        world.card(f"Person{number}")
    with store.read() as tx:
        row = sync_mailboxes(tx)[0]
    seen: list[str] = []
    sync_mailbox(store, row, world.connect, clock=lambda: NOW, progress=lambda step: seen.append(step.folder))
    assert seen[:9] == [
        *("Inbox", "Sent Items", "Contacts", "Suppliers", "Calendar", "Inbox/Customers"),
        *("Inbox", "Sent Items", "Contacts"),
    ]


def test_first_sync_goes_on_at_any_page(store: Store) -> None:
    world = World(store)
    world.provider.page_size = 2
    for number in range(7):
        world.mail(number)
    fetched: list[str] = []
    fetch = world.provider.fetch_messages

    def breaking(item_ids: Sequence[str]) -> Iterator[RemoteMessage | Poisoned]:
        fetched.extend(item_ids)
        if len(fetched) % 4 == 0:
            raise MailboxUnavailable("no route")
        return fetch(item_ids)

    world.provider.fetch_messages = breaking  # type: ignore[method-assign]
    errors = [bool(world.cycle().error) for _ in range(3)]
    assert (errors, len(world.items())) == ([True, True, False], 7)
    # What was read before each break was not read again.
    assert len(fetched) == 7 + 2 * 2


def test_outbox_is_delivered_before_anything_is_read(store: Store) -> None:
    world = World(store)
    item = world.mail(1)
    world.cycle()
    with store.write() as tx:
        (item_id,) = tx.execute(select(MailboxItem.id)).scalars()
        by = actor_for(tx, US)
        mark_mail(tx, [item_id], by=by, now=NOW, is_read=True)
    assert world.cycle().error == ""
    assert world.box.item(item).is_read


def test_full_mailbox_is_read_and_says_that_nothing_can_be_written(store: Store) -> None:
    world = World(store)
    world.mail(1)
    world.cycle()
    with store.write() as tx:
        (item_id,) = tx.execute(select(MailboxItem.id)).scalars()
        mark_mail(tx, [item_id], by=actor_for(tx, US), now=NOW, is_read=True)
    world.provider.faults.fail_writes(QuotaFull("ErrorQuotaExceeded"), times=9)
    world.mail(2)
    sentence = (
        "The mailbox is full: mail is still read, but nothing can be written or sent until somebody makes room "
        "(ErrorQuotaExceeded)."
    )
    assert (world.cycle().error, world.row().state, len(world.items())) == (sentence, "quota_full", 2)


def test_one_cycle_of_the_command_compares_the_mailbox_when_that_is_due(store: Store) -> None:
    """For those who let no service run."""
    world = World(store)
    world.mail(1)
    world.cycle()
    assert world.row().reconciled_at is None
    world.let_pass(timedelta(days=1))
    world.cycle()
    assert world.row().reconciled_at == world.wall
