"""How meetings and tasks look on the agenda."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from store.queries.agenda import AgendaRow, TaskRow
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.glyphs import PRIVATE, TONES, activity_glyph
from tui.rows.marks import about
from tui.when import DAYS, due, short_date, span


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting on a day; the first of a day carries its name."""

    row: AgendaRow
    day: date
    opens_day: bool


def entries(rows: Iterable[AgendaRow], now: datetime) -> list[Entry]:
    """Meetings in order, each on the day it begins in the reader's zone."""
    found: list[Entry] = []
    for row in rows:
        day = row.on_date or row.starts_at.astimezone(now.tzinfo).date()
        found.append(Entry(row, day, not found or found[-1].day != day))
    return found


def _day(entry: Entry, now: datetime) -> Cell:
    if not entry.opens_day:
        return ()
    said = "Today" if entry.day == now.date() else f"{DAYS[entry.day.weekday()]} {short_date(entry.day, now.date())}"
    return (Span(said, "heading" if entry.day == now.date() else "strong"),)


def _time(entry: Entry, now: datetime) -> Cell:
    row = entry.row
    if row.on_date is not None:
        return (Span("all day", "dim"),)
    under_way = row.starts_at <= now < row.ends_at
    return (Span(span(row.starts_at, row.ends_at, now), "accent" if under_way else "dim" if row.ends_at < now else ""),)


def _title(entry: Entry, now: datetime) -> Cell:
    row = entry.row
    if row.private:
        return (Span(f"{PRIVATE} private", "dim"),)
    tone = "faint" if row.status == "cancelled" else "dim" if row.ends_at < now else ""
    title = plain(row.title or "(no title)", tone)
    return (*title, Span("  cancelled", "bad")) if row.status == "cancelled" else title


def _place(entry: Entry, _now: datetime) -> Cell:
    return plain("" if entry.row.private else entry.row.location, "dim")


def _about(entry: Entry, _now: datetime) -> Cell:
    return about(entry.row.regarding)


SCHEDULE: tuple[Column[Entry], ...] = (
    Column("Day", _day, 10, 12, priority=0),
    Column("Time", _time, 11, 15, grow=1, priority=0),
    Column("Meeting", _title, 16, grow=5, priority=0),
    Column("Where", _place, 10, 22, grow=2, priority=3),
    Column("Regarding", _about, 14, 30, grow=3, priority=1),
)


def _glyph(_row: TaskRow, _now: datetime) -> Cell:
    return (Span(activity_glyph("task"), "warn"),)


def _due(row: TaskRow, now: datetime) -> Cell:
    late = row.due_on is not None and row.due_on < now.date()
    return (Span(due(row.due_on, now.date()), "bad" if late else "accent"),)


def _subject(row: TaskRow, _now: datetime) -> Cell:
    mark = (Span("! ", TONES.get(row.priority, "")),) if row.priority in ("high", "urgent") else ()
    return (*mark, *plain(row.subject))


def _task_about(row: TaskRow, _now: datetime) -> Cell:
    return about(row.regarding)


TASKS: tuple[Column[TaskRow], ...] = (
    Column("", _glyph, 1, priority=0, gap=1),
    Column("Due", _due, 11, priority=0),
    Column("Task", _subject, 14, grow=5, priority=0),
    Column("Regarding", _task_about, 14, 26, grow=2, priority=1),
)
