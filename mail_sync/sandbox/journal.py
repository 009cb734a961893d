"""What happened in a mailbox, as subscribers are told of it: one entry per event, in order, the oldest forgotten.

https://learn.microsoft.com/exchange/client-developer/exchange-web-services/notification-subscriptions-mailbox-events-and-ews-in-exchange
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

MOST_ENTRIES = 10_000


class Event(StrEnum):
    """The event types a client subscribes to (NotificationEventTypeType), without their suffix "Event"."""

    COPIED = "Copied"
    CREATED = "Created"
    DELETED = "Deleted"
    MODIFIED = "Modified"
    MOVED = "Moved"
    NEW_MAIL = "NewMail"
    FREE_BUSY_CHANGED = "FreeBusyChanged"


class Happening(NamedTuple):
    """One event. `folder_id` is the folder an item lies in, or the parent of a folder that the event is about."""

    number: int  # running number within the journal
    event: Event
    at: datetime  # UTC
    subject: str  # id of the item or folder
    is_folder: bool
    folder_id: str
    old_subject: str = ""  # for Moved and Copied: the id it had, or the id of the original
    old_folder_id: str = ""


class Journal:
    """The latest events of one mailbox. The caller holds the model's lock."""

    def __init__(self) -> None:
        self._entries: deque[Happening] = deque(maxlen=MOST_ENTRIES)
        self.latest = 0  # number of the newest event

    def note(
        self,
        event: Event,
        at: datetime,
        subject: str,
        folder_id: str,
        *,
        is_folder: bool = False,
        old: tuple[str, str] = ("", ""),
    ) -> None:
        """Write an event down; `old` is the former id and the former folder's id."""
        self.latest += 1
        self._entries.append(Happening(self.latest, event, at, subject, is_folder, folder_id, *old))

    @property
    def forgotten(self) -> int:
        """Number of the newest event that is no longer here, 0 while all are."""
        return self.latest - len(self._entries)

    def after(self, number: int) -> list[Happening]:
        """The events after one, oldest first."""
        missing = self.latest - max(number, self.forgotten)
        return [self._entries[index] for index in range(len(self._entries) - missing, len(self._entries))]
