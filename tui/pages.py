"""Which page of a list to ask for next, and what an answer does to the window. No screen, no store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from tui.window import KEEP, PAGE, Direction, Window, placed, with_rows, without

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Question:
    """A page that is needed: the first, the last, or the one next to `anchor`. `serial` tells outdated answers."""

    serial: int
    direction: Direction
    anchor: Any
    limit: int

    def keyset(self) -> dict[str, Any]:
        """The paging arguments of a query."""
        found: dict[str, Any] = {"limit": self.limit}
        if self.direction in ("after", "before"):
            found[self.direction] = self.anchor
        return found | ({"from_end": True} if self.direction == "last" else {})


def page_of(rows: Sequence[RowT], question: Question, key: Callable[[RowT], Hashable]) -> tuple[Sequence[RowT], bool]:
    """The page that is asked for of rows that are all at hand, and whether there are more that way."""
    wanted = None if question.anchor is None else key(question.anchor)
    place = next((place for place, row in enumerate(rows) if key(row) == wanted), 0)
    if question.direction in ("first", "after"):
        start = place + 1 if question.direction == "after" else 0
        return rows[start : start + question.limit], start + question.limit < len(rows)
    end = place if question.direction == "before" else len(rows)
    return rows[max(end - question.limit, 0) : end], end > question.limit


class Pages(Generic[RowT]):
    """The loaded window of one list and the question that is out."""

    def __init__(self, key: Callable[[RowT], Hashable]) -> None:
        self.window: Window[RowT] = Window()
        self.loaded = False
        self._key = key
        self._serial = 0
        self._pending = False
        self.wish: Hashable = None  # the key of the row that the cursor goes to with the next first page

    def restart(self, *, total: int = 0) -> Question:
        """Begin again at the top; what is loaded stays until the first page has come."""
        self.wish = None
        return self._anew("first", PAGE, total)

    def reload(self, row: RowT | None, wish: Hashable = None) -> Question:
        """Read again what is loaded, to find `row` again, or the row with the key `wish`."""
        self.wish = self._key(row) if row is not None and wish is None else wish
        deep = self.window.top > 0
        return self._anew("first", PAGE if deep else min(max(len(self.window.rows), PAGE), KEEP), self.window.total)

    def last(self) -> Question:
        """Go to the end."""
        return self._anew("last", PAGE, self.window.total)

    def expect(self, total: int) -> None:
        """Take the size of the whole list for the scrollbar, once it is known."""
        if total > self.window.end:
            self.window = replace(self.window, total=total)

    def more(self, first: int, last: int) -> Question | None:
        """The next page for a view from place `first` to `last`, unless a question is out already."""
        if self._pending or not self.loaded or not self.window.rows:
            return None
        direction = self.window.wants(first, last)
        if direction is None:
            return None
        self._pending = True
        anchor = self.window.rows[-1 if direction == "after" else 0]
        return Question(self._serial, direction, anchor, PAGE)

    def take(self, question: Question, rows: Sequence[RowT], *, more: bool) -> int | None:
        """Put a page in; returns by how many places the rows moved, None when the answer is outdated."""
        if question.serial != self._serial:
            return None
        self.loaded, self._pending = True, False
        self.window, moved = placed(self.window, question.direction, rows, more=more)
        return moved

    def take_out(self, keys: Collection[Hashable]) -> list[int]:
        """Let rows go before the store has; returns the places at which they stood."""
        window = self.window
        places = [place for place, row in enumerate(window.rows, window.top) if self._key(row) in keys]
        self.window = without(window, lambda row: self._key(row) in keys)
        return places

    def put_in(self, rows: Collection[RowT], order: Callable[[RowT], Any]) -> None:
        """Put rows where they belong among those that are loaded, each in place of the one with its key."""
        self.window = with_rows(self.window, rows, self._key, order)

    def key_of(self, row: RowT | None) -> Hashable:
        """What tells the row from others; None for none."""
        return None if row is None else self._key(row)

    def place_of(self, key: Hashable) -> int | None:
        """Where the row with this key stands; None where it is not loaded."""
        return next((at for at, row in enumerate(self.window.rows, self.window.top) if self._key(row) == key), None)

    def place_after(self, direction: Direction, cursor: int) -> int:
        """Where the cursor belongs after a first or last page."""
        last = max(self.window.end - 1, 0)
        if direction == "last":
            return last
        if self.wish is None:
            return 0
        for place, row in enumerate(self.window.rows, self.window.top):
            if self._key(row) == self.wish:
                return place
        return min(cursor, last)

    def _anew(self, direction: Direction, limit: int, total: int) -> Question:
        self._serial += 1
        self._pending = True
        self.window = replace(self.window, total=total)
        return Question(self._serial, direction, None, limit)
