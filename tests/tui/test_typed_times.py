"""Days, times and lengths as people type them, and rules as forms say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.rrule import parse_rule
from calendar_sync.rule_words import in_words
from store.errors import Invalid
from tui.repeating import Repetition, repetition, rule
from tui.typed_times import clock_in, day_in, length_in, length_words

TUESDAY = date(2026, 11, 3)
START = datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24 dec", date(2026, 12, 24)),
        ("Dec 24", date(2026, 12, 24)),
        ("24.12.", date(2026, 12, 24)),
        ("3 feb", date(2027, 2, 3)),
        ("tomorrow", date(2026, 11, 4)),
        ("fri", date(2026, 11, 6)),
        ("tuesday", date(2026, 11, 10)),
        ("+3", date(2026, 11, 6)),
        ("+2w", date(2026, 11, 17)),
        ("-1m", date(2026, 10, 3)),
    ],
)
def test_day_is_read_as_people_type_it(text: str, day: date) -> None:
    assert day_in(text, TUESDAY) == day


@pytest.mark.parametrize("text", ["", "someday", "31.02.", "99.99.", "+9999y"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        day_in(text, TUESDAY)


@pytest.mark.parametrize(
    ("text", "clock"),
    [("9", time(9)), ("9:30", time(9, 30)), ("0930", time(9, 30)), ("9.30 pm", time(21, 30)), ("12 am", time(0))],
)
def test_time_of_day_is_read_as_people_type_it(text: str, clock: time) -> None:
    assert clock_in(text) == clock


@pytest.mark.parametrize("text", ["", "25", "9:75", "13 pm", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        clock_in(text)


@given(st.integers(0, 20_000))
def test_length_is_read_as_it_is_written(minutes: int) -> None:
    assert length_in(length_words(timedelta(minutes=minutes))) == timedelta(minutes=minutes)


def test_a_time_of_day_is_no_length() -> None:
    assert [length_in(text) for text in ("15:00", "15", "")] == [None, None, None]
    assert length_in("1.5h") == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (Repetition(), ""),
        (Repetition("daily", "", "", "12 times"), "FREQ=DAILY;COUNT=12"),
        (Repetition("weekdays"), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (Repetition("weekly", "2", "thu, mon"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"),
        (Repetition("weekly"), "FREQ=WEEKLY;BYDAY=TU"),
        (Repetition("monthly"), "FREQ=MONTHLY;BYMONTHDAY=3"),
        (Repetition("monthly_on_that_weekday"), "FREQ=MONTHLY;BYDAY=1TU"),
        (Repetition("yearly", "", "", "2030-11-03"), "FREQ=YEARLY;UNTIL=20301103T235959Z"),
    ],
)
def test_rule_is_written_and_shown_again(typed: Repetition, written: str) -> None:
    assert rule(typed, START, TUESDAY) == written
    again = repetition(written, UTC)
    assert (again.choice, again.until) == (typed.choice, typed.until)
    if written:
        parse_rule(written)
        assert rule(again, START, TUESDAY) == written


def test_rule_in_words() -> None:
    assert in_words("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20261203T225959Z") == (
        "every 2 weeks on Mon, Thu until 3 Dec 2026"
    )
    assert in_words("FREQ=MONTHLY;BYDAY=-1FR;COUNT=5") == "every month on the last Fri 5 times"
    assert in_words("FREQ=HOURLY") == "FREQ=HOURLY"


@pytest.mark.parametrize(
    "typed", [Repetition("weekly", "x"), Repetition("weekly", "", "blursday"), Repetition("daily", "", "", "soon")]
)
def test_a_rule_that_cannot_be_read_is_refused(typed: Repetition) -> None:
    with pytest.raises(Invalid):
        rule(typed, START, TUESDAY)


@given(st.text(max_size=40))
def test_any_rule_has_words_and_a_form(text: str) -> None:
    in_words(text)
    repetition(text, UTC)
