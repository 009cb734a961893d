"""Occurrences of single events and series, across clock changes, exceptions and absurd rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_sync.event import Event
from calendar_sync.recurrence import Occurrence, occurrences, rule_defect

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def _series(start: datetime, rrule: str, hours: float = 1, **fields: Any) -> Event:
    zone = getattr(start.tzinfo, "key", "UTC")
    end = (start.replace(tzinfo=None) + timedelta(hours=hours)).replace(tzinfo=start.tzinfo)
    return Event("1", "", start, end, timezone=zone, rrule=rrule, **fields)


def _starts(event: Event, window: tuple[datetime, datetime] = YEAR, limit: int = 1_000) -> list[str]:
    return [f"{each.start:%Y-%m-%dT%H:%M}" for each in occurrences(event, *window, limit=limit)]


def test_series_keeps_its_wall_time_across_clock_changes() -> None:
    event = _series(datetime(2026, 3, 28, 9, tzinfo=BERLIN), "FREQ=DAILY;COUNT=2")
    assert _starts(event) == ["2026-03-28T08:00", "2026-03-29T07:00"]


def test_time_in_a_gap_moves_forward_and_keeps_its_length() -> None:
    event = _series(datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN), "FREQ=DAILY;COUNT=2", hours=0.5)
    found = occurrences(event, *YEAR, limit=9)[1]
    assert (found.start, found.end) == (
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # 03:30 by the new clock
        datetime(2026, 3, 29, 2, 0, tzinfo=UTC),
    )


def test_time_shown_twice_is_the_first() -> None:
    event = _series(datetime(2026, 10, 24, 2, 30, tzinfo=BERLIN), "FREQ=DAILY;COUNT=2")
    assert _starts(event) == ["2026-10-24T00:30", "2026-10-25T00:30"]


def test_night_shift_ends_by_the_clock() -> None:
    event = _series(datetime(2026, 3, 27, 22, tzinfo=BERLIN), "FREQ=DAILY;COUNT=2", hours=8)
    assert [each.end for each in occurrences(event, *YEAR, limit=9)] == [
        datetime(2026, 3, 28, 5, tzinfo=UTC),
        datetime(2026, 3, 29, 4, tzinfo=UTC),
    ]


@pytest.mark.parametrize("until", ["20260713T070000Z", "20260713T090000", "20260713"])
def test_until_is_inclusive_in_utc_local_time_and_as_a_date(until: str) -> None:
    event = _series(datetime(2026, 7, 12, 9, tzinfo=BERLIN), f"FREQ=DAILY;UNTIL={until}")
    assert _starts(event) == ["2026-07-12T07:00", "2026-07-13T07:00"]


def test_start_that_the_rule_does_not_hit_is_no_occurrence() -> None:
    assert _starts(_series(datetime(2026, 7, 14, 9, tzinfo=UTC), "FREQ=WEEKLY;BYDAY=MO;COUNT=1")) == [
        "2026-07-20T09:00"
    ]


def test_added_and_excluded_times() -> None:
    start = datetime(2026, 7, 12, 9, tzinfo=UTC)
    event = _series(
        start,
        "FREQ=DAILY;COUNT=4",
        rdates=(start + timedelta(hours=3), start),
        exdates=(start + timedelta(days=1), date(2026, 7, 14)),
    )
    assert _starts(event) == ["2026-07-12T09:00", "2026-07-12T12:00", "2026-07-15T09:00"]


def test_exceptions_move_into_and_out_of_the_window() -> None:
    start = datetime(2026, 7, 1, 9, tzinfo=UTC)
    hour = timedelta(hours=1)

    def moved(day: int, to: int) -> Event:
        new = datetime(2026, 7, to, 15, tzinfo=UTC)
        return Event("1", "moved", new, new + hour, original_start=datetime(2026, 7, day, 9, tzinfo=UTC))

    out_of_it, into_it = moved(11, 25), moved(20, 10)
    event = _series(start, "FREQ=DAILY", exceptions=(out_of_it, into_it))
    window = (datetime(2026, 7, 10, tzinfo=UTC), datetime(2026, 7, 13, tzinfo=UTC))
    assert occurrences(event, *window, limit=9) == [
        Occurrence(start + timedelta(days=9), start + timedelta(days=9) + hour, start + timedelta(days=9), event),
        Occurrence(into_it.start, into_it.end, datetime(2026, 7, 20, 9, tzinfo=UTC), into_it),
        Occurrence(start + timedelta(days=11), start + timedelta(days=11) + hour, start + timedelta(days=11), event),
    ]


def test_all_day_series_gives_dates_in_the_zone_of_the_window() -> None:
    event = Event("1", "", date(2026, 7, 10), date(2026, 7, 12), all_day=True, rrule="FREQ=WEEKLY;COUNT=2")
    tokyo = ZoneInfo("Asia/Tokyo")
    window = (datetime(2026, 7, 18, tzinfo=tokyo), datetime(2026, 7, 19, tzinfo=tokyo))
    assert occurrences(event, *window, limit=9) == [
        Occurrence(date(2026, 7, 17), date(2026, 7, 19), date(2026, 7, 17), event)
    ]
    assert occurrences(event, window[1], window[1] + timedelta(days=1), limit=9) == []


def test_event_without_length_counts_where_it_starts() -> None:
    event = _series(YEAR[0], "", hours=0)
    assert _starts(event) == ["2026-01-01T00:00"]
    assert _starts(event, (YEAR[0] - timedelta(days=1), YEAR[0])) == []


def test_limit_gives_the_earliest() -> None:
    event = _series(datetime(2020, 1, 1, tzinfo=UTC), "FREQ=HOURLY")
    assert _starts(event, limit=2) == ["2026-01-01T00:00", "2026-01-01T01:00"]


@pytest.mark.parametrize("first", [2, 1970, 2026])
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=3",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31;BYHOUR=3;BYSECOND=1,2",
        "FREQ=MINUTELY;BYSETPOS=300",
        "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=2;BYSECOND=1;INTERVAL=999999999",
    ],
)
def test_rule_without_any_instant_ends(rule: str, first: int) -> None:
    assert occurrences(_series(datetime(first, 1, 5, 9, tzinfo=UTC), rule), *YEAR, limit=100) == []


def test_endless_rule_stops_at_the_limit() -> None:
    found = occurrences(_series(datetime(1970, 1, 1, tzinfo=UTC), "FREQ=SECONDLY", hours=0), *YEAR, limit=100)
    assert [each.start for each in found] == [YEAR[0] + timedelta(seconds=each) for each in range(100)]


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=OFTEN", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=-1", "FREQ=DAILY;UNTIL=soon", "FREQ=DAILY;BYHOUR=25",
     "FREQ=DAILY;RSCALE=HEBREW", "FREQ=DAILY;BYDAY=XX", "DAILY", "FREQ=DAILY;FREQ=DAILY",
     "FREQ=DAILY;BYHOUR=" + "1," * 9_000],
)  # fmt: skip
def test_rule_that_cannot_be_read_leaves_the_first_instant(rule: str) -> None:
    assert rule_defect(rule) != ""
    assert _starts(_series(datetime(2026, 5, 1, 9, tzinfo=UTC), rule)) == ["2026-05-01T09:00"]


_RULES = st.builds(
    lambda freq, interval, end, by: f"FREQ={freq};INTERVAL={interval}{end}{by}",
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";COUNT=7", ";COUNT=200", ";UNTIL=20260801T000000Z"]),
    st.sampled_from(
        ["", ";BYDAY=MO,FR", ";BYMONTHDAY=-1,15", ";BYHOUR=1,2,3", ";BYMONTH=3,10", ";BYDAY=SU;BYSETPOS=-1"]
    ),
)
_FIRSTS = st.integers(0, 29_900).map(lambda hours: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=61 * hours))
_SERIES = st.builds(
    lambda first, zone, rule, hours: _series(first.replace(tzinfo=ZoneInfo(zone)), rule, hours),
    _FIRSTS,
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    _RULES,
    st.sampled_from([0, 0.5, 1, 30]),
)


@settings(deadline=None)
@given(_SERIES, st.integers(0, 364 * 24))
def test_split_window_gives_the_same_occurrences(event: Event, hours: int) -> None:
    cut = YEAR[0] + timedelta(hours=hours)
    whole = occurrences(event, *YEAR, limit=100_000)
    parts = [*occurrences(event, YEAR[0], cut, limit=100_000), *occurrences(event, cut, YEAR[1], limit=100_000)]
    assert list({each.start: each for each in parts}.values()) == whole
    assert [each.start for each in whole] == sorted({each.start for each in whole})


@settings(deadline=None)
@given(_SERIES, st.data())
def test_excluded_occurrences_are_absent_and_no_others(event: Event, data: st.DataObject) -> None:
    whole = occurrences(event, *YEAR, limit=500)
    excluded = data.draw(st.lists(st.sampled_from(whole), max_size=3)) if whole else []
    without = replace(event, exdates=tuple(each.start for each in excluded))
    left = [each.start for each in whole if each not in excluded]
    assert [each.start for each in occurrences(without, *YEAR, limit=500)][: len(left)] == left
