"""Cases 37 and 38, and what becomes of copies that leave, return, or were wished for too early."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from mail_sync.card import ContactCard
from mail_sync.provider import Folder, FolderRole, ItemKind
from mail_sync.providers.memory import MemoryMailbox
from store.records.writing import create_record
from store.schema.records import Record
from store.users import NewUser, add_users
from tests.assistant.outbox.test_contacts import JANE, Contacts
from tests.assistant.outbox.world import World
from tests.cases.desk import BEN, Desk

PRIVATE = Folder("f-private", "Private contacts", FolderRole.OTHER, ItemKind.CONTACT)


@pytest.fixture
def contacts(small: World) -> Contacts:
    return Contacts(small)


def test_case_37_stamp_then_address_make_one_contact_and_a_name_does_not(contacts: Contacts) -> None:
    contacts.world.do(create_record, "contact", {"title": "Jane Roe", "emails": ["jane@fabrikam.example"]})
    contacts.world.do(create_record, "contact", {"title": "Ann Lee"})
    contacts.add()
    contacts.add(replace(JANE, full_name="Ann Lee", given_name="Ann", family_name="Lee", emails=()))
    contacts.cycle()
    with contacts.world.store.read() as tx:
        titles = tx.execute(select(Record.title).where(Record.kind == "contact")).scalars().all()
    assert sorted(titles) == ["Ann Lee", "Ann Lee", "Jane Roe"]


def test_case_37_addresses_beyond_the_three_slots_stay_here_and_move_up_when_one_is_free(contacts: Contacts) -> None:
    remote_id = contacts.add()
    emails = [f"jane{number}@fabrikam.example" for number in range(5)]
    contacts.edit(contacts.record_id(), emails=emails)
    contacts.cycle()
    assert [email for _, email in contacts.card(remote_id).emails] == emails[:3]
    contacts.edit(contacts.record_id(), emails=emails[1:])
    contacts.cycle()
    assert {email for _, email in contacts.card(remote_id).emails} == set(emails[1:4])
    assert contacts.state(contacts.record_id())["emails"] == emails[1:]


def test_case_37_blank_there_deletes_here_only_what_stood_there_before(contacts: Contacts) -> None:
    remote_id = contacts.add(replace(JANE, department=""))
    contacts.edit(contacts.record_id(), department="Sales")
    contacts.change_there(remote_id, job_title="")
    contacts.cycle()
    state = contacts.state(contacts.record_id())
    assert (state.get("job_title"), state["department"], contacts.card(remote_id).department) == (
        None,
        "Sales",
        "Sales",
    )


def test_case_38_contact_of_two_mailboxes_is_one_and_deleting_a_copy_unlinks_only_that(desk: Desk) -> None:
    ben = desk.colleague()
    folder = desk.folder(FolderRole.CONTACTS)
    annas, bens = desk.box.add(folder, JANE).item_id, ben.box.add(folder, JANE).item_id
    desk.cycle(2)
    ben.replace(bens, replace(JANE, department="Sales"))
    desk.cycle(2)
    assert (desk.contacts(), desk.box.item(annas).content.department) == (["Jane Roe"], "Sales")
    ben.box.remove(bens)
    desk.cycle(4)
    assert (desk.contacts(), desk.box.item(annas).content.full_name) == (["Jane Roe"], "Jane Roe")


def test_contact_moved_to_a_folder_that_is_not_read_and_edited_here_exists_once(contacts: Contacts) -> None:
    """It left what is shared: the edit stays here, and nothing is written there or made anew."""
    remote_id = contacts.add()
    contacts.world.provider.add_folder(PRIVATE)
    contacts.cycle()
    contacts.edit(contacts.record_id(), job_title="Director")
    moved = contacts.world.provider.box.move(remote_id, PRIVATE)
    patiently(contacts)
    cards = [(each.folder_id, each.content) for each in contacts.world.provider.box.items()]
    assert cards == [(PRIVATE.folder_id, JANE)]
    assert (contacts.state(contacts.record_id())["job_title"], contacts.world.open_acts()) == ("Director", [])
    contacts.world.provider.box.move(moved.item_id, contacts.world.folder(FolderRole.CONTACTS))
    patiently(contacts)
    assert [card.job_title for card in contacts.cards()] == ["Director"]


def patiently(contacts: Contacts) -> None:
    """Longer than anything is looked for."""
    for _ in range(3):
        contacts.cycle()
        contacts.world.pass_time(hours=3)


def test_wish_that_was_made_before_the_owners_mailbox_was_connected_is_fulfilled(desk: Desk) -> None:
    """Once its contacts were read: one that it holds already is not made again."""
    desk.world.do(add_users, [NewUser("Ben", BEN)])
    for name in ("Ann Lee", "Jo Roe"):
        values = {"title": name, "emails": [f"{name[:2].lower()}@else.example"], "in_outlook": "yes", "owner": BEN}
        desk.world.do(create_record, "contact", values)
    ben = desk.colleague()
    folder = ben.box.folder(FolderRole.CONTACTS)
    ben.box.add(folder, ContactCard("", "Jo Roe", emails=(("", "jo@else.example"),)))
    desk.cycle(3)
    assert names(ben, folder) == ["Ann Lee", "Jo Roe"]
    (ann,) = (item.item_id for item in ben.box.items(folder) if getattr(item.content, "full_name", "") == "Ann Lee")
    ben.box.remove(ann)
    desk.cycle(4)
    assert names(ben, folder) == ["Jo Roe"]


def names(mailbox: MemoryMailbox, folder: Folder) -> list[str]:
    """The names on the cards of a folder."""
    cards = (item.content for item in mailbox.box.items(folder))
    return sorted(card.full_name for card in cards if isinstance(card, ContactCard))
