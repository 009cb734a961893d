"""The change feed where servers misbehave."""

from __future__ import annotations

import pytest

from mail_sync.errors import CursorInvalid, ItemGone, PoisonItem
from mail_sync.provider import Changed, Deleted, FolderRole, ReadFlagChanged
from mail_sync.providers.exchange.changes import read_change, read_page
from mail_sync.providers.exchange.server import SyncReply
from mail_sync.sandbox.faults import FaultKind
from tests.mail_sync.providers.contract import ids, mail, the
from tests.mail_sync.providers.exchange.elements import element
from tests.mail_sync.providers.exchange.world import ExchangeWorld

MESSAGE = '<Message><ItemId Id="1" ChangeKey="key-1"/></Message>'


def test_read_change_knows_every_kind_of_entry() -> None:
    entries = [
        element("Create", MESSAGE, ""),
        element("Update", MESSAGE.replace("Message", "SharingMessage"), ""),
        element("Delete"),
        element("ReadFlagChange", "<IsRead>true</IsRead>"),
    ]
    assert [read_change(entry) for entry in entries] == [
        Changed("1", "key-1"),
        Changed("1", "key-1"),
        Deleted("1"),
        ReadFlagChanged("1", True),
    ]


def test_read_page_sets_nonsense_aside_and_keeps_the_rest() -> None:
    entries = (element("Create", MESSAGE, ""), element("Create", "<Message/>", ""), element("Explode"))
    page = read_page(SyncReply(entries, "S1", True), True)
    assert page.changes == (Changed("1", "key-1"),)
    assert [(one.item_id, type(one.error), one.raw[:8]) for one in page.poisoned] == [
        ("", PoisonItem, b"<Create "),
        ("1", PoisonItem, b"<Explode"),
    ]


def test_a_refused_state_invalidates_the_cursor_even_without_a_state_element(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    (page,) = provider.changes(inbox, None)
    world.faults.set(FaultKind.INVALID_SYNC_STATE, times=1)
    world.faults.set(FaultKind.NO_SYNC_STATE_ELEMENT, times=1)
    with pytest.raises(CursorInvalid):
        list(provider.changes(inbox, page.cursor))


def test_a_garbage_cursor_is_invalid(world: ExchangeWorld) -> None:
    provider = world.connect()
    with pytest.raises(CursorInvalid):
        list(provider.changes(the(FolderRole.INBOX, provider), "bm9uc2Vuc2U="))


def test_a_silent_full_resync_is_taken_as_it_comes(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    item = world.deliver(inbox, mail(1))
    *_, last = provider.changes(inbox, None)
    world.faults.set(FaultKind.IGNORE_SYNC_STATE, times=1)
    assert ids(list(provider.changes(inbox, last.cursor))) == [item]


def test_a_gone_folder_is_told(world: ExchangeWorld) -> None:
    made = world.mailbox.folder("inbox/Customers")
    provider = world.connect()
    (folder,) = (one for one in provider.folders() if one.folder_id == made.folder_id)
    world.mailbox.delete_folder(made)
    with pytest.raises(ItemGone):
        list(provider.changes(folder, None))


def test_large_answers_that_always_break_off_are_asked_for_in_pieces(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    items = sorted(world.deliver(inbox, mail(number)) for number in range(70))
    world.faults.set(FaultKind.DROP_BODY, operation="SyncFolderItems", times=2)
    pages = list(provider.changes(inbox, None))
    assert [len(page.changes) for page in pages] == [64, 6]
    assert ids(pages) == items


def test_a_busy_server_inside_a_response_message_is_waited_for(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    item = world.deliver(inbox, mail(1))
    world.faults.set(FaultKind.BUSY_MESSAGE, 3000, operation="SyncFolderItems", times=1)
    assert ids(list(provider.changes(inbox, None))) == [item]
    assert world.slept == [3]


def test_retry_after_is_obeyed(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    world.faults.set(FaultKind.HTTP_STATUS, 429, times=1, retry_after=17)
    list(provider.changes(inbox, None))
    assert world.slept == [17]
