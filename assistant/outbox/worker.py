"""Delivering the outbox of one connected mailbox: what is due, in the order in which it was decided.

An act that cannot be carried out now waits and lets the others pass, except those about the same thing. Only the
holder of the mailbox's lease delivers, so an act found half-way was begun by a process that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.outbox.handlers import HANDLERS
from assistant.outbox.handling import (
    LOOK_AGAIN,
    Delivery,
    Done,
    Dropped,
    Failed,
    Handler,
    Later,
    Outcome,
    Unsure,
)
from mail_sync.errors import (
    AccessDenied,
    BrokenReply,
    FolderRefused,
    MailboxRefused,
    MailboxUnavailable,
    OutcomeUnknown,
    RightsRevoked,
    SendRefused,
    SyncError,
)
from store.engine import Store
from store.errors import StoreError
from store.outbox.delivery import OutboxRow, Overtaken, claim, finish, next_due, open_acts, put_back
from store.outbox.queue import OutgoingState, Verb
from store.sync.mailboxes import MailboxRow

if TYPE_CHECKING:
    from assistant.pulling import Connected

#: An act that fails in a way nobody foresaw is given up after that many attempts.
MOST_ATTEMPTS = 8
_FIRST_WAIT = timedelta(seconds=10)  # doubles with every attempt
_LONGEST_WAIT = timedelta(minutes=15)

_ENDS: Mapping[type[Outcome], OutgoingState] = {
    Done: OutgoingState.DONE,
    Failed: OutgoingState.FAILED,
    Dropped: OutgoingState.CANCELLED,
    Unsure: OutgoingState.UNSURE,
}


@dataclass(slots=True)
class Delivered:
    """What became of the due acts. `error` is what made the mailbox stop; `next_at` is when it wants to go on."""

    done: int = 0
    sent: int = 0  # of these, acts that mailed a person
    failed: int = 0
    unsure: int = 0
    waiting: int = 0  # tried and put back
    error: SyncError | None = None
    next_at: datetime | None = None


Report = Callable[[OutboxRow, Outcome], None]


def deliver(
    store: Store,
    mailbox: MailboxRow,
    connected: Connected,
    *,
    clock: Callable[[], datetime],
    report: Report = lambda _row, _outcome: None,
    handlers: Mapping[Verb, Handler] = HANDLERS,
) -> Delivered:
    """Carry out what is due; `report` hears of every act after its commit and may raise to stop. Raises StoreError."""
    delivery = Delivery(store, mailbox, connected.mail, connected.calendar, clock)
    delivered = Delivered()
    blocked: set[tuple[str, int]] = set()
    with store.read() as tx:
        acts = open_acts(tx, mailbox.mailbox_id)
    for act in acts:
        is_free = act.verb in handlers and act.is_due(clock()) and not act.subjects & blocked
        row = _claim(store, act.outgoing_id) if is_free else None
        if row is not None:
            outcome = _carried_out(delivery, row, handlers[act.verb], delivered)
            _count(delivered, row, outcome)
            if outcome is not None:
                report(row, outcome)
            if delivered.error is not None:
                break
            if outcome is not None and not isinstance(outcome, Later):
                continue
        blocked |= act.subjects
    with store.read() as tx:
        delivered.next_at = next_due(tx, mailbox.mailbox_id)
    return delivered


def _claim(store: Store, outgoing_id: int) -> OutboxRow | None:
    with store.write() as tx:
        return claim(tx, outgoing_id)


def _carried_out(delivery: Delivery, row: OutboxRow, handler: Handler, delivered: Delivered) -> Outcome | None:
    """The outcome once it is committed; None where another process took the act over."""
    forgive = False
    try:
        outcome = handler(delivery, row)
    except Overtaken:
        return None
    except StoreError:
        raise  # the act is found half-way by the next delivery
    except SyncError as error:
        outcome = _outcome_of(error, row)
        if _stops(error):
            # The act is not to blame, except where its own answer breaks off every time.
            delivered.error, forgive = error, not isinstance(error, BrokenReply)
    except Exception as error:  # noqa: BLE001 - one act with an unforeseen failure must not stop all mail
        outcome = _given_up(row, f"It could not be carried out ({type(error).__name__}: {error}).")
    try:
        _commit(delivery, row, outcome, forgive=forgive)
    except Overtaken:
        return None
    return outcome


def _stops(error: SyncError) -> bool:
    """Whether it concerns the mailbox as a whole."""
    if isinstance(error, AccessDenied):
        return isinstance(error, RightsRevoked)
    return isinstance(error, MailboxRefused | MailboxUnavailable) and not isinstance(error, FolderRefused)


def _outcome_of(error: SyncError, row: OutboxRow) -> Outcome:
    match error:
        case MailboxUnavailable():
            return Later(error.sentence, max(error.retry_after, _wait(row.attempts)))
        case SendRefused():
            return Failed(error.sentence)
        case AccessDenied() if not _stops(error):
            return Failed(error.sentence)
        case MailboxRefused():
            return Later(error.sentence)
        case OutcomeUnknown():
            return Later(error.sentence, LOOK_AGAIN)
    return _given_up(row, error.sentence)


def _given_up(row: OutboxRow, sentence: str) -> Outcome:
    """Tried again for a while; where a person may have been mailed, the handler itself has to come to an end."""
    if row.attempts < MOST_ATTEMPTS:
        return Later(sentence)
    return Unsure(sentence) if row.mails else Failed(sentence)


def _wait(attempts: int) -> timedelta:
    doubled: timedelta = _FIRST_WAIT * 2.0 ** min(max(attempts, 1) - 1, 20)
    return min(doubled, _LONGEST_WAIT)


def _commit(delivery: Delivery, row: OutboxRow, outcome: Outcome, *, forgive: bool) -> None:
    now = delivery.clock()
    with delivery.store.write() as tx:
        match outcome:
            case Later(reason, after):
                until = now + (_wait(row.attempts) if after is None else after)
                put_back(tx, row, until=until, reason=reason, forgive=forgive)
            case Done(detail):
                finish(tx, row, OutgoingState.DONE, detail, now=now)
            case Failed(said) | Dropped(said) | Unsure(said):
                finish(tx, row, _ENDS[type(outcome)], said, now=now)


def _count(delivered: Delivered, row: OutboxRow, outcome: Outcome | None) -> None:
    match outcome:
        case Done():
            delivered.done += 1
            delivered.sent += row.mails
        case Failed():
            delivered.failed += 1
        case Unsure():
            delivered.unsure += 1
        case Later():
            delivered.waiting += 1
