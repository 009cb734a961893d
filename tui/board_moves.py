"""A booking of the schedule board on its way to another time or resource. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from store.queries.scheduling.board import BoardBooking

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Carried:
    """A resource's part of a booking: it was in row `origin` and would be in `row`, so many minutes `later` than it was
    and so many `longer`."""

    booking: BoardBooking
    origin: int
    row: int
    later: int = 0
    longer: int = 0

    @property
    def start(self) -> datetime:
        """When the resource would begin (UTC)."""
        return self.booking.works_from + self.later * _MINUTE

    @property
    def end(self) -> datetime:
        """When it would end (UTC)."""
        return self.booking.works_until + (self.later + self.longer) * _MINUTE

    @property
    def is_moved(self) -> bool:
        """Whether anything would change."""
        return bool(self.later or self.longer) or self.row != self.origin

    def moved(self, minutes: int) -> Carried:
        """It, so many minutes later still."""
        return replace(self, later=self.later + minutes)

    def grown(self, minutes: int, step: int | None = None) -> Carried:
        """It, so many minutes longer; it never gets shorter than a step, or than it was where that is less."""
        own = (self.booking.works_until - self.booking.works_from) // _MINUTE
        return replace(self, longer=max(self.longer + minutes, min(step or abs(minutes), own) - own))

    def to_row(self, row: int) -> Carried:
        """It, with the resource of another row."""
        return replace(self, row=row)


@dataclass(frozen=True, slots=True)
class Grip:
    """A booking held by the mouse since it was at `moment` (UTC); at its right edge, where it `stretches`."""

    one: Carried
    moment: datetime
    stretches: bool

    def at(self, row: int, moment: datetime, step: int) -> Carried:
        """The booking with the mouse in a row and at the time of a cell, of `step` minutes."""
        minutes = (moment - self.moment) // _MINUTE
        return self.one.grown(minutes, step) if self.stretches else self.one.moved(minutes).to_row(row)
