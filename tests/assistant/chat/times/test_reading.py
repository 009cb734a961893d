"""What users of a CRM write about time, and what it means on Wednesday, November 25th 2026, 10:00 in Berlin."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.chat.times.reading import readings, whole
from assistant.chat.times.values import Duration, Habits, Interval, Moment, Reading, Recurrence

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=BERLIN)


def read(text: str, now: datetime = NOW, habits: Habits | None = None) -> Reading:
    found = whole(text, now, habits)
    assert found is not None, text
    return found


def said(text: str, now: datetime = NOW, habits: Habits | None = None) -> str:
    """Kind and value in short."""
    found = read(text, now, habits)
    value = found.value
    if isinstance(value, Moment):
        return f"{found.kind} {value.at:%F}" if found.kind == "date" else f"{found.kind} {value.at:%F %H:%M}"
    if isinstance(value, Interval):
        start, end = (f"{each:%F %H:%M}" if each else "open" for each in (value.start, value.end))
        return f"{start} to {end}"
    return repr(value)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("next Tuesday 3ish", "datetime 2026-12-01 15:00"),
        ("tomorrow before lunch", "2026-11-26 10:00 to 2026-11-26 12:00"),
        ("end of the quarter", "2026-12-01 00:00 to 2027-01-01 00:00"),
        ("in two weeks", "date 2026-12-09"),
        ("half past two", "time 2026-11-25 14:30"),
        ("a fortnight from now", "date 2026-12-09"),
        ("between 2 and 4", "2026-11-25 14:00 to 2026-11-25 16:00"),
        ("first thing Monday", "2026-11-30 08:00 to 2026-11-30 10:00"),
        ("by Friday", "2026-11-25 10:00 to 2026-11-28 00:00"),
        ("the 3rd", "date 2026-12-03"),
        ("eod", "datetime 2026-11-25 23:59"),
        ("Q3", "2026-07-01 00:00 to 2026-10-01 00:00"),
        ("KW 48", "2026-11-23 00:00 to 2026-11-30 00:00"),
        ("week 2", "2027-01-11 00:00 to 2027-01-18 00:00"),
        ("2026-12-01", "date 2026-12-01"),
        ("2026-12-01T14:30", "datetime 2026-12-01 14:30"),
        ("24.12.", "date 2026-12-24"),
        ("24.12. 14:30", "datetime 2026-12-24 14:30"),
        ("3.12.2026 9:15", "datetime 2026-12-03 09:15"),
        ("tomorrow 15:30", "datetime 2026-11-26 15:30"),
        ("at 9", "time 2026-11-26 09:00"),
        ("Wednesday at 3", "datetime 2026-11-25 15:00"),
        ("Wednesday", "date 2026-12-02"),
        ("last Friday of January", "date 2027-01-29"),
        ("the day after tomorrow at noon", "datetime 2026-11-27 12:00"),
        ("3 days ago", "date 2026-11-22"),
        ("since May", "2026-05-01 00:00 to open"),
        ("Monday after 3pm", "2026-11-30 15:00 to open"),
        ("12 to 16 December", "2026-12-12 00:00 to 2026-12-17 00:00"),
        ("from Monday until Friday", "2026-11-30 00:00 to 2026-12-05 00:00"),
        ("Thursday from 9:30 to 11", "2026-11-26 09:30 to 2026-11-26 11:00"),
        ("Friday for 3 days", "2026-11-27 00:00 to 2026-11-30 00:00"),
        ("next week on Tuesday", "date 2026-12-01"),
        ("the last 3 months", "2026-08-25 00:00 to 2026-11-25 00:00"),
        ("year to date", "2026-01-01 00:00 to 2026-11-25 00:00"),
        ("by eod Friday", "2026-11-25 10:00 to 2026-11-27 23:59"),
        ("no later than Friday", "2026-11-25 10:00 to 2026-11-28 00:00"),
        ("after 9:30 but before 11 tomorrow", "2026-11-26 09:30 to 2026-11-26 11:00"),
        ("in three business days", "date 2026-11-30"),
        ("first working day of next month", "date 2026-12-01"),
        ("2 weeks before Christmas", "date 2026-12-11"),
        ("the Friday after Easter", "date 2027-04-02"),
        ("Q4 last year", "2025-10-01 00:00 to 2026-01-01 00:00"),
        ("second half of 2026", "2026-07-01 00:00 to 2027-01-01 00:00"),
        ("early tomorrow morning", "2026-11-26 08:00 to 2026-11-26 10:00"),
        ("3-4pm Fri", "2026-11-27 15:00 to 2026-11-27 16:00"),
        ("Nov 28-30", "2026-11-28 00:00 to 2026-12-01 00:00"),
        ("10pm to 2am", "2026-11-25 22:00 to 2026-11-26 02:00"),
        ("Jan 4, 2027 until Jan 22", "2027-01-04 00:00 to 2027-01-23 00:00"),
        ("March 3 next year at 9", "datetime 2027-03-03 09:00"),
        ("in March last year", "2025-03-01 00:00 to 2025-04-01 00:00"),
        ("rest of the week", "2026-11-25 00:00 to 2026-11-30 00:00"),
        ("08:30 PM", "time 2026-11-25 20:30"),
        ("before 11.30", "open to 2026-11-25 11:30"),
        ("until 9.05", "2026-11-25 10:00 to 2026-11-26 09:05"),
        ("thursday week", "date 2026-12-03"),
        ("a week tomorrow", "date 2026-12-03"),
        ("two weeks on Monday", "date 2026-12-14"),
        ("tomorrow fortnight", "date 2026-12-10"),
        ("w/c 7 December", "2026-12-07 00:00 to 2026-12-14 00:00"),
        ("week ending 11 December", "2026-12-07 00:00 to 2026-12-14 00:00"),
        ("24. Dez", "date 2026-12-24"),
        ("Friday pm", "2026-11-27 12:00 to 2026-11-27 18:00"),
        ("tomorrow, say 3", "datetime 2026-11-26 15:00"),
        ("in 2-3 weeks", "2026-12-09 00:00 to 2026-12-17 00:00"),
        ("in a week or two", "2026-12-02 00:00 to 2026-12-10 00:00"),
        ("next next week", "2026-12-07 00:00 to 2026-12-14 00:00"),
        ("the coming weeks", "2026-11-26 00:00 to 2026-12-17 00:00"),
        ("this or next week", "2026-11-23 00:00 to 2026-12-07 00:00"),
        ("by month end", "2026-11-25 10:00 to 2026-12-01 00:00"),
        ("Friday at the latest", "2026-11-25 10:00 to 2026-11-28 00:00"),
        ("from 10 onwards", "2026-11-25 10:00 to open"),
        ("not until Monday", "2026-11-30 00:00 to open"),
        ("since 9am", "2026-11-25 09:00 to open"),
        ("9am until lunchtime", "2026-11-26 09:00 to 2026-11-26 12:00"),
        ("9 til 5", "2026-11-26 09:00 to 2026-11-26 17:00"),
        ("7/8 Dec", "2026-12-07 00:00 to 2026-12-09 00:00"),
        ("28.-30.12.", "2026-12-28 00:00 to 2026-12-31 00:00"),
        ("Christmas week", "2026-12-21 00:00 to 2026-12-28 00:00"),
        ("Monday in KW 50", "date 2026-12-07"),
        ("2026-W50", "2026-12-07 00:00 to 2026-12-14 00:00"),
        ("threeish", "time 2026-11-25 15:00"),
        ("mid next week", "2026-12-02 00:00 to 2026-12-03 00:00"),
        ("midweek", "2026-11-25 00:00 to 2026-11-26 00:00"),
        ("last thing Friday", "2026-11-27 16:00 to 2026-11-27 18:00"),
        ("end of H1", "2026-05-01 00:00 to 2026-07-01 00:00"),
        ("3 to 4pm on Friday", "2026-11-27 15:00 to 2026-11-27 16:00"),
        ("5 to 3pm", "time 2026-11-25 14:55"),
        ("a quarter after 3pm", "time 2026-11-25 15:15"),
        ("Monday 10am to Wednesday 3pm", "2026-11-30 10:00 to 2026-12-02 15:00"),
        ("30 minutes starting at 6pm", "2026-11-25 18:00 to 2026-11-25 18:30"),
        ("2026-12-01 17:00/2026-12-02 21:00", "2026-12-01 17:00 to 2026-12-02 21:00"),
        ("week from tomorrow", "date 2026-12-03"),
        ("Q1 to Q3 2027", "2027-01-01 00:00 to 2027-10-01 00:00"),
        ("before 3 on Friday", "open to 2026-11-27 15:00"),
    ],
)
def test_whole_reads_dates_times_and_ranges(text: str, meaning: str) -> None:
    assert said(text) == meaning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("every other Thursday", Recurrence("week", 2, (3,))),
        ("every Monday and Thursday at 9", Recurrence("week", 1, (0, 3), at=time(9))),
        ("weekly on Tuesday", Recurrence("week", 1, (1,))),
        ("every weekday", Recurrence("week", 1, (0, 1, 2, 3, 4))),
        ("daily at half past eight", Recurrence("day", at=time(8, 30))),
        ("every 3 weeks", Recurrence("week", 3)),
        ("every morning", Recurrence("day", part="morning")),
        ("monthly on the 15th", Recurrence("month", month_day=15)),
        ("the first Monday of every month", Recurrence("month", weekdays=(0,), nth=1)),
        ("every last Friday of the month", Recurrence("month", weekdays=(4,), nth=-1)),
        ("every year on May 5", Recurrence("year", month_day=5, month=5)),
        ("every Monday to Friday at 8", Recurrence("week", 1, (0, 1, 2, 3, 4), at=time(8))),
        ("1h 30m", Duration((("hour", 1.5),))),
        ("1h30", Duration((("hour", 1.5),))),
        ("Tuesdays at 9am", Recurrence("week", 1, (1,), at=time(9))),
        ("45 minutes", Duration((("minute", 45.0),))),
        ("an hour and a half", Duration((("hour", 1.5),))),
        ("2 days and 3 hours", Duration((("day", 2.0), ("hour", 3.0)))),
    ],
)
def test_whole_reads_recurrences_and_durations(text: str, value: Recurrence | Duration) -> None:
    assert read(text).value == value


def test_three_slash_four_is_asked_about_unless_the_order_is_known() -> None:
    asked = read("3/4 at 10")
    assert [value.at.isoformat() for value in (asked.value, *asked.alternatives) if isinstance(value, Moment)] == [
        "2027-03-04T10:00:00+01:00",
        "2027-04-03T10:00:00+02:00",
    ]
    assert said("3/4", habits=Habits("dmy")) == "date 2027-04-03"
    assert said("3/4", habits=Habits("mdy")) == "date 2027-03-04"
    assert read("24/12").alternatives == read("4/4").alternatives == ()


@pytest.mark.parametrize(
    ("text", "shift"), [("an hour later", True), ("two days earlier", True), ("in an hour", False), ("in a day", False)]
)
def test_what_counts_from_something_else_says_so(text: str, shift: bool) -> None:
    assert read(text).shift is shift


def test_ten_point_twelve_after_before_is_a_time_or_a_day() -> None:
    asked = read("before 10.12")
    ends = [one.end.isoformat() for one in (asked.value, *asked.alternatives) if isinstance(one, Interval) and one.end]
    assert ends == ["2026-11-25T10:12:00+01:00", "2026-12-10T00:00:00+01:00"]
    assert said("at 10.12") == "time 2026-11-25 10:12"
    assert said("before 10.12.") == "open to 2026-12-10 00:00"


@pytest.mark.parametrize("text", ["are you free after 4?", "call her after 4 please", "after 4, if you can"])
def test_a_number_alone_after_a_bound_is_an_hour(text: str) -> None:
    found = readings(text, NOW)
    assert [(text[one.start : one.end], one.kind) for one in found] == [("after 4", "range")]


def test_a_weekday_decides_the_order_of_day_and_month() -> None:
    assert said("Saturday 3/4/2027") == "date 2027-04-03"
    assert read("Saturday 3/4/2027").alternatives == ()


def test_readings_stand_where_they_stand_in_the_text() -> None:
    text = "move my 3 o'clock with Fabrikam to Friday and tell them why"
    assert [(text[one.start : one.end], one.kind) for one in readings(text, NOW)] == [
        ("3 o'clock", "time"),
        ("Friday", "date"),
    ]


NOTHING = (
    "",
    "May I ask what this is for?",
    "call 5 people",
    "the second one",
    "invoice 2024-0017",
    "1.2.3.4",
    "open the 2nd one",
    "3/4 of it",
    "revenue by quarter",
    "call them after 3 tries",
    "pumps W50 and W60",
    "I am free",
    "31 Feb",
)


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_read_where_nothing_stands(text: str) -> None:
    assert readings(text, NOW) == []


def test_hours_are_counted_by_the_time_that_passes_and_days_by_the_calendar() -> None:
    before = datetime(2027, 3, 27, 12, 0, tzinfo=BERLIN)  # clocks go forward in the night
    assert said("in 24 hours", before) == "datetime 2027-03-28 13:00"
    assert said("tomorrow at noon", before) == "datetime 2027-03-28 12:00"


def test_a_time_that_the_clocks_skip_is_read_after_the_change() -> None:
    found = read("2027-03-28 02:30").value
    assert isinstance(found, Moment)
    assert found.at.isoformat() == "2027-03-28T03:30:00+02:00"


def test_zones_of_half_hours_and_named_zones_are_exact() -> None:
    here = read("at 9", datetime(2026, 11, 25, 8, 0, tzinfo=ZoneInfo("Asia/Kolkata"))).value
    there = read("Friday 9:00 IST").value
    assert isinstance(here, Moment)
    assert isinstance(there, Moment)
    assert here.at.astimezone(UTC) == datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    assert there.at.astimezone(UTC) == datetime(2026, 11, 27, 3, 30, tzinfo=UTC)


def test_the_hours_of_a_part_of_the_day_are_the_users() -> None:
    habits = Habits(hours=(("morning", (6, 11)),))
    assert said("tomorrow morning", habits=habits) == "2026-11-26 06:00 to 2026-11-26 11:00"


def test_last_day_is_inside_of_the_interval() -> None:
    found = read("12 to 16 December").value
    assert isinstance(found, Interval)
    assert found.last_day == date(2026, 12, 16)


def test_a_duration_has_nominal_seconds() -> None:
    found = read("2.5 hours").value
    assert isinstance(found, Duration)
    assert timedelta(seconds=found.seconds) == timedelta(hours=2, minutes=30)
