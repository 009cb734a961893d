"""A meeting on its way to another time: where it would stand, and when that is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from store.queries.calendar import CalendarEntry
from tui.calendar_layout import SLOT, Block, TimePage


@dataclass(frozen=True, slots=True)
class Lifted:
    """Rows [first, last) of a column; `into` is how far the start is into its row, `grown` how many rows longer it is
    than it was."""

    entry: CalendarEntry
    column: int
    first: int
    last: int
    into: timedelta
    grown: int = 0


def can_move(entry: CalendarEntry | None) -> bool:
    """Whether its calendar may put it to another time."""
    return entry is not None and not entry.closed and entry.mine and entry.status != "cancelled"


def lifted(page: TimePage, block: Block) -> Lifted | None:
    """The meeting of a block taken up; None where the page shows only its end."""
    begins = page.slots[block.column][block.first]
    if begins is None or block.entry.starts_at < begins:
        return None
    return Lifted(block.entry, block.column, block.first, block.last, block.entry.starts_at - begins)


def carried(page: TimePage, one: Lifted, columns: int, rows: int) -> tuple[Lifted, int]:
    """It, so many columns and rows further, and the page (-1, 0, 1) on which that column lies.

    Columns of other mailboxes and half hours that the clocks skip are passed over.
    """
    mailbox, column, beyond = page.columns[one.column].mailbox_id, one.column, 0
    if columns:
        column += columns
        while 0 <= column < len(page.columns) and page.columns[column].mailbox_id != mailbox:
            column += columns
        if not 0 <= column < len(page.columns):
            beyond = columns
            same = [place for place, each in enumerate(page.columns) if each.mailbox_id == mailbox]
            column = same[0] if columns > 0 else same[-1]
    most, step = len(page.rows), rows or 1
    first = min(max(one.first + rows, 0), most - 1)
    while page.slots[column][first] is None and 0 <= first + step < most:
        first += step
    last = min(first + one.last - one.first, most)
    return replace(one, column=column, first=first, last=max(last, first + 1)), beyond


def grown(page: TimePage, one: Lifted, rows: int) -> Lifted:
    """It, so many rows longer."""
    last = min(max(one.last + rows, one.first + 1), len(page.rows))
    return replace(one, last=last, grown=one.grown + last - one.last)


def aim(page: TimePage, one: Lifted) -> tuple[datetime, datetime] | None:
    """When it would take place (UTC); None where the clocks show no such time."""
    begins = page.slots[one.column][one.first]
    if begins is None:
        return None
    start = begins + one.into
    length = one.entry.ends_at - one.entry.starts_at + SLOT * one.grown
    return start, start + max(length, timedelta())
