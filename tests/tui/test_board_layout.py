"""Where things stand on a schedule board."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzlocal

from store.queries.scheduling.board import BoardBooking
from tui.board_layout import USUAL, ZOOMS, Scale, beside, blocks, marks, paged, scale_at, with_ended

VIENNA = ZoneInfo("Europe/Vienna")
NINE = datetime(2026, 10, 5, 7, tzinfo=UTC)  # a Monday, 09:00 in Vienna
QUARTERS = Scale(NINE, 15, 40)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def booking(key: int, start: int, end: int) -> BoardBooking:
    return BoardBooking(key, at(start), at(end), at(start), at(end), 1, "confirmed", "", 1, f"B{key}")


def placed(bookings: list[BoardBooking], count: int, scale: Scale = QUARTERS) -> list[tuple[int, int, int, list[int]]]:
    found = blocks(scale, bookings, count)
    return [(each.lane, each.first, each.last, [one.booking_id for one in each.bookings]) for each in found]


@pytest.mark.parametrize(
    ("zoom", "begins", "minutes"),
    [
        ("Hour", "Mon 08:45", 1),
        ("4 hours", "Mon 08:00", 3),
        ("12 hours", "Mon 06:00", 10),
        ("Day", "Mon 00:00", 15),
        ("3 days", "Mon 00:00", 60),
        ("Week", "Mon 00:00", 120),
        ("2 weeks", "Mon 00:00", 240),
    ],
)
def test_zoom_begins_at_a_round_time_and_shows_all_of_its_time(zoom: str, begins: str, minutes: int) -> None:
    wanted = next(each for each in ZOOMS if each.name == zoom)
    scale = scale_at(wanted, 100, at(10), VIENNA)
    assert (f"{scale.start.astimezone(VIENNA):%a %H:%M}", scale.step) == (begins, minutes)
    assert scale.end - scale.start >= timedelta(minutes=wanted.minutes)
    assert 0 <= scale.cell_of(at(10)) < scale.cells


def test_a_moment_that_a_round_page_does_not_show_stands_in_its_middle() -> None:
    scale = scale_at(USUAL, 72, at(13 * 60 + 30), VIENNA)  # 22:30, of a page of 12 hours
    assert (scale.step, scale.cell_of(at(13 * 60 + 30))) == (10, 36)


def test_pages_of_days_begin_at_midnight_where_the_clocks_change() -> None:
    week = next(each for each in ZOOMS if each.name == "Week")
    scale = scale_at(week, 84, datetime(2026, 10, 20, tzinfo=UTC), VIENNA)  # they go back on 25 October
    turned = [paged(week, scale, pages, VIENNA).start.astimezone(VIENNA) for pages in (-1, 1)]
    assert [f"{each:%d %b %H:%M}" for each in turned] == ["12 Oct 00:00", "26 Oct 00:00"]


def test_marks_are_hours_below_days_and_days_below_weeks() -> None:
    above, below = marks(Scale(at(14 * 60), 30, 24), VIENNA)
    assert [(each.cell, each.words) for each in above] == [(2, "Tue 6 Oct")]
    assert [(each.cell, each.words) for each in below] == [(2, "00:00"), (8, "03:00"), (14, "06:00"), (20, "09:00")]
    assert len(marks(Scale(NINE, 30, 24), tzlocal())) == 2  # the zone of most readers, which cannot be hashed
    above, below = marks(Scale(at(-9 * 60), 240, 12), VIENNA)
    assert [(each.cell, each.words) for each in above] == [(0, "5 Oct, week 41")]
    assert [(each.cell, each.words) for each in below] == [(0, "Mo 5"), (6, "Tu 6")]


def test_bookings_of_a_lane_never_overlap_and_share_a_cell_that_is_too_small() -> None:
    assert placed([booking(1, 0, 65), booking(2, 65, 120), booking(3, 700, 800)], 1) == [
        (0, 0, 5, [1]),
        (0, 5, 8, [2]),
    ]
    coarse = Scale(NINE, 240, 10)
    assert placed([booking(2, 60, 120), booking(1, 0, 60), booking(3, 240, 300)], 1, coarse) == [
        (0, 0, 1, [1, 2]),
        (0, 1, 2, [3]),
    ]


def test_bookings_at_one_time_have_lanes_and_those_without_one_join_the_last() -> None:
    three = [booking(1, 0, 60), booking(2, 0, 60), booking(3, 15, 60)]
    assert placed(three, 4) == [(0, 0, 4, [1]), (1, 0, 4, [2]), (2, 1, 4, [3])]
    assert placed(three, 2) == [(0, 0, 4, [1]), (1, 0, 4, [2, 3])]


def test_what_ended_stands_where_what_is_booked_leaves_cells() -> None:
    laid = with_ended(QUARTERS, blocks(QUARTERS, [booking(1, 60, 120)], 1), [booking(2, 30, 90), booking(3, 60, 90)])
    assert [(each.first, each.last, each.bookings[0].booking_id) for each in laid] == [(2, 4, 2), (4, 8, 1)]


def test_the_next_booking_is_after_the_picked_one_else_after_the_moment() -> None:
    held = [booking(1, 0, 60), booking(2, 60, 90), booking(3, 200, 260)]
    found = [beside(held, picked, at(70), step) for picked, step in ((1, 1), (3, 1), (None, 1), (None, -1))]
    assert [each and each.booking_id for each in found] == [2, None, 3, 2]
