"""What people do in Outlook after the first sync: moving, reading, deleting, tidying up contacts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from store.actor import SYSTEM
from store.engine import connect
from store.queries.record_names import find_record
from store.records.writing import delete_record
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import Email, MailboxItem
from store.schema.people import Folder
from store.schema.records import Record
from tests.force import corpus
from tests.force.world import World

MAIL = 10  # a customer's question that begins a thread


def _rows(world: World, query: Any) -> list[tuple[Any, ...]]:
    store = connect(str(world.store))
    with store.read() as tx:
        found = [tuple(row) for row in tx.execute(query)]
    store.close()
    return found


def _places(world: World, number: int) -> list[tuple[Any, ...]]:
    """Where a mail lies: (remote id, folder, read, present)."""
    return _rows(
        world,
        select(MailboxItem.remote_id, Folder.path, MailboxItem.is_read, MailboxItem.gone_at.is_(None))
        .join(Email, Email.id == MailboxItem.activity_id)
        .join(Folder, Folder.id == MailboxItem.folder_id)
        .where(Email.message_id == corpus.message_id(number)),
    )


def _links(world: World, number: int) -> list[tuple[Any, ...]]:
    return _rows(
        world,
        select(Record.title, Link.state, Link.rule)
        .join(Link, Link.record_id == Record.id)
        .join(Email, Email.id == Link.activity_id)
        .where(Email.message_id == corpus.message_id(number))
        .order_by(Record.title),
    )


def _activities(world: World, number: int) -> int:
    query = select(Activity.id).join(Email, Email.id == Activity.id)
    return len(_rows(world, query.where(Email.message_id == corpus.message_id(number), Activity.deleted_at.is_(None))))


def _item(world: World, number: int) -> str:
    (place,) = _places(world, number)
    return str(place[0])


def test_moved_mail_is_one_mail_with_its_links(world: World) -> None:
    world.sync()
    item_id, links = _item(world, MAIL), _links(world, MAIL)
    assert links
    moved = world.mailbox.move(item_id, world.mailbox.well_known["sentitems"])
    assert world.sync().code == 0
    assert [place[0] for place in _places(world, MAIL) if place[3]] == [moved.item_id]
    assert len(_places(world, MAIL)) == 1
    assert (_activities(world, MAIL), _links(world, MAIL)) == (1, links)


def test_mail_moved_out_of_sight_and_back_is_one_mail(world: World) -> None:
    world.sync()
    item_id, links = _item(world, MAIL), _links(world, MAIL)
    away = world.mailbox.move(item_id, world.mailbox.folder("junkemail"))
    world.sync()
    assert [place[3] for place in _places(world, MAIL)] == [False]
    back = world.mailbox.move(away.item_id, world.mailbox.well_known["inbox"])
    world.sync()
    assert [place[::3] for place in _places(world, MAIL)] == [(back.item_id, True)]
    assert (_activities(world, MAIL), _links(world, MAIL)) == (1, links)


def test_renamed_folder_keeps_its_mails(world: World) -> None:
    world.sync()
    before = world.sandbox.counts["GetItem"]
    world.mailbox.rename_folder(world.mailbox.well_known["inbox"], "Posteingang")
    assert world.sync().sync["new"] == 0
    assert world.sandbox.counts["GetItem"] == before
    assert [place[1] for place in _places(world, MAIL)] == ["Posteingang"]


def test_read_flag_follows_outlook_without_reading_the_mail_again(world: World) -> None:
    world.sync()
    ((item_id, _, is_read, _),) = _places(world, MAIL)
    before = world.sandbox.counts["GetItem"]
    for expected in (not is_read, is_read):
        world.mailbox.mark_read(item_id, expected)
        assert world.sync().code == 0
        assert [place[2] for place in _places(world, MAIL)] == [expected]
    assert world.sandbox.counts["GetItem"] == before


def test_mail_deleted_in_outlook_stays_on_the_timeline(world: World) -> None:
    world.sync()
    links = _links(world, MAIL)
    world.mailbox.delete(_item(world, MAIL))
    assert world.sync().code == 0
    assert [place[3] for place in _places(world, MAIL)] == [False]
    assert (_activities(world, MAIL), _links(world, MAIL)) == (1, links)
    timeline = world.run("timeline", corpus.person(2)).said["activities"]
    assert [row["subject"] for row in timeline].count("Snow guns for slope 2") == 1


def test_mail_deleted_for_good_during_the_sync_is_passed_over(world: World) -> None:
    world.sandbox.faults.set("poison", "ErrorItemNotFound", target=world.items("inbox")[5].item_id)
    told = world.sync()
    assert (told.code, told.sync["quarantined"]) == (0, [])


def test_deleted_contact_is_not_brought_back(world: World) -> None:
    world.sync()
    _delete_contact(world, corpus.person(3))
    item = world.items("contacts")[3]
    world.mailbox.edit(item.item_id, categories=("VIP",))
    assert world.sync().code == 0
    world.sandbox.faults.set("invalid_sync_state")
    assert world.sync().code == 0
    assert _living_contacts(world, "Person 3") == []


def test_contact_deleted_in_outlook_stays_a_contact(world: World) -> None:
    world.sync()
    world.mailbox.delete(world.items("contacts")[3].item_id)
    assert world.sync().code == 0
    assert _living_contacts(world, "Person 3") == [("Person 3",)]


def _delete_contact(world: World, email: str) -> None:
    store = connect(str(world.store))
    with store.write() as tx:
        record = find_record(tx, email, by=SYSTEM)
        delete_record(tx, record.record_id, by=SYSTEM, now=corpus.START)
    store.close()


def _living_contacts(world: World, title: str) -> list[tuple[Any, ...]]:
    return _rows(world, select(Record.title).where(Record.title == title, Record.deleted_at.is_(None)))
