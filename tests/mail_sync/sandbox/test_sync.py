"""SyncFolderItems and SyncFolderHierarchy, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from exchangelib import Account, Folder
from exchangelib.errors import ErrorInvalidSyncStateData, ErrorSchemaValidation, ErrorSyncFolderNotFound
from exchangelib.items import ID_ONLY
from exchangelib.properties import FolderId
from exchangelib.services import SyncFolderItems

from mail_sync.sandbox.model import Item, Mailbox, Model
from tests.mail_sync.sandbox.builders import START, add_mail, synthetic, synthetic_mail


@pytest.fixture
def model() -> Model:
    return synthetic(10)


def page(
    account: Account, state: str | None, size: int = 512, folder: Folder | None = None, ignore: object = None
) -> tuple[list[tuple[str, str]], str, bool]:
    """([(change, id or id and flag)], new state, whether it was the last) of one request."""
    service = SyncFolderItems(account=account)
    changes = []
    for did, what in service.call(
        folder=folder or account.inbox, shape=ID_ONLY, additional_fields=None, sync_state=state, ignore=ignore,
        max_changes_returned=size, sync_scope=None,
    ):  # fmt: skip
        changes.append((did, what[0].id if isinstance(what, tuple) else what.id))
    return changes, service.sync_state, service.includes_last_item_in_range


def newest_first(mailbox: Mailbox) -> list[Item]:
    return list(reversed(mailbox.folder("inbox").items))


def created(items: list[Item]) -> list[tuple[str, str]]:
    return [("create", item.item_id) for item in items]


def test_first_sync_comes_newest_first_in_pages(account: Account, anna: Mailbox) -> None:
    items = newest_first(anna)
    first, state, last = page(account, None, 4)
    assert (first, last) == (created(items[:4]), False)
    second, state, last = page(account, state, 4)
    assert (second, last) == (created(items[4:8]), False)
    third, state, last = page(account, state, 4)
    assert (third, last) == (created(items[8:]), True)
    assert page(account, state) == ([], state, True)


def test_page_that_ends_with_the_folder_is_the_last(account: Account, anna: Mailbox) -> None:
    _, state, last = page(account, None, 5)
    assert last is False
    assert page(account, state, 5)[2] is True


def test_changes_are_told_by_kind(account: Account, anna: Mailbox) -> None:
    _, state, _ = page(account, None)
    read, edited, gone, *_ = newest_first(anna)
    anna.mark_read(read.item_id, not read.is_read)
    anna.edit(edited.item_id, categories=("Blue",))
    anna.delete(gone.item_id)
    fresh = add_mail(anna, synthetic_mail(99))
    changes, state, _ = page(account, state)
    assert changes == [
        ("create", fresh.item_id),
        ("delete", gone.item_id),
        ("update", edited.item_id),
        ("read_flag_change", read.item_id),
    ]
    assert page(account, state) == ([], state, True)


def test_several_changes_of_an_item_are_told_once(account: Account, anna: Mailbox) -> None:
    _, state, _ = page(account, None)
    item = newest_first(anna)[0]
    anna.edit(item.item_id, flagged=True)
    anna.mark_read(item.item_id, not item.is_read)
    fleeting = add_mail(anna, synthetic_mail(98))
    anna.delete(fleeting.item_id)
    fresh = add_mail(anna, synthetic_mail(99))
    anna.edit(fresh.item_id, flagged=True)
    assert page(account, state)[0] == [("create", fresh.item_id), ("update", item.item_id)]


def test_long_window_of_changes_is_paged_without_loss(account: Account, anna: Mailbox) -> None:
    _, state, _ = page(account, None)
    items = newest_first(anna)
    for item in items:
        anna.edit(item.item_id, flagged=True)
    told = []
    last = False
    while not last:
        changes, state, last = page(account, state, 3)
        told += changes
        anna.mark_read(items[0].item_id, not items[0].is_read)  # goes on while the client reads
        if len(told) > 10:
            break
    assert told[:10] == [("update", item.item_id) for item in reversed(items)]
    assert page(account, state)[0] in ([], [("read_flag_change", items[0].item_id)])


def test_arrivals_during_the_first_sync_are_told_after_it(account: Account, anna: Mailbox) -> None:
    items = newest_first(anna)
    first, state, _ = page(account, None, 4)
    fresh = add_mail(anna, synthetic_mail(99), received=START + timedelta(days=9))
    late = add_mail(anna, synthetic_mail(98), received=START - timedelta(days=9))
    anna.delete(items[0].item_id)
    anna.delete(items[9].item_id)
    rest, state, last = page(account, state)
    assert first + rest == [
        *created(items[:9]),
        ("delete", items[9].item_id),
        ("delete", items[0].item_id),
        ("create", late.item_id),
        ("create", fresh.item_id),
    ]
    assert last is True


def test_move_is_a_delete_and_a_create_under_another_id(account: Account, anna: Mailbox) -> None:
    archive = anna.folder("inbox/Customers")
    there = Folder(root=account.root, _id=FolderId(id=archive.folder_id))
    _, inbox_state, _ = page(account, None)
    _, archive_state, _ = page(account, None, folder=there)
    item = newest_first(anna)[0]
    before = item.item_id
    anna.move(before, archive)
    assert page(account, inbox_state)[0] == [("delete", before)]
    assert page(account, archive_state, folder=there)[0] == [("create", item.item_id)]
    assert item.item_id != before


def test_change_key_changes_with_an_edit_only(anna: Mailbox) -> None:
    item = newest_first(anna)[0]
    before = (item.item_id, item.change_key)
    anna.edit(item.item_id, flagged=True)
    assert (item.item_id == before[0], item.change_key == before[1]) == (True, False)


def test_ignored_items_are_left_out(account: Account, anna: Mailbox) -> None:
    items = newest_first(anna)
    ignored = [(items[0].item_id, items[0].change_key)]
    assert page(account, None, ignore=ignored)[0] == created(items[1:])


@pytest.mark.parametrize("state", ["garbage", "AAAA", "Zm9vYmFyYmF6"])
def test_garbage_state_is_refused(account: Account, state: str) -> None:
    with pytest.raises(ErrorInvalidSyncStateData):
        page(account, state)


def test_state_of_another_folder_is_refused(account: Account) -> None:
    _, state, _ = page(account, None)
    with pytest.raises(ErrorInvalidSyncStateData):
        page(account, state, folder=account.drafts)


def test_state_from_the_future_is_refused(account: Account, anna: Mailbox) -> None:
    for item in newest_first(anna):
        anna.edit(item.item_id, flagged=True)
    _, state, _ = page(account, None)
    anna.counter -= 5  # a mailbox that was restored from a backup
    with pytest.raises(ErrorInvalidSyncStateData):
        page(account, state)


def test_deleted_folder_is_named_as_such(account: Account, anna: Mailbox) -> None:
    gone = anna.folder("inbox/Gone")
    there = Folder(root=account.root, _id=FolderId(id=gone.folder_id))
    anna.delete_folder(gone)
    with pytest.raises(ErrorSyncFolderNotFound):
        page(account, None, folder=there)


def test_more_than_512_changes_cannot_be_asked_for(account: Account) -> None:
    with pytest.raises(ErrorSchemaValidation):
        page(account, None, 513)


def test_hierarchy_tells_new_renamed_and_deleted_folders(account: Account, anna: Mailbox) -> None:
    root = account.msg_folder_root
    names = [folder.name for _, folder in root.sync_hierarchy()]
    assert {"Inbox", "Calendar", "Contacts", "Sent Items", "Conflicts"} < set(names)
    state = root.folder_sync_state
    customers = anna.folder("inbox/Customers")
    assert [(did, folder.name) for did, folder in root.sync_hierarchy(sync_state=state)] == [("create", "Customers")]
    state = root.folder_sync_state
    anna.rename_folder(customers, "Clients")
    assert [(did, folder.name) for did, folder in root.sync_hierarchy(sync_state=state)] == [("update", "Clients")]
    state = root.folder_sync_state
    anna.delete_folder(customers)
    assert [(did, folder.id) for did, folder in root.sync_hierarchy(sync_state=state)] == [
        ("delete", customers.folder_id)
    ]
    state = root.folder_sync_state
    assert list(root.sync_hierarchy(sync_state=state)) == []


def test_hierarchy_state_of_another_root_is_refused(account: Account) -> None:
    list(account.msg_folder_root.sync_hierarchy())
    with pytest.raises(ErrorInvalidSyncStateData):
        list(account.root.sync_hierarchy(sync_state=account.msg_folder_root.folder_sync_state))
