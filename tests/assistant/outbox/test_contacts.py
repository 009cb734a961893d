"""Contacts between Regarding and Outlook, both ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.errors import Conflict
from mail_sync.provider import FolderRole, Written
from store.history.operations import undo
from store.records.state import read_states
from store.records.writing import create_record, delete_record, edit_record
from store.schema.ledger import Operation
from store.schema.mail import MailboxItem
from store.schema.merging import SyncBase, SyncConflict
from store.schema.people import Mailbox
from store.schema.records import Record
from store.sync.conflicts import Sides
from tests.assistant.outbox.world import World

JANE = ContactCard(
    uid="",
    full_name="Jane Roe",
    given_name="Jane",
    family_name="Roe",
    company="Fabrikam",
    job_title="Buyer",
    emails=(("", "jane@fabrikam.example"),),
    phones=(("work", "+43 1 234567"), ("fax", "+43 1 999")),
    postal=(PostalAddress("home", "Weg 2", "Linz"), PostalAddress("work", "Ring 1", "Vienna", "", "1010", "Austria")),
    note="Likes skiing",
)


class Contacts:
    """The contacts of the one mailbox, seen from both sides."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add(self, card: ContactCard = JANE) -> str:
        remote_id = self.world.provider.deliver(self.world.folder(FolderRole.CONTACTS), card)
        self.world.sync()
        return remote_id

    def card(self, remote_id: str) -> ContactCard:
        content = self.world.provider.box.item(remote_id).content
        assert isinstance(content, ContactCard)
        return content

    def cards(self) -> list[ContactCard]:
        items = self.world.provider.box.items(self.world.folder(FolderRole.CONTACTS))
        return [item.content for item in items if isinstance(item.content, ContactCard)]

    def change_there(self, remote_id: str, **values: Any) -> None:
        self.world.provider.replace(remote_id, replace(self.card(remote_id), **values))

    def record_id(self, title: str = "Jane Roe") -> int:
        with self.world.store.read() as tx:
            query = select(Record.id).where(Record.kind == "contact", Record.title == title)
            return tx.execute(query.order_by(Record.id.desc()).limit(1)).scalar_one()

    def state(self, record_id: int) -> dict[str, Any]:
        with self.world.store.read() as tx:
            uid = tx.execute(select(Record.uid).where(Record.id == record_id)).scalar_one()
            return read_states(tx, [uid])[uid].state

    def edit(self, record_id: int, **values: Any) -> str:
        return self.world.do(edit_record, record_id, values)

    def conflicts(self) -> dict[str, Sides]:
        with self.world.store.read() as tx:
            rows = tx.execute(select(SyncConflict.field, SyncConflict.sides).where(SyncConflict.choice == ""))
            return {row.field: Sides(**row.sides) for row in rows}

    def operations(self) -> int:
        with self.world.store.read() as tx:
            return len(tx.execute(select(Operation.id)).all())

    def cycle(self) -> None:
        """Out, then in, as often as there is something to do."""
        for _ in range(3):
            self.world.deliver()
            self.world.sync()


@pytest.fixture
def contacts(world: World) -> Contacts:
    return Contacts(world)


@pytest.fixture
def few(small: World) -> Contacts:
    return Contacts(small)


def test_an_edit_in_outlook_comes_here(contacts: Contacts) -> None:
    remote_id = contacts.add()
    contacts.change_there(remote_id, job_title="Director", phones=(("work", "+43 1 555"),))
    contacts.cycle()
    state = contacts.state(contacts.record_id())
    assert (state["job_title"], state["phone"], state["city"]) == ("Director", "+43 1 555", "Vienna")


def test_an_edit_in_outlook_right_after_our_write_comes_here(few: Contacts) -> None:
    remote_id = few.add()
    update_contact = few.world.provider.update_contact

    def edited_at_once(*args: Any) -> Written:
        update_contact(*args)
        few.change_there(remote_id, department="Sales")
        few.world.provider.update_contact = update_contact  # type: ignore[method-assign]
        item = few.world.provider.box.item(remote_id)
        return Written(item.item_id, item.change_key)

    few.world.provider.update_contact = edited_at_once  # type: ignore[method-assign, assignment]
    few.edit(few.record_id(), job_title="Director")
    few.cycle()
    assert (few.card(remote_id).job_title, few.card(remote_id).department) == ("Director", "Sales")
    assert few.state(few.record_id())["department"] == "Sales"


def test_an_edit_here_goes_to_outlook_and_leaves_everything_else_there(contacts: Contacts) -> None:
    remote_id = contacts.add()
    contacts.edit(contacts.record_id(), job_title="Director", city="Graz", phone="+43 1 555")
    contacts.cycle()
    assert contacts.card(remote_id) == replace(
        JANE,
        job_title="Director",
        phones=(("work", "+43 1 555"), ("fax", "+43 1 999")),
        postal=(JANE.postal[0], replace(JANE.postal[1], city="Graz")),
    )


