"""What is on its way out: what waits, since when, why, and until when it can be recalled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from store.actor import Actor
from store.outbox.delivery import SENDING, TOLD
from store.outbox.queue import OutgoingState, Verb
from store.queries.paging import AnyRow, Order, Page, Window, cut, windowed
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox, User

#: What still needs the server or a person.
UNFINISHED = (OutgoingState.WAITING, OutgoingState.WORKING, OutgoingState.FAILED, OutgoingState.UNSURE)


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One act. `reason` says why it still waits, failed or is not sure; `sends_at` is when it is tried next.

    `recallable`: it can be taken back. `questions`: a person has to say whether it was sent. `person` is who decided
    it, '' for the program itself.
    """

    outgoing_id: int
    uid: str
    verb: str
    summary: str
    state: str
    mailbox: str
    person: str
    mails: bool
    created_at: datetime
    sends_at: datetime
    attempts: int
    reason: str
    recallable: bool
    done_at: datetime | None

    def seconds_left(self, now: datetime) -> int:
        """How long it waits before it is sent, in whole seconds; 0 once it is due."""
        waits = self.state == OutgoingState.WAITING.value
        return max(0, -((now - self.sends_at) // timedelta(seconds=1))) if waits else 0

    @property
    def questions(self) -> bool:
        return self.state == OutgoingState.UNSURE.value


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How much of `by`'s outbox waits, failed, or needs a person to say whether it was sent."""

    waiting: int = 0
    failed: int = 0
    unsure: int = 0
    mails: int = 0  # of those waiting, the ones that mail a person
    next_mail_at: datetime | None = None  # when the first of these is sent


def outbox(
    tx: Connection,
    *,
    by: Actor,
    states: Collection[OutgoingState] = UNFINISHED,
    mailbox_id: int | None = None,
    user_id: int | None = None,
    after: OutboxEntry | None = None,
    limit: int = 50,
) -> Page[OutboxEntry]:
    """Acts of the mailboxes that `by` may use, in the order in which they are carried out; drafts are one's own."""
    statement = (
        select(
            Outgoing.id,
            Outgoing.uid,
            Outgoing.verb,
            Outgoing.summary,
            Outgoing.state,
            Mailbox.address,
            func.coalesce(User.name, ""),
            Outgoing.mails,
            Outgoing.created_at,
            Outgoing.not_before,
            Outgoing.attempts,
            Outgoing.last_error,
            Outgoing.done_at,
            Outgoing.stage,
            Outgoing.operation_uid,
        )
        .join(Mailbox, Mailbox.id == Outgoing.mailbox_id)
        .outerjoin(User, User.id == Outgoing.user_id)
        .where(Outgoing.state.in_([state.value for state in states]), _theirs(by), *_cleaning())
    )
    if mailbox_id is not None:
        statement = statement.where(Outgoing.mailbox_id == mailbox_id)
    if user_id is not None:
        statement = statement.where(Outgoing.user_id == user_id)
    window = Window(after=(after.outgoing_id,) if after else None, limit=limit)
    page = cut(tx.execute(windowed(statement, Order((Outgoing.id,)), window)).all(), window)
    return Page(tuple(map(_entry, page.rows)), page.more)


def outbox_counts(tx: Connection, *, by: Actor) -> OutboxCounts:
    """What a person should know of at a glance."""
    states = [state.value for state in UNFINISHED]
    rows = tx.execute(
        select(Outgoing.state, func.count())
        .where(Outgoing.state.in_(states), _theirs(by), *_cleaning())
        .group_by(Outgoing.state)
    )
    found = {str(state): int(held) for state, held in rows}
    waiting = found.get(OutgoingState.WAITING.value, 0) + found.get(OutgoingState.WORKING.value, 0)
    mails, next_at = 0, None
    if waiting:
        recallable = (Outgoing.state == OutgoingState.WAITING.value, Outgoing.mails.is_(True), _theirs(by))
        mails, next_at = tx.execute(select(func.count(), func.min(Outgoing.not_before)).where(*recallable)).one()
    failed, unsure = (found.get(state.value, 0) for state in (OutgoingState.FAILED, OutgoingState.UNSURE))
    return OutboxCounts(waiting, failed, unsure, mails, next_at)


def find_outgoing(tx: Connection, uid: str, *, by: Actor) -> str:
    """The uid of the one act that begins so. Raises nothing: '' where there is none or more than one."""
    begins = Outgoing.uid.like(f"{uid.strip().lower().replace('%', '').replace('_', '')}%")
    found = list(tx.execute(select(Outgoing.uid).where(begins, _theirs(by)).limit(2)).scalars())
    return found[0] if len(found) == 1 else ""


def _theirs(by: Actor) -> ColumnElement[bool]:
    if by.sees_everything:
        return Outgoing.id.is_not(None)
    shared = or_(Outgoing.state != OutgoingState.DRAFT.value, Outgoing.user_id == by.user_id)
    return and_(Outgoing.mailbox_id.in_(sorted(by.mailbox_ids)), shared)


def _cleaning() -> tuple[ColumnElement[bool], ...]:
    """Deleting what is left of a recalled mail is nothing that a person decided."""
    return (Outgoing.verb != Verb.DROP_DRAFT.value,)


def _entry(row: AnyRow) -> OutboxEntry:
    *values, done_at, stage, operation_uid = row
    waits = row.state == OutgoingState.WAITING.value and stage not in (SENDING, TOLD)
    undoable = row.verb == Verb.SEND_MAIL.value or bool(operation_uid)
    return OutboxEntry(*[*values, waits and undoable, done_at])
