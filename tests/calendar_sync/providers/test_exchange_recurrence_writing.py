"""RFC 5545 rules as EWS recurrences: exactly, or refused with a sentence."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.canonical import canonical_rule
from calendar_sync.event import Event
from calendar_sync.providers.exchange_recurrence import rrule
from calendar_sync.providers.exchange_recurrence_writing import recurrence_element
from mail_sync.errors import SendRefused
from mail_sync.providers.exchange.reading import local_name

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=BERLIN)  # the first Monday of its month


def series(rule: str, start: datetime | date = MONDAY, **more: object) -> Event:
    end = start + (timedelta(hours=1) if isinstance(start, datetime) else timedelta(days=1))
    all_day = not isinstance(start, datetime)
    known = {"timezone": "Europe/Berlin", "all_day": all_day, "rrule": rule, **more}
    return Event("u@alpine.example", "Team", start, end, **known)  # type: ignore[arg-type]


def shape(event: Event) -> list[tuple[str, dict[str, str]]]:
    """Pattern and range with what they hold."""
    made = recurrence_element(event)
    return [(local_name(one), {local_name(held): held.text or "" for held in one}) for one in made]


@pytest.mark.parametrize(
    ("rule", "pattern", "held"),
    [
        ("FREQ=DAILY", "DailyRecurrence", {"Interval": "1"}),
        ("FREQ=DAILY;INTERVAL=3", "DailyRecurrence", {"Interval": "3"}),
        (
            "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
            "WeeklyRecurrence",
            {
                "Interval": "1",
                "DaysOfWeek": "Monday Tuesday Wednesday Thursday Friday",
                "FirstDayOfWeek": "Monday",
            },
        ),
        ("FREQ=WEEKLY", "WeeklyRecurrence", {"Interval": "1", "DaysOfWeek": "Monday", "FirstDayOfWeek": "Monday"}),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,MO;WKST=SU",
            "WeeklyRecurrence",
            {"Interval": "2", "DaysOfWeek": "Monday Thursday", "FirstDayOfWeek": "Sunday"},
        ),
        ("FREQ=MONTHLY", "AbsoluteMonthlyRecurrence", {"Interval": "1", "DayOfMonth": "2"}),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO",
            "RelativeMonthlyRecurrence",
            {"Interval": "2", "DaysOfWeek": "Monday", "DayOfWeekIndex": "First"},
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
            "RelativeMonthlyRecurrence",
            {"Interval": "1", "DaysOfWeek": "Weekday", "DayOfWeekIndex": "First"},
        ),
        ("FREQ=YEARLY", "AbsoluteYearlyRecurrence", {"DayOfMonth": "2", "Month": "March"}),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=1MO",
            "RelativeYearlyRecurrence",
            {"DaysOfWeek": "Monday", "DayOfWeekIndex": "First", "Month": "March"},
        ),
        ("FREQ=YEARLY;INTERVAL=2", "AbsoluteMonthlyRecurrence", {"Interval": "24", "DayOfMonth": "2"}),
        ("FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0", "WeeklyRecurrence", None),
    ],
)
def test_rules_have_their_pattern(rule: str, pattern: str, held: dict[str, str] | None) -> None:
    (name, found), (span, _) = shape(series(rule))
    assert (name, span) == (pattern, "NoEndRecurrence")
    assert held is None or found == held


@pytest.mark.parametrize(
    ("day", "rule", "pattern"),
    [
        (31, "FREQ=MONTHLY;BYMONTHDAY=-1", "RelativeMonthlyRecurrence"),
        (31, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "AbsoluteMonthlyRecurrence"),
        (30, "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "AbsoluteMonthlyRecurrence"),
        (31, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31", "AbsoluteYearlyRecurrence"),
    ],
)
def test_ends_of_months_are_as_meant(day: int, rule: str, pattern: str) -> None:
    event = series(rule, MONDAY.replace(day=day))
    assert shape(event)[0][0] == pattern


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;INTERVAL=6",
        "FREQ=DAILY;BYMONTH=3",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE",
        "FREQ=DAILY;INTERVAL=1000",
        "FREQ=WEEKLY;INTERVAL=100",
        "FREQ=WEEKLY;BYMONTH=3,4",
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9,15",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=MONTHLY;BYMONTHDAY=2,16",
        "FREQ=MONTHLY;BYMONTHDAY=-2",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2,3,4,5,6,7",
        "FREQ=YEARLY;BYMONTH=3,6",
        "FREQ=YEARLY;BYDAY=10MO",
        "FREQ=YEARLY;BYYEARDAY=61",
        "FREQ=YEARLY;BYWEEKNO=10;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=9",
        "FREQ=DAILY;COUNT=1000",
        "FREQ=DAILY;UNTIL=20260101T000000Z",
        "FREQ=SOMETIMES",
    ],
)
def test_what_exchange_cannot_repeat_is_refused_in_words(rule: str) -> None:
    with pytest.raises(SendRefused) as refused:
        recurrence_element(series(rule))
    assert refused.value.detail.startswith("Outlook cannot repeat an appointment in this way: ")


@pytest.mark.parametrize(
    ("day", "rule"), [(31, "FREQ=MONTHLY"), (30, "FREQ=MONTHLY;BYMONTHDAY=30"), (29, "FREQ=MONTHLY;BYMONTHDAY=29")]
)
def test_a_day_that_short_months_lack_is_refused_because_exchange_would_take_their_last(day: int, rule: str) -> None:
    with pytest.raises(SendRefused):
        recurrence_element(series(rule, MONDAY.replace(day=day)))


def test_a_leap_day_is_refused_because_exchange_would_take_the_day_before() -> None:
    with pytest.raises(SendRefused):
        recurrence_element(series("FREQ=YEARLY", datetime(2028, 2, 29, 9, tzinfo=BERLIN)))


def test_additional_dates_are_refused() -> None:
    with pytest.raises(SendRefused):
        recurrence_element(series("FREQ=WEEKLY", rdates=(MONDAY + timedelta(days=1),)))


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260316", "2026-03-16"),
        ("20260316T080000Z", "2026-03-16"),  # nine in Berlin: that occurrence counts
        ("20260316T075959Z", "2026-03-15"),
        ("20260315T230000Z", "2026-03-15"),  # the 16th has begun in Berlin, but not its occurrence
        ("20260316T090000", "2026-03-16"),
    ],
)
def test_the_last_day_is_that_of_the_events_zone(until: str, last: str) -> None:
    _, (name, held) = shape(series(f"FREQ=DAILY;UNTIL={until}"))
    assert (name, held) == ("EndDateRecurrence", {"StartDate": "2026-03-02", "EndDate": last})


def test_a_count_becomes_a_number_and_an_all_day_series_begins_on_its_day() -> None:
    _, (name, held) = shape(series("FREQ=WEEKLY;COUNT=5", date(2026, 3, 2), timezone="Pacific/Auckland"))
    assert (name, held) == ("NumberedRecurrence", {"StartDate": "2026-03-02", "NumberOfOccurrences": "5"})


STARTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001 - placed below
    lambda wall: wall.replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=BERLIN)
)
SPANS = st.sampled_from(["", ";COUNT=7", ";COUNT=999"])


@st.composite
def rules(draw: st.DrawFn) -> tuple[datetime, str]:
    """A start and a rule whose pattern it begins."""
    start = draw(STARTS)
    code = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]
    every, week = draw(st.integers(1, 8)), (start.day - 1) // 7 + 1
    interval = "" if every == 1 else f";INTERVAL={every}"
    others = draw(st.sets(st.sampled_from(["MO", "WE", "SA"])))
    shapes = [f"FREQ=DAILY{interval}", f"FREQ=WEEKLY{interval};BYDAY={','.join(sorted(others | {code}))}"]
    if start.day <= 28:
        day = f"BYMONTHDAY={start.day}"
        shapes += [f"FREQ=MONTHLY{interval};{day}", f"FREQ=YEARLY;BYMONTH={start.month};{day}"]
        shapes += [
            f"FREQ=MONTHLY{interval};BYDAY={week}{code}",
            f"FREQ=YEARLY;BYMONTH={start.month};BYDAY={week}{code}",
        ]
    return start, draw(st.sampled_from(shapes)) + draw(SPANS)


@given(rules())
def test_what_was_written_reads_as_it_was(drawn: tuple[datetime, str]) -> None:
    start, rule = drawn
    read = rrule(recurrence_element(series(rule, start)), start)
    assert canonical_rule(read, start) == canonical_rule(rule, start)