def test_case_39_edits_of_different_fields_on_both_sides_are_both_kept(contacts: Contacts) -> None:
    remote_id = contacts.add()
    contacts.change_there(remote_id, job_title="Director")
    contacts.edit(contacts.record_id(), department="Sales")
    contacts.cycle()
    state, card = contacts.state(contacts.record_id()), contacts.card(remote_id)
    assert (state["job_title"], state["department"]) == (card.job_title, card.department) == ("Director", "Sales")


def test_case_39_edits_of_one_field_on_both_sides_are_asked_about_and_nothing_else_waits(contacts: Contacts) -> None:
    remote_id = contacts.add()
    contacts.change_there(remote_id, job_title="Theirs", department="Sales")
    contacts.edit(contacts.record_id(), job_title="Mine")
    contacts.cycle()
    assert contacts.conflicts() == {"job_title": Sides("Buyer", "Theirs", "Mine")}
    state = contacts.state(contacts.record_id())
    assert (state["job_title"], state["department"], contacts.card(remote_id).job_title) == ("Mine", "Sales", "Theirs")


def test_a_conflict_is_settled_when_the_sides_come_to_agree(few: Contacts) -> None:
    remote_id = few.add()
    few.change_there(remote_id, job_title="Theirs")
    few.edit(few.record_id(), job_title="Mine")
    few.cycle()
    few.change_there(remote_id, job_title="Mine")
    few.cycle()
    assert few.conflicts() == {}
    with few.world.store.read() as tx:
        assert tx.execute(select(SyncConflict.choice)).scalars().all() == ["settled"]


def test_case_40_the_echo_of_our_own_write_changes_nothing(few: Contacts) -> None:
    few.add()
    few.edit(few.record_id(), job_title="Director")
    few.world.deliver()
    before = few.operations()
    few.cycle()
    assert (few.operations(), few.world.open_acts()) == (before, [])


def test_case_37_more_addresses_than_outlook_has_room_for_stay_here(few: Contacts) -> None:
    remote_id = few.add()
    emails = ["jane@fabrikam.example", *(f"jane{number}@fabrikam.example" for number in range(4))]
    few.edit(few.record_id(), emails=emails)
    few.cycle()
    assert [email for _, email in few.card(remote_id).emails] == emails[:3]
    assert few.state(few.record_id())["emails"] == emails
    assert few.world.open_acts() == []


def test_addresses_added_on_both_sides_are_both_kept(few: Contacts) -> None:
    remote_id = few.add()
    few.change_there(remote_id, emails=(*JANE.emails, ("", "there@fabrikam.example")))
    few.edit(few.record_id(), emails=["jane@fabrikam.example", "here@fabrikam.example"])
    few.cycle()
    assert {email for _, email in few.card(remote_id).emails} == set(few.state(few.record_id())["emails"])
    assert len(few.card(remote_id).emails) == 3


def test_a_first_sync_writes_nothing_to_outlook(few: Contacts) -> None:
    few.add(replace(JANE, given_name="", family_name=""))
    assert few.world.open_acts() == []
    few.cycle()
    assert few.cards() == [replace(JANE, given_name="", family_name="")]


def test_a_contact_known_by_its_address_meets_its_card_and_completes_it(few: Contacts) -> None:
    values = {"title": "Jane Roe", "emails": ["jane@fabrikam.example"], "department": "Sales", "job_title": "Boss"}
    few.world.do(create_record, "contact", values)
    remote_id = few.add()
    few.cycle()
    assert few.conflicts() == {"job_title": Sides(None, "Buyer", "Boss")}
    assert (few.card(remote_id).department, few.state(few.record_id())["city"]) == ("Sales", "Vienna")


def test_a_contact_that_is_to_be_kept_in_outlook_is_made_there_once(contacts: Contacts) -> None:
    values = {"title": "Ann Lee", "emails": ["ann@wingtip.example"], "phone": "+1 555 0100", "in_outlook": "yes"}
    contacts.world.do(create_record, "contact", values)
    contacts.cycle()
    (card,) = contacts.cards()
    assert (card.full_name, card.given_name, card.emails, card.phones) == (
        "Ann Lee",
        "Ann",
        (("", "ann@wingtip.example"),),
        (("work", "+1 555 0100"),),
    )
    contacts.edit(contacts.record_id("Ann Lee"), department="Sales")
    contacts.cycle()
    assert [one.department for one in contacts.cards()] == ["Sales"]


def test_a_contact_that_is_not_marked_stays_here(few: Contacts) -> None:
    few.world.do(create_record, "contact", {"title": "Ann Lee"})
    few.cycle()
    assert few.cards() == []


def test_taking_the_mark_away_deletes_nothing_there(few: Contacts) -> None:
    few.world.do(create_record, "contact", {"title": "Ann Lee", "in_outlook": "yes"})
    few.cycle()
    few.edit(few.record_id("Ann Lee"), in_outlook="no")
    few.cycle()
    assert [card.full_name for card in few.cards()] == ["Ann Lee"]


