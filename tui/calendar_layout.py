"""Where things stand on the pages of a calendar: rows of a day, lanes of meetings that overlap, bars of whole days.

Pure. A day has the half hours that its clocks really show: 46 rows where they skip an hour, 50 where they go back.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from store.queries.calendar import CalendarEntry
from tui.cells import Cell

SLOT = timedelta(minutes=30)
_DAY = timedelta(days=1)

STRIP = -1  # the row of what lasts whole days

#: What names an occurrence: the appointment, and the start that its series gives it.
Key = tuple[int, str]

#: A row of the page: minutes after midnight on the wall, and whether the clocks show them for the second time.
Row = tuple[int, bool]

#: A line of titles, each over so many columns.
Heading = tuple[tuple[Cell, int], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A day, of one mailbox where each has its own column."""

    day: date
    mailbox_id: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the cursor stands: a half hour, or a whole day."""

    column: Column
    start: datetime | date


@dataclass(frozen=True, slots=True)
class Block:
    """A meeting in a column: rows [first, last), and its lane among `lanes` that stand side by side."""

    entry: CalendarEntry
    column: int
    first: int
    last: int
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasts whole days: columns [first, last) in line `lane` of the strip above the times."""

    entry: CalendarEntry
    first: int
    last: int
    lane: int


