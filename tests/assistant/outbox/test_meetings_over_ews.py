"""A meeting over EWS between people who each have a store of their own: both agree, and everybody is mailed once."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.outbox.worker import deliver
from assistant.syncing import sync_mailbox
from calendar_sync.answers import answer_invitation
from calendar_sync.appointments import cancel_appointment, create_appointment, edit_appointment, move_appointment
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.event import Attendee, Event
from calendar_sync.provider import Answer, Notify
from calendar_sync.providers.exchange import ExchangeCalendar
from calendar_sync.stored import read_event
from mail_sync.message import Address
from mail_sync.provider import Poisoned
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.providers.retry import HASTY, Retry
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Kind, Model
from mail_sync.sandbox.server import Sandbox, serve
from store.actor import actor_for
from store.engine import Store, open_store
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.merging import SyncConflict
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.sync.mailboxes import add_mailbox, sync_mailboxes

T = TypeVar("T")

ANNA, BEN, JANE = "anna@alpine.example", "ben@alpine.example", "jane@fabrikam.example"
ZONE = "Europe/Berlin"
GUESTS = (Attendee(Address(BEN, "Ben")), Attendee(Address(JANE, "Jane"), "optional"))
REQUEST, CANCELED = "IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Canceled"
NOON = datetime(2027, 3, 9, 12)  # noqa: DTZ001 - wall time of the event's zone


@dataclass
class Person:
    """Somebody with a mailbox on the sandbox and a store of the own."""

    address: str
    store: Store
    mailbox: ExchangeMailbox
    sandbox: Sandbox
    now: datetime

    def cycle(self) -> None:
        """Deliver what waits, and read the mailbox."""
        self.now += timedelta(minutes=20)
        connected = ConnectedMailbox(self.mailbox, ExchangeCalendar(self.mailbox), lambda: None)
        with self.store.read() as tx:
            (mailbox,) = sync_mailboxes(tx, self.address)
        clock: dict[str, Any] = {"clock": lambda: self.now}
        deliver(self.store, mailbox, connected, **clock)
        sync_mailbox(self.store, mailbox, lambda _: connected, progress=lambda _: None, **clock)

    def do(self, use_case: Callable[..., T], *args: Any, **more: Any) -> T:
        with self.store.write() as tx:
            return use_case(tx, *args, by=actor_for(tx, self.address), now=self.now, **more)

    def appointment(self) -> int:
        """The one appointment of the store."""
        with self.store.read() as tx:
            query = select(Activity.id).where(Activity.kind == "appointment", Activity.deleted_at.is_(None))
            return int(tx.execute(query).scalar_one())

    def event(self) -> Event:
        activity_id = self.appointment()
        with self.store.read() as tx:
            copies = select(MailboxItem.id).join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            here = copies.where(MailboxItem.activity_id == activity_id, MailboxItem.gone_at.is_(None))
            copy = tx.execute(here.where(Mailbox.address == self.address)).scalar_one_or_none()
            return read_event(tx, activity_id, item_id=copy)

    def open_acts(self) -> list[tuple[str, str, str]]:
        """What was not delivered."""
        with self.store.read() as tx:
            rows = tx.execute(
                select(Outgoing.verb, Outgoing.state, Outgoing.last_error).where(Outgoing.state != "done")
            )
            return [(str(row[0]), str(row[1]), str(row[2])) for row in rows]

    def conflicts(self) -> list[str]:
        with self.store.read() as tx:
            return list(tx.execute(select(SyncConflict.field).where(SyncConflict.choice == "")).scalars())

    def mails(self) -> Counter[str]:
        """Mails about meetings anywhere in the mailbox but Sent Items, by item class."""
        folders = self.sandbox.model.mailbox(self.address).folders.values()
        items = [item for folder in folders if folder.distinguished != "sentitems" for item in folder.items]
        return Counter(item.item_class for item in items if item.kind is Kind.MAIL)


@dataclass
class Office:
    """Anna calls meetings; Ben is invited, and Jane, who has her mailbox elsewhere."""

    sandbox: Sandbox
    anna: Person
    ben: Person

    def cycle(self, times: int = 2) -> None:
        for _ in range(times):
            self.anna.cycle()
            self.ben.cycle()

    def mailed_outside(self) -> list[str]:
        return [sent.recipient for sent in self.sandbox.model.outside]

    def agreed(self) -> list[tuple[object, ...]]:
        """What either store says of the meeting."""
        events = self.anna.event(), self.ben.event()
        return [(each.uid, each.title, each.start, each.end, each.location, each.status) for each in events]


@pytest.fixture
def office(empty_file: Path, tmp_path: Path) -> Iterator[Office]:
    with serve(Model()) as sandbox:
        stores = [_store(empty_file, tmp_path / address) for address in (ANNA, BEN)]
        yield from _opened(sandbox, stores)


@pytest.fixture
def team(empty_file: Path, tmp_path: Path) -> Iterator[Office]:
    """The same people with one store between them."""
    with serve(Model()) as sandbox:
        yield from _opened(sandbox, [_store(empty_file, tmp_path / "team")] * 2)


def _opened(sandbox: Sandbox, stores: list[Store]) -> Iterator[Office]:
    anna, ben = (_person(sandbox, address, store) for address, store in zip((ANNA, BEN), stores, strict=True))
    office = Office(sandbox, anna, ben)
    office.cycle(1)
    yield office
    for person in (anna, ben):
        person.mailbox.close()
        person.store.close()


def _store(empty_file: Path, path: Path) -> Store:
    return open_store(str(shutil.copy(empty_file, path)))


def _person(sandbox: Sandbox, address: str, store: Store) -> Person:
    name = address.partition("@")[0].title()
    sandbox.model.add_mailbox(address, name, "correct horse", timezone=ZONE)
    now = datetime.now(UTC)
    with store.write() as tx:
        add_mailbox(tx, address=address, provider="exchange", name=name, now=now)
    settings = ExchangeSettings(
        address=address,
        username=address,
        password="correct horse",
        service_endpoint=sandbox.url,
        login=Login.BASIC,
    )
    return Person(address, store, connect(settings, Retry(HASTY, sleep=lambda _: None)), sandbox, now)


def called(office: Office, **fields: Any) -> int:
    """Anna called a meeting, and everybody knows; gives the key of her appointment."""
    edit = EventEdit(title="Offer", start=NOON, timezone=ZONE, location="Room 4", attendees=GUESTS, **fields)
    acted = office.anna.do(create_appointment, edit)
    office.cycle()
    return acted.activity_id


def test_a_meeting_called_here_reaches_every_guest_once(office: Office) -> None:
    called(office)
    first, second = office.agreed()
    assert first == second
    assert (office.ben.event().my_response, office.anna.open_acts()) == ("none", [])
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 1}, [JANE])
    office.cycle()
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 1}, [JANE])


def test_an_answer_reaches_the_organizers_store(office: Office) -> None:
    called(office)
    office.ben.do(answer_invitation, office.ben.appointment(), Answer.ACCEPTED, comment="Gladly")
    office.cycle(3)
    responses = {each.address.email: each.response for each in office.anna.event().attendees}
    assert (responses[BEN], office.ben.event().my_response) == ("accepted", "accepted")
    assert office.anna.mails() == {"IPM.Schedule.Meeting.Resp.Pos": 1}
    assert (office.ben.open_acts(), office.ben.conflicts(), office.anna.conflicts()) == ([], [], [])


def test_an_answer_whose_reply_is_lost_is_given_once(office: Office) -> None:
    called(office)
    office.ben.do(answer_invitation, office.ben.appointment(), Answer.TENTATIVE)
    office.sandbox.faults.set(FaultKind.DROP_REPLY, operation="CreateItem", times=1)
    office.cycle(4)
    assert (office.anna.mails(), office.ben.open_acts()) == ({"IPM.Schedule.Meeting.Resp.Tent": 1}, [])
    assert office.ben.event().my_response == "tentative"


def test_a_meeting_whose_creation_was_not_answered_is_called_once(office: Office) -> None:
    office.sandbox.faults.set(FaultKind.DROP_REPLY, operation="CreateItem", times=1)
    called(office)
    office.cycle()
    first, second = office.agreed()
    assert first == second
    assert (office.ben.mails(), office.mailed_outside(), office.anna.open_acts()) == ({REQUEST: 1}, [JANE], [])


def test_a_move_whose_reply_is_lost_mails_once(office: Office) -> None:
    meeting = called(office)
    office.anna.do(move_appointment, meeting, NOON + timedelta(days=1))
    office.sandbox.faults.set(FaultKind.DROP_REPLY, operation="UpdateItem", times=1)
    office.cycle(3)
    first, second = office.agreed()
    assert first == second
    assert (office.ben.mails(), office.mailed_outside(), office.anna.open_acts()) == ({REQUEST: 2}, [JANE, JANE], [])


def test_a_moved_meeting_moves_in_every_calendar(office: Office) -> None:
    meeting = called(office)
    office.anna.do(move_appointment, meeting, NOON + timedelta(days=1))
    office.cycle()
    first, second = office.agreed()
    assert first == second
    assert office.ben.event().start == datetime(2027, 3, 10, 11, tzinfo=UTC)
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 2}, [JANE, JANE])


def test_a_cancelled_meeting_is_off_for_everybody(office: Office) -> None:
    meeting = called(office)
    office.anna.do(cancel_appointment, meeting, comment="It rains")
    office.cycle(3)
    assert [event.status for event in (office.anna.event(), office.ben.event())] == ["cancelled", "cancelled"]
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 1, CANCELED: 1}, [JANE, JANE])
    assert office.anna.open_acts() == []


def test_a_moved_occurrence_moves_in_every_calendar_and_the_rest_stays(office: Office) -> None:
    series = called(office, rrule="FREQ=WEEKLY;COUNT=4")
    second = datetime(2027, 3, 16, 11, tzinfo=UTC)
    edit = EventEdit(start=NOON + timedelta(days=7, hours=2), title="Offer, second part")
    office.anna.do(edit_appointment, series, edit, scope=Scope.OCCURRENCE, original_start=second)
    office.cycle()
    for person in (office.anna, office.ben):
        event = person.event()
        assert [(each.title, each.start, each.original_start) for each in event.exceptions] == [
            ("Offer, second part", second + timedelta(hours=2), second)
        ]
        assert event.title == "Offer"
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 2}, [JANE, JANE])


def test_an_occurrence_called_off_is_off_for_everybody(office: Office) -> None:
    series = called(office, rrule="FREQ=WEEKLY;COUNT=4")
    third = datetime(2027, 3, 23, 11, tzinfo=UTC)
    office.anna.do(cancel_appointment, series, scope=Scope.OCCURRENCE, original_start=third, comment="Easter")
    office.cycle()
    assert office.anna.event().exdates == (third,)
    shown = {each.original_start: each.status for each in office.ben.event().exceptions}
    assert third in office.ben.event().exdates or shown[third] == "cancelled"
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 1, CANCELED: 1}, [JANE, JANE])


def test_an_occurrence_edited_on_both_sides_is_asked_about(office: Office) -> None:
    edit = EventEdit(title="Review", start=NOON, timezone=ZONE, rrule="FREQ=WEEKLY;COUNT=4")
    series = office.anna.do(create_appointment, edit).activity_id
    office.cycle()
    second = datetime(2027, 3, 16, 11, tzinfo=UTC)
    calendar = ExchangeCalendar(office.anna.mailbox)
    (item,) = office.sandbox.model.mailbox(ANNA).well_known["calendar"].items
    theirs = Event("", "As Outlook has it", second, second + timedelta(minutes=30))
    calendar.update_occurrence(item.item_id, second, theirs, ["title"], Notify.NOBODY)
    mine = EventEdit(title="As it is here")
    office.anna.do(edit_appointment, series, mine, scope=Scope.OCCURRENCE, original_start=second)
    office.cycle()
    assert office.anna.conflicts() == [f"at {second.isoformat()}: title"]
    assert office.mailed_outside() == []


def test_an_occurrence_moved_in_outlook_moves_here(office: Office) -> None:
    called(office, rrule="FREQ=WEEKLY;COUNT=4")
    second = datetime(2027, 3, 16, 11, tzinfo=UTC)
    calendar = ExchangeCalendar(office.anna.mailbox)
    (item,) = office.sandbox.model.mailbox(ANNA).well_known["calendar"].items
    later = Event("", "", second + timedelta(hours=3), second + timedelta(hours=4), attendees=GUESTS)
    calendar.update_occurrence(item.item_id, second, later, ["when"], Notify.EVERYBODY)
    office.cycle()
    for person in (office.anna, office.ben):
        assert [each.start for each in person.event().exceptions] == [second + timedelta(hours=3)]
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 2}, [JANE, JANE])


def test_a_meeting_among_people_of_one_store_is_one_and_everybody_is_mailed_once(team: Office) -> None:
    meeting = called(team)
    assert team.anna.appointment() == meeting
    assert (team.ben.mails(), team.mailed_outside()) == ({REQUEST: 1}, [JANE])
    team.ben.do(answer_invitation, meeting, Answer.ACCEPTED)
    team.cycle(3)
    assert [team.anna.event().my_response, team.ben.event().my_response] == ["organizer", "accepted"]
    assert {each.address.email: each.response for each in team.anna.event().attendees}[BEN] == "accepted"
    team.anna.do(move_appointment, meeting, NOON + timedelta(days=1))
    team.cycle(3)
    calendars = [team.sandbox.model.mailbox(address).well_known["calendar"] for address in (ANNA, BEN)]
    assert [len(calendar.items) for calendar in calendars] == [1, 1]
    assert team.anna.event().start == datetime(2027, 3, 10, 11, tzinfo=UTC)
    assert (team.ben.mails()[REQUEST], team.mailed_outside()) == (2, [JANE, JANE])
    team.anna.do(cancel_appointment, meeting, comment="It rains")
    team.cycle(3)
    assert (team.ben.mails()[CANCELED], team.mailed_outside()) == (1, [JANE, JANE, JANE])
    assert (team.anna.event().status, team.anna.open_acts(), team.anna.conflicts()) == ("cancelled", [], [])


@pytest.mark.parametrize("lost", [0, 1, 2], ids=["no reply lost", "one reply lost", "two replies lost"])
def test_a_series_divided_leaves_its_earlier_exceptions_with_the_guests(office: Office, lost: int) -> None:
    series = called(office, rrule="FREQ=WEEKLY;COUNT=6")
    second, fourth = (datetime(2027, 3, day, hour, tzinfo=UTC) for day, hour in ((16, 11), (30, 10)))
    later = EventEdit(start=NOON + timedelta(days=7, hours=2))
    office.anna.do(edit_appointment, series, later, scope=Scope.OCCURRENCE, original_start=second)
    office.cycle()
    elsewhere = EventEdit(location="Room 5")
    office.anna.do(edit_appointment, series, elsewhere, scope=Scope.FOLLOWING, original_start=fourth)
    if lost:
        office.sandbox.faults.set(FaultKind.DROP_REPLY, operation="UpdateItem", times=lost)
    office.cycle(4)
    for person in (office.anna, office.ben):
        calendar = ExchangeCalendar(person.mailbox)
        items = [item.item_id for item in office.sandbox.model.mailbox(person.address).well_known["calendar"].items]
        events = [one.event for one in calendar.fetch_events(items) if not isinstance(one, Poisoned)]
        shown = {event.location: [(each.original_start, each.start) for each in event.exceptions] for event in events}
        assert (person.address, shown) == (
            person.address,
            {"Room 4": [(second, second + timedelta(hours=2))], "Room 5": []},
        )
    assert (office.ben.mails(), office.mailed_outside()) == ({REQUEST: 4}, [JANE] * 4)
    assert (office.anna.open_acts(), office.anna.conflicts(), office.ben.conflicts()) == ([], [], [])
