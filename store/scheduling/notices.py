"""How a site writes to its customers: {"mailbox": uid, "remind": 1440, "templates": {"invitation": uid}}. Pure.

Mails about bookings go out from the mailbox. `remind` are the minutes before a booking at which its customer is
reminded, 0 for not at all. A notice without a template has a built-in text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: What a customer can be told about a booking.
REMINDER = "reminder"
NOTICE_KINDS = ("invitation", "hold", "change", "cancellation", REMINDER, "offer")
_OURS = "@booking.regarding"

#: What can be answered; counter asks for another time.
ANSWERS = ("accepted", "tentative", "declined", "counter")
WANT_ANOTHER_TIME = ("declined", "counter")


@dataclass(frozen=True, slots=True)
class SiteNotices:
    """The uid of the mailbox, None for none; minutes; the uids of templates by kind."""

    mailbox: str | None
    remind: int
    templates: Mapping[str, str]


def notices_of(stored: Mapping[str, Any]) -> SiteNotices:
    """How a site writes, from what the store keeps."""
    return SiteNotices(stored.get("mailbox"), stored.get("remind", 0), stored.get("templates", {}))


def calendar_uid(booking_uid: str) -> str:
    """The UID of the calendar entry by which a customer's calendar knows a booking, whatever becomes of it."""
    return f"{booking_uid}{_OURS}"


def booking_uid_in(uid: str) -> str:
    """The uid of the booking that a calendar entry with this UID stands for, '' for any other entry."""
    return uid.removesuffix(_OURS) if uid.endswith(_OURS) else ""


@dataclass(frozen=True, slots=True)
class CustomerAnswer:
    """What `email` answers to the notice with this sequence, in the mail `activity_id` that came from `sender` at `at`.
    A counter asks for the time from `starts_at` to `ends_at`."""

    activity_id: int

    said: str
    email: str
    name: str
    sender: str
    sequence: int
    at: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None
