"""What every mail provider must do, whatever server stands behind it.

A provider passes by subclassing `MailProviderContract` beside a fixture `world`: a mailbox with the usual folders,
and the means to do in it what other people, other programs and bad days do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Protocol

import pytest

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.errors import (
    AuthExpired,
    CursorInvalid,
    EwsBlocked,
    ItemGone,
    MailboxUnavailable,
    PoisonItem,
    SyncError,
    Throttled,
)
from mail_sync.provider import (
    Changed,
    Deleted,
    Folder,
    FolderRole,
    ItemKind,
    MailProvider,
    Page,
    Poisoned,
    ReadFlagChanged,
    RemoteCard,
    RemoteMessage,
)

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

CARD = ContactCard(
    uid="",
    full_name="Ada Byron",
    given_name="Ada",
    family_name="Byron",
    company="Analytical Engines",
    job_title="Director",
    emails=(("", "ada@engines.example"),),
    phones=(("work", "+43 1 234567"),),
    postal=(PostalAddress("work", "Ring 1", "Vienna", "", "1010", "Austria"),),
    birthday=date(1980, 12, 10),
)


def mail(number: int, body: str = "Good morning") -> bytes:
    """A plain mail, told apart by its number."""
    return (
        f"From: Ada Byron <ada@engines.example>\r\nTo: sales@alpine.example\r\nSubject: Offer {number}\r\n"
        f"Message-ID: <offer-{number}@engines.example>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


class World(Protocol):
    """A mailbox on a server, seen from the server's side. `slept` are the seconds that the provider waited."""

    slept: list[float]

    def connect(self) -> MailProvider:
        """A new connection to the mailbox."""
        ...

    def deliver(self, folder: Folder, raw: bytes, received_at: datetime = RECEIVED) -> str:
        """An unread mail arrives; gives its id."""
        ...

    def add_contact(self, card: ContactCard) -> str: ...

    def mark_read(self, item_id: str) -> None: ...

    def categorise(self, item_id: str, *categories: str) -> None: ...

    def delete(self, item_id: str) -> None: ...

    def move(self, item_id: str, to: Folder) -> str: ...

    def forget_cursors(self) -> None:
        """Cursors given out before become invalid."""
        ...

    def poison(self, item_id: str) -> None:
        """The item can be listed, but not handed out."""
        ...

    def disguise(self, item_id: str) -> None:
        """The item becomes one of a class that no client knows."""
        ...

    def throttle(self, seconds: float, times: int) -> None:
        """The next requests are answered with "busy, come back in this many seconds"."""
        ...

    def status(self, code: int, times: int) -> None:
        """The next requests are answered with this HTTP status."""
        ...

    def drop(self, times: int) -> None:
        """In the next replies the connection breaks off in the middle."""
        ...

    def add_mailbox(self, address: str) -> None:
        """Somebody else on the same server."""
        ...

    def inbox_of(self, address: str) -> list[bytes]:
        """The raw mails in somebody's inbox."""
        ...

    def lose_reply(self) -> None:
        """The next write is done, and the connection breaks off before the answer."""
        ...

    def lose_request(self) -> None:
        """The next write never arrives, and the connection breaks off."""
        ...

    def fill_up(self) -> None:
        """The next write finds the mailbox full."""
        ...

    def throttle_writes(self, seconds: float) -> None:
        """The next write is answered with "busy, come back in this many seconds"."""
        ...

    def refuse_sender(self) -> None:
        """The next mail is refused, because the mailbox may not send under its address."""
        ...


def the(role: FolderRole, provider: MailProvider) -> Folder:
    """The only folder with this role."""
    (found,) = (folder for folder in provider.folders() if folder.role is role)
    return found


def everything(pages: Sequence[Page]) -> list[Changed | Deleted | ReadFlagChanged]:
    """The changes of all pages."""
    return [change for page in pages for change in page.changes]


def ids(pages: Sequence[Page]) -> list[str]:
    """The ids named in all pages, sorted."""
    return sorted(change.item_id for change in everything(pages))


