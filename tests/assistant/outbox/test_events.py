"""Appointments between Regarding and Outlook, both ways."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from calendar_sync.appointments import cancel_appointment, create_appointment, edit_appointment
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.event import Attendee, Event
from calendar_sync.provider import Notify, RemoteEvent
from calendar_sync.providers.memory import MemoryCalendar
from calendar_sync.stored import read_event
from mail_sync.errors import Conflict, Throttled
from mail_sync.message import Address
from mail_sync.provider import FolderRole, Written
from store.history.operations import undo
from store.outbox.decisions import confirm_sent, retry_outgoing
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.merging import SyncConflict
from store.schema.outbox import Outgoing
from store.sync.conflicts import Sides
from tests.assistant.outbox import world as world_module
from tests.assistant.outbox.world import JANE, START, US, Death, Killed, World
from tests.calendar_sync.providers.contract import BERLIN

AT = datetime(2026, 3, 16, 9, tzinfo=BERLIN)
HOUR = timedelta(hours=1)
CALL = Event(
    uid="call@alpine.example",
    title="Call Fabrikam",
    start=AT,
    end=AT + HOUR,
    timezone="Europe/Berlin",
    location="Phone",
    my_response="organizer",
)
WEEKLY = replace(CALL, uid="weekly@alpine.example", title="Team", rrule="FREQ=WEEKLY;BYDAY=MO;COUNT=5")
GUEST = Attendee(Address(JANE, "Jane"))
BOB = Attendee(Address("bob@fabrikam.example", "Bob"))
ALIAS = Attendee(Address("jane.doe@fabrikam.example", "Jane"))


class Appointments:
    """The calendar of the one mailbox, seen from both sides."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add(self, event: Event = CALL) -> str:
        remote_id = self.world.provider.deliver(self.world.folder(FolderRole.CALENDAR), event)
        self.world.sync()
        return remote_id

    def there(self, remote_id: str) -> Event:
        content = self.world.provider.box.item(remote_id).content
        assert isinstance(content, Event)
        return content

    def all_there(self) -> list[Event]:
        items = self.world.provider.box.items(self.world.folder(FolderRole.CALENDAR))
        return [item.content for item in items if isinstance(item.content, Event)]

    def change_there(self, remote_id: str, **values: Any) -> None:
        self.world.provider.replace(remote_id, replace(self.there(remote_id), **values))

    def key(self) -> int:
        with self.world.store.read() as tx:
            query = select(Activity.id).where(Activity.kind == "appointment").order_by(Activity.id.desc())
            return tx.execute(query.limit(1)).scalar_one()

    def here(self) -> Event:
        with self.world.store.read() as tx:
            key = self.key()
            item = tx.execute(select(MailboxItem.id).where(MailboxItem.activity_id == key)).scalar_one()
            return read_event(tx, key, item_id=item)

    def edit(self, edit: EventEdit, **more: Any) -> None:
        self.world.do(edit_appointment, self.key(), edit, tell=more.pop("tell", False), **more)

    def conflicts(self) -> dict[str, Sides]:
        with self.world.store.read() as tx:
            rows = tx.execute(select(SyncConflict.field, SyncConflict.sides).where(SyncConflict.choice == ""))
            return {row.field: Sides(**row.sides) for row in rows}

    def unsure(self) -> list[str]:
        """The acts that a person has to decide about."""
        with self.world.store.read() as tx:
            return list(tx.execute(select(Outgoing.uid).where(Outgoing.state == "unsure")).scalars())

    def mailed(self) -> list[str]:
        return [email for mail in self.world.server.mailed for email in mail.recipients]

    def cycle(self) -> None:
        for _ in range(3):
            self.world.pass_time(seconds=20)
            self.world.deliver()
            self.world.sync()


@pytest.fixture
def calendar(world: World) -> Appointments:
    world.sync()
    return Appointments(world)


@pytest.fixture
def small_calendar(small: World) -> Appointments:
    small.sync()
    return Appointments(small)


def test_an_edit_in_outlook_comes_here(calendar: Appointments) -> None:
    remote_id = calendar.add()
    calendar.change_there(remote_id, title="Visit", start=AT + HOUR, end=AT + 2 * HOUR, reminder_minutes=5)
    calendar.cycle()
    event = calendar.here()
    assert (event.title, event.start, event.reminder_minutes) == ("Visit", AT + HOUR, 5)


