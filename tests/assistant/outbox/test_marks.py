"""Marks and moves: here at once, on the server with its turn, and no echo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mail_sync.errors import Throttled
from mail_sync.provider import Folder, FolderRole, ItemKind
from mail_sync.providers.memory_box import MemoryItem
from store.errors import Invalid, NotFound
from store.history.operations import undo
from store.mail.acts import archive_mail, categorise_mail, delete_mail, mark_mail, mark_opened, move_mail
from store.schema.outbox import Outgoing
from store.schema.people import Folder as FolderTable
from tests.assistant.outbox.world import World


def _remote(world: World, item: int) -> MemoryItem:
    return world.provider.box.item(world.item(item).remote_id)


def _folder_key(world: World, role: str) -> int:
    with world.store.read() as tx:
        return int(tx.execute(select(FolderTable.id).where(FolderTable.role == role)).scalar_one())


def test_marks_show_at_once_and_reach_the_server_without_an_echo(world: World) -> None:
    item = world.receive()
    world.do(mark_mail, [item], is_read=True, flagged=True)
    assert (world.item(item).is_read, world.item(item).flagged) == (True, True)
    assert _remote(world, item).is_read is False
    world.deliver()
    remote = _remote(world, item)
    assert (remote.is_read, remote.flagged) == (True, True)
    world.sync()
    world.provider.fetched.clear()
    world.sync()
    assert world.provider.fetched == []
    assert (world.item(item).is_read, world.open_acts()) == (True, [])


def test_mark_does_not_hide_what_somebody_changed_right_before(small: World) -> None:
    item = small.receive()
    small.do(mark_mail, [item], is_read=True)
    small.provider.edit(small.item(item).remote_id, flagged=True)
    small.deliver()
    small.sync()
    assert (small.item(item).is_read, small.item(item).flagged) == (True, True)


def test_opposite_marks_that_wait_tell_the_server_nothing(world: World) -> None:
    item = world.receive()
    world.do(mark_mail, [item], is_read=True)
    world.do(mark_mail, [item], flagged=True)
    assert world.open_acts() == [
        ("mark_mail", {"is_read": True, "flagged": True, "was": {"is_read": False, "flagged": False}})
    ]
    world.do(mark_mail, [item], is_read=False)
    assert world.open_acts() == [("mark_mail", {"flagged": True, "was": {"flagged": False}})]
    world.do(mark_mail, [item], flagged=False)
    assert world.open_acts() == []


def test_opening_a_mail_marks_it_read_and_is_nothing_to_undo(small: World) -> None:
    item = small.receive()
    small.do(mark_opened, small.item(item).activity_id)
    small.do(mark_opened, small.item(item).activity_id)
    assert small.item(item).is_read is True
    assert [payload["is_read"] for _, payload in small.open_acts()] == [True]


def test_categories_are_merged_with_those_others_put_on_meanwhile(world: World) -> None:
    item = world.receive()
    world.do(categorise_mail, [item], add=["Urgent"])
    world.provider.edit(world.item(item).remote_id, categories=("Blue", "urgent"))
    world.deliver()
    assert _remote(world, item).categories == ("Blue", "urgent")
    assert world.item(item).categories == ["Blue", "urgent"]
    world.do(categorise_mail, [item], remove=["URGENT"])
    world.deliver()
    assert _remote(world, item).categories == ("Blue",)


def test_categories_that_come_and_go_before_their_turn_tell_the_server_nothing(small: World) -> None:
    item = small.receive()
    small.do(categorise_mail, [item], add=["Urgent"])
    small.do(categorise_mail, [item], remove=["urgent"])
    assert (small.open_acts(), small.item(item).categories) == ([], [])
    with pytest.raises(Invalid):
        small.do(categorise_mail, [item], add=["a, b"])


def test_mark_that_waits_stands_over_what_the_server_says_meanwhile(world: World) -> None:
    item = world.receive()
    world.do(mark_mail, [item], is_read=True)
    with world.store.write() as tx:
        tx.execute(update(Outgoing).values(not_before=world.now + timedelta(hours=1)))
    world.provider.edit(world.item(item).remote_id, flagged=True)
    world.sync()
    world.provider.mark_read(world.item(item).remote_id, False)
    world.sync()
    assert (world.item(item).is_read, world.item(item).flagged) == (True, True)
    world.pass_time(hours=1)
    world.deliver()
    assert (_remote(world, item).is_read, _remote(world, item).flagged) == (True, True)


def test_move_is_followed_to_its_new_name_without_an_echo(world: World) -> None:
    item = world.receive()
    target = _folder_key(world, "sent")
    world.do(move_mail, [item], target)
    assert world.item(item).folder_id == target
    before = world.item(item).remote_id
    world.deliver()
    assert world.item(item).remote_id != before
    world.sync()
    assert (world.item(item).folder_id, world.item(item).gone_at) == (target, None)
    assert len(world.provider.box.items(world.folder(FolderRole.SENT))) == 1


def test_move_and_mark_of_one_mail_keep_their_order_when_the_first_waits(small: World) -> None:
    item, other = small.receive(1), small.receive(2)
    small.do(move_mail, [item], _folder_key(small, "sent"))
    small.do(mark_mail, [item, other], is_read=True)
    small.provider.faults.fail_writes(Throttled(), times=1)
    small.provider.faults.fail_writes(Throttled(), times=1)
    small.deliver()
    small.deliver()
    assert [_remote(small, each).is_read for each in (item, other)] == [False, True]
    small.pass_time(minutes=1)
    small.deliver()
    assert small.open_acts() == []
    assert _remote(small, item).is_read is True


def test_moved_mail_that_somebody_moved_first_is_looked_for_and_then_marked(small: World) -> None:
    item = small.receive()
    small.do(mark_mail, [item], is_read=True)
    small.provider.box.move(small.item(item).remote_id, small.folder(FolderRole.SENT))
    small.deliver()
    assert len(small.open_acts()) == 1
    small.sync()
    small.pass_time(minutes=1)
    small.deliver()
    assert (_remote(small, item).is_read, small.open_acts()) == (True, [])


def test_undoing_a_move_that_waits_tells_the_server_nothing(small: World) -> None:
    item = small.receive()
    home = small.item(item).folder_id
    small.do(move_mail, [item], _folder_key(small, "sent"))
    small.do(undo)
    assert (small.item(item).folder_id, small.open_acts()) == (home, [])


def test_undoing_a_mark_that_was_told_tells_the_opposite(small: World) -> None:
    item = small.receive()
    small.do(mark_mail, [item], is_read=True)
    small.deliver()
    small.do(undo)
    assert small.item(item).is_read is False
    small.deliver()
    assert _remote(small, item).is_read is False


def test_archive_needs_its_folder_and_deleting_a_permission(small: World) -> None:
    item = small.receive()
    with pytest.raises(Invalid, match="no archive folder"):
        small.do(archive_mail, [item])
    with pytest.raises(Invalid, match="not deleted from here"):
        small.do(delete_mail, [item])
    small.provider.add_folder(Folder("f-archive", "Archive", FolderRole.ARCHIVE, ItemKind.EMAIL))
    small.sync()
    small.do(archive_mail, [item])
    assert small.item(item).folder_id == _folder_key(small, "archive")


def test_mail_of_other_mailboxes_is_not_found(small: World) -> None:
    item = small.receive()
    small.by = replace(small.by, mailbox_ids=frozenset())
    with pytest.raises(NotFound):
        small.do(mark_mail, [item], is_read=True)
