"""What the twin does beyond the contract: mailboxes that mail each other, backups, faults, several connections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from mail_sync.errors import AuthExpired, CursorInvalid, ItemGone, OutcomeUnknown, SendRefused, Throttled
from mail_sync.message import Address
from mail_sync.mime.reader import read_message
from mail_sync.provider import Capabilities, Changed, Deleted, FolderRole, MailMarks, Poke
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.memory_server import MemoryServer
from tests.mail_sync.providers.contract import everything, ids, mail, the
from tests.mail_sync.providers.sending_contract import MAIL, THEM, US
from tests.mail_sync.providers.writing_contract import contact

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def server() -> MemoryServer:
    return MemoryServer(lambda: NOW)


@pytest.fixture
def ours(server: MemoryServer) -> MemoryMailbox:
    return MemoryMailbox(US, server=server)


def test_mail_goes_to_mailboxes_of_the_server_and_all_of_it_is_recorded(
    server: MemoryServer, ours: MemoryMailbox
) -> None:
    theirs = MemoryMailbox(THEM, server=server)
    ours.send_draft(ours.save_draft(MAIL, "s"))
    (mailed,) = server.mailed
    assert (mailed.sender, mailed.recipients) == (
        US,
        (THEM, "ada@engines.example", "carl@engines.example", "boss@alpine.example"),
    )
    (arrived,) = theirs.box.items(the(FolderRole.INBOX, theirs))
    assert (arrived.content, arrived.is_read, arrived.received_at, arrived.stamp) == (mailed.raw, False, NOW, "")


def test_an_answer_comes_back(server: MemoryServer, ours: MemoryMailbox) -> None:
    theirs = MemoryMailbox(THEM, server=server)
    answer = replace(MAIL, sender=Address(THEM), to=(Address(US),), cc=(), bcc=())
    theirs.send_draft(theirs.save_draft(answer, "t"))
    (page,) = ours.changes(the(FolderRole.INBOX, ours), None)
    assert len(page.changes) == 1


def test_a_transport_may_rename_what_it_carries(ours: MemoryMailbox, server: MemoryServer) -> None:
    server.renames = True
    ours.send_draft(ours.save_draft(replace(MAIL, message_id="ours@alpine.example"), "s"))
    assert read_message(server.mailed[0].raw).message_id == "sent-1@memory.invalid"


def test_another_sender_needs_the_right_to_send_as_it(ours: MemoryMailbox, server: MemoryServer) -> None:
    draft = ours.save_draft(replace(MAIL, sender=Address("team@alpine.example")), "s")
    with pytest.raises(SendRefused):
        ours.send_draft(draft)
    ours.box.sends_as.add("team@alpine.example")
    ours.send_draft(draft)
    assert [one.sender for one in server.mailed] == ["team@alpine.example"]


def test_two_connections_share_a_mailbox(server: MemoryServer, ours: MemoryMailbox) -> None:
    other = MemoryMailbox(US, server=server)
    item = ours.deliver(the(FolderRole.INBOX, ours), mail(1))
    other.mark(item, MailMarks(flagged=True))
    assert ours.box.item(item).flagged


def test_a_restored_mailbox_knows_no_cursor_of_its_future(ours: MemoryMailbox) -> None:
    inbox = the(FolderRole.INBOX, ours)
    first = ours.deliver(inbox, mail(1))
    backup = ours.box.snapshot()
    *_, then = ours.changes(inbox, None)
    later = ours.deliver(inbox, mail(2))
    ours.box.remove(first)
    *_, last = ours.changes(inbox, then.cursor)
    ours.box.restore(backup)
    with pytest.raises(CursorInvalid):
        list(ours.changes(inbox, last.cursor))
    assert ids(list(ours.changes(inbox, None))) == [first]
    assert later != ours.deliver(inbox, mail(3))


def test_a_server_may_begin_anew_without_a_word(ours: MemoryMailbox) -> None:
    inbox = the(FolderRole.INBOX, ours)
    item = ours.deliver(inbox, mail(1))
    *_, last = ours.changes(inbox, None)
    ours.box.forget_cursors(silently=True)
    (page,) = ours.changes(inbox, last.cursor)
    assert ids([page]) == [item]
    assert everything(list(ours.changes(inbox, page.cursor))) == []


def test_a_first_listing_names_only_what_exists(ours: MemoryMailbox) -> None:
    inbox = the(FolderRole.INBOX, ours)
    gone, kept = ours.deliver(inbox, mail(1)), ours.deliver(inbox, mail(2))
    ours.mark_read(kept)
    ours.box.remove(gone)
    ours.page_size = 2
    pages = ours.changes(inbox, None)
    first = next(pages)
    ours.box.remove(kept)
    assert [everything([first]), everything(list(pages))] == [
        [Changed(kept, first.changes[0].change_key)],  # type: ignore[union-attr]
        [Deleted(kept)],
    ]


def test_a_folder_that_goes_takes_its_items_along(ours: MemoryMailbox) -> None:
    inbox = the(FolderRole.INBOX, ours)
    item = ours.deliver(inbox, mail(1))
    ours.box.remove_folder(inbox)
    with pytest.raises(ItemGone):
        list(ours.changes(inbox, None))
    with pytest.raises(ItemGone):
        list(ours.list_ids(inbox))
    with pytest.raises(ItemGone):
        ours.mark(item, MailMarks(is_read=True))


def test_a_server_without_stamps_keeps_none(server: MemoryServer) -> None:
    plain = MemoryMailbox(US, server=server, capabilities=Capabilities(stamps=False))
    contact(plain)
    assert list(plain.find_stamped("stamp-1")) == []


def test_faults_are_met_in_order_and_healed(ours: MemoryMailbox) -> None:
    ours.faults.lose_requests()
    ours.faults.fail_writes(AuthExpired())
    ours.faults.lose_replies()
    for error in (OutcomeUnknown, AuthExpired, OutcomeUnknown):
        with pytest.raises(error):
            contact(ours)
    assert len(ours.find_stamped("stamp-1")) == 1
    ours.faults.fail_writes(Throttled("", timedelta(hours=1)))
    ours.faults.heal()
    contact(ours)
    assert len(ours.find_stamped("stamp-1")) == 2


def test_listening_hears_another_thread_and_ends_with_its_fault(ours: MemoryMailbox) -> None:
    inbox = the(FolderRole.INBOX, ours)
    heard = ours.listen([inbox], stop=lambda: False, patience=timedelta(hours=1))
    Thread(target=ours.deliver, args=(inbox, mail(1))).start()
    assert next(heard) == Poke(frozenset({inbox.folder_id}))
    ours.faults.fail_listening(AuthExpired())
    with pytest.raises(AuthExpired):
        next(heard)
