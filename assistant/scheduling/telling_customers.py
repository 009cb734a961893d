"""What a customer has to be told of a booking now, from what was told last and what holds. Pure.

A customer is told of what lies ahead: once that it was booked or is held, again whenever its time, place or status is
another one than was told, and once that it is off. Nobody is told how it went.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.scheduling.lifecycle import OPEN

#: That there is nothing to tell.
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a customer knows, or should know, of a booking: its time (UTC), place and status."""

    starts_at: datetime
    ends_at: datetime
    place: str
    status: str

    def as_json(self) -> dict[str, str]:
        """As the store keeps what was told."""
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}
        return {**times, "place": self.place, "status": self.status}

    def is_elsewhere(self, other: Facts) -> bool:
        """Whether the other one is at another time or place."""
        return (self.starts_at, self.ends_at, self.place) != (other.starts_at, other.ends_at, other.place)


def facts_from(stored: Mapping[str, Any]) -> Facts:
    """What was told, from what the store keeps."""
    starts_at, ends_at = (datetime.fromisoformat(stored[name]) for name in ("starts_at", "ends_at"))
    return Facts(starts_at, ends_at, stored["place"], stored["status"])


def notice_wanted(told: Facts | None, holds: Facts, *, offered: bool = False, now: datetime) -> str:
    """The kind of notice (store.scheduling.notices) that is due, NOTHING where the customer knows what holds.

    `told` is what was told last, None for nothing. `offered` says that it is held for somebody on the wait list.
    """
    knows = told is not None and told.status != "cancelled"
    if holds.status == "cancelled":
        return "cancellation" if told is not None and knows and told.starts_at > now else NOTHING
    if holds.status not in OPEN or holds.starts_at <= now:
        return NOTHING
    if told is None or not knows:
        return _first(holds, offered)
    if holds.is_elsewhere(told):
        return "change"
    if holds.status == told.status:
        return NOTHING
    return "invitation" if holds.status == "confirmed" else "change"


def _first(holds: Facts, offered: bool) -> str:
    if holds.status == "confirmed":
        return "invitation"
    return "offer" if offered else "hold"
