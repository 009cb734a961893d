"""What leaves a folder: moved, deleted, deleted by mistake, and back again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assistant.schedule import POLL
from mail_sync.provider import Folder, FolderRole, ItemKind
from store.actor import SYSTEM
from store.engine import Store
from store.queries.agenda import agenda
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.records import Record
from store.sync.mailboxes import add_mailbox
from store.sync.questions import Choice, answer_question
from tests.assistant.linking.mails import US
from tests.assistant.sync_world import CUSTOMERS, START, SUPPLIERS, World


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def count(world: World, table: type[Activity] | type[Record] | type[MailboxItem], **equal: object) -> int:
    with world.store.read() as tx:
        return tx.execute(select(func.count()).select_from(table).filter_by(**equal)).scalar_one()


def test_mail_moved_to_another_folder_is_the_same_item(world: World) -> None:
    item = world.mail(1)
    world.cycle()
    moved = world.box.move(item, CUSTOMERS)
    world.cycle(3)
    assert world.items() == [(moved.item_id, CUSTOMERS.path, False, False)]
    assert world.notes() == [("moved", "from Inbox to Inbox/Customers")]


def test_mail_met_in_its_new_folder_before_it_left_the_old_one_is_the_same_item(world: World) -> None:
    """The new folder is read before the old one: creation first, then deletion."""
    item = world.mail(1, CUSTOMERS)
    world.cycle()
    moved = world.box.move(item, world.inbox)
    world.cycle(3)
    assert world.items() == [(moved.item_id, "Inbox", False, False)]
    assert world.notes() == [("moved", "from Inbox/Customers to Inbox")]


@pytest.mark.parametrize("back", [False, True])
def test_contact_moved_between_folders_stays_one_contact(world: World, back: bool) -> None:
    item = world.card("Jane", SUPPLIERS if back else world.contacts)
    world.cycle()
    moved = world.box.move(item, world.contacts if back else SUPPLIERS)
    world.cycle(3)
    to = "Contacts" if back else SUPPLIERS.path
    assert world.items() == [(moved.item_id, to, False, False)]
    assert count(world, Record, kind="contact") == 1


def test_deleted_mail_waits_a_whole_cycle_before_it_counts_as_deleted(world: World) -> None:
    item = world.mail(1)
    world.cycle()
    world.box.remove(item)
    world.cycle()
    assert world.items() == [(item, "Inbox", True, False)]
    world.cycle()
    assert world.items() == [(item, "Inbox", True, True)]
    assert count(world, Activity, kind="email") == 1


def test_deleted_mail_that_comes_back_under_another_id_is_unburied_and_not_doubled(world: World) -> None:
    item = world.mail(1)
    world.cycle()
    world.box.remove(item)
    world.cycle(2)
    back = world.mail(1)
    world.cycle()
    assert world.items() == [(back, "Inbox", False, False)]
    assert world.notes() == [("buried", ""), ("came back", "met again in Inbox")]
    assert count(world, Activity, kind="email") == 1


def test_deleted_appointment_stays_in_the_calendar_until_it_is_buried(world: World) -> None:
    item = world.event("visit@example")
    world.cycle()
    world.box.remove(item)
    seen = []
    for _ in range(2):
        world.cycle()
        with world.store.read() as tx:
            seen.append(len(agenda(tx, by=SYSTEM, start=START, end=START + timedelta(days=3))))
    assert seen == [1, 0]


def test_folder_deleted_with_all_its_mail_is_buried_like_its_mail(world: World) -> None:
    world.mail(1, CUSTOMERS)
    kept = world.mail(2)
    world.cycle()
    world.box.remove_folder(CUSTOMERS)
    world.cycle(2)
    assert sorted(item[1:] for item in world.items()) == [
        ("Inbox", False, False),
        (CUSTOMERS.path, True, True),
    ]
    assert [item[0] for item in world.items() if not item[2]] == [kept]


def test_folder_of_two_hundred_mails_deleted_by_mistake_is_asked_about_and_everything_else_goes_on(
    world: World,
) -> None:
    items = [world.mail(number) for number in range(70)]
    card = world.card("Jane")
    world.cycle()
    for item in items[:60]:
        world.box.remove(item)
    world.box.remove(card)
    world.cycle(3)
    arrived = world.mail(100)
    world.cycle()
    row = world.row()
    sentence = (
        "Outlook says that 60 of 70 mails in Inbox are gone; nothing was taken out here. Were they deleted on purpose?"
    )
    assert (row.state, row.state_detail) == ("asks", sentence.replace("of 70", "of 71"))
    assert count(world, MailboxItem, holds="email", buried_at=None) == 71
    assert (card, "Contacts", True, True) in world.items()
    assert (arrived, "Inbox", False, False) in world.items()


def _ask(world: World) -> list[str]:
    items = [world.mail(number) for number in range(60)]
    world.cycle()
    for item in items:
        world.box.remove(item)
    world.cycle(2)
    assert world.row().state == "asks"
    return items


def _answer(world: World, choice: Choice) -> None:
    with world.store.write() as tx:
        answer_question(tx, world.row().uid, choice, by=SYSTEM, now=world.wall)


def test_answer_that_they_were_deleted_buries_them(world: World) -> None:
    _ask(world)
    _answer(world, Choice.BURY)
    assert (world.row().state, count(world, MailboxItem, buried_at=None)) == ("ready", 0)
    world.cycle()
    assert world.row().state == "ready"


def test_answer_that_they_are_kept_is_final(world: World) -> None:
    _ask(world)
    _answer(world, Choice.KEEP)
    world.cycle(3)
    assert (world.row().state, count(world, MailboxItem, buried_at=None)) == ("ready", 60)


def test_answer_that_they_will_come_back_asks_again_after_a_day(world: World) -> None:
    _ask(world)
    _answer(world, Choice.WAIT)
    world.cycle(2)
    assert (world.row().state, count(world, MailboxItem, buried_at=None)) == ("ready", 60)
    world.let_pass(timedelta(days=1, minutes=1))
    world.cycle()
    assert world.row().state == "asks"


def test_question_is_withdrawn_when_the_items_come_back(world: World) -> None:
    _ask(world)
    for number in range(60):
        world.mail(number)
    world.cycle(2)
    assert (world.row().state, world.row().question) == ("ready", {})
    assert count(world, Activity, kind="email") == 60
    assert count(world, MailboxItem) == 60


def test_mail_filed_anywhere_stays_in_view_unless_a_person_chose_folders(world: World) -> None:
    with world.store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", settings={}, now=START)
    world.box.add_folder(Folder("f-archive", "Archive", FolderRole.ARCHIVE, ItemKind.EMAIL))
    places = [world.box.folder(FolderRole.ARCHIVE), CUSTOMERS, world.box.folder(FolderRole.JUNK)]
    arrived = [world.mail(number) for number in range(3)]
    world.cycle()
    for item, place in zip(arrived, places, strict=True):
        world.box.move(item, place)
    world.cycle(3)
    assert [each[1:] for each in world.items()] == [
        ("Archive", False, False),
        (CUSTOMERS.path, False, False),
        ("Inbox", True, True),
    ]


def test_folder_that_a_person_chose_is_read_under_its_new_name(world: World) -> None:
    world.cycle()
    world.box.rename_folder(CUSTOMERS, "Inbox/Kunden")
    world.mail(1, CUSTOMERS)
    world.cycle()
    assert [each[1] for each in world.items()] == ["Inbox/Kunden"]
    assert world.row().settings["folders"] == ["Inbox", "Sent Items", "Inbox/Kunden"]


def test_mail_moved_to_a_folder_made_meanwhile_is_found_there_and_not_buried(world: World) -> None:
    """The service looks at the tree of folders once something left the folder it was in."""
    with world.store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", settings={}, now=START)
    item = world.mail(1)
    worker = world.worker()
    worker.turn()
    world.box.move(item, world.box.add_folder(Folder("f-new", "Offers", FolderRole.OTHER, ItemKind.EMAIL)))
    for _ in range(3):
        world.let_pass(timedelta(seconds=POLL))
        worker.turn()
    assert [each[1:] for each in world.items()] == [("Offers", False, False)]
