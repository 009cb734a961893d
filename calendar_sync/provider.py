"""What a calendar provider adds to a mail provider: the events behind item ids. Same cursors, same errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from calendar_sync.event import Event
from mail_sync.provider import Poisoned


@dataclass(frozen=True, slots=True)
class RemoteEvent:
    """An event (a series comes as its master with all exceptions) as one mailbox holds it."""

    item_id: str
    change_key: str
    event: Event


class CalendarProvider(Protocol):
    """Reads events over an already connected mailbox."""

    def fetch_events(self, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
        """The events with these ids; a gone item is a Poisoned with ItemGone."""
        ...
