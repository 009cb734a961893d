"""What calendar screens show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text, update

from calendar_sync.appointments import cancel_appointment, create_appointment, edit_appointment
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.event import Attendee, Event
from calendar_sync.view import appointment_detail, calendar_view
from store.engine import Store
from store.errors import NotFound
from store.queries.calendar import BUSY, CalendarEntry, booked, calendars
from store.schema.activities import Appointment
from store.sync.mailboxes import report_success
from tests.calendar_sync.calendars import ANNA, BEN, GUS, NOW, actor, arrive, connect, meeting
from tests.store.builders import counted_statements

WEEK = (NOW, NOW + timedelta(days=7))


def titles(entries: tuple[CalendarEntry, ...]) -> list[str]:
    return [f"{entry.starts_at:%d.%m.%Y} {entry.title}" for entry in entries]


def test_team_is_shown_side_by_side_and_only_as_busy_where_it_may_not_be_seen(store: Store) -> None:
    anna, ben = connect(store, ANNA), connect(store, BEN)
    with store.write() as tx:
        create_appointment(tx, meeting(title="Mine"), by=actor(tx, ANNA), now=NOW)
        create_appointment(tx, replace(meeting(title="His"), location="Room 2"), by=actor(tx, BEN), now=NOW)
        found = calendar_view(tx, [anna, ben], start=WEEK[0], end=WEEK[1], by=actor(tx, ANNA))
    shown = [(each.title, each.location, each.mailbox_ids, each.closed, each.mine) for each in found]
    assert shown == [("Mine", "", (anna,), False, True), (BUSY, "", (ben,), True, True)]


def test_meeting_in_two_calendars_is_one_entry_with_both_answers(store: Store) -> None:
    anna, ben = connect(store, ANNA), connect(store, BEN)
    start = NOW + timedelta(days=1)
    event = Event("u1", "Shared", start, start + timedelta(hours=1), organizer=ANNA, attendees=(Attendee(BEN),))
    with store.write() as tx:
        arrive(tx, anna, replace(event, my_response="organizer"))
        arrive(tx, ben, replace(event, my_response="tentative"))
        (found,) = calendar_view(tx, [anna, ben], start=WEEK[0], end=WEEK[1], by=actor(tx, BEN))
    assert (found.responses, found.organizer, found.mine) == ({anna: "organizer", ben: "tentative"}, "Anna Ott", True)


def test_overlapping_bookings_of_one_calendar_are_marked(store: Store) -> None:
    anna, ben = connect(store, ANNA), connect(store, BEN)
    with store.write() as tx:
        for title, who, busy in (
            ("One", ANNA, "busy"),
            ("Two", ANNA, "away"),
            ("Free", ANNA, "free"),
            ("His", BEN, ""),
        ):
            edit = replace(meeting(title=title), busy=busy or "busy")
            create_appointment(tx, edit, by=actor(tx, who), now=NOW)
        create_appointment(tx, meeting(title="Later", days=2), by=actor(tx, ANNA), now=NOW)
        found = calendar_view(tx, [anna, ben], start=WEEK[0], end=WEEK[1], by=actor(tx, ANNA))
    assert {each.title for each in found if each.clashes} == {"One", "Two"}


def test_whole_days_count_in_the_time_zone_of_the_view(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        create_appointment(tx, EventEdit(title="Fair", start=date(2026, 3, 3), end=date(2026, 3, 5)), by=by, now=NOW)
        days = [datetime(2026, 3, day, tzinfo=UTC) for day in range(2, 7)]
        shown = [len(calendar_view(tx, [anna], start=day, end=day + timedelta(days=1), by=by)) for day in days]
    assert shown == [0, 1, 1, 0, 0]


def test_months_far_from_today_are_expanded_when_they_are_looked_at(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(rrule="FREQ=YEARLY"), by=by, now=NOW).activity_id
        fourth = datetime(2029, 3, 3, 8, tzinfo=UTC).replace(hour=9)
        edit = EventEdit(title="Anniversary")
        edit_appointment(tx, made, edit, scope=Scope.OCCURRENCE, original_start=fourth, by=by, now=NOW)
        far = (datetime(2028, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
        assert booked(tx, [anna], start=far[0], end=far[1], by=by) == ()
        found = calendar_view(tx, [anna], start=far[0], end=far[1], by=by)
    assert titles(found) == ["03.03.2028 Offer", "03.03.2029 Anniversary"]
    assert [each.exception for each in found] == [False, True]


def test_series_that_waits_to_be_written_out_is_shown_already(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        create_appointment(tx, meeting(rrule="FREQ=DAILY;COUNT=3"), by=by, now=NOW)
        before = calendar_view(tx, [anna], start=WEEK[0], end=WEEK[1], by=by)
        tx.execute(text("DELETE FROM occurrence"))
        tx.execute(update(Appointment).values(expanded_until=None))
        assert calendar_view(tx, [anna], start=WEEK[0], end=WEEK[1], by=by) == before
    assert len(before) == 3


def test_exception_is_marked_and_a_called_off_occurrence_says_so(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(GUS, rrule="FREQ=DAILY;COUNT=3"), by=by, now=NOW).activity_id
        second = NOW + timedelta(days=2)
        edit = EventEdit(start=second + timedelta(hours=3))
        edit_appointment(tx, made, edit, scope=Scope.OCCURRENCE, original_start=second, by=by, now=NOW)
        found = calendar_view(tx, [anna], start=WEEK[0], end=WEEK[1], by=by)
        assert [(each.exception, each.recurring) for each in found] == [(False, True), (True, True), (False, True)]
        cancel_appointment(tx, made, by=by, now=NOW)
        found = calendar_view(tx, [anna], start=WEEK[0], end=WEEK[1], by=by)
    assert {each.status for each in found} == {"cancelled"}


def test_one_occurrence_is_told_in_full(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        fields = replace(meeting(GUS, rrule="FREQ=DAILY;COUNT=3"), description="All of it", reminder_minutes=10)
        made = create_appointment(tx, fields, by=by, now=NOW).activity_id
        detail = appointment_detail(tx, made, "2026-03-04T09:00:00+00:00", by=by)
        assert (detail.event.start, detail.event.description, detail.event.reminder_minutes) == (
            NOW + timedelta(days=2),
            "All of it",
            10,
        )
        assert (detail.can_edit, detail.can_answer, detail.series is not None) == (True, False, True)


def test_guest_can_answer_and_a_stranger_sees_nothing(store: Store) -> None:
    anna = connect(store, ANNA)
    connect(store, BEN)
    start = NOW + timedelta(days=1)
    theirs = Event("u1", "Theirs", start, start, organizer=GUS, attendees=(Attendee(ANNA),), my_response="none")
    with store.write() as tx:
        made = arrive(tx, anna, theirs)
        detail = appointment_detail(tx, made, by=actor(tx, ANNA))
        assert (detail.can_edit, detail.can_answer) == (False, True)
        with pytest.raises(NotFound):
            appointment_detail(tx, made, by=actor(tx, BEN))


def test_calendars_are_listed_with_ones_own_first_and_their_age(store: Store) -> None:
    anna, ben = connect(store, ANNA), connect(store, BEN)
    with store.write() as tx:
        report_success(tx, ben, now=NOW)
        rows = calendars(tx, by=actor(tx, BEN))
    later = NOW + timedelta(minutes=5)
    assert [(row.mailbox_id, row.name, row.colour, row.mine, row.open, row.age(later)) for row in rows] == [
        (ben, "Ben Kay", 1, True, True, timedelta(minutes=5)),
        (anna, "Anna Ott", 0, False, False, None),
    ]


def test_long_stays_are_found_by_their_end(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        create_appointment(tx, EventEdit(title="Leave", start=date(2026, 1, 1), end=date(2026, 6, 1)), by=by, now=NOW)
        found = calendar_view(tx, [anna], start=WEEK[0], end=WEEK[1], by=by)
    assert titles(found) == ["01.01.2026 Leave"]


@pytest.mark.parametrize("count", [1, 3])
def test_view_asks_the_same_few_questions_for_any_number_of_entries(store: Store, count: int) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        for _ in range(count):
            create_appointment(tx, meeting(GUS), by=by, now=NOW)
    with counted_statements(store.engine) as statements, store.read() as tx:
        found = calendar_view(tx, [anna], start=WEEK[0], end=WEEK[1], by=by)
        asked = [each for each in statements if each.lstrip().upper().startswith("SELECT")]
    assert (len(found), len(asked)) == (count, 5)


def test_span_is_read_by_index(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        create_appointment(tx, meeting(), by=by, now=NOW)
    if store.engine.dialect.name != "sqlite":
        return
    with counted_statements(store.engine) as statements, store.read() as tx:
        booked(tx, [anna], start=WEEK[0], end=WEEK[1], by=by)
    plans = []
    with store.read() as tx:
        for statement in [each for each in statements if "FROM activity JOIN" in each]:
            rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
            plans.append(next(row.detail for row in rows))
    assert ["ix_occurrence_starts_at" in plans[0], "ix_occurrence_long" in plans[1]] == [True, True]
