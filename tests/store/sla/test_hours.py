from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import Invalid
from store.sla.hours import BusinessCalendar, Hours

H, MIN = timedelta(hours=1), timedelta(minutes=1)
OFFICE = (Hours(time(9), time(17)),)
NIGHT = (Hours(time(22), time(6)),)
ALWAYS = (Hours(time(0), time(0)),)
BERLIN = BusinessCalendar("Europe/Berlin", (OFFICE,) * 5 + ((), ()))

MOMENTS = st.datetimes(
    datetime(2023, 10, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2025, 4, 1, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.just(UTC),
)
WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
HOURS = st.builds(Hours, WALLS, WALLS)
CALENDARS = st.builds(
    BusinessCalendar,
    st.sampled_from(("UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia")),
    st.lists(st.lists(HOURS, max_size=3), min_size=7, max_size=7).filter(any),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2026-03-02T08:00", "2026-03-02T09:30", 90 * MIN),  # winter: open from 8 to 16 UTC
        ("2026-03-02T04:00", "2026-03-02T20:00", 8 * H),
        ("2026-03-06T15:00", "2026-03-09T09:00", 2 * H),  # over a weekend
        ("2026-03-27T15:00", "2026-03-30T08:00", 2 * H),  # over one in which summer begins
        ("2026-12-31T15:00", "2027-01-01T09:00", 2 * H),  # over the year's end
        ("2024-12-31T15:00", "2027-01-01T09:00", 4178 * H),
    ],
)
def test_working_between_counts_open_hours(start: str, end: str, worked: timedelta) -> None:
    assert BERLIN.working_between(utc(start), utc(end)) == worked
    assert BERLIN.working_between(utc(end), utc(start)) == -worked


@pytest.mark.parametrize(
    ("night", "lasted"),
    [("2026-03-27", 8 * H), ("2026-03-28", 7 * H), ("2026-10-23", 8 * H), ("2026-10-24", 9 * H)],
)
def test_a_night_shift_lasts_as_long_as_the_night_did(night: str, lasted: timedelta) -> None:
    calendar = BusinessCalendar("Europe/Berlin", (NIGHT,) * 7)
    start = utc(f"{night}T12:00")
    assert calendar.working_between(start, start + 24 * H) == lasted


@pytest.mark.parametrize(
    ("hours", "lasted"),
    [
        (Hours(time(2, 30), time(4)), (60 * MIN, 90 * MIN, 120 * MIN)),
        (Hours(time(1), time(2, 30)), (60 * MIN, 90 * MIN, 120 * MIN)),
        (Hours(time(2), time(3)), (0 * MIN, 60 * MIN, 120 * MIN)),
    ],
)
def test_an_edge_in_the_changing_hour_is_open_when_the_wall_shows_an_open_time(
    hours: Hours, lasted: tuple[timedelta, ...]
) -> None:
    calendar = BusinessCalendar("Europe/Berlin", ((hours,),) * 7)
    days = [utc("2026-03-29T00:00"), utc("2026-06-01T00:00"), utc("2026-10-25T00:00")]
    assert tuple(calendar.working_between(day - 2 * H, day + 12 * H) for day in days) == lasted


def test_a_day_that_a_zone_skips_is_never_open() -> None:
    calendar = BusinessCalendar("Pacific/Apia", (OFFICE,) * 7)  # went over the date line: no 30 December 2011
    assert calendar.working_between(utc("2011-12-29T12:00"), utc("2011-12-31T12:00")) == 16 * H


def test_a_holiday_is_closed_from_midnight_to_midnight() -> None:
    calendar = BusinessCalendar("UTC", (NIGHT,) * 7, {date(2026, 12, 25): ()})
    assert calendar.working_between(utc("2026-12-24T12:00"), utc("2026-12-25T00:00")) == 2 * H
    assert calendar.next_open(utc("2026-12-25T00:00")) == utc("2026-12-26T00:00")


def test_a_holiday_may_have_hours_of_its_own() -> None:
    half = (Hours(time(9), time(12)), Hours(time(22), time(0)))
    calendar = BusinessCalendar("UTC", (OFFICE,) * 7, {date(2026, 12, 24): half})
    assert calendar.working_between(utc("2026-12-24T00:00"), utc("2026-12-25T00:00")) == 5 * H


