"""Cases 27 to 36: series, all-day events, zones, meetings of ours and of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calendar_sync.appointments import cancel_appointment, create_appointment
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.event import Attendee
from mail_sync.message import Address
from mail_sync.provider import Folder, FolderRole, ItemKind
from store.actor import SYSTEM
from store.errors import Invalid
from store.queries.agenda import agenda
from tests.assistant.outbox.test_events import AT, CALL, GUEST, HOUR, WEEKLY, Appointments, new
from tests.assistant.outbox.world import JANE, US, World
from tests.calendar_sync.providers.contract import BERLIN
from tests.cases.desk import BEN, Desk

WEEK = timedelta(weeks=1)
THEIRS = replace(
    CALL, organizer=Address(JANE, "Jane"), attendees=(Attendee(Address(US, "Anna")),), my_response="accepted"
)
OURS = replace(CALL, attendees=(GUEST,), organizer=Address(US, "Anna"))


@pytest.fixture
def calendar(small: World) -> Appointments:
    small.sync()
    return Appointments(small)


def starts(calendar: Appointments, days: int = 60) -> list[datetime]:
    """When something takes place, as everybody sees it."""
    with calendar.world.store.read() as tx:
        rows = agenda(tx, by=SYSTEM, start=AT - WEEK, end=AT + timedelta(days=days))
    return [row.starts_at for row in rows]


def test_case_27_edited_occurrence_is_one_exception_of_its_series(calendar: Appointments) -> None:
    remote_id = calendar.add(WEEKLY)
    later = replace(
        WEEKLY, start=AT + WEEK + HOUR, end=AT + WEEK + 2 * HOUR, original_start=AT + WEEK, rrule="", uid=WEEKLY.uid
    )
    for moved in (later, replace(later, start=later.start + HOUR, end=later.end + HOUR)):
        calendar.change_there(remote_id, exceptions=(moved,))
        calendar.cycle()
    assert starts(calendar) == [AT, AT + WEEK + 2 * HOUR, AT + 2 * WEEK, AT + 3 * WEEK, AT + 4 * WEEK]
    calendar.change_there(remote_id, exceptions=(), exdates=(AT + WEEK,))
    calendar.cycle()
    assert starts(calendar) == [AT, AT + 2 * WEEK, AT + 3 * WEEK, AT + 4 * WEEK]


def test_case_28_another_pattern_there_drops_the_exceptions_here(calendar: Appointments) -> None:
    later = replace(WEEKLY, title="Once", start=AT + WEEK, end=AT + WEEK + HOUR, original_start=AT + WEEK, rrule="")
    remote_id = calendar.add(replace(WEEKLY, exceptions=(later,)))
    tuesday = AT + timedelta(days=1)
    calendar.change_there(
        remote_id, rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=3", start=tuesday, end=tuesday + HOUR, exceptions=()
    )
    calendar.cycle()
    assert (calendar.here().exceptions, starts(calendar)) == ((), [tuesday, tuesday + WEEK, tuesday + 2 * WEEK])


def test_case_29_this_and_following_are_two_series_on_both_sides(calendar: Appointments) -> None:
    calendar.add(WEEKLY)
    split = AT + 2 * WEEK
    calendar.edit(EventEdit(title="Team, new"), scope=Scope.FOLLOWING, original_start=split)
    calendar.cycle()
    calendar.cycle()
    series = sorted((event.title, event.rrule != "", event.start) for event in calendar.all_there())
    assert series == [("Team", True, AT), ("Team, new", True, split)]
    assert len({event.uid for event in calendar.all_there()}) == 2
    assert starts(calendar) == [AT + number * WEEK for number in range(5)]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_case_30_all_day_event_keeps_its_dates_in_every_zone(calendar: Appointments, zone: str) -> None:
    fair = replace(CALL, start=date(2026, 3, 20), end=date(2026, 3, 22), all_day=True, timezone=zone)
    remote_id = calendar.add(fair)
    calendar.edit(EventEdit(title="Fair"))
    calendar.cycle()
    for event in (calendar.here(), calendar.there(remote_id)):
        assert (event.title, event.start, event.end) == ("Fair", date(2026, 3, 20), date(2026, 3, 22))
    with calendar.world.store.read() as tx:
        (row,) = agenda(tx, by=SYSTEM, start=AT, end=AT + WEEK)
    assert (row.on_date, row.until_date) == (date(2026, 3, 20), date(2026, 3, 22))


def test_case_31_series_keeps_its_wall_time_over_a_change_of_the_clock(calendar: Appointments) -> None:
    remote_id = calendar.add(replace(WEEKLY, timezone_source="W. Europe Standard Time"))
    calendar.edit(EventEdit(location="Room 4"))
    calendar.cycle()
    there = calendar.there(remote_id)
    assert (there.timezone, there.timezone_source, there.start) == ("Europe/Berlin", "W. Europe Standard Time", AT)
    assert [start.astimezone(BERLIN).hour for start in starts(calendar)] == [9] * 5
    assert [start.astimezone(UTC).hour for start in starts(calendar)] == [8, 8, 7, 7, 7]


def test_case_31_time_that_does_not_exist_goes_forward_and_a_double_one_is_the_first(calendar: Appointments) -> None:
    for day in (datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)):
        start = day.replace(hour=2, minute=30, tzinfo=None)  # wall time of the event's zone
        calendar.world.do(create_appointment, EventEdit(title="Night", start=start, timezone="Europe/Berlin"))
    calendar.cycle()
    assert starts(calendar, days=300) == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ]


def test_case_32_guest_changes_only_what_is_his_own(calendar: Appointments) -> None:
    remote_id = calendar.add(THEIRS)
    with pytest.raises(Invalid):
        calendar.edit(EventEdit(title="As I like it"))
    calendar.edit(EventEdit(reminder_minutes=5, categories=("Red",)))
    calendar.cycle()
    assert calendar.there(remote_id) == replace(THEIRS, reminder_minutes=5, categories=("Red",))
    assert calendar.mailed() == []


def test_case_33_cancelled_meeting_stays_and_says_so(calendar: Appointments) -> None:
    remote_id = calendar.add(THEIRS)
    calendar.change_there(remote_id, status="cancelled", sequence=1)
    calendar.cycle()
    assert calendar.here().status == "cancelled"
    with calendar.world.store.read() as tx:
        assert [row.status for row in agenda(tx, by=SYSTEM, start=AT - WEEK, end=AT + WEEK)] == ["cancelled"]


def test_case_33_only_its_organizer_cancels_a_meeting(calendar: Appointments) -> None:
    calendar.add(THEIRS)
    with pytest.raises(Invalid):
        calendar.world.do(cancel_appointment, calendar.key(), tell=True)


def test_case_34_older_version_of_a_meeting_changes_nothing(calendar: Appointments) -> None:
    remote_id = calendar.add(replace(THEIRS, sequence=3, modified_at=AT - WEEK))
    calendar.change_there(remote_id, title="Out of date", sequence=2, modified_at=AT)
    calendar.cycle()
    assert calendar.here().title == "Call Fabrikam"
    calendar.change_there(remote_id, title="Newer", sequence=4, modified_at=AT - 2 * WEEK)
    calendar.cycle()
    assert calendar.here().title == "Newer"


def test_case_35_meeting_in_several_calendars_is_one_with_an_answer_for_each(desk: Desk) -> None:
    ben = desk.colleague()
    meeting = replace(CALL, organizer=Address(US, "Anna"), attendees=(Attendee(Address(BEN, "Ben")),))
    desk.box.add(desk.folder(FolderRole.CALENDAR), meeting)
    ben.deliver(ben.box.folder(FolderRole.CALENDAR), replace(meeting, my_response="tentative"))
    desk.cycle(2)
    rows = [desk.agenda(who) for who in (US, BEN)]
    assert [[row.title for row in each] for each in rows] == [["Call Fabrikam"], ["Call Fabrikam"]]
    assert rows[0][0].activity_id == rows[1][0].activity_id
    assert desk.responses(rows[0][0].activity_id) == {US: "organizer", BEN: "tentative"}


def test_case_36_first_sync_and_merges_mail_nobody(calendar: Appointments) -> None:
    remote_id = calendar.add(OURS)
    calendar.change_there(remote_id, location="Room 4", attendees=(GUEST, Attendee(Address("bo@else.example", "Bo"))))
    calendar.edit(EventEdit(title="Visit"))
    calendar.cycle()
    assert (calendar.there(remote_id).title, calendar.mailed()) == ("Visit", [])
    calendar.edit(EventEdit(title="Visit again"), tell=True)
    calendar.cycle()
    assert sorted(calendar.mailed()) == ["bo@else.example", JANE]


def test_case_36_appointment_without_guests_mails_nobody(calendar: Appointments) -> None:
    calendar.world.do(create_appointment, new())
    calendar.cycle()
    calendar.edit(EventEdit(title="Other"), tell=True)
    calendar.cycle()
    assert (calendar.mailed(), [event.title for event in calendar.all_there()]) == ([], ["Other"])


def test_appointment_deleted_in_outlook_and_edited_here_meanwhile_is_made_anew(calendar: Appointments) -> None:
    remote_id = calendar.add()
    calendar.edit(EventEdit(title="Visit"))
    calendar.world.provider.box.remove(remote_id)
    patiently(calendar)
    assert ([event.title for event in calendar.all_there()], calendar.here().title) == (["Visit"], "Visit")
    assert (calendar.mailed(), calendar.world.open_acts()) == ([], [])


def test_appointment_moved_to_a_calendar_that_is_not_read_and_edited_here_exists_once(calendar: Appointments) -> None:
    other = calendar.world.provider.add_folder(
        Folder("f-other", "Other calendar", FolderRole.OTHER, ItemKind.APPOINTMENT)
    )
    remote_id = calendar.add()
    calendar.edit(EventEdit(title="Visit"))
    calendar.world.provider.box.move(remote_id, other)
    patiently(calendar)
    assert [(each.folder_id, each.content) for each in calendar.world.provider.box.items()] == [("f-other", CALL)]


def test_meeting_of_others_that_left_the_calendar_is_not_made_anew(calendar: Appointments) -> None:
    remote_id = calendar.add(THEIRS)
    calendar.edit(EventEdit(reminder_minutes=5))
    calendar.world.provider.box.remove(remote_id)
    patiently(calendar)
    assert (calendar.all_there(), calendar.world.open_acts()) == ([], [])


def patiently(calendar: Appointments) -> None:
    """Longer than anything is looked for."""
    for _ in range(3):
        calendar.cycle()
        calendar.world.pass_time(hours=3)
