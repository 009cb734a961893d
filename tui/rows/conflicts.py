"""How a conflict looks in a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from calendar_sync.conflicts import label_of, shown
from store.actor import Actor
from store.queries.conflicts import ConflictRow, open_conflicts
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.glyphs import ACTIVITY, record_glyph
from tui.when import short_when

_ALL = 200  # fields of one item


def conflicts_of(tx: Any, item_id: int, *, by: Actor) -> tuple[tuple[ConflictRow, Any], ...]:
    """The conflicts of an item with both sides in words, in the order of their fields."""
    rows = open_conflicts(tx, by=by, item_id=item_id, limit=_ALL).rows
    return tuple((row, shown(row)) for row in sorted(rows, key=lambda row: row.conflict_id))


def _glyph(row: ConflictRow, _now: datetime) -> Cell:
    contact = row.holds == "contact"
    return (Span(record_glyph("contact") if contact else ACTIVITY["appointment"], "contact" if contact else "primary"),)


def _field(row: ConflictRow, _now: datetime) -> Cell:
    return plain(label_of(row.holds, row.field), "warn")


def _found(row: ConflictRow, now: datetime) -> Cell:
    return (Span(short_when(row.found_at, now), "dim"),)


COLUMNS: tuple[Column[ConflictRow], ...] = (
    Column("", _glyph, 1, priority=0, gap=1),
    Column("Item", lambda row, _: plain(row.title or "(no name)"), 18, grow=4, priority=0),
    Column("Field", _field, 16, 34, grow=2, priority=0),
    Column("Mailbox", lambda row, _: plain(row.mailbox, "dim"), 16, 36, grow=2, priority=3),
    Column("Changed here by", lambda row, _: plain(row.mine_by, "dim"), 15, 24, priority=4),
    Column("Met", _found, 11, priority=1, right=True),
)
