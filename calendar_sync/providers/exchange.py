"""The calendar of an Exchange mailbox."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from calendar_sync.event import Event
from calendar_sync.provider import Answer, FreeBusy, Notify, RemoteEvent
from calendar_sync.providers import exchange_answers, exchange_free_busy, exchange_occurrences, exchange_writing
from calendar_sync.providers.exchange_reading import read_events
from calendar_sync.tasks.exchange import ExchangeTasks
from mail_sync.provider import Folder, Poisoned, Written
from mail_sync.providers.exchange.connection import ExchangeMailbox


class ExchangeCalendar:
    """`CalendarProvider` over a connected Exchange mailbox."""

    def __init__(self, mailbox: ExchangeMailbox) -> None:
        self._mailbox = mailbox
        self._server = mailbox.server
        self.tasks = ExchangeTasks(mailbox)

    def fetch_events(self, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
        return read_events(self._server, item_ids)

    def create_event(self, folder: Folder, event: Event, stamp: str, notify: Notify) -> Written:
        return exchange_writing.create_event(self._server, folder, event, stamp, notify)

    def update_event(
        self, item_id: str, change_key: str, event: Event, fields: Collection[str], notify: Notify
    ) -> Written:
        return exchange_writing.update_event(self._server, Written(item_id, change_key), event, fields, notify)

    def update_occurrence(
        self,
        item_id: str,
        original_start: datetime | date,
        occurrence: Event,
        fields: Collection[str],
        notify: Notify,
    ) -> Written:
        return exchange_occurrences.update_occurrence(
            self._server, item_id, original_start, occurrence, fields, notify
        )  # fmt: skip

    def delete_occurrence(self, item_id: str, original_start: datetime | date, notify: Notify, comment: str) -> Written:
        return exchange_occurrences.delete_occurrence(self._server, item_id, original_start, notify, comment)

    def delete_event(self, item_id: str, change_key: str, notify: Notify, comment: str) -> None:
        exchange_writing.delete_event(self._server, Written(item_id, change_key), notify, comment)

    def answer(
        self, item_id: str, answer: Answer, comment: str, *, tell: bool, original_start: datetime | date | None = None
    ) -> Written | None:
        return exchange_answers.answer(self._server, item_id, answer, comment, tell, original_start)

    def find_stamped_event(self, stamp: str) -> Written | None:
        return exchange_writing.find_stamped_event(self._server, stamp, self._mailbox.folders)

    def free_busy(self, addresses: Sequence[str], start: datetime, end: datetime) -> Sequence[FreeBusy]:
        return exchange_free_busy.free_busy(self._server, addresses, start, end)
