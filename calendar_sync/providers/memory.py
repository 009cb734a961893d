"""The calendar side of a mailbox in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calendar_sync.event import Event
from calendar_sync.provider import RemoteEvent
from mail_sync.errors import Unreadable
from mail_sync.provider import Poisoned
from mail_sync.providers.memory import MemoryMailbox


class MemoryCalendar:
    """`CalendarProvider` over a mailbox in memory, whose calendar items hold `Event`s."""

    def __init__(self, mailbox: MemoryMailbox) -> None:
        self._mailbox = mailbox

    def fetch_events(self, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
        for item_id in item_ids:
            item = self._mailbox.item(item_id)
            if isinstance(item, Poisoned):
                yield item
            elif isinstance(item.content, Event):
                yield RemoteEvent(item_id, item.change_key, item.content)
            else:
                yield Poisoned(item_id, Unreadable(f"{item.item_class} is not an appointment"))