class Edited(MemoryCalendar):
    """A calendar whose owner edits it right after we wrote."""

    def update_event(
        self, item_id: str, change_key: str, event: Event, fields: Collection[str], notify: Notify
    ) -> Written:
        super().update_event(item_id, change_key, event, fields, notify)
        return super().update_event(item_id, "", replace(event, location="Room 4"), ["location"], Notify.NOBODY)


def test_an_edit_in_outlook_right_after_our_write_comes_here(
    small_calendar: Appointments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_module, "MemoryCalendar", Edited)
    small_calendar.add()
    small_calendar.edit(EventEdit(title="Visit"))
    small_calendar.cycle()
    assert (small_calendar.here().title, small_calendar.here().location) == ("Visit", "Room 4")


def test_an_edit_here_goes_to_outlook_and_leaves_everything_else_there(calendar: Appointments) -> None:
    remote_id = calendar.add()
    calendar.edit(EventEdit(title="Visit", categories=("Red",)))
    calendar.cycle()
    assert calendar.there(remote_id) == replace(CALL, title="Visit", categories=("Red",))


def test_case_39_edits_of_different_fields_on_both_sides_are_both_kept(calendar: Appointments) -> None:
    remote_id = calendar.add()
    calendar.change_there(remote_id, location="Room 4")
    calendar.edit(EventEdit(title="Visit"))
    calendar.cycle()
    for event in (calendar.here(), calendar.there(remote_id)):
        assert (event.title, event.location) == ("Visit", "Room 4")


