"""Periods are whole days on the reader's wall, cut so that a plot of them can be read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from store.numbers.periods import UNITS, Unit, period

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 3, 9, 30, tzinfo=BERLIN)  # a Tuesday


def test_days_begin_at_midnight_on_the_wall_also_when_clocks_change() -> None:
    cut = period(date(2026, 10, 24), NOW)
    assert cut.edges[:3] == tuple(
        datetime(2026, 10, day, hour, tzinfo=UTC) for day, hour in ((23, 22), (24, 22), (25, 23))
    )
    assert (cut.unit, len(cut.days), cut.days[-1]) == ("day", 11, date(2026, 11, 3))
    assert cut.until == datetime(2026, 11, 3, 8, 30, 0, 1, tzinfo=UTC)


def test_now_belongs_to_the_period_and_what_is_before_or_after_it_does_not() -> None:
    cut = period(date(2026, 11, 1), NOW)
    found = [cut.place(at) for at in (NOW, NOW + timedelta(seconds=1), cut.since, cut.since - timedelta(seconds=1))]
    assert found == [2, None, 0, None]


@pytest.mark.parametrize(
    ("days", "unit", "second"),
    [(10, "day", date(2026, 10, 26)), (100, "week", date(2026, 8, 3)), (400, "month", date(2025, 10, 1))],
)
def test_long_periods_are_cut_into_weeks_and_months(days: int, unit: Unit, second: date) -> None:
    cut = period(NOW.date() - timedelta(days=days - 1), NOW)
    assert (cut.unit, cut.days[1]) == (unit, second)


@pytest.mark.parametrize("unit", UNITS)
def test_parts_follow_each_other_without_a_gap(unit: Unit) -> None:
    cut = period(date(2025, 12, 30), NOW, last=date(2026, 3, 31), unit=unit)
    assert (cut.edges[0], cut.ends[-1]) == (cut.since, cut.until)
    assert cut.ends[:-1] == cut.edges[1:]
    assert all(one < other for one, other in pairwise((*cut.edges, cut.until)))
    assert cut.until == datetime(2026, 3, 31, 22, tzinfo=UTC)


def test_a_first_day_ahead_gives_the_last_one() -> None:
    assert period(date(2030, 1, 1), NOW, last=date(2031, 1, 1)).days == (date(2026, 11, 3),)
