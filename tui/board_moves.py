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

    def grown(self, minutes: int) -> Carried:
        """It, so many minutes longer; it never gets shorter than such a step."""
        least = abs(minutes) if self.booking.works_until - self.booking.works_from > abs(minutes) * _MINUTE else 1
        longer = self.longer + minutes
        length = (self.booking.works_until - self.booking.works_from) // _MINUTE + longer
        return replace(self, longer=longer) if length >= least else self

    def to_row(self, row: int) -> Carried:
        """It, with the resource of another row."""
        return replace(self, row=row)
