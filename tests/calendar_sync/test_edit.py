"""Changing events: what takes place afterwards is what took place before with exactly the change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calendar_sync.edit import NO_REMINDER, EventEdit, Scope, apply_edit, without
from calendar_sync.event import Attendee, Event
from calendar_sync.occurring import check_between_neighbours, occurrence_at
from calendar_sync.recurrence import Occurrence, occurrences
from calendar_sync.walls import instant, wall_of
from mail_sync.message import Address
from store.errors import Invalid
from tests.calendar_sync.strategies import series, single_events

BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = (datetime(2025, 6, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
Row = tuple[datetime, datetime, str, str, str]


def rows(found: Iterable[Occurrence]) -> list[Row]:
    """What a calendar shows: start, end, title, place, status."""
    return sorted(
        (instant(each.start), instant(each.end), each.event.title, each.event.location, each.event.status)
        for each in found
    )


def expanded(*events: Event | None) -> list[Row]:
    return rows(each for event in events if event is not None for each in occurrences(event, *WINDOW, limit=60))


def berlin(*, title: str = "Stand-up", rrule: str = "", start: datetime | None = None) -> Event:
    begins = start or datetime(2026, 3, 2, 9, tzinfo=BERLIN)
    return Event("u1", title, begins, begins + timedelta(hours=1), timezone="Europe/Berlin", rrule=rrule)


def starts(*events: Event | None) -> list[str]:
    return [f"{each[0].astimezone(BERLIN):%d.%m. %H:%M}" for each in expanded(*events)]


def chosen(event: Event, data: st.DataObject) -> Occurrence:
    found = occurrences(event, *WINDOW, limit=60)
    assume(found)
    return data.draw(st.sampled_from(found))


@settings(max_examples=60, deadline=None)
@given(event=series(), data=st.data())
def test_edited_occurrence_changes_and_no_other_does(event: Event, data: st.DataObject) -> None:
    at = chosen(event, data)
    edited = apply_edit(event, EventEdit(title="Edited"), Scope.OCCURRENCE, at.original_start).event
    expected = [each for each in occurrences(event, *WINDOW, limit=60) if each.original_start != at.original_start]
    changed = (instant(at.start), instant(at.end), "Edited", at.event.location, at.event.status)
    assert expanded(edited)[:50] == sorted([*rows(expected), changed])[:50]


@settings(max_examples=60, deadline=None)
@given(event=series(), data=st.data())
def test_deleted_occurrence_is_the_only_one_missing(event: Event, data: st.DataObject) -> None:
    at = chosen(event, data)
    rest = [each for each in occurrences(event, *WINDOW, limit=60) if each.original_start != at.original_start]
    assert expanded(without(event, Scope.OCCURRENCE, at.original_start))[:50] == rows(rest)[:50]


@settings(max_examples=80, deadline=None)
@given(event=series(), data=st.data())
def test_series_divided_by_an_edit_takes_place_as_before(event: Event, data: st.DataObject) -> None:
    at = chosen(event, data)
    edited = apply_edit(event, EventEdit(busy="away"), Scope.FOLLOWING, at.original_start, new_uid="u9")
    assert expanded(edited.event, edited.following)[:50] == expanded(event)[:50]
    later = [each for each in (edited.following,) if each is not None]
    assert all(each.uid == "u9" for master in later for each in (master, *master.exceptions))


@settings(max_examples=60, deadline=None)
@given(event=series(), data=st.data())
def test_following_occurrences_change_and_earlier_ones_do_not(event: Event, data: st.DataObject) -> None:
    at = chosen(event, data)
    edited = apply_edit(event, EventEdit(importance="high", title=""), Scope.FOLLOWING, at.original_start, new_uid="u9")
    cut = instant(at.original_start)
    found = occurrences(event, *WINDOW, limit=60)
    earlier = [each for each in found if instant(each.original_start) < cut]
    later = [
        each._replace(event=replace(each.event, title="" if each.event.title == event.title else each.event.title))
        for each in found
        if instant(each.original_start) >= cut
    ]
    assert expanded(edited.event, edited.following)[:50] == rows([*earlier, *later])[:50]


@settings(max_examples=60, deadline=None)
@given(event=series(), data=st.data())
def test_cut_series_ends_before_the_occurrence(event: Event, data: st.DataObject) -> None:
    at = chosen(event, data)
    found = occurrences(event, *WINDOW, limit=60)
    earlier = [each for each in found if instant(each.original_start) < instant(at.original_start)]
    assert expanded(without(event, Scope.FOLLOWING, at.original_start)) == rows(earlier)


@settings(max_examples=80, deadline=None)
@given(event=series(), data=st.data(), quarters=st.integers(-8, 8))
def test_moved_series_moves_every_occurrence_by_the_wall_clock(
    event: Event, data: st.DataObject, quarters: int
) -> None:
    at = chosen(event, data)
    by = timedelta(days=quarters) if event.all_day else timedelta(minutes=15 * quarters)
    target = wall_of(at.start, event.timezone) + by
    edit = EventEdit(start=target.date() if event.all_day else target)
    try:
        moved = apply_edit(event, edit, Scope.SERIES, at.original_start).event
    except Invalid as refused:
        assert "pattern" in refused.sentence
        return
    regular, shifted = replace(event, exceptions=()), replace(moved, exceptions=())
    walls = [wall_of(each.start, event.timezone) for each in occurrences(regular, *WINDOW, limit=20)]
    assume(len(set(walls)) == len(walls))
    clean = [(wall + by) for wall in walls]
    window = (WINDOW[0] + by, WINDOW[1] + by)
    found = [wall_of(each.start, event.timezone) for each in occurrences(shifted, *window, limit=20)]
    skew = timedelta(hours=1)  # where the clocks change between the two
    assert len(found) == len(clean)
    assert all(abs(one - other) <= skew for one, other in zip(found, clean, strict=True))
    assert [each.title for each in moved.exceptions] == [each.title for each in event.exceptions]


@settings(max_examples=40, deadline=None)
@given(event=series(), data=st.data(), days=st.integers(-3, 3), hour=st.integers(0, 23))
def test_moved_occurrence_is_where_it_was_put(event: Event, data: st.DataObject, days: int, hour: int) -> None:
    at = chosen(event, data)
    target = wall_of(at.start, event.timezone).replace(hour=hour) + timedelta(days=days)
    put: date = target.date() if event.all_day else target
    edited = apply_edit(event, EventEdit(start=put), Scope.OCCURRENCE, at.original_start).event
    there = occurrence_at(edited, at.original_start)
    rest = [each for each in occurrences(event, *WINDOW, limit=60) if each.original_start != at.original_start]
    changed = (instant(there.start), instant(there.end), at.event.title, at.event.location, at.event.status)
    assert expanded(edited)[:50] == sorted([*rows(rest), changed])[:50]
    if event.all_day:
        assert there.start == put
    else:
        assert instant(there.start) == instant(target.replace(tzinfo=ZoneInfo(event.timezone)))


@settings(max_examples=30, deadline=None)
@given(event=single_events())
def test_edit_without_fields_changes_nothing(event: Event) -> None:
    assert apply_edit(event, EventEdit()).event == event


def test_time_that_the_clocks_skip_moves_forward() -> None:
    moved = apply_edit(berlin(), EventEdit(start=datetime(2026, 3, 29, 2, 30))).event  # noqa: DTZ001
    assert [str(moved.start), str(moved.end)] == ["2026-03-29 03:30:00+02:00", "2026-03-29 04:30:00+02:00"]


def test_time_that_the_clocks_show_twice_is_the_first() -> None:
    moved = apply_edit(berlin(), EventEdit(start=datetime(2026, 10, 25, 2, 30))).event  # noqa: DTZ001
    assert str(moved.start) == "2026-10-25 02:30:00+02:00"


def test_series_keeps_its_wall_time_where_the_clocks_skip_one_occurrence() -> None:
    event = berlin(rrule="FREQ=DAILY;COUNT=3", start=datetime(2026, 3, 28, 9, tzinfo=BERLIN))
    moved = apply_edit(event, EventEdit(start=datetime(2026, 3, 28, 2, 30))).event  # noqa: DTZ001
    assert starts(moved) == ["28.03. 02:30", "29.03. 03:30", "30.03. 02:30"]


def test_all_day_event_ends_before_its_last_day_and_keeps_its_length() -> None:
    event = Event("u1", "Fair", date(2026, 3, 2), date(2026, 3, 4), all_day=True, timezone="Europe/Berlin")
    moved = apply_edit(event, EventEdit(start=date(2026, 3, 29))).event
    assert (moved.start, moved.end) == (date(2026, 3, 29), date(2026, 3, 31))


def test_meeting_becomes_a_whole_day_and_back() -> None:
    day = apply_edit(berlin(), EventEdit(start=date(2026, 3, 5))).event
    assert (day.all_day, day.start, day.end) == (True, date(2026, 3, 5), date(2026, 3, 6))
    again = apply_edit(day, EventEdit(start=datetime(2026, 3, 5, 14))).event  # noqa: DTZ001
    assert (again.all_day, str(again.start), str(again.end)) == (
        False,
        "2026-03-05 14:00:00+01:00",
        "2026-03-05 15:00:00+01:00",
    )


def test_event_keeps_its_wall_time_in_another_zone() -> None:
    moved = apply_edit(berlin(), EventEdit(timezone="America/New_York")).event
    assert (str(moved.start), moved.timezone, moved.timezone_source) == (
        "2026-03-02 09:00:00-05:00",
        "America/New_York",
        "Eastern Standard Time",
    )


def test_aware_time_is_taken_over_into_the_zone() -> None:
    moved = apply_edit(berlin(), EventEdit(start=datetime(2026, 3, 2, 9, tzinfo=UTC))).event
    assert str(moved.start) == "2026-03-02 10:00:00+01:00"


def test_weekly_series_moved_by_a_day_takes_place_on_the_next_days() -> None:
    event = berlin(rrule="FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4")
    moved = apply_edit(event, EventEdit(start=datetime(2026, 3, 5, 10)), Scope.SERIES, datetime(2026, 3, 4, 8, tzinfo=UTC))  # noqa: DTZ001, E501  # fmt: skip
    assert moved.event.rrule == "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"
    assert starts(moved.event) == ["03.03. 10:00", "05.03. 10:00", "10.03. 10:00", "12.03. 10:00"]


def test_last_friday_cannot_be_moved_to_another_day_without_a_pattern() -> None:
    event = berlin(rrule="FREQ=MONTHLY;BYDAY=-1FR", start=datetime(2026, 3, 27, 9, tzinfo=BERLIN))
    with pytest.raises(Invalid, match="give the new pattern"):
        apply_edit(event, EventEdit(start=datetime(2026, 3, 28, 9)))  # noqa: DTZ001


def test_end_of_a_moved_series_moves_with_it() -> None:
    event = berlin(rrule="FREQ=DAILY;UNTIL=20260304T080000Z")
    moved = apply_edit(event, EventEdit(start=datetime(2026, 3, 2, 20))).event  # noqa: DTZ001
    assert starts(moved) == ["02.03. 20:00", "03.03. 20:00", "04.03. 20:00"]


def test_exception_at_a_time_of_its_own_stays_when_the_series_moves() -> None:
    event = berlin(rrule="FREQ=DAILY;COUNT=3")
    second = datetime(2026, 3, 3, 8, tzinfo=UTC)
    event = apply_edit(event, EventEdit(start=datetime(2026, 3, 3, 15)), Scope.OCCURRENCE, second).event  # noqa: DTZ001
    event = apply_edit(event, EventEdit(start=datetime(2026, 3, 2, 10))).event  # noqa: DTZ001
    assert starts(event) == ["02.03. 10:00", "03.03. 15:00", "04.03. 10:00"]


def test_new_pattern_drops_exceptions_that_it_does_not_have() -> None:
    """Hard case 28."""
    event = berlin(rrule="FREQ=DAILY;COUNT=10")
    for day in (3, 9):
        at = datetime(2026, 3, day, 8, tzinfo=UTC)
        event = apply_edit(event, EventEdit(title=f"On the {day}."), Scope.OCCURRENCE, at).event
    event = without(event, Scope.OCCURRENCE, datetime(2026, 3, 4, 8, tzinfo=UTC)) or event
    weekly = apply_edit(event, EventEdit(rrule="FREQ=WEEKLY;COUNT=3")).event
    assert ([each.title for each in weekly.exceptions], weekly.exdates) == (["On the 9."], ())


def test_following_edit_leaves_two_series_with_their_exceptions() -> None:
    """Hard case 29."""
    event = berlin(rrule="FREQ=DAILY;COUNT=6")
    for day in (3, 6):
        at = datetime(2026, 3, day, 8, tzinfo=UTC)
        event = apply_edit(event, EventEdit(title=f"On the {day}."), Scope.OCCURRENCE, at).event
    cut = datetime(2026, 3, 5, 8, tzinfo=UTC)
    edited = apply_edit(event, EventEdit(start=datetime(2026, 3, 5, 14)), Scope.FOLLOWING, cut, new_uid="u2")  # noqa: DTZ001
    assert edited.following is not None
    assert starts(edited.event) == ["02.03. 09:00", "03.03. 09:00", "04.03. 09:00"]
    assert starts(edited.following) == ["05.03. 14:00", "06.03. 14:00", "07.03. 14:00"]
    assert [[each.title for each in one.exceptions] for one in (edited.event, edited.following)] == [
        ["On the 3."],
        ["On the 6."],
    ]
    assert (edited.event.uid, edited.following.uid) == ("u1", "u2")


def test_following_edit_at_the_first_occurrence_is_one_of_the_whole_series() -> None:
    event = berlin(rrule="FREQ=DAILY;COUNT=3")
    edited = apply_edit(event, EventEdit(title="New"), Scope.FOLLOWING, event.start, new_uid="u2")
    assert (edited.event.title, edited.event.uid, edited.following) == ("New", "u1", None)


def test_series_that_begins_off_its_pattern_begins_at_the_first_time_of_it() -> None:
    event = apply_edit(berlin(), EventEdit(rrule="FREQ=WEEKLY;BYDAY=FR;COUNT=2")).event
    assert starts(event) == ["06.03. 09:00", "13.03. 09:00"]


@pytest.mark.parametrize("rule", ["FREQ=SOMETIMES", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"])
def test_pattern_that_cannot_be_is_refused(rule: str) -> None:
    with pytest.raises(Invalid, match="pattern"):
        apply_edit(berlin(), EventEdit(rrule=rule))


def test_ended_repetition_leaves_a_single_event() -> None:
    assert apply_edit(berlin(rrule="FREQ=DAILY"), EventEdit(rrule="")).event == berlin()


def test_attendees_keep_the_answers_they_gave() -> None:
    ann, ben = Address("ann@fabrikam.example", "Ann"), Address("ben@fabrikam.example", "Ben")
    event = replace(berlin(), attendees=(Attendee(ann, response="accepted"),))
    edited = apply_edit(event, EventEdit(attendees=(Attendee(ann, "optional"), Attendee(ben)))).event
    assert edited.attendees == (Attendee(ann, "optional", "accepted"), Attendee(ben))


def test_attendee_added_to_a_series_is_added_to_its_exceptions() -> None:
    ann, ben = Address("ann@fabrikam.example", "Ann"), Address("ben@fabrikam.example", "Ben")
    event = replace(berlin(rrule="FREQ=DAILY;COUNT=3"), attendees=(Attendee(ann),))
    changed = replace(event, rrule="", original_start=event.start, attendees=(Attendee(ann, response="declined"),))
    edited = apply_edit(
        replace(event, exceptions=(changed,)), EventEdit(attendees=(Attendee(ann), Attendee(ben)))
    ).event
    assert edited.exceptions[0].attendees == (Attendee(ann, response="declined"), Attendee(ben))


def test_reminder_is_taken_away() -> None:
    event = replace(berlin(), reminder_minutes=15)
    assert apply_edit(event, EventEdit(reminder_minutes=NO_REMINDER)).event.reminder_minutes is None


def test_series_whose_last_occurrence_is_deleted_is_gone() -> None:
    event = berlin(rrule="FREQ=DAILY;COUNT=1")
    assert without(event, Scope.OCCURRENCE, event.start) is None


@pytest.mark.parametrize("scope", [Scope.OCCURRENCE, Scope.FOLLOWING])
def test_time_without_an_occurrence_is_refused(scope: Scope) -> None:
    with pytest.raises(Invalid, match="does not take place"):
        apply_edit(berlin(rrule="FREQ=DAILY"), EventEdit(title="x"), scope, datetime(2026, 3, 2, 12, tzinfo=UTC))


def test_event_that_would_end_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="ends before"):
        apply_edit(berlin(), EventEdit(end=datetime(2026, 3, 2, 8)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (2, "after Mon 2 Mar 2026 and before Mon 16 Mar 2026"),
        (3, ""),
        (15, ""),
        (16, "after Mon 2 Mar 2026 and before Mon 16 Mar 2026"),
    ],
)
def test_moved_occurrence_stays_on_a_day_between_its_neighbours(day: int, refused: str) -> None:
    event, second = berlin(rrule="FREQ=WEEKLY;COUNT=3"), datetime(2026, 3, 9, 9, tzinfo=BERLIN)
    moved = apply_edit(event, EventEdit(start=datetime(2026, 3, day, 14)), Scope.OCCURRENCE, second).event  # noqa: DTZ001
    assert why_not_between(moved, second) == (refused and f"An occurrence stays between its neighbours: {refused}.")


def test_first_and_last_occurrence_have_one_neighbour() -> None:
    event, first = berlin(rrule="FREQ=WEEKLY;COUNT=2"), datetime(2026, 3, 2, 9, tzinfo=BERLIN)
    moved = apply_edit(event, EventEdit(start=datetime(2026, 3, 20, 9)), Scope.OCCURRENCE, first).event  # noqa: DTZ001
    assert why_not_between(moved, first) == "An occurrence stays between its neighbours: before Mon 9 Mar 2026."
    alone = without(moved, Scope.OCCURRENCE, datetime(2026, 3, 9, 9, tzinfo=BERLIN))
    assert alone is not None
    assert why_not_between(alone, first) == ""


def why_not_between(event: Event, original_start: datetime) -> str:
    try:
        check_between_neighbours(event, original_start)
    except Invalid as error:
        return str(error)
    return ""
