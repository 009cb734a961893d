"""How queues and what waits in them look in lists: with countdowns that go on while they are shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from store.queries.queues import QueueLoad, WorkRow
from store.sla.countdown import closed, countdown
from store.sla.watch import Clock
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import record_glyph, words
from tui.rows.marks import state
from tui.when import short_when

EVERY_QUEUE = "All queues"
_TONES = {"warned": "warn", "breached": "bad", "paused": "dim", "met": "dim"}


def _name(row: QueueLoad, _now: datetime) -> Cell:
    if row.queue is None:
        return (Span(EVERY_QUEUE, "strong"),)
    return (Span(record_glyph(row.queue.kind) + " ", row.queue.kind), Span(line(row.queue.name), "strong"))


def _count(view: str, tone: str = "") -> Callable[[QueueLoad, datetime], Cell]:
    def show(row: QueueLoad, _now: datetime) -> Cell:
        count = row.counts[view]
        return (Span(f"{count:,}" if count else "·", tone if count else "faint"),)

    return show


QUEUES: tuple[Column[QueueLoad], ...] = (
    Column("Queue", _name, 12, grow=1, priority=0),
    Column("Open", _count("all"), 5, priority=0, right=True, gap=1),
    Column("Mine", _count("mine", "accent"), 5, priority=4, right=True, gap=1),
    Column("Free", _count("unassigned"), 5, priority=2, right=True, gap=1),
    Column("At risk", _count("at_risk", "bad"), 7, priority=1, right=True, gap=1),
    Column("Waiting", _count("waiting", "dim"), 7, priority=3, right=True),
)


def left_words(row: WorkRow, now: datetime) -> tuple[str, str]:
    """What is left until the next thing that was promised, and its tone; '' where nothing is owed."""
    clock = row.clock_at(now)
    if clock is None or row.calendar is None:
        return "", ""
    return countdown(clock, row.calendar, now), tone_of(clock)


def tone_of(clock: Clock) -> str:
    """How a clock is felt."""
    return _TONES.get(clock.state, "good")


def _left(row: WorkRow, now: datetime) -> Cell:
    if row.kind == "lead":
        return () if row.score is None else (Span(f"score {row.score}", "accent"),)
    said, tone = left_words(row, now)
    if not said:
        return (Span("·", "faint"),)
    shut = closed(row.calendar, now) if row.calendar is not None else ""
    if shut and said.endswith(shut):
        return (Span(said.removesuffix(shut), tone), Span(shut, "dim"))
    return (Span(said, tone),)


def _glyph(row: WorkRow, _now: datetime) -> Cell:
    return (Span(record_glyph(row.kind), row.kind),)


def _title(row: WorkRow, _now: datetime) -> Cell:
    return plain(row.title, "strong")


def _number(row: WorkRow, _now: datetime) -> Cell:
    return (Span(row.number, "dim"),)


def _customer(row: WorkRow, _now: datetime) -> Cell:
    return plain(row.customer)


def _status(row: WorkRow, _now: datetime) -> Cell:
    return state(row.status)


def _priority(row: WorkRow, _now: datetime) -> Cell:
    return state(row.priority) if row.priority not in ("", "normal") else (Span(words(row.priority), "faint"),)


def _owner(row: WorkRow, _now: datetime) -> Cell:
    return plain(row.owner, "dim") if row.owner else (Span("nobody", "warn"),)


def _queue(row: WorkRow, _now: datetime) -> Cell:
    return plain(row.queue, "dim") if row.queue else (Span("none", "faint"),)


def _came(row: WorkRow, now: datetime) -> Cell:
    return (Span(short_when(row.created_at, now), "dim"),)


WORK: tuple[Column[WorkRow], ...] = (
    Column("", _glyph, 1, priority=0, gap=1),
    Column("What waits", _title, 16, 60, grow=9, priority=0),
    Column("Number", _number, 9, 9, priority=7),
    Column("Customer", _customer, 12, 26, grow=2, priority=5),
    Column("Priority", _priority, 8, priority=2),
    Column("Status", _status, 11, priority=3),
    Column("Left", _left, 17, 40, grow=3, priority=0),
    Column("Owner", _owner, 8, 16, grow=1, priority=4),
    Column("Queue", _queue, 8, 14, grow=1, priority=6),
    Column("Came", _came, 11, priority=8, right=True),
)
