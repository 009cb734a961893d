"""How an item that could not be read looks."""

from __future__ import annotations

from datetime import datetime

from store.queries.status import QuarantineRow
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.when import short_when


def _what(row: QuarantineRow, _now: datetime) -> Cell:
    return plain(row.reason, "warn")


def _source(row: QuarantineRow, _now: datetime) -> Cell:
    return plain(row.source, "dim")


def _tried(row: QuarantineRow, _now: datetime) -> Cell:
    return (Span(f"{row.attempts} x", "dim"),)


def _when(row: QuarantineRow, now: datetime) -> Cell:
    return (Span(short_when(row.last_at, now), "dim"),)


COLUMNS: tuple[Column[QuarantineRow], ...] = (
    Column("Reason", _what, 24, grow=3, priority=0),
    Column("Item", _source, 20, grow=3, priority=1),
    Column("Tried", _tried, 5, priority=2, right=True),
    Column("Last", _when, 11, priority=1, right=True),
)
