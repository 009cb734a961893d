"""What a calendar provider adds to a mail provider: the events behind item ids. Same cursors, same errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from calendar_sync.event import Event
from calendar_sync.tasks.provider import TaskProvider
from mail_sync.provider import Folder, Poisoned, Written


class Notify(StrEnum):
    """Who is mailed by the server about a write to a meeting."""

    NOBODY = "nobody"
    CHANGED = "changed"  # only attendees who were added or removed
    EVERYBODY = "everybody"


class Answer(StrEnum):
    """An attendee's answer to an invitation (RFC 5545 PARTSTAT)."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class RemoteEvent:
    """An event (a series comes as its master with all exceptions) as one mailbox holds it."""

    item_id: str
    change_key: str
    event: Event
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Busy:
    """A time at which somebody cannot be booked, UTC; `kind` is busy, tentative, away or elsewhere."""

    start: datetime
    end: datetime
    kind: str = "busy"


@dataclass(frozen=True, slots=True)
class FreeBusy:
    """What a server says about one calendar. `known` False: it could not tell, which is never the same as free."""

    address: str
    known: bool
    busy: tuple[Busy, ...] = ()
    reason: str = ""


class CalendarProvider(Protocol):
    """Events over an already connected mailbox. Errors of writes as in `mail_sync.provider.MailProvider`."""

    @property
    def tasks(self) -> TaskProvider:
        """The tasks of the same mailbox, over the same connection."""
        ...

    def fetch_events(self, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
        """The events with these ids; a gone item is a Poisoned with ItemGone."""
        ...

    def create_event(self, folder: Folder, event: Event, stamp: str, notify: Notify) -> Written:
        """A new event (a series with its exceptions) that carries our stamp and keeps `event.uid` where possible."""
        ...

    def update_event(
        self, item_id: str, change_key: str, event: Event, fields: Collection[str], notify: Notify
    ) -> Written:
        """Write these fields (names of calendar_sync.fields) of a single event or of a series' master.
        Raises Conflict when it changed since `change_key`, ItemGone."""
        ...

    def update_occurrence(
        self,
        item_id: str,
        original_start: datetime | date,
        occurrence: Event,
        fields: Collection[str],
        notify: Notify,
    ) -> Written:
        """Write fields of one occurrence of a series, which makes it an exception; `item_id` is the master's, and so
        is the answer. Raises ItemGone where the series has no such occurrence (any more)."""
        ...

    def delete_occurrence(self, item_id: str, original_start: datetime | date, notify: Notify, comment: str) -> Written:
        """Take one occurrence out of a series; the answer names the master. Raises ItemGone."""
        ...

    def delete_event(self, item_id: str, change_key: str, notify: Notify, comment: str) -> None:
        """Move an event to Deleted Items; our own meeting is cancelled with a comment unless `notify` is NOBODY.
        Raises ItemGone, Conflict."""
        ...

    def answer(
        self, item_id: str, answer: Answer, comment: str, *, tell: bool, original_start: datetime | date | None = None
    ) -> Written | None:
        """Accept, tentatively accept or decline a meeting, or one occurrence of it; `tell` mails the organizer.

        Gives where the meeting is now, because a server may make its entry anew; None where it is where it was, left
        the calendar, or the server does not say. Raises ItemGone, SendRefused."""
        ...

    def find_stamped_event(self, stamp: str) -> Written | None:
        """The event that carries this stamp, None when there is none."""
        ...

    def free_busy(self, addresses: Sequence[str], start: datetime, end: datetime) -> Sequence[FreeBusy]:
        """What the server knows of these calendars in [start, end), aware UTC, in the order asked."""
        ...