def test_a_calendar_that_never_closes_counts_what_passes() -> None:
    calendar = BusinessCalendar("America/New_York", (ALWAYS,) * 7)
    start = utc("2025-12-31T23:10")
    assert calendar.working_between(start, start + 9000 * H) == 9000 * H
    assert calendar.add_working(start, 9000 * H) == start + 9000 * H
    assert calendar.is_open(start)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-03-07T10:00", 0 * H, "2026-03-07T10:00"),
        ("2026-03-06T08:00", 8 * H, "2026-03-06T16:00"),  # all of a day ends with it, not on Monday
        ("2026-03-06T08:00", 8 * H + MIN, "2026-03-09T08:01"),
        ("2026-03-07T10:00", MIN, "2026-03-09T08:01"),
        ("2026-12-31T15:00", 2 * H, "2027-01-01T09:00"),
        ("2026-12-31T15:00", H, "2026-12-31T16:00"),  # the last of the year
    ],
)
def test_add_working_finds_the_first_moment(start: str, amount: timedelta, end: str) -> None:
    assert BERLIN.add_working(utc(start), amount) == utc(end)


@settings(deadline=None, max_examples=60)
@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=40)))
def test_add_working_adds_exactly_that_much_and_not_a_moment_later(
    calendar: BusinessCalendar, start: datetime, amount: timedelta
) -> None:
    end = calendar.add_working(start, amount)
    assert calendar.working_between(start, end) == amount
    assert calendar.working_between(start, end - timedelta.resolution) == amount - timedelta.resolution


@settings(deadline=None, max_examples=60)
@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3))
def test_working_time_adds_up(calendar: BusinessCalendar, moments: list[datetime]) -> None:
    first, *_, last = ordered = sorted(moments)
    parts = [calendar.working_between(one, other) for one, other in pairwise(ordered)]
    assert sum(parts, timedelta(0)) == calendar.working_between(first, last)
    assert all(timedelta(0) <= part <= other - one for part, (one, other) in zip(parts, pairwise(ordered), strict=True))


@settings(deadline=None, max_examples=60)
@given(CALENDARS, MOMENTS)
def test_next_open_is_the_end_of_no_working_time(calendar: BusinessCalendar, at: datetime) -> None:
    opens = calendar.next_open(at)
    assert calendar.working_between(at, opens) == timedelta(0)
    assert calendar.is_open(opens)
    assert calendar.is_open(at) == (opens == at)


def test_moments_of_any_zone_mean_the_same() -> None:
    there = utc("2026-03-02T08:00").astimezone(ZoneInfo("Asia/Kathmandu"))
    assert BERLIN.working_between(there, there + H) == H
    assert BERLIN.add_working(there, H) == utc("2026-03-02T09:00")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^2026-03-02 08:00:00 has no time zone$"):
        BERLIN.is_open(utc("2026-03-02T08:00").replace(tzinfo=None))


@pytest.mark.parametrize(
    ("zone", "week", "holidays", "sentence"),
    [
        ("UTC", ((),) * 7, {}, "These business hours are never open; give at least one day its hours."),
        ("UTC", (OFFICE,) * 5, {}, "A week of business hours has seven days."),
        ("Mars/Base", (OFFICE,) * 7, {}, "'Mars/Base' is not a time zone; write it as Europe/Berlin."),
        ("Europe", (OFFICE,) * 7, {}, "'Europe' is not a time zone; write it as Europe/Berlin."),
        (
            "UTC",
            (OFFICE,) * 7,
            {date(2026, 1, 6): NIGHT},
            "The hours of the holiday 2026-01-06 must end by midnight.",
        ),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(
    zone: str, week: tuple[tuple[Hours, ...], ...], holidays: dict[date, tuple[Hours, ...]], sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        BusinessCalendar(zone, week, holidays)
    assert refused.value.sentence == sentence


def test_working_time_that_is_not_reached_within_a_century_is_refused() -> None:
    calendar = BusinessCalendar("UTC", ((Hours(time(9), time(9, 1)),), *((),) * 6))
    with pytest.raises(Invalid) as refused:
        calendar.add_working(utc("2026-01-01T00:00"), 100 * H)
    assert refused.value.sentence == "With these hours so much working time takes more than a hundred years."
