"""How a conflict looks in a list.

What puts values into words reads calendars, which takes long to import: it is imported on the thread that asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store.actor import Actor
from store.queries.conflicts import ConflictRow, open_conflicts
from store.queries.paging import Page
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.glyphs import ACTIVITY, record_glyph
from tui.when import short_when

if TYPE_CHECKING:
    from calendar_sync.conflicts import ShownConflict

_ALL = 200  # fields of one item


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict with its field and its sides in words."""

    row: ConflictRow
    shown: ShownConflict


def conflict_lines(tx: Any, *, by: Actor, after: ConflictLine | None = None, limit: int = 50) -> Page[ConflictLine]:
    """A page of the conflicts that `by` may see, newest first."""
    page = open_conflicts(tx, by=by, after=after.row if after else None, limit=limit)
    return Page(tuple(map(_line, page.rows)), page.more)


def conflicts_of(tx: Any, item_id: int, *, by: Actor) -> tuple[ConflictLine, ...]:
    """The conflicts of an item, in the order in which they were met."""
    rows = open_conflicts(tx, by=by, item_id=item_id, limit=_ALL).rows
    return tuple(_line(row) for row in sorted(rows, key=lambda row: row.conflict_id))


def settle(tx: Any, uids: Sequence[str], choice: str, *, by: Actor, now: datetime) -> str:
    """Settle conflicts of one item by "theirs" or "mine"; returns the operation."""
    from calendar_sync.conflicts import resolve_conflicts

    return resolve_conflicts(tx, uids, choice, by=by, now=now)


def _line(row: ConflictRow) -> ConflictLine:
    from calendar_sync.conflicts import shown

    return ConflictLine(row, shown(row))


def _glyph(one: ConflictLine, _now: datetime) -> Cell:
    contact = one.row.holds == "contact"
    return (Span(record_glyph("contact") if contact else ACTIVITY["appointment"], "contact" if contact else "primary"),)


def _found(one: ConflictLine, now: datetime) -> Cell:
    return (Span(short_when(one.row.found_at, now), "dim"),)


COLUMNS: tuple[Column[ConflictLine], ...] = (
    Column("", _glyph, 1, priority=0, gap=1),
    Column("Item", lambda one, _: plain(one.row.title or "(no name)"), 18, grow=4, priority=0),
    Column("Field", lambda one, _: plain(one.shown.label, "warn"), 16, 34, grow=2, priority=0),
    Column("Mailbox", lambda one, _: plain(one.row.mailbox, "dim"), 16, 36, grow=2, priority=3),
    Column("Changed here by", lambda one, _: plain(one.row.mine_by, "dim"), 15, 24, priority=4),
    Column("Met", _found, 11, priority=1, right=True),
)
