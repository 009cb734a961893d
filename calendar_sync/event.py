"""The provider-free normal form of one calendar entry: a single event, or a series master with its exceptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from mail_sync.message import Address


@dataclass(frozen=True, slots=True)
class Attendee:
    address: Address
    role: str = "required"  # required, optional, resource
    response: str = "none"  # none, accepted, tentative, declined
    answered_at: datetime | None = field(default=None, compare=False)  # when he wrote an answer that came by mail, UTC


@dataclass(frozen=True, slots=True)
class Event:
    """`start`/`end` are aware datetimes in the event's own zone, or dates when `all_day`; `end` is exclusive.

    `timezone` is the IANA name used for expansion, `timezone_source` the identifier as found (a Windows id or a
    TZID), kept so that a writer can give it back. `original_start` is set on an exception only: the start that the
    series would have had (RFC 5545 RECURRENCE-ID). `rrule` is the RFC 5545 value without the "RRULE:" prefix.
    """

    uid: str
    title: str
    start: datetime | date
    end: datetime | date
    all_day: bool = False
    timezone: str = "UTC"
    timezone_source: str = ""
    location: str = ""
    description: str = ""
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    status: str = "confirmed"  # confirmed, tentative, cancelled
    busy: str = "busy"  # free, tentative, busy, away, elsewhere
    sensitivity: str = "normal"  # normal, personal, private, confidential
    importance: str = "normal"  # low, normal, high
    categories: tuple[str, ...] = ()
    sequence: int = 0
    modified_at: datetime | None = None  # UTC
    method: str = ""  # iTIP method of the calendar it came in: PUBLISH, REQUEST, REPLY, CANCEL, COUNTER
    rrule: str = ""
    rdates: tuple[datetime | date, ...] = ()
    exdates: tuple[datetime | date, ...] = ()
    original_start: datetime | date | None = None
    exceptions: tuple[Event, ...] = ()  # on a master only
    reminder_minutes: int | None = None  # before the start; None for no reminder
    my_response: str = ""  # of the calendar's owner: organizer, accepted, tentative, declined, none; '' where unknown
    defects: tuple[str, ...] = ()
    source: bytes = field(default=b"", compare=False, repr=False)

    @property
    def is_series(self) -> bool:
        """Whether it has more than one time, by a rule, by dates, or by exceptions."""
        return bool(self.rrule or self.rdates or self.exceptions)