def test_a_reply_lost_while_a_contact_is_made_makes_no_second_one(few: Contacts) -> None:
    few.world.do(create_record, "contact", {"title": "Ann Lee", "in_outlook": "yes"})
    few.world.provider.faults.lose_replies()
    few.world.deliver()
    few.world.pass_time(minutes=5)
    few.cycle()
    assert [card.full_name for card in few.cards()] == ["Ann Lee"]
    assert few.world.open_acts() == []


def test_a_write_that_meets_another_one_is_merged_anew(few: Contacts) -> None:
    remote_id = few.add()
    few.edit(few.record_id(), job_title="Director")
    few.world.provider.faults.fail_writes(Conflict("busy"), times=2)
    few.world.deliver()
    assert few.card(remote_id).job_title == "Director"


def test_a_contact_deleted_in_outlook_stays_here_and_is_unlinked(few: Contacts) -> None:
    remote_id = few.add()
    few.world.provider.box.remove(remote_id)
    for _ in range(3):
        few.world.sync()
    few.edit(few.record_id(), job_title="Director")
    few.cycle()
    assert (few.cards(), few.state(few.record_id())["job_title"]) == ([], "Director")


def test_a_contact_deleted_in_outlook_and_edited_here_meanwhile_is_made_anew(few: Contacts) -> None:
    remote_id = few.add()
    few.edit(few.record_id(), job_title="Director")
    few.world.provider.box.remove(remote_id)
    for _ in range(12):
        few.cycle()
        few.world.pass_time(minutes=20)
    assert [card.job_title for card in few.cards()] == ["Director"]
    assert len(few.conflicts()) == 0


def test_a_contact_deleted_here_is_moved_to_deleted_items(few: Contacts) -> None:
    few.add()
    record_id = few.record_id()
    few.edit(record_id, owner=few.world.by.user_id)
    few.world.do(delete_record, record_id)
    few.cycle()
    deleted = few.world.provider.box.items(few.world.folder(FolderRole.DELETED))
    assert (few.cards(), len(deleted)) == ([], 1)


def test_a_contact_deleted_here_stays_in_the_mailbox_of_somebody_else(few: Contacts) -> None:
    remote_id = few.add()
    few.world.do(delete_record, few.record_id())
    few.cycle()
    few.change_there(remote_id, job_title="Director")
    few.cycle()
    assert few.card(remote_id).job_title == "Director"
    with few.world.store.read() as tx:
        living = select(Record.id).where(Record.kind == "contact", Record.deleted_at.is_(None))
        assert tx.execute(living).all() == []


def test_a_contact_deleted_here_and_edited_there_meanwhile_is_kept(few: Contacts) -> None:
    remote_id = few.add()
    record_id = few.record_id()
    few.edit(record_id, owner=few.world.by.user_id)
    few.cycle()
    few.world.do(delete_record, record_id)
    few.change_there(remote_id, job_title="Director")
    few.cycle()
    assert (few.card(remote_id).job_title, few.state(record_id)["job_title"]) == ("Director", "Director")


def test_a_deletion_taken_back_makes_the_contact_in_outlook_anew(few: Contacts) -> None:
    few.add()
    record_id = few.record_id()
    few.edit(record_id, owner=few.world.by.user_id)
    few.cycle()
    few.world.do(delete_record, record_id)
    few.cycle()
    few.world.do(undo)
    few.cycle()
    assert [card.full_name for card in few.cards()] == ["Jane Roe"]


def test_private_contacts_never_come_in(few: Contacts) -> None:
    few.add(replace(JANE, sensitivity="private"))
    with few.world.store.read() as tx:
        assert tx.execute(select(Record.id).where(Record.kind == "contact")).all() == []


def test_two_numbers_that_differ_in_spelling_are_one(few: Contacts) -> None:
    remote_id = few.add()
    few.change_there(remote_id, phones=(("work", "+43 (1) 234-567"), ("fax", "+43 1 999")))
    few.edit(few.record_id(), phone="+431234567")
    few.cycle()
    assert few.conflicts() == {}


def test_directions_are_those_of_the_mailbox(few: Contacts) -> None:
    remote_id = few.add()
    with few.world.store.write() as tx:
        tx.execute(update(Mailbox).values(settings={"fields": {"contact": {"description": "to_crm"}}}))
    few.edit(few.record_id(), description="Our secret", job_title="Director")
    few.cycle()
    card = few.card(remote_id)
    assert (card.note, card.job_title) == ("Likes skiing", "Director")


def test_a_store_that_was_filled_before_takes_what_it_read_last_as_agreed(few: Contacts) -> None:
    remote_id = few.add()
    with few.world.store.write() as tx:
        tx.execute(delete(SyncBase))
    few.edit(few.record_id(), job_title="Director")
    few.cycle()
    assert (few.card(remote_id).job_title, few.conflicts()) == ("Director", {})


def test_items_are_not_doubled(few: Contacts) -> None:
    few.world.do(create_record, "contact", {"title": "Ann Lee", "in_outlook": "yes"})
    few.cycle()
    with few.world.store.read() as tx:
        assert len(tx.execute(select(MailboxItem.id).where(MailboxItem.holds == "contact")).all()) == 1
