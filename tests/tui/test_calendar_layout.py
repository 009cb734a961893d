"""Where meetings stand on the pages of the calendar."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.queries.calendar import CalendarEntry
from tui.calendar_layout import (
    SLOT,
    Column,
    add_months,
    bars,
    blocks,
    by_day,
    cells,
    days_of,
    lanes,
    month_days,
    time_page,
    week_of,
)
from tui.calendar_views import View, columns, page_words, shown_days, stepped
from tui.lifting import aim, carried, grown, lifted

VIENNA = ZoneInfo("Europe/Vienna")
DAY = date(2026, 11, 3)
MORNING = datetime(2026, 11, 3, 8, tzinfo=UTC)


def entry(
    start: datetime,
    end: datetime,
    *,
    key: int = 1,
    whole: tuple[date, date] | None = None,
    mailboxes: tuple[int, ...] = (1,),
) -> CalendarEntry:
    return CalendarEntry(
        activity_id=key,
        uid=str(key),
        original_start="",
        title=f"Meeting {key}",
        starts_at=start,
        ends_at=end,
        on_date=whole[0] if whole else None,
        until_date=whole[1] if whole else None,
        location="",
        status="confirmed",
        busy="busy",
        responses=dict.fromkeys(mailboxes, "organizer"),
        organizer="",
        recurring=False,
        exception=False,
        private=False,
        closed=False,
    )


spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(spans, max_size=30).map(sorted))
def test_lanes_never_overlap_and_each_has_its_place(found: list[tuple[int, int]]) -> None:
    placed = lanes(found)
    assert len(placed) == len(found)
    assert all(0 <= lane < among for lane, among in placed)
    for place, (first, last) in enumerate(found):
        for other, (begins, ends) in enumerate(found[:place]):
            if begins < last and first < ends:
                assert placed[place][0] != placed[other][0]
                assert placed[place][1] == placed[other][1]


meetings = st.lists(st.tuples(st.integers(-600, 3 * 1440), st.integers(0, 2000)), max_size=25)


@given(meetings, st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), DAY]))
def test_every_meeting_of_the_page_is_on_it(found: list[tuple[int, int]], day: date) -> None:
    page = time_page([Column(day), Column(day + timedelta(days=1))], VIENNA)
    start = datetime(day.year, day.month, day.day, tzinfo=VIENNA).astimezone(UTC)
    entries = [
        entry(start + timedelta(minutes=at), start + timedelta(minutes=at + length), key=key)
        for key, (at, length) in enumerate(found)
    ]
    timed = {block.entry.activity_id for block in blocks(page, entries)}
    whole = {bar.entry.activity_id for bar in bars(page.columns, entries, VIENNA)}
    days = {day, day + timedelta(days=1)}
    expected = set()
    for each in entries:
        first, last = days_of(each, VIENNA)
        if days & {first + timedelta(days=step) for step in range((last - first).days)}:
            expected.add(each.activity_id)
    assert timed | whole == expected
    assert timed & whole == set()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 7)), max_size=12))
def test_bars_of_whole_days_never_overlap(found: list[tuple[int, int]]) -> None:
    week = [Column(DAY + timedelta(days=step)) for step in range(7)]
    entries = [
        entry(
            MORNING,
            MORNING,
            key=key,
            whole=(DAY + timedelta(days=first), DAY + timedelta(days=first + length)),
        )
        for key, (first, length) in enumerate(found)
    ]
    placed = bars(week, entries, UTC)
    assert len(placed) == len(found)
    taken = [(bar.lane, column) for bar in placed for column in range(bar.first, bar.last)]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize(
    ("day", "rows"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50), (DAY, 48)], ids=["spring", "autumn", "plain"]
)
def test_a_day_has_the_half_hours_of_its_clocks(day: date, rows: int) -> None:
    page = time_page([Column(day)], VIENNA)
    assert len(page.rows) == rows
    (slots,) = page.slots
    assert [each for each in slots if each is None] == []
    assert {b - a for a, b in itertools.pairwise(slots) if a and b} == {SLOT}


def test_a_week_shows_which_hours_a_day_does_not_have() -> None:
    page = time_page([Column(date(2026, 3, 28)), Column(date(2026, 3, 29))], VIENNA)
    skipped = [row for row, slot in zip(page.rows, page.slots[1], strict=True) if slot is None]
    assert skipped == [(120, False), (150, False)]
    page = time_page([Column(date(2026, 10, 24)), Column(date(2026, 10, 25))], VIENNA)
    again = [row for row, slot in zip(page.rows, page.slots[0], strict=True) if slot is None]
    assert again == [(120, True), (150, True)]


def test_a_team_has_a_column_for_each_person_and_its_own_meetings() -> None:
    page = time_page([Column(DAY, 1), Column(DAY, 2)], UTC)
    shared = entry(MORNING, MORNING + SLOT, key=1, mailboxes=(1, 2))
    own = entry(MORNING, MORNING + SLOT, key=2, mailboxes=(2,))
    found = [(block.column, block.entry.activity_id, block.lanes) for block in blocks(page, [shared, own])]
    assert found == [(0, 1, 1), (1, 1, 2), (1, 2, 2)]


def test_month_has_whole_weeks() -> None:
    days = month_days(DAY)
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 26), date(2026, 12, 6), 42)
    assert [add_months(DAY, months) for months in (-11, 1, 2)] == [
        date(2025, 12, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
    assert week_of(DAY) == date(2026, 11, 2)


def test_by_day_lists_whole_days_first_and_each_day_of_a_long_meeting() -> None:
    long = entry(MORNING, MORNING, key=1, whole=(DAY, DAY + timedelta(days=2)))
    early = entry(MORNING - timedelta(hours=2), MORNING, key=2)
    found = by_day([early, long], [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)], UTC)
    assert [[each.activity_id for each in rows] for rows in found.values()] == [[1, 2], [1], []]


@given(st.integers(0, 300), st.integers(1, 40))
def test_cells_share_a_width_without_gaps(width: int, count: int) -> None:
    shared = cells(width, count)
    assert sum(size for _, size in shared) == width
    assert [start for start, _ in shared] == [sum(size for _, size in shared[:place]) for place in range(count)]


def test_pages_of_the_views() -> None:
    assert len(shown_days(View.TEAM_WEEK, DAY)) == 5
    assert [stepped(view, DAY, 1) for view in (View.DAY, View.WEEK, View.MONTH)] == [
        date(2026, 11, 4),
        date(2026, 11, 10),
        date(2026, 12, 1),
    ]
    assert page_words(View.WEEK, shown_days(View.WEEK, DAY), DAY) == "2 Nov to 8 Nov, week 45"
    assert columns(View.TEAM, DAY, ()) == (Column(DAY),)


def test_a_meeting_is_carried_over_hours_that_the_clocks_skip() -> None:
    page = time_page([Column(date(2026, 3, 28)), Column(date(2026, 3, 29))], VIENNA)
    start = datetime(2026, 3, 29, 1, 40, tzinfo=VIENNA).astimezone(UTC)
    (block,) = blocks(page, [entry(start, start + timedelta(minutes=20))])
    taken = lifted(page, block)
    assert taken is not None
    moved, beyond = carried(page, taken, 0, 1)
    assert beyond == 0
    assert aim(page, moved) == (start + SLOT, start + SLOT + timedelta(minutes=20))
    assert aim(page, grown(page, moved, 1)) == (start + SLOT, start + SLOT + timedelta(minutes=50))
    earlier, _ = carried(page, taken, -1, 0)
    assert aim(page, earlier) == (start - timedelta(days=1), start - timedelta(days=1) + timedelta(minutes=20))
    assert carried(page, taken, 1, 0)[1] == 1