def test_case_39_one_field_edited_on_both_sides_is_asked_about(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add()
    small_calendar.change_there(remote_id, title="Theirs", location="Room 4")
    small_calendar.edit(EventEdit(title="Mine"))
    small_calendar.cycle()
    assert small_calendar.conflicts() == {"title": Sides("Call Fabrikam", "Theirs", "Mine")}
    assert (small_calendar.here().title, small_calendar.there(remote_id).title) == ("Mine", "Theirs")
    assert small_calendar.here().location == "Room 4"


def test_case_40_the_echo_of_our_own_write_changes_nothing(small_calendar: Appointments) -> None:
    small_calendar.add()
    small_calendar.edit(EventEdit(title="Visit"))
    small_calendar.cycle()
    before = small_calendar.here()
    small_calendar.cycle()
    assert (small_calendar.here(), small_calendar.world.open_acts()) == (before, [])


def test_case_27_an_occurrence_edited_there_comes_here_as_an_exception(calendar: Appointments) -> None:
    remote_id = calendar.add(WEEKLY)
    week = timedelta(weeks=1)
    moved = replace(
        WEEKLY,
        title="Team, later",
        start=AT + week + HOUR,
        end=AT + week + 2 * HOUR,
        original_start=AT + week,
        rrule="",
    )
    calendar.change_there(remote_id, exceptions=(moved,))
    calendar.cycle()
    (exception,) = calendar.here().exceptions
    assert (exception.title, exception.start, exception.original_start) == ("Team, later", AT + week + HOUR, AT + week)


def test_occurrences_edited_on_both_sides_are_both_kept(calendar: Appointments) -> None:
    remote_id = calendar.add(WEEKLY)
    week = timedelta(weeks=1)
    theirs = replace(WEEKLY, title="Theirs", start=AT + week, end=AT + week + HOUR, original_start=AT + week, rrule="")
    calendar.change_there(remote_id, exceptions=(theirs,))
    calendar.edit(EventEdit(title="Mine"), scope=Scope.OCCURRENCE, original_start=AT + 2 * week)
    calendar.cycle()
    for event in (calendar.here(), calendar.there(remote_id)):
        assert [each.title for each in event.exceptions] == ["Theirs", "Mine"]


def test_an_occurrence_cancelled_here_leaves_the_series_there(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add(WEEKLY)
    small_calendar.world.do(
        cancel_appointment,
        small_calendar.key(),
        scope=Scope.OCCURRENCE,
        original_start=AT + timedelta(weeks=1),
        tell=False,
    )
    small_calendar.cycle()
    assert small_calendar.there(remote_id).exdates == (AT + timedelta(weeks=1),)
    assert small_calendar.world.open_acts() == []


def test_case_28_another_rule_here_goes_there_and_drops_the_exceptions(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add(WEEKLY)
    small_calendar.edit(EventEdit(title="One"), scope=Scope.OCCURRENCE, original_start=AT + timedelta(weeks=1))
    small_calendar.cycle()
    small_calendar.edit(EventEdit(rrule="FREQ=WEEKLY;BYDAY=MO;COUNT=3"))
    small_calendar.cycle()
    here, there = small_calendar.here(), small_calendar.there(remote_id)
    assert here.rrule == there.rrule == "FREQ=WEEKLY;BYDAY=MO;COUNT=3"
    assert [each.title for each in here.exceptions] == [each.title for each in there.exceptions]
    assert small_calendar.conflicts() == {}


def new(title: str = "Visit", **more: Any) -> EventEdit:
    return EventEdit(title=title, start=datetime(2026, 3, 20, 10, tzinfo=BERLIN), timezone="Europe/Berlin", **more)


def test_a_new_appointment_is_made_there_once(calendar: Appointments) -> None:
    calendar.world.do(create_appointment, new())
    calendar.world.provider.faults.lose_replies()
    calendar.world.deliver()
    calendar.world.pass_time(minutes=5)
    calendar.cycle()
    assert [event.title for event in calendar.all_there()] == ["Visit"]
    assert calendar.world.open_acts() == []


def test_an_invitation_goes_out_once_after_its_recall_time(calendar: Appointments) -> None:
    calendar.world.do(create_appointment, new(attendees=(GUEST,)))
    calendar.world.deliver()
    assert calendar.mailed() == []
    calendar.cycle()
    assert calendar.mailed() == [JANE]


def test_an_invitation_of_unknown_outcome_is_looked_up_and_never_sent_twice(small_calendar: Appointments) -> None:
    small_calendar.world.do(create_appointment, new(attendees=(GUEST,)))
    small_calendar.world.pass_time(seconds=20)
    small_calendar.world.provider.faults.lose_replies()
    for _ in range(4):
        small_calendar.cycle()
    assert (small_calendar.mailed(), len(small_calendar.all_there())) == ([JANE], 1)


def test_an_edit_while_an_invitation_is_looked_for_does_not_invite_again(small_calendar: Appointments) -> None:
    small_calendar.world.do(create_appointment, new(attendees=(GUEST,)))
    small_calendar.world.pass_time(seconds=20)
    small_calendar.world.provider.faults.lose_replies()
    small_calendar.world.deliver()
    small_calendar.edit(EventEdit(location="Room 4"))
    for _ in range(12):
        small_calendar.world.pass_time(seconds=20)
        small_calendar.world.deliver()
    assert (small_calendar.mailed(), [event.location for event in small_calendar.all_there()]) == ([JANE], ["Room 4"])


def test_an_update_of_unknown_outcome_is_looked_up_and_never_sent_twice(small_calendar: Appointments) -> None:
    small_calendar.add(replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna")))
    small_calendar.edit(EventEdit(title="Visit"), tell=True)
    small_calendar.world.pass_time(seconds=20)
    small_calendar.world.provider.faults.lose_replies()
    for _ in range(4):
        small_calendar.cycle()
    assert small_calendar.mailed() == [JANE]


def test_an_update_that_never_shows_is_asked_about_and_sent_again_by_a_person(small_calendar: Appointments) -> None:
    world = small_calendar.world
    remote_id = small_calendar.add(replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna")))
    small_calendar.edit(EventEdit(title="Visit"), tell=True)
    world.pass_time(seconds=20)
    world.provider.faults.lose_requests()
    world.deliver()
    world.provider.faults.fail(Throttled(), times=20)
    world.pass_time(minutes=1)
    world.deliver()
    world.provider.faults.heal()
    for _ in range(4):
        small_calendar.cycle()
        world.pass_time(minutes=1)
    (uid,) = small_calendar.unsure()
    assert (small_calendar.mailed(), small_calendar.there(remote_id).title) == ([], "Call Fabrikam")
    small_calendar.edit(EventEdit(location="Room 4"))
    small_calendar.cycle()
    assert (small_calendar.mailed(), small_calendar.there(remote_id).title) == ([], "Visit")
    world.do(retry_outgoing, uid)
    small_calendar.cycle()
    small_calendar.cycle()
    assert (small_calendar.mailed(), small_calendar.unsure(), world.open_acts()) == ([JANE], [], [])


def test_an_invitation_that_never_shows_is_asked_about(small_calendar: Appointments) -> None:
    small_calendar.world.do(create_appointment, new(attendees=(GUEST,)))
    small_calendar.world.pass_time(seconds=20)
    small_calendar.world.provider.faults.lose_requests()
    for _ in range(4):
        small_calendar.cycle()
    assert (small_calendar.mailed(), small_calendar.all_there(), len(small_calendar.unsure())) == ([], [], 1)


def test_a_cancellation_that_never_shows_is_asked_about(small_calendar: Appointments) -> None:
    small_calendar.add(replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna")))
    small_calendar.world.do(cancel_appointment, small_calendar.key(), comment="It rains")
    small_calendar.world.pass_time(seconds=20)
    small_calendar.world.provider.faults.lose_requests()
    for _ in range(4):
        small_calendar.cycle()
    assert (small_calendar.mailed(), len(small_calendar.all_there()), len(small_calendar.unsure())) == ([], 1, 1)


class Renaming(MemoryCalendar):
    """A calendar that knows Jane by another address and writes that instead, as Exchange does with proxy addresses."""

    def update_event(
        self, item_id: str, change_key: str, event: Event, fields: Collection[str], notify: Notify
    ) -> Written:
        people = {each.address.email: each for each in (GUEST if each == ALIAS else each for each in event.attendees)}
        written = replace(event, attendees=tuple(people.values()))
        return super().update_event(item_id, change_key, written, fields, notify)


class Clipping(MemoryCalendar):
    """A calendar that keeps the title it has."""

    def update_event(
        self, item_id: str, change_key: str, event: Event, fields: Collection[str], notify: Notify
    ) -> Written:
        stays = replace(event, title=self.title_of(item_id))
        return super().update_event(item_id, change_key, stays, fields, notify)

    def title_of(self, item_id: str) -> str:
        (found,) = self.fetch_events([item_id])
        assert isinstance(found, RemoteEvent)
        return found.event.title


def test_guests_are_told_once_where_the_server_knows_one_by_another_address(
    small_calendar: Appointments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_module, "MemoryCalendar", Renaming)
    small_calendar.add(replace(CALL, attendees=(BOB,), organizer=Address(US, "Anna")))
    small_calendar.edit(EventEdit(title="Visit", attendees=(BOB, ALIAS)), tell=True)
    for _ in range(10):
        small_calendar.cycle()
    assert sorted(small_calendar.mailed()) == [BOB.address.email, JANE]


def test_guests_are_told_once_where_the_server_keeps_a_value_as_it_was(
    small_calendar: Appointments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_module, "MemoryCalendar", Clipping)
    remote_id = small_calendar.add(replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna")))
    small_calendar.edit(EventEdit(title="Visit", location="Room 4"), tell=True)
    for _ in range(10):
        small_calendar.cycle()
    assert (small_calendar.mailed(), small_calendar.there(remote_id).location) == ([JANE], "Room 4")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_guests_of_a_series_are_never_told_twice_wherever_the_process_is_killed(
    small_calendar: Appointments, after: bool
) -> None:
    world = small_calendar.world
    remote_id = small_calendar.add(replace(WEEKLY, attendees=(GUEST,), organizer=Address(US, "Anna")))
    ends = []
    for step in range(1, 16):
        already = len(world.server.mailed)
        small_calendar.edit(
            EventEdit(title=f"Guests {step}"), scope=Scope.OCCURRENCE, original_start=AT + timedelta(weeks=1)
        )
        small_calendar.edit(EventEdit(location=f"Room {step}"), tell=True)
        world.pass_time(seconds=20)
        with suppress(Killed):
            world.deliver(Death(step, after))
        for _ in range(8):
            world.pass_time(seconds=20)
            world.deliver()
        ends.append((len(small_calendar.unsure()), len(world.server.mailed) - already))
        for uid in small_calendar.unsure():
            world.do(confirm_sent, uid)
        event = small_calendar.there(remote_id)
        assert ([each.title for each in event.exceptions], event.location) == ([f"Guests {step}"], f"Room {step}")
    told, doubtful = (0, 1), {(1, 0), (1, 1)}
    assert set(ends) - doubtful == {told}
    assert len([end for end in ends if end in doubtful]) == 2


def test_case_36_a_merge_in_the_background_mails_nobody(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add(replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna")))
    small_calendar.change_there(remote_id, location="Room 4")
    small_calendar.edit(EventEdit(title="Visit"))
    small_calendar.cycle()
    assert (small_calendar.there(remote_id).title, small_calendar.mailed()) == ("Visit", [])


def test_a_silent_write_does_not_take_an_updates_news_away(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add(replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna")))
    small_calendar.edit(EventEdit(reminder_minutes=5))
    small_calendar.edit(EventEdit(title="Visit"), tell=True)
    small_calendar.world.deliver()
    assert small_calendar.there(remote_id).title == "Call Fabrikam"
    small_calendar.cycle()
    assert (small_calendar.there(remote_id).title, small_calendar.mailed()) == ("Visit", [JANE])


def test_a_write_that_meets_another_one_is_merged_anew(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add()
    small_calendar.edit(EventEdit(title="Visit"))
    small_calendar.world.provider.faults.fail_writes(Conflict("busy"), times=2)
    small_calendar.world.deliver()
    assert small_calendar.there(remote_id).title == "Visit"


def test_case_32_a_guests_copy_keeps_its_time_and_gets_only_what_is_its_own(small_calendar: Appointments) -> None:
    meeting = replace(
        CALL, organizer=Address(JANE, "Jane"), attendees=(Attendee(Address(US, "Anna")),), my_response="accepted"
    )
    remote_id = small_calendar.add(meeting)
    small_calendar.edit(EventEdit(reminder_minutes=5, categories=("Red",)))
    small_calendar.cycle()
    assert small_calendar.there(remote_id) == replace(meeting, reminder_minutes=5, categories=("Red",))
    small_calendar.change_there(remote_id, title="Moved by Jane", sequence=1)
    small_calendar.cycle()
    assert small_calendar.here().title == "Moved by Jane"


def test_case_34_an_older_version_of_somebody_elses_meeting_changes_nothing(small_calendar: Appointments) -> None:
    meeting = replace(
        CALL,
        organizer=Address(JANE, "Jane"),
        attendees=(Attendee(Address(US, "Anna")),),
        my_response="accepted",
        sequence=3,
    )
    remote_id = small_calendar.add(meeting)
    small_calendar.change_there(remote_id, title="Old", sequence=2)
    small_calendar.cycle()
    assert small_calendar.here().title == "Call Fabrikam"


def test_an_appointment_deleted_here_leaves_the_calendar_and_comes_back_with_undo(small_calendar: Appointments) -> None:
    small_calendar.add()
    small_calendar.world.do(cancel_appointment, small_calendar.key())
    small_calendar.cycle()
    assert small_calendar.all_there() == []
    small_calendar.world.do(undo)
    small_calendar.cycle()
    assert [event.title for event in small_calendar.all_there()] == ["Call Fabrikam"]


def test_an_appointment_deleted_here_and_edited_there_meanwhile_is_kept(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add()
    small_calendar.world.do(cancel_appointment, small_calendar.key())
    small_calendar.change_there(remote_id, title="Edited")
    small_calendar.cycle()
    assert (small_calendar.there(remote_id).title, small_calendar.here().title) == ("Edited", "Edited")
    with small_calendar.world.store.read() as tx:
        assert tx.execute(select(Activity.deleted_at)).scalars().all() == [None]


def test_an_appointment_deleted_here_and_put_back_into_the_calendar_is_back(small_calendar: Appointments) -> None:
    small_calendar.add()
    small_calendar.world.do(cancel_appointment, small_calendar.key())
    small_calendar.cycle()
    back = small_calendar.add(replace(CALL, location="Room 2"))
    small_calendar.cycle()
    assert (small_calendar.there(back).location, small_calendar.here().location) == ("Room 2", "Room 2")
    with small_calendar.world.store.read() as tx:
        assert tx.execute(select(Activity.deleted_at)).scalars().all() == [None]


def test_a_cancelled_meeting_tells_its_guests_once(small_calendar: Appointments) -> None:
    small_calendar.add(replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna")))
    small_calendar.world.do(cancel_appointment, small_calendar.key(), comment="It rains")
    small_calendar.world.pass_time(seconds=20)
    small_calendar.world.provider.faults.lose_replies()
    for _ in range(3):
        small_calendar.cycle()
    assert (small_calendar.mailed(), small_calendar.all_there(), small_calendar.here().status) == (
        [JANE],
        [],
        "cancelled",
    )


def test_private_appointments_are_only_busy_and_never_written(small_calendar: Appointments) -> None:
    remote_id = small_calendar.add(replace(CALL, sensitivity="private"))
    small_calendar.change_there(remote_id, title="Doctor")
    small_calendar.cycle()
    assert (small_calendar.here().title, small_calendar.there(remote_id).title) == ("Busy", "Doctor")
    assert small_calendar.world.now > START
