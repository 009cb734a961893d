"""Folders made, renamed, moved, emptied and deleted by exchangelib."""

from __future__ import annotations

import pytest
from exchangelib import Account
from exchangelib.errors import (
    ErrorDeleteDistinguishedFolder,
    ErrorFolderExists,
    ErrorMoveDistinguishedFolder,
)
from exchangelib.folders import Calendar, Folder, Messages
from exchangelib.services import MoveFolder

from mail_sync.sandbox.model import Mailbox
from tests.mail_sync.sandbox.builders import add_mail

PLAIN = "Subject: x\r\n\r\ny"


def test_folder_is_made_under_its_parent(account: Account, anna: Mailbox) -> None:
    made = Messages(parent=account.inbox, name="Customers").save()
    folder = anna.folders[made.id]
    assert (folder.name, folder.parent, folder.folder_class) == ("Customers", anna.folder("inbox"), "IPF.Note")
    assert Calendar(parent=account.calendar, name="Rooms").save().id in anna.folders


def test_name_is_taken_whatever_its_case(account: Account) -> None:
    Messages(parent=account.inbox, name="Customers").save()
    with pytest.raises(ErrorFolderExists):
        Messages(parent=account.inbox, name="CUSTOMERS").save()


def test_folder_is_renamed_and_keeps_its_id(account: Account, anna: Mailbox) -> None:
    made = Messages(parent=account.inbox, name="Customers").save()
    before = made.id
    made.name = "Clients"
    made.save(update_fields=["name"])
    assert (made.id, anna.folders[before].name) == (before, "Clients")


def test_folder_is_moved_and_keeps_its_id(account: Account, anna: Mailbox) -> None:
    made = Messages(parent=account.inbox, name="Customers").save()
    before = made.id
    made.move(account.sent)
    assert (made.id, anna.folders[before].parent) == (before, anna.folder("sentitems"))


def test_well_known_folders_stay(account: Account) -> None:
    with pytest.raises(ErrorMoveDistinguishedFolder):
        MoveFolder(account=account).get(folders=[account.sent], to_folder=account.inbox)
    with pytest.raises(ErrorDeleteDistinguishedFolder):
        account.sent.delete()


def test_deleted_folder_is_gone_or_in_deleted_items(account: Account, anna: Mailbox) -> None:
    kept = Folder(parent=account.inbox, name="Customers").save()
    gone = Folder(parent=account.inbox, name="Old").save()
    kept_id, gone_id = kept.id, gone.id
    add_mail(anna, PLAIN, "inbox/Old")
    kept.delete(delete_type="MoveToDeletedItems")
    gone.delete()
    assert (anna.folders[kept_id].parent, gone_id in anna.folders, anna.items) == (
        anna.folder("deleteditems"), False, {},
    )  # fmt: skip


def test_emptied_folder_keeps_its_subfolders_unless_told(account: Account, anna: Mailbox) -> None:
    for folder in ("inbox", "inbox/Customers"):
        add_mail(anna, PLAIN, folder)
    account.inbox.empty()
    assert [len(anna.folder(name).items) for name in ("inbox", "inbox/Customers")] == [0, 1]
    account.inbox.empty(delete_sub_folders=True)
    assert (anna.items, anna.folder("inbox").children) == ({}, [])
