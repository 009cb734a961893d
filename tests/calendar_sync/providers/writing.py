"""What every calendar provider must do when it writes. A provider passes by subclassing beside `calendar_world`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from calendar_sync.event import Attendee, Event
from calendar_sync.provider import Answer, Busy, CalendarProvider, Notify, RemoteEvent
from mail_sync.errors import Conflict, ItemGone, SendRefused
from mail_sync.message import Address
from mail_sync.provider import Folder, FolderRole
from tests.calendar_sync.providers.contract import BERLIN, FAIR, MEETING, SERIES, CalendarWorld, bare

APPOINTMENT = Event(
    uid="",
    title="Call Fabrikam",
    start=datetime(2026, 3, 12, 10, tzinfo=BERLIN),
    end=datetime(2026, 3, 12, 11, tzinfo=BERLIN),
    timezone="Europe/Berlin",
    location="Phone",
    description="About the renewal",
    categories=("Key account",),
    reminder_minutes=10,
)
GUEST = Attendee(Address("ada@contoso.example", "Ada"))
STAMP = "0197a000-0000-7000-8000-000000000001"


class WritableCalendarWorld(CalendarWorld, Protocol):
    """A calendar whose server tells whom it mailed."""

    def mailed(self) -> list[str]:
        """The addresses that were mailed by the server, one by one in order."""
        ...

    def invite(self, event: Event) -> str:
        """Somebody else's meeting, to which the mailbox is invited, lies in its calendar; gives its id."""
        ...


def calendar_folder(world: CalendarWorld) -> Folder:
    (folder,) = (one for one in world.connect().folders() if one.role is FolderRole.CALENDAR)
    return folder


def read(calendar: CalendarProvider, item_id: str) -> RemoteEvent:
    (got,) = calendar.fetch_events([item_id])
    assert isinstance(got, RemoteEvent), got
    return got


def shown(event: Event) -> Event:
    """As compared with what was written: without what the server adds."""
    return replace(bare(event), uid="", my_response="", exceptions=tuple(shown(each) for each in event.exceptions))


