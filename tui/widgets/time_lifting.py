"""Moving a meeting of a time grid to another time: it is lifted, carried, made longer, and dropped or put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from textual.message import Message
from textual.scroll_view import ScrollView

from store.queries.calendar import CalendarEntry
from tui.calendar_layout import Block, TimePage
from tui.lifting import Lifted, aim, can_move, carried, grown, lifted


class LiftsMeetings(ScrollView):
    """A grid whose meetings can be moved; what is shown, and where the cursor stands, its subclass knows."""

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere, or on something else."""

        entry: CalendarEntry | None

    @dataclass
    class Beyond(Message):
        """The cursor wants to leave the page, to the days before (-1) or after (1)."""

        step: int

    @dataclass
    class Dropped(Message):
        """A meeting was put to another time."""

        entry: CalendarEntry
        start: datetime
        end: datetime

    def __init__(self, *, now: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._page: TimePage = TimePage((), (), ())
        self._blocks: tuple[Block, ...] = ()
        self._at = (0, 0)  # column and row of the cursor
        self._lifted: Lifted | None = None

    @property
    def entry(self) -> CalendarEntry | None:
        """The meeting under the cursor."""
        raise NotImplementedError

    def _changed(self) -> None:
        raise NotImplementedError

    def _show_cursor(self) -> None:
        raise NotImplementedError

    @property
    def is_lifted(self) -> bool:
        """A meeting is on its way to another time."""
        return self._lifted is not None

    def can_lift(self) -> bool:
        """The cursor is on a meeting that its calendar may move here."""
        return self._liftable() is not None

    def _liftable(self) -> Lifted | None:
        entry = self.entry
        if not can_move(entry):
            return None
        found = (lifted(self._page, block) for block in self._blocks if block.entry is entry)
        return next((each for each in found if each is not None), None)

    def lift(self) -> None:
        """Begin to move the meeting under the cursor."""
        self._hold(self._liftable())

    def put_back(self) -> None:
        """Leave the meeting where it was."""
        self._hold(None)

    def grow(self, rows: int) -> None:
        """Make the meeting that is moved longer or shorter."""
        if self._lifted is not None:
            self._hold(grown(self._page, self._lifted, rows))

    def action_shift(self, columns: int, rows: int) -> None:
        if self._lifted is None:
            self.lift()
        self._carry(columns, rows)

    def _carry(self, columns: int, rows: int) -> None:
        if self._lifted is None:
            return
        one, beyond = carried(self._page, self._lifted, columns, rows)
        self._at = (one.column, one.first)
        self._hold(one)
        self._show_cursor()
        if beyond:
            self.post_message(self.Beyond(beyond))

    def _hold(self, one: Lifted | None) -> None:
        self._lifted = one
        self._changed()
        self.post_message(self.Moved(self.entry))

    @property
    def aim(self) -> tuple[datetime, datetime] | None:
        """When the meeting that is moved would take place (UTC)."""
        return aim(self._page, self._lifted) if self._lifted else None

    def _drop(self) -> None:
        to, one = self.aim, self._lifted
        self._hold(None)
        if one is not None and to is not None and to != (one.entry.starts_at, one.entry.ends_at):
            self.post_message(self.Dropped(one.entry, *to))
