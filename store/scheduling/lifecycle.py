"""The life of a booking: held or confirmed, then done, not kept by the customer (no_show), or cancelled. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store.errors import Invalid

BOOKING_STATUSES = ("hold", "confirmed", "done", "no_show", "cancelled")
#: Still to be done.
OPEN = ("hold", "confirmed")
#: What keeps its resources from being booked by others.
OCCUPYING = ("hold", "confirmed", "done")

_ENDED = {"done": "is done", "no_show": "was not kept by the customer", "cancelled": "is cancelled"}


def occupies(state: Mapping[str, Any] | None) -> bool:
    """Whether a booking in this state (None: there is none) keeps its resources occupied."""
    return state is not None and state.get("status") in OCCUPYING


def complete_booking(before: Mapping[str, Any] | None, changes: dict[str, Any], now: datetime) -> None:
    """Check a booking's changes against its life; `before` is None for a new one. Raises Invalid."""
    if before is None:
        if not (changes.get("service") and changes.get("starts_at") and changes.get("resources")):
            raise Invalid("A booking needs a service, a time and somebody or something that is booked.")
        return
    status = changes.get("status", before["status"])
    if not status:
        raise Invalid("Status cannot be empty.")
    if before["status"] not in OPEN and (status != before["status"] or "starts_at" in changes):
        raise Invalid(f"The booking {_ENDED[before['status']]}; take that back with undo, or book it anew.")
    begins = datetime.fromisoformat(changes.get("starts_at", before["starts_at"]))
    if status in ("done", "no_show") and status != before["status"] and begins > now:
        raise Invalid(f"The booking begins on {begins:%Y-%m-%d at %H:%M} UTC: before that nobody knows how it went.")