class CalendarWritingContract:
    """Inherit, and provide the fixture `calendar_world`."""

    @pytest.mark.parametrize("event", [APPOINTMENT, SERIES.event, FAIR.event], ids=["single", "series", "all-day"])
    def test_a_new_event_reads_as_it_was_written(self, calendar_world: WritableCalendarWorld, event: Event) -> None:
        calendar = calendar_world.calendar()
        made = calendar.create_event(calendar_folder(calendar_world), event, STAMP, Notify.NOBODY)
        got = read(calendar, made.item_id)
        assert shown(got.event) == shown(event)
        assert (got.stamp, calendar_world.mailed()) == (STAMP, [])

    def test_a_new_event_is_found_by_its_stamp(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        assert calendar.find_stamped_event(STAMP) is None
        made = calendar.create_event(calendar_folder(calendar_world), APPOINTMENT, STAMP, Notify.NOBODY)
        found = calendar.find_stamped_event(STAMP)
        assert found is not None and found.item_id == made.item_id

    def test_an_invitation_mails_the_guests_once(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        meeting = replace(APPOINTMENT, attendees=(GUEST,))
        calendar.create_event(calendar_folder(calendar_world), meeting, STAMP, Notify.EVERYBODY)
        assert calendar_world.mailed() == ["ada@contoso.example"]

    def test_only_the_named_fields_are_written(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        made = calendar.create_event(calendar_folder(calendar_world), APPOINTMENT, STAMP, Notify.NOBODY)
        other = replace(APPOINTMENT, title="Visit", location="Vienna", reminder_minutes=None, categories=())
        written = calendar.update_event(made.item_id, made.change_key, other, ["title", "reminder"], Notify.NOBODY)
        got = read(calendar, written.item_id)
        assert shown(got.event) == shown(replace(APPOINTMENT, title="Visit", reminder_minutes=None))
        assert got.change_key == written.change_key != made.change_key

    def test_a_stale_change_key_is_refused(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        made = calendar.create_event(calendar_folder(calendar_world), APPOINTMENT, STAMP, Notify.NOBODY)
        key = read(calendar, made.item_id).change_key
        calendar.update_event(made.item_id, key, replace(APPOINTMENT, title="One"), ["title"], Notify.NOBODY)
        with pytest.raises(Conflict):
            calendar.update_event(made.item_id, key, replace(APPOINTMENT, title="Two"), ["title"], Notify.NOBODY)

    def test_a_moved_event_takes_place_then(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        made = calendar.create_event(calendar_folder(calendar_world), APPOINTMENT, STAMP, Notify.NOBODY)
        day = timedelta(days=1)
        moved = replace(APPOINTMENT, start=APPOINTMENT.start + day, end=APPOINTMENT.end + day)
        calendar.update_event(made.item_id, made.change_key, moved, ["when"], Notify.NOBODY)
        assert shown(read(calendar, made.item_id).event) == shown(moved)

    def test_an_update_mails_only_those_it_is_told_to(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        meeting = replace(APPOINTMENT, attendees=(GUEST,))
        made = calendar.create_event(calendar_folder(calendar_world), meeting, STAMP, Notify.NOBODY)
        more = replace(meeting, title="Both", attendees=(GUEST, Attendee(Address("bob@contoso.example", "Bob"))))
        made = calendar.update_event(made.item_id, "", more, ["attendees"], Notify.CHANGED)
        assert calendar_world.mailed() == ["bob@contoso.example"]
        calendar.update_event(made.item_id, "", more, ["title"], Notify.EVERYBODY)
        assert sorted(calendar_world.mailed()) == ["ada@contoso.example", "bob@contoso.example", "bob@contoso.example"]

    def test_one_occurrence_can_be_edited(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        master = calendar_world.add(SERIES)
        original = datetime(2026, 4, 6, 9, tzinfo=BERLIN)
        hour = timedelta(hours=1)
        later = replace(
            SERIES.event, title="Team, again", start=original + hour, end=original + 2 * hour, exceptions=()
        )
        written = calendar.update_occurrence(master, original, later, ["title", "when"], Notify.NOBODY)
        assert written.item_id == master
        event = read(calendar, master).event
        assert [(each.original_start, each.title, each.start) for each in event.exceptions] == [
            (datetime(2026, 3, 30, 9, tzinfo=BERLIN), "Team, later", datetime(2026, 3, 30, 11, tzinfo=BERLIN)),
            (original, "Team, again", original + hour),
        ]
        assert (event.title, event.start) == (SERIES.event.title, SERIES.event.start)

    def test_one_occurrence_can_be_taken_out(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        master = calendar_world.add(SERIES)
        for original in (datetime(2026, 3, 30, 9, tzinfo=BERLIN), datetime(2026, 4, 6, 9, tzinfo=BERLIN)):
            calendar.delete_occurrence(master, original, Notify.NOBODY, "")
        event = read(calendar, master).event
        assert [each.astimezone(UTC).day for each in event.exdates if isinstance(each, datetime)] == [23, 30, 6]
        assert event.exceptions == ()

    def test_an_occurrence_that_is_none_is_gone(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        master = calendar_world.add(SERIES)
        with pytest.raises(ItemGone):
            calendar.delete_occurrence(master, datetime(2026, 3, 23, 9, tzinfo=BERLIN), Notify.NOBODY, "")

    def test_another_rule_drops_the_exceptions(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        master = calendar_world.add(SERIES)
        other = replace(SERIES.event, rrule="FREQ=WEEKLY;BYDAY=MO;COUNT=3")
        calendar.update_event(master, "", other, ["recurrence"], Notify.NOBODY)
        event = read(calendar, master).event
        assert (event.exceptions, event.exdates) == ((), ())

    def test_the_same_rule_written_anew_brings_deleted_occurrences_back(
        self, calendar_world: WritableCalendarWorld
    ) -> None:
        calendar = calendar_world.calendar()
        master = calendar_world.add(SERIES)
        calendar.update_event(master, "", SERIES.event, ["recurrence"], Notify.NOBODY)
        event = read(calendar, master).event
        assert (event.rrule, event.exceptions, event.exdates) == (SERIES.event.rrule, (), ())

    def test_guests_of_a_series_with_exceptions_are_mailed_once(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        series = replace(
            SERIES.event,
            attendees=(GUEST,),
            exceptions=tuple(replace(each, attendees=(GUEST,)) for each in SERIES.event.exceptions),
        )
        made = calendar.create_event(calendar_folder(calendar_world), series, STAMP, Notify.EVERYBODY)
        assert calendar_world.mailed() == ["ada@contoso.example"]
        assert [each.title for each in read(calendar, made.item_id).event.exceptions] == ["Team, later"]

    def test_the_uid_is_kept(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        event = replace(APPOINTMENT, uid="0197a@regarding")
        made = calendar.create_event(calendar_folder(calendar_world), event, STAMP, Notify.NOBODY)
        assert read(calendar, made.item_id).event.uid == "0197a@regarding"

    def test_attendees_may_change_their_own_marks_only(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        item = calendar_world.invite(replace(MEETING.event, organizer=Address("jane@fabrikam.example", "Jane")))
        mine = replace(MEETING.event, title="Mine", categories=("Mine",), reminder_minutes=5)
        with pytest.raises(SendRefused):
            calendar.update_event(item, "", mine, ["title", "categories"], Notify.NOBODY)
        calendar.update_event(item, "", mine, ["categories", "reminder"], Notify.NOBODY)
        got = read(calendar, item).event
        assert (got.title, got.categories, got.reminder_minutes) == (MEETING.event.title, ("Mine",), 5)

    def test_a_deleted_event_leaves_the_calendar(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        meeting = replace(APPOINTMENT, attendees=(GUEST,))
        made = calendar.create_event(calendar_folder(calendar_world), meeting, STAMP, Notify.EVERYBODY)
        calendar.delete_event(made.item_id, "", Notify.EVERYBODY, "It rains")
        assert (calendar_folder(calendar_world).total, calendar.find_stamped_event(STAMP)) == (0, None)
        assert calendar_world.mailed() == ["ada@contoso.example"] * 2

    def test_an_answer_is_kept_and_told_only_when_asked(self, calendar_world: WritableCalendarWorld) -> None:
        calendar = calendar_world.calendar()
        item = calendar_world.invite(replace(MEETING.event, organizer=Address("jane@fabrikam.example", "Jane")))
        moved = calendar.answer(item, Answer.TENTATIVE, "", tell=False)
        item = moved.item_id if moved else item
        assert (read(calendar, item).event.my_response, calendar_world.mailed()) == ("tentative", [])
        calendar.answer(item, Answer.ACCEPTED, "Gladly", tell=True)
        assert calendar_world.mailed() == ["jane@fabrikam.example"]

    def test_free_busy_knows_the_own_calendar_and_says_what_it_does_not_know(
        self, calendar_world: WritableCalendarWorld
    ) -> None:
        calendar = calendar_world.calendar()
        calendar.create_event(calendar_folder(calendar_world), APPOINTMENT, STAMP, Notify.NOBODY)
        start = datetime(2026, 3, 12, tzinfo=UTC)
        own = calendar_world.connect().address
        mine, unknown = calendar.free_busy([own, "nobody@nowhere.example"], start, start + timedelta(days=1))
        busy = Busy(datetime(2026, 3, 12, 9, tzinfo=UTC), datetime(2026, 3, 12, 10, tzinfo=UTC))
        assert (mine.known, mine.busy) == (True, (busy,))
        assert (unknown.known, unknown.busy) == (False, ())
