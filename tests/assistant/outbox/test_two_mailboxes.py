"""One contact or meeting in the mailboxes of two people."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.outbox.worker import deliver
from assistant.syncing import sync_mailbox
from calendar_sync.edit import EventEdit
from calendar_sync.event import Attendee, Event
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.message import Address
from mail_sync.provider import FolderRole
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.retry import HASTY, Retry
from store.schema.activities import Activity
from store.schema.records import Record
from store.sync.mailboxes import add_mailbox, sync_mailboxes
from tests.assistant.outbox.test_contacts import JANE, Contacts
from tests.assistant.outbox.test_events import CALL, Appointments
from tests.assistant.outbox.world import START, US, World

BEN = "ben@alpine.example"


@dataclass
class Two:
    """Anna's and Ben's mailboxes on one server."""

    world: World
    ben: MemoryMailbox

    def cycle(self) -> None:
        for _ in range(3):
            for address, provider in ((US, self.world.provider), (BEN, self.ben)):
                connected = ConnectedMailbox(provider, MemoryCalendar(provider), provider.close)
                with self.world.store.read() as tx:
                    (mailbox,) = sync_mailboxes(tx, address)
                deliver(self.world.store, mailbox, connected, clock=lambda: self.world.now)
                self.world.pass_time(minutes=20)
                self.sync(address, provider)

    def sync(self, address: str, provider: MemoryMailbox) -> None:
        connected = ConnectedMailbox(provider, MemoryCalendar(provider), provider.close)
        with self.world.store.read() as tx:
            (mailbox,) = sync_mailboxes(tx, address)
        clock, progress = (lambda: self.world.now), (lambda _: None)
        sync_mailbox(self.world.store, mailbox, lambda _: connected, clock=clock, progress=progress)


@pytest.fixture
def two(small: World) -> Two:
    with small.store.write() as tx:
        add_mailbox(tx, address=BEN, provider="exchange", name="Ben", now=START)
    return Two(small, MemoryMailbox(BEN, Retry(HASTY, sleep=lambda _: None), server=small.server))


def shared_contact(two: Two) -> tuple[str, str]:
    """Jane is among the contacts of both; gives the ids of the cards."""
    folder = two.world.folder(FolderRole.CONTACTS)
    ids = two.world.provider.deliver(folder, JANE), two.ben.deliver(folder, JANE)
    two.cycle()
    return ids


def test_case_38_a_contact_of_two_mailboxes_is_one_and_an_edit_reaches_both(two: Two) -> None:
    annas, bens = shared_contact(two)
    contacts = Contacts(two.world)
    contacts.change_there(annas, job_title="Director")
    two.ben.replace(bens, replace(JANE, department="Sales"))
    two.cycle()
    cards = [two.world.provider.box.item(annas).content, two.ben.box.item(bens).content]
    assert cards == [replace(JANE, job_title="Director", department="Sales")] * 2
    with two.world.store.read() as tx:
        assert len(tx.execute(select(Record.id).where(Record.kind == "contact")).all()) == 1


def test_case_38_deleted_in_one_mailbox_it_is_unlinked_from_that_one_only(two: Two) -> None:
    annas, bens = shared_contact(two)
    two.ben.box.remove(bens)
    two.cycle()
    contacts = Contacts(two.world)
    contacts.edit(contacts.record_id(), job_title="Director")
    two.cycle()
    assert contacts.card(annas).job_title == "Director"
    assert two.ben.box.items(two.world.folder(FolderRole.CONTACTS)) == []


def test_two_cards_that_differ_from_the_start_are_asked_about(two: Two) -> None:
    folder = two.world.folder(FolderRole.CONTACTS)
    two.world.provider.deliver(folder, JANE)
    bens = two.ben.deliver(folder, replace(JANE, job_title="Head of purchasing"))
    two.cycle()
    contacts = Contacts(two.world)
    assert {name: sides.theirs for name, sides in contacts.conflicts().items()} == {"job_title": "Head of purchasing"}
    card = two.ben.box.item(bens).content
    assert card == replace(JANE, job_title="Head of purchasing")


def test_case_35_a_meeting_in_two_calendars_is_one_and_the_organizers_copy_carries_it(two: Two) -> None:
    folder = two.world.folder(FolderRole.CALENDAR)
    meeting = replace(CALL, organizer=Address(US, "Anna"), attendees=(Attendee(Address(BEN, "Ben")),))
    annas = two.world.provider.deliver(folder, meeting)
    bens = two.ben.deliver(folder, replace(meeting, my_response="accepted", categories=("Mine",)))
    two.cycle()
    two.ben.replace(bens, replace(meeting, my_response="accepted", title="As Ben calls it", categories=("Mine",)))
    two.world.provider.replace(annas, replace(meeting, location="Room 4"))
    two.cycle()
    with two.world.store.read() as tx:
        assert tx.execute(select(Activity.subject)).scalars().all() == ["Call Fabrikam"]
    assert two.world.provider.box.item(annas).content == replace(meeting, location="Room 4")
    assert two.world.server.mailed == []


def test_an_edit_on_its_way_outlives_the_first_sight_of_a_guests_copy(two: Two) -> None:
    folder = two.world.folder(FolderRole.CALENDAR)
    meeting = replace(CALL, organizer=Address(US, "Anna"), attendees=(Attendee(Address(BEN, "Ben")),))
    annas = two.world.provider.deliver(folder, meeting)
    two.cycle()
    two.ben.deliver(folder, replace(meeting, my_response="none"))
    Appointments(two.world).edit(EventEdit(location="Room 4"), tell=True)
    two.sync(BEN, two.ben)
    two.cycle()
    content = two.world.provider.box.item(annas).content
    assert isinstance(content, Event)
    assert (content.location, [mail.recipients for mail in two.world.server.mailed]) == ("Room 4", [(BEN,)])