@dataclass(frozen=True, slots=True)
class TimePage:
    """Columns beside a common scale of half hours. `slots[column][row]` is the instant (UTC) at which a row begins
    there, None where the clocks of that day do not show it."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    slots: tuple[tuple[datetime | None, ...], ...]

    def row_at(self, column: int, instant: datetime) -> int | None:
        """The row of a column in which an instant lies."""
        found = self.rows_of(column, instant, instant)
        return None if found is None else found[0]

    def rows_of(self, column: int, start: datetime, end: datetime) -> tuple[int, int] | None:
        """The rows [first, last) that a span touches in a column; None where it lies on another day."""
        until = max(end, start + timedelta(microseconds=1))
        shown = [begins for begins in self.slots[column] if begins is not None]
        if not shown or until <= shown[0] or start >= shown[-1] + SLOT:
            return None
        touched = [
            row
            for row, begins in enumerate(self.slots[column])
            if begins is not None and begins < until and begins + SLOT > start
        ]
        return (touched[0], touched[-1] + 1) if touched else None

    def row_for(self, minutes: int) -> int:
        """The row of a time on the wall, or the next one that there is."""
        return next((row for row, (wall, _) in enumerate(self.rows) if wall >= minutes), len(self.rows) - 1)


def half_hours(day: date, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants (UTC) at which the half hours of a day begin in a zone."""
    start, end = midnight(day, zone), midnight(day + _DAY, zone)
    return tuple(start + SLOT * step for step in range(-(-(end - start) // SLOT)))


def midnight(day: date, zone: tzinfo) -> datetime:
    """The instant (UTC) at which a day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def time_page(columns: Sequence[Column], zone: tzinfo) -> TimePage:
    """The page for some columns; a row that only one of the days has is a row of all."""
    days = {column.day: _walls(column.day, zone) for column in columns}
    every = {row for walls in days.values() for row in walls}
    last_again = max((wall for wall, again in every if again), default=0)
    # The hour that is shown again comes after all of its first showing.
    rows = tuple(sorted(every, key=lambda row: (last_again, 1, row[0]) if row[1] else (row[0], 0, 0)))
    slots = tuple(tuple(days[column.day].get(row) for row in rows) for column in columns)
    return TimePage(tuple(columns), rows, slots)


def _walls(day: date, zone: tzinfo) -> dict[Row, datetime]:
    found: dict[Row, datetime] = {}
    for instant in half_hours(day, zone):
        there = instant.astimezone(zone)
        minutes = there.hour * 60 + there.minute
        found[minutes, (minutes, False) in found] = instant
    return found


def lasts_days(entry: CalendarEntry) -> bool:
    """Whether it stands above the times of the day."""
    return entry.on_date is not None or entry.ends_at - entry.starts_at >= _DAY


def days_of(entry: CalendarEntry, zone: tzinfo) -> tuple[date, date]:
    """The days [first, last) on which it takes place in a zone."""
    if entry.on_date is not None:
        return entry.on_date, max(entry.until_date or entry.on_date, entry.on_date + _DAY)
    first = entry.starts_at.astimezone(zone).date()
    last = max(entry.ends_at - timedelta(microseconds=1), entry.starts_at).astimezone(zone).date()
    return first, last + _DAY


def belongs(entry: CalendarEntry, column: Column) -> bool:
    """Whether the column is of a calendar that holds it."""
    return column.mailbox_id is None or column.mailbox_id in entry.responses


def blocks(page: TimePage, entries: Iterable[CalendarEntry]) -> tuple[Block, ...]:
    """The meetings with a time of day, column by column, in order of time; none covers another."""
    timed = [entry for entry in entries if not lasts_days(entry)]
    return tuple(found for column in range(len(page.columns)) for found in _column_blocks(page, column, timed))


def _column_blocks(page: TimePage, column: int, entries: Sequence[CalendarEntry]) -> Iterator[Block]:
    spans = [
        (*rows, entry)
        for entry in entries
        if belongs(entry, page.columns[column]) and (rows := page.rows_of(column, entry.starts_at, entry.ends_at))
    ]
    spans.sort(key=lambda span: (span[0], -span[1], span[2].starts_at, span[2].activity_id))
    placed = lanes([(first, last) for first, last, _ in spans])
    for (first, last, entry), (lane, among) in zip(spans, placed, strict=True):
        yield Block(entry, column, first, last, lane, among)


def lanes(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(lane, lanes) for spans [first, last) sorted by their first; those that touch each other share a number of lanes,
    and no two of a lane overlap."""
    chosen: list[int] = []
    together: list[tuple[int, int]] = []  # (first of a cluster, how many lanes it has)
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    until = -1
    for place, (first, last) in enumerate(spans):
        if first >= until:
            together.append((place, 0))
            free, busy = [], []
        while busy and busy[0][0] <= first:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lane = heapq.heappop(free) if free else len(busy)
        heapq.heappush(busy, (last, lane))
        until = max(until, last)
        chosen.append(lane)
        together[-1] = (together[-1][0], max(together[-1][1], lane + 1))
    edges = [*(place for place, _ in together), len(spans)]
    counts = [
        count
        for (_, count), (start, end) in zip(together, itertools.pairwise(edges), strict=True)
        for _ in range(start, end)
    ]
    return list(zip(chosen, counts, strict=True))


def bars(columns: Sequence[Column], entries: Iterable[CalendarEntry], zone: tzinfo) -> tuple[Bar, ...]:
    """What lasts whole days, over all neighbouring columns of its calendar at once, the longest first."""
    found = [
        (first, last, entry)
        for entry in entries
        if lasts_days(entry)
        for first, last in _runs(columns, entry, days_of(entry, zone))
    ]
    found.sort(key=lambda run: (run[0], -run[1], run[2].activity_id))
    free: list[int] = []
    placed = []
    for first, last, entry in found:
        lane = next((lane for lane, until in enumerate(free) if until <= first), len(free))
        free[lane:] = [last, *free[lane + 1 :]]
        placed.append(Bar(entry, first, last, lane))
    return tuple(placed)


def _runs(columns: Sequence[Column], entry: CalendarEntry, days: tuple[date, date]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for place, column in enumerate(columns):
        here = days[0] <= column.day < days[1] and belongs(entry, column)
        before = columns[place - 1] if place else None
        goes_on = before is not None and (before.mailbox_id, before.day + _DAY) == (column.mailbox_id, column.day)
        if start is not None and not (here and goes_on):
            yield start, place
            start = None
        if here and start is None:
            start = place
    if start is not None:
        yield start, len(columns)


def key_of(entry: CalendarEntry) -> Key:
    return entry.activity_id, entry.original_start


def meetings_at(timed: Iterable[Block], whole: Iterable[Bar], column: int, row: int) -> list[Key]:
    """The meetings at a place of the page, from left to right; those of the strip from top to bottom."""
    if row == STRIP:
        return [key_of(bar.entry) for bar in whole if bar.first <= column < bar.last]
    found = [block for block in timed if block.column == column and block.first <= row < block.last]
    return [key_of(block.entry) for block in sorted(found, key=lambda block: block.lane)]


def hit(timed: Iterable[Block], whole: Iterable[Bar], at: tuple[int, int], x: int, width: int, line: int) -> Key | None:
    """The meeting at cell `x` of a column of `width` cells; in the strip, on that line of it."""
    column, row = at
    if row == STRIP:
        found = (bar for bar in whole if bar.lane == line and bar.first <= column < bar.last)
        return next((key_of(bar.entry) for bar in found), None)
    for block in timed:
        if block.column == column and block.first <= row < block.last:
            left, size = cells_of(block, width)
            if left <= x < left + size:
                return key_of(block.entry)
    return None


def in_order(timed: Iterable[Block], whole: Iterable[Bar]) -> list[tuple[int, int, int, Key]]:
    """(column, row, lane, key) of all meetings of a page, day by day, whole days first."""
    above = [(bar.first, STRIP, bar.lane, key_of(bar.entry)) for bar in whole]
    return sorted([*above, *((block.column, block.first, block.lane, key_of(block.entry)) for block in timed)])


def cells_of(block: Block, width: int) -> tuple[int, int]:
    """(first cell, cells) of a meeting in a column; lanes for which there is no cell share the last one."""
    return cells(width, max(min(block.lanes, width), 1))[min(block.lane, max(width, 1) - 1)]


def week_of(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(days=day.weekday())


def month_days(day: date) -> tuple[date, ...]:
    """The days of whole weeks that show the month of `day`."""
    first = day.replace(day=1)
    start = week_of(first)
    after = (first + timedelta(days=31)).replace(day=1)
    weeks = -(-(after - start).days // 7)
    return tuple(start + timedelta(days=step) for step in range(weeks * 7))


def add_months(day: date, months: int) -> date:
    """The first day of the month that many months on."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def by_day(
    entries: Iterable[CalendarEntry], days: Sequence[date], zone: tzinfo
) -> dict[date, tuple[CalendarEntry, ...]]:
    """What takes place on each of the days, whole days first."""
    found: dict[date, list[CalendarEntry]] = {day: [] for day in days}
    for entry in entries:
        first, last = days_of(entry, zone)
        for step in range((last - first).days):
            if (day := first + timedelta(days=step)) in found:
                found[day].append(entry)
    return {
        day: tuple(sorted(rows, key=lambda row: (not lasts_days(row), row.starts_at, row.activity_id)))
        for day, rows in found.items()
    }


def cells(width: int, count: int) -> tuple[tuple[int, int], ...]:
    """`width` cells shared among `count` neighbours: (first cell, cells) for each."""
    edges = [width * place // count for place in range(count + 1)]
    return tuple((start, end - start) for start, end in itertools.pairwise(edges))
