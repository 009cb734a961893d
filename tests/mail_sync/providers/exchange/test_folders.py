"""Roles and paths of folders."""

from __future__ import annotations

import pytest

from mail_sync.provider import FolderRole, ItemKind
from mail_sync.providers.exchange.folders import Node, arrange, holds_what
from tests.mail_sync.providers.exchange.world import ExchangeWorld


def node(
    folder_id: str, parent: str = "", name: str = "", folder_class: str = "IPF.Note", search: bool = False
) -> Node:
    return Node(folder_id, parent, name or folder_id, folder_class, search, 0)


def test_roles_come_from_ids_and_not_from_names() -> None:
    nodes = [node("a", name="Posteingang"), node("b", name="Inbox")]
    found = {folder.path: folder.role for folder in arrange(nodes, {"a": FolderRole.INBOX})}
    assert found == {"Posteingang": FolderRole.INBOX, "Inbox": FolderRole.OTHER}


def test_subfolders_of_unwanted_folders_are_unwanted() -> None:
    nodes = [node("d"), node("x", "d"), node("y", "x"), node("i"), node("z", "i")]
    roles = {"d": FolderRole.DELETED, "i": FolderRole.INBOX}
    found = {folder.path: folder.role for folder in arrange(nodes, roles)}
    assert found == {
        "d": FolderRole.DELETED,
        "d/x": FolderRole.DELETED,
        "d/x/y": FolderRole.DELETED,
        "i": FolderRole.INBOX,
        "i/z": FolderRole.OTHER,
    }


def test_search_folders_and_foreign_classes_are_excluded() -> None:
    nodes = [node("s", search=True), node("n", folder_class="IPF.StickyNote")]
    assert [folder.role for folder in arrange(nodes, {})] == [FolderRole.EXCLUDED, FolderRole.EXCLUDED]


def test_a_circle_of_parents_ends() -> None:
    assert [folder.path for folder in arrange([node("a", "b"), node("b", "a")], {})] == ["a/b", "b/a"]


def test_a_slash_in_a_name_is_no_step_of_the_path() -> None:
    assert [folder.path for folder in arrange([node("a", name="Q1/Q2")], {})] == ["Q1∕Q2"]


@pytest.mark.parametrize(
    ("folder_class", "kind"),
    [
        ("IPF.Note", ItemKind.EMAIL),
        ("", ItemKind.EMAIL),
        ("IPF.Appointment", ItemKind.APPOINTMENT),
        ("IPF.Contact", ItemKind.CONTACT),
        ("IPF.Task", ItemKind.TASK),
        ("IPF.Contact.RecipientCache", None),
        ("IPF.Note.OutlookHomepage", None),
        ("IPF.StickyNote", None),
    ],
)
def test_holds_what_by_folder_class(folder_class: str, kind: ItemKind | None) -> None:
    assert holds_what(folder_class) is kind


def test_a_renamed_folder_keeps_its_id(world: ExchangeWorld) -> None:
    made = world.mailbox.folder("inbox/Customers")
    provider = world.connect()
    before = {folder.folder_id: folder.path for folder in provider.folders()}[made.folder_id]
    world.mailbox.rename_folder(made, "Clients")
    after = {folder.folder_id: folder.path for folder in provider.folders()}[made.folder_id]
    assert (before, after) == ("Inbox/Customers", "Inbox/Clients")


def test_the_archive_folder_is_known(world: ExchangeWorld) -> None:
    roles = {folder.path: folder.role for folder in world.connect().folders()}
    assert roles["Archive"] is FolderRole.ARCHIVE
    assert roles["Sync Issues/Conflicts"] is FolderRole.EXCLUDED
