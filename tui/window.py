"""The part of a long list that is loaded, and where it stands in the whole: decisions only, no screen.

Pages are read by keyset, so nobody knows the exact place of a row deep in the list. `top` is the assumed place of the
first loaded row; it is corrected whenever an end of the list is reached, which is when it can be known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

RowT = TypeVar("RowT")

Direction = Literal["first", "last", "after", "before"]

PAGE = 100  # rows asked for at once
KEEP = 2_000  # rows held; beyond that the far end is let go
_MARGIN = 60  # rows before an edge at which the next page is asked for
_BEYOND = PAGE  # rows assumed behind an edge when nothing better is known


@dataclass(frozen=True, slots=True)
class Window(Generic[RowT]):
    """Loaded rows, whether there are more on each side, and an estimate of what lies outside."""

    rows: tuple[RowT, ...] = ()
    top: int = 0
    more_before: bool = False
    more_after: bool = False
    total: int = 0  # a known or assumed size of the whole list, at least what is loaded

    @property
    def end(self) -> int:
        """One past the place of the last loaded row."""
        return self.top + len(self.rows)

    @property
    def height(self) -> int:
        """Lines of the whole list, for the scrollbar."""
        return max(self.total, self.end + _BEYOND) if self.more_after else self.end

    def at(self, place: int) -> RowT | None:
        """The row at a place of the whole list, None where it is not loaded."""
        return self.rows[place - self.top] if self.top <= place < self.end else None

    def wants(self, first: int, last: int) -> Direction | None:
        """Which page the view from place `first` to `last` calls for next."""
        if self.more_after and last + _MARGIN >= self.end:
            return "after"
        if self.more_before and first - _MARGIN < self.top:
            return "before"
        return None


def placed(window: Window[RowT], direction: Direction, rows: Sequence[RowT], *, more: bool) -> tuple[Window[RowT], int]:
    """The window with a page put in, and by how many places the rows that stay have moved."""
    if direction == "first":
        return Window(tuple(rows), 0, False, more, window.total if more else len(rows)), 0
    if direction == "last":
        top = max(window.total - len(rows), 0) if more else 0
        return Window(tuple(rows), top, more, False, top + len(rows)), 0
    if direction == "after":
        return _trimmed_front(_appended(window, rows, more=more)), 0
    return _prepended(window, rows, more=more)


def without(window: Window[RowT], gone: Callable[[RowT], bool]) -> Window[RowT]:
    """The window after rows have left it."""
    kept = tuple(row for row in window.rows if not gone(row))
    return replace(window, rows=kept, total=max(window.total - len(window.rows) + len(kept), 0))


def with_rows(
    window: Window[RowT], rows: Collection[RowT], key: Callable[[RowT], Hashable], order: Callable[[RowT], Any]
) -> Window[RowT]:
    """The window with each of `rows` where `order`, ascending, puts it, in place of the row with its key. What belongs
    beyond an edge that is not the end of the list is not loaded."""
    keys = {key(row) for row in rows}
    rest = without(window, lambda row: key(row) in keys)
    least = order(rest.rows[0]) if rest.more_before and rest.rows else None
    most = order(rest.rows[-1]) if rest.more_after and rest.rows else None
    near = [row for row in rows if (least is None or order(row) > least) and (most is None or order(row) < most)]
    return replace(rest, rows=tuple(sorted([*rest.rows, *near], key=order)), total=rest.total + len(rows))


def _appended(window: Window[RowT], rows: Sequence[RowT], *, more: bool) -> Window[RowT]:
    grown = replace(window, rows=window.rows + tuple(rows), more_after=more)
    return replace(grown, total=max(grown.total, grown.end) if more else grown.end)


def _trimmed_front(window: Window[RowT]) -> Window[RowT]:
    spare = len(window.rows) - KEEP
    if spare <= 0:
        return window
    return replace(window, rows=window.rows[spare:], top=window.top + spare, more_before=True)


def _prepended(window: Window[RowT], rows: Sequence[RowT], *, more: bool) -> tuple[Window[RowT], int]:
    top = window.top - len(rows)
    # Now the beginning is known: the first row stands at 0. Before that, leave room for what may lie above.
    moved = -top if not more else max(PAGE - top, 0)
    grown = replace(window, rows=tuple(rows) + window.rows, top=top + moved, more_before=more)
    grown = replace(grown, total=max(window.total + moved, grown.end))
    spare = len(grown.rows) - KEEP
    if spare > 0:
        grown = replace(grown, rows=grown.rows[:-spare], more_after=True)
    return grown, moved
