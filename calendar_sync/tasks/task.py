"""The normal form of a task, free of any provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do. `due` is a day of its owner's zone, None for none; `remind_at` the instant at which the mailbox
    reminds of it next, aware UTC, None for never. `completed_on` is told by the server of what is `done`.

    What follows is read and never written. `sensitivity` is normal, personal, private or confidential. `recurrence` is
    how the mailbox itself repeats it (RFC 5545 RRULE, '' for not at all): then the item is always the current task of
    its series, and completing it makes it the next one.
    """

    title: str
    body: str = ""
    due: date | None = None
    remind_at: datetime | None = None
    done: bool = False
    completed_on: date | None = None
    importance: str = "normal"
    sensitivity: str = "normal"
    recurrence: str = ""


#: What of a task can be written.
WRITABLE = frozenset(("title", "body", "due", "remind_at", "done", "importance"))
