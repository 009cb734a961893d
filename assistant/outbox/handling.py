"""What carrying out an act needs and how it may end. To add a verb, write a handler and name it in
`assistant.outbox.handlers`.

A handler may be killed between any two lines and is called again with the stage it reached. Where an act mails a
person it calls `about_to_mail` right before the one request that does: whoever finds that stage looks at the server
and never sends blindly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from calendar_sync.provider import CalendarProvider
from mail_sync.provider import MailProvider
from store.engine import Store
from store.outbox.delivery import SENDING, OutboxRow, advance
from store.sync.mailboxes import MailboxRow

#: How long the server is looked at again and again before a person is asked whether somebody was mailed.
LOOK_FOR = timedelta(minutes=2)
#: How soon it is looked at again.
LOOK_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Done:
    """The server knows now; `detail` says what is worth telling."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing is wrong with the act, it is only too early; `after` None waits longer with every attempt."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A person must change something first."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """There is nothing left to do: what it was about is gone."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody can say whether a person was mailed; a person decides."""

    sentence: str


Outcome = Done | Later | Failed | Dropped | Unsure


@dataclass(frozen=True, slots=True)
class Delivery:
    """A connected mailbox whose outbox is being delivered. No network call is made inside a transaction."""

    store: Store
    mailbox: MailboxRow
    mail: MailProvider
    calendar: CalendarProvider
    clock: Callable[[], datetime]

    def reach(self, row: OutboxRow, stage: str, remote_id: str | None = None) -> OutboxRow:
        """Commit that the act reached a stage and what it made on the server. Raises Overtaken."""
        return self._advance(row, stage, remote_id, durable=False)

    def about_to_mail(self, row: OutboxRow, remote_id: str | None = None) -> OutboxRow:
        """Commit, on the disk before it returns, that the next request may mail a person. Raises Overtaken."""
        return self._advance(row, SENDING, remote_id, durable=True)

    def still_looking(self, row: OutboxRow) -> bool:
        """Whether the outcome of sending is unknown for so short a time that it may still show."""
        return row.staged_at is not None and self.clock() < row.staged_at + LOOK_FOR

    def _advance(self, row: OutboxRow, stage: str, remote_id: str | None, *, durable: bool) -> OutboxRow:
        kept = row.remote_id if remote_id is None else remote_id
        with self.store.write(durable=durable) as tx:
            return advance(tx, row, stage, kept, now=self.clock())


class Handler(Protocol):
    """Carries out acts of one verb.

    Raises SyncError as the provider does, which the worker turns into waiting, failing or stopping, and Overtaken.
    OutcomeUnknown counts as waiting: with the next attempt the handler has to find out what happened.
    """

    def __call__(self, delivery: Delivery, row: OutboxRow, /) -> Outcome: ...