class MailProviderContract:
    """Inherit, and provide the fixture `world`."""

    def test_folders_have_roles_and_what_they_hold(self, world: World) -> None:
        found = {folder.role: folder.holds for folder in world.connect().folders()}
        expected = {
            FolderRole.INBOX: ItemKind.EMAIL,
            FolderRole.SENT: ItemKind.EMAIL,
            FolderRole.DRAFTS: ItemKind.EMAIL,
            FolderRole.JUNK: ItemKind.EMAIL,
            FolderRole.DELETED: ItemKind.EMAIL,
            FolderRole.CONTACTS: ItemKind.CONTACT,
            FolderRole.CALENDAR: ItemKind.APPOINTMENT,
        }
        assert {role: found[role] for role in expected} == expected

    def test_folders_count_their_items(self, world: World) -> None:
        provider = world.connect()
        world.deliver(the(FolderRole.INBOX, provider), mail(1))
        assert the(FolderRole.INBOX, provider).total == 1

    def test_changes_without_cursor_are_everything(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        delivered = [world.deliver(inbox, mail(number)) for number in range(3)]
        pages = list(provider.changes(inbox, None))
        assert ids(pages) == sorted(delivered)
        assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]

    def test_changes_of_an_empty_folder_give_a_cursor(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        (page,) = provider.changes(inbox, None)
        assert (page.changes, page.is_last) == ((), True)
        arrived = world.deliver(inbox, mail(1))
        assert ids(list(provider.changes(inbox, page.cursor))) == [arrived]

    def test_changes_since_a_cursor_are_only_the_new_ones(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        world.deliver(inbox, mail(1))
        *_, last = provider.changes(inbox, None)
        assert ids(list(provider.changes(inbox, last.cursor))) == []
        arrived = world.deliver(inbox, mail(2))
        assert ids(list(provider.changes(inbox, last.cursor))) == [arrived]

    def test_changes_resume_from_the_cursor_of_any_page(self, world: World) -> None:
        first = world.connect()
        inbox = the(FolderRole.INBOX, first)
        delivered = sorted(world.deliver(inbox, mail(number)) for number in range(1200))
        page = next(iter(first.changes(inbox, None)))
        assert not page.is_last
        rest = list(world.connect().changes(inbox, page.cursor))
        assert sorted(ids([page]) + ids(rest)) == delivered

    def test_a_read_flag_comes_as_its_own_change(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        item = world.deliver(inbox, mail(1))
        *_, last = provider.changes(inbox, None)
        world.mark_read(item)
        assert everything(list(provider.changes(inbox, last.cursor))) == [ReadFlagChanged(item, True)]

    def test_an_edit_changes_the_key_and_not_the_id(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        item = world.deliver(inbox, mail(1))
        pages = list(provider.changes(inbox, None))
        (before,) = everything(pages)
        world.categorise(item, "Key account")
        (after,) = everything(list(provider.changes(inbox, pages[-1].cursor)))
        assert isinstance(before, Changed) and isinstance(after, Changed)
        assert after.item_id == item
        assert after.change_key != before.change_key

    def test_a_deleted_item_is_told_once(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        item = world.deliver(inbox, mail(1))
        *_, last = provider.changes(inbox, None)
        world.delete(item)
        assert everything(list(provider.changes(inbox, last.cursor))) == [Deleted(item)]

    def test_a_move_is_a_deletion_there_and_a_new_item_here(self, world: World) -> None:
        provider = world.connect()
        inbox, sent = the(FolderRole.INBOX, provider), the(FolderRole.SENT, provider)
        item = world.deliver(inbox, mail(1))
        *_, in_inbox = provider.changes(inbox, None)
        *_, in_sent = provider.changes(sent, None)
        moved = world.move(item, sent)
        assert everything(list(provider.changes(inbox, in_inbox.cursor))) == [Deleted(item)]
        assert ids(list(provider.changes(sent, in_sent.cursor))) == [moved]
        assert moved != item

    def test_a_forgotten_cursor_is_invalid_and_a_full_read_still_works(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        item = world.deliver(inbox, mail(1))
        *_, last = provider.changes(inbox, None)
        world.forget_cursors()
        with pytest.raises(CursorInvalid):
            list(provider.changes(inbox, last.cursor))
        assert ids(list(provider.changes(inbox, None))) == [item]

    def test_a_fetched_mail_has_its_content_and_what_the_server_knows(self, world: World) -> None:
        provider = world.connect()
        item = world.deliver(the(FolderRole.INBOX, provider), mail(7))
        world.categorise(item, "Key account", "Lead")
        (got,) = provider.fetch_messages([item])
        assert isinstance(got, RemoteMessage)
        assert (got.item_id, got.message.subject, got.message.message_id) == (
            item,
            "Offer 7",
            "offer-7@engines.example",
        )
        assert got.message.text.strip() == "Good morning"
        assert (got.is_read, got.is_draft, got.flagged) == (False, False, False)
        assert (got.categories, got.item_class) == (("Key account", "Lead"), "IPM.Note")
        assert (got.received_at, got.message.received_at) == (RECEIVED, RECEIVED)

    def test_fetched_mails_answer_every_id(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        items = [world.deliver(inbox, mail(number)) for number in range(130)]
        assert [got.item_id for got in provider.fetch_messages(items)] == items

    def test_fetching_nothing_asks_for_nothing(self, world: World) -> None:
        provider = world.connect()
        assert list(provider.fetch_messages([])) == []
        assert list(provider.fetch_contacts([])) == []

    def test_a_gone_item_is_told_and_the_rest_comes(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        items = [world.deliver(inbox, mail(number)) for number in range(3)]
        world.delete(items[1])
        self.assert_only_one_failed(provider, items, items[1], ItemGone)

    def test_a_poison_item_stands_alone_in_quarantine(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        items = [world.deliver(inbox, mail(number)) for number in range(5)]
        world.poison(items[3])
        self.assert_only_one_failed(provider, items, items[3], PoisonItem)

    def assert_only_one_failed(
        self, provider: MailProvider, items: Sequence[str], bad: str, error: type[SyncError]
    ) -> None:
        got = {answer.item_id: answer for answer in provider.fetch_messages(items)}
        failed = {item_id: type(one.error) for item_id, one in got.items() if isinstance(one, Poisoned)}
        assert failed == {bad: error}
        assert sorted(got) == sorted(items)

    def test_an_unknown_item_class_blocks_nothing(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        items = [world.deliver(inbox, mail(number)) for number in range(3)]
        world.disguise(items[1])
        assert ids(list(provider.changes(inbox, None))) == sorted(items)
        got = list(provider.fetch_messages(items))
        assert [one.item_id for one in got if isinstance(one, RemoteMessage)] == items

    def test_a_busy_server_is_waited_for_as_long_as_it_asked(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        item = world.deliver(inbox, mail(1))
        world.throttle(7, times=2)
        assert ids(list(provider.changes(inbox, None))) == [item]
        assert world.slept == [7, 7]

    def test_a_server_that_asks_for_too_long_a_wait_is_left_in_peace(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        world.throttle(3600, times=1)
        with pytest.raises(Throttled) as caught:
            list(provider.changes(inbox, None))
        assert caught.value.retry_after.total_seconds() == 3600
        assert world.slept == []

    @pytest.mark.parametrize(("code", "error"), [(401, AuthExpired), (403, EwsBlocked)])
    def test_a_refusal_is_never_tried_again(self, world: World, code: int, error: type[SyncError]) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        world.status(code, times=1)
        with pytest.raises(error):
            list(provider.changes(inbox, None))
        assert world.slept == []

    @pytest.mark.parametrize("code", [429, 503])
    def test_a_passing_fault_is_tried_again(self, world: World, code: int) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        item = world.deliver(inbox, mail(1))
        world.status(code, times=2)
        assert ids(list(provider.changes(inbox, None))) == [item]
        assert len(world.slept) == 2

    @pytest.mark.parametrize("code", [429, 503])
    def test_a_lasting_fault_makes_the_mailbox_unavailable(self, world: World, code: int) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        world.status(code, times=1000)
        with pytest.raises(MailboxUnavailable):
            list(provider.changes(inbox, None))

    def test_a_reply_that_breaks_off_is_asked_for_again(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        items = [world.deliver(inbox, mail(number)) for number in range(5)]
        world.drop(times=1)
        assert ids(list(provider.changes(inbox, None))) == sorted(items)
        world.drop(times=1)
        got = list(provider.fetch_messages(items))
        assert [one.item_id for one in got if isinstance(one, RemoteMessage)] == items

    def test_a_contact_comes_as_a_card(self, world: World) -> None:
        provider = world.connect()
        item = world.add_contact(CARD)
        contacts = the(FolderRole.CONTACTS, provider)
        assert ids(list(provider.changes(contacts, None))) == [item]
        (got,) = provider.fetch_contacts([item])
        assert isinstance(got, RemoteCard)
        assert replace(got.card, source=b"") == CARD

    def test_a_gone_contact_is_told(self, world: World) -> None:
        provider = world.connect()
        item = world.add_contact(CARD)
        world.delete(item)
        (got,) = provider.fetch_contacts([item])
        assert isinstance(got, Poisoned)
        assert isinstance(got.error, ItemGone)
