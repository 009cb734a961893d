from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.sla.countdown import closed, countdown, countdown_to, length
from store.sla.hours import BusinessCalendar, Hours
from store.sla.watch import Clock

H, MIN = timedelta(hours=1), timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = BusinessCalendar("Europe/Berlin", ((Hours(time(9), time(17)),),) * 5 + ((), ()))
NOW = datetime(2026, 3, 3, 10, tzinfo=BERLIN)  # a Tuesday
DUE = datetime(2026, 3, 3, 11, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (59 * timedelta(seconds=1), "under 1 min"),
        (MIN, "1 min"),
        (H - timedelta.resolution, "59 min"),
        (2 * H, "2 h"),
        (2 * H + 10 * MIN, "2 h 10 min"),
        (9 * H + 59 * MIN, "9 h 59 min"),
        (10 * H + 59 * MIN, "10 h"),
        (26 * H, "26 h"),
    ],
)
def test_length_is_rounded_down(time: timedelta, words: str) -> None:
    assert length(time) == words


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (None, ""),
        (Clock("running", DUE, 2 * H + 10 * MIN, DUE), "2 h 10 min left"),
        (Clock("warned", DUE, 20 * MIN, DUE), "20 min left"),
        (Clock("breached", DUE, -3 * H), "late by 3 h"),
        (Clock("breached", DUE, 0 * H), "late by under 1 min"),
        (Clock("breached", DUE, -3 * H, paused_by="waiting"), "late by 3 h, paused: waiting for the customer"),
        (Clock("paused", None, 2 * H, paused_by="waiting"), "paused: waiting for the customer"),
        (Clock("paused", None, 2 * H, paused_by="on_hold"), "paused: on hold"),
        (Clock("met", DUE, 20 * MIN, ended_at=DUE), "kept with 20 min left"),
        (Clock("breached", DUE, -3 * H, ended_at=DUE), "missed by 3 h"),
    ],
)
def test_countdown_says_how_a_clock_stands(clock: Clock | None, words: str) -> None:
    assert countdown(clock, OFFICE, NOW) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 3, 3, 7, tzinfo=BERLIN), ", closed until 09:00"),
        (datetime(2026, 3, 3, 7, tzinfo=UTC), ", closed until 08:00"),
        (datetime(2026, 3, 3, 9, tzinfo=BERLIN), ""),
        (datetime(2026, 3, 27, 17, tzinfo=BERLIN), ", closed until Mon 09:00"),
    ],
)
def test_closed_says_until_when_on_the_wall_of_the_reader(now: datetime, words: str) -> None:
    assert closed(OFFICE, now) == words


def test_closed_for_a_week_gives_the_date() -> None:
    yearly = BusinessCalendar("UTC", ((), (), (), (), (), (), (Hours(time(8), time(9)),)))
    assert closed(yearly, datetime(2026, 3, 1, 9, tzinfo=UTC)) == ", closed until 2026-03-08 08:00"


def test_what_is_left_stands_still_while_it_is_closed() -> None:
    due = datetime(2026, 3, 30, 10, tzinfo=BERLIN)  # the Monday after the clocks changed
    evening, morning = datetime(2026, 3, 27, 18, tzinfo=BERLIN), datetime(2026, 3, 30, 8, 59, tzinfo=BERLIN)
    assert countdown_to(due, OFFICE, evening) == "1 h left, closed until Mon 09:00"
    assert countdown_to(due, OFFICE, morning) == "1 h left, closed until 09:00"
    assert countdown_to(due, OFFICE, due + 3 * H) == "late by 3 h"
