"""Working hours and room lists: what a directory knows of mailboxes besides their content."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Minutes after midnight, in the mailbox's time zone."""

    days: tuple[str, ...] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    start: int = 8 * 60
    end: int = 17 * 60


@dataclass(frozen=True, slots=True)
class RoomList:
    """A distribution list of rooms; `rooms` are addresses, of mailboxes of this server or not."""

    address: str
    name: str
    rooms: tuple[str, ...] = ()
