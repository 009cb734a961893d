"""A mailbox put back to an older day, as its clients meet it."""

from __future__ import annotations

import pytest
from exchangelib import Account, Message
from exchangelib.errors import ErrorInvalidSyncStateData, ErrorItemNotFound

from mail_sync.sandbox.backup import restore, snapshot
from mail_sync.sandbox.model import Mailbox
from tests.mail_sync.sandbox.builders import add_mail
from tests.mail_sync.sandbox.test_sync import page

PLAIN = "Subject: x\r\n\r\ny"


def test_restore_brings_back_items_folders_and_traits(anna: Mailbox) -> None:
    item = add_mail(anna, PLAIN, "inbox/Customers", categories=("A",))
    kept, old_id = snapshot(anna), item.item_id
    anna.edit(item.item_id, categories=("B",), properties={"key": "value"})
    anna.rename_folder(item.folder, "Clients")
    moved = anna.move(item.item_id, anna.folder("inbox"))
    restore(anna, kept)
    found = anna.items[old_id]
    assert (found.folder.name, found.categories, found.properties) == ("Customers", ("A",), {})
    assert (anna.folder("inbox").items, moved.item_id in anna.items) == ([], False)


def test_states_given_after_the_backup_are_invalid(account: Account, anna: Mailbox) -> None:
    add_mail(anna, PLAIN)
    old = page(account, None)[1]
    kept = snapshot(anna)
    late = add_mail(anna, PLAIN)
    new = page(account, old)[1]
    restore(anna, kept)
    for _ in range(3):
        with pytest.raises(ErrorInvalidSyncStateData):
            page(account, new)
        add_mail(anna, PLAIN)
    assert len(page(account, old)[0]) == 3
    with pytest.raises(ErrorItemNotFound):
        raise next(iter(account.fetch([(late.item_id, None)])))


def test_no_id_is_given_twice(anna: Mailbox) -> None:
    kept = snapshot(anna)
    lost = add_mail(anna, PLAIN)
    restore(anna, kept)
    again = add_mail(anna, PLAIN)
    assert (lost.item_id == again.item_id, lost.change_key == again.change_key) == (False, False)


def test_snapshot_can_be_restored_again(account: Account, anna: Mailbox) -> None:
    Message(account=account, folder=account.drafts, subject="Draft").save()
    kept = snapshot(anna)
    for _ in range(2):
        account.drafts.all().delete()
        assert anna.items == {}
        restore(anna, kept)
    assert [one.subject for one in account.drafts.all()] == ["Draft"]
