"""The outbox as its delivery sees it: what is open, whose turn it is, how far it came, how it ended.

Every step of an act is a commit of its own, so that a killed process leaves behind how far it came. A claim counts the
attempts up; a delivery that another one overtook finds a higher count and can write nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from store.chunks import chunked
from store.outbox.queue import OutgoingState, Verb
from store.schema.mail import Email, MailboxItem
from store.schema.outbox import Outgoing

# The stages of an act that mails a person, before it is done.
DRAFTING = "drafting"  # its draft may lie on the server already
DRAFTED = "drafted"
SENDING = "sending"  # from here on a person may have been mailed
TOLD = "told"  # the guests of a meeting know; what its calendar shows otherwise afterwards is written silently
RECALLED = "recalled"  # it was taken back, or refused; a draft of how it was may still lie on the server

_OPEN = (OutgoingState.WAITING.value, OutgoingState.WORKING.value)


class Overtaken(Exception):
    """Another process carries this act out, or somebody recalled it."""


@dataclass(frozen=True, slots=True)
class OpenAct:
    """What decides the order of the outbox, of one act that is not finished."""

    outgoing_id: int
    verb: Verb
    item_id: int | None
    activity_id: int | None
    record_id: int | None
    thread_id: int | None  # of the mail it answers
    not_before: datetime
    working: bool

    @property
    def subjects(self) -> frozenset[tuple[str, int]]:
        """What the act is about; acts about the same thing are carried out in the order they were decided."""
        if self.verb is Verb.SEND_MAIL:
            # Marking and moving a mail does not wait for its answer; the answers of one thread wait for each other.
            named = {"thread": self.thread_id}
        elif self.verb in (Verb.MARK_MAIL, Verb.MOVE_ITEM):
            named = {"item": self.item_id}
        else:
            named = {"item": self.item_id, "activity": self.activity_id, "record": self.record_id}
        return frozenset((name, key) for name, key in named.items() if key is not None)

    def is_due(self, now: datetime) -> bool:
        """Its time has come, or it was begun by a process that is gone."""
        return self.working or self.not_before <= now


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One act as a handler works on it. `uid` is its stamp; `payload` as its verb defines it."""

    outgoing_id: int
    uid: str
    mailbox_id: int
    verb: Verb
    summary: str
    item_id: int | None
    activity_id: int | None
    record_id: int | None
    payload: Mapping[str, Any]
    mails: bool
    stage: str
    remote_id: str
    staged_at: datetime | None
    not_before: datetime
    attempts: int
    user_id: int | None
    created_at: datetime


def open_acts(tx: Connection, mailbox_id: int) -> tuple[OpenAct, ...]:
    """The unfinished acts of a mailbox in the order in which they were decided."""
    rows = tx.execute(
        select(
            Outgoing.id,
            Outgoing.verb,
            Outgoing.item_id,
            Outgoing.activity_id,
            Outgoing.record_id,
            Email.thread_id,
            Outgoing.not_before,
            (Outgoing.state == OutgoingState.WORKING.value),
        )
        .outerjoin(Email, Email.id == Outgoing.activity_id)
        .where(Outgoing.mailbox_id == mailbox_id, Outgoing.state.in_(_OPEN))
        .order_by(Outgoing.id)
    )
    return tuple(OpenAct(row[0], Verb(row[1]), *row[2:7], working=bool(row[7])) for row in rows)


def claim(tx: Connection, outgoing_id: int) -> OutboxRow | None:
    """Begin or go on with an act; None where it was recalled or finished in the meantime."""
    claimed = tx.execute(
        update(Outgoing)
        .where(Outgoing.id == outgoing_id, Outgoing.state.in_(_OPEN))
        .values(state=OutgoingState.WORKING.value, attempts=Outgoing.attempts + 1)
    )
    return _row(tx, outgoing_id) if claimed.rowcount else None


def advance(tx: Connection, row: OutboxRow, stage: str, remote_id: str, *, now: datetime) -> OutboxRow:
    """The act reached a stage. Raises Overtaken."""
    _change(tx, row, stage=stage, remote_id=remote_id, staged_at=now)
    return _row(tx, row.outgoing_id)


def put_back(tx: Connection, row: OutboxRow, *, until: datetime, reason: str, forgive: bool = False) -> None:
    """The act waits again, from the stage it reached; it keeps its place in the order. `forgive`: the attempt was not
    its own failure and does not count. Raises Overtaken."""
    values = {"state": OutgoingState.WAITING.value, "not_before": until, "last_error": reason}
    _change(tx, row, **values, attempts=row.attempts - 1 if forgive else row.attempts)


def finish(tx: Connection, row: OutboxRow, state: OutgoingState, reason: str, *, now: datetime) -> None:
    """The act came to its end: done, failed, cancelled or unsure. Raises Overtaken."""
    _change(tx, row, state=state.value, last_error=reason, done_at=now)


def next_due(tx: Connection, mailbox_id: int) -> datetime | None:
    """When the next act of a mailbox wants to be carried out, None while nothing waits."""
    waiting = (Outgoing.mailbox_id == mailbox_id, Outgoing.state.in_(_OPEN))
    return tx.execute(select(func.min(Outgoing.not_before)).where(*waiting)).scalar()


def is_recalled(tx: Connection, uid: str) -> bool:
    """Whether a draft of this act that lies on the server is of no use any more."""
    stage = tx.execute(select(Outgoing.stage).where(Outgoing.uid == uid)).scalar()
    return stage is None or stage == RECALLED


def forget_recall(tx: Connection, uid: str) -> None:
    """Nothing of a recalled act is left on the server."""
    tx.execute(update(Outgoing).where(Outgoing.uid == uid, Outgoing.stage == RECALLED).values(stage="", remote_id=""))


def settle_sent(tx: Connection, mailbox_id: int, stamps: Sequence[str], *, now: datetime) -> None:
    """The sync met mails with these stamps that are no drafts: whatever was doubtful about them, they were sent."""
    doubtful = or_(
        Outgoing.state == OutgoingState.UNSURE.value,
        and_(Outgoing.state.in_(_OPEN), Outgoing.stage == SENDING),
    )
    for portion in chunked(stamps):
        sent = (Outgoing.uid.in_(portion), Outgoing.mailbox_id == mailbox_id, Outgoing.verb == Verb.SEND_MAIL.value)
        tx.execute(
            update(Outgoing)
            .where(*sent, doubtful)
            .values(state=OutgoingState.DONE.value, stage=RECALLED, last_error="", done_at=now)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server holds an item. `gone`: it left its folder and was not met elsewhere yet, or is not there yet."""

    item_id: int
    remote_id: str
    change_key: str
    gone: bool
    buried: bool


def place_of(tx: Connection, item_id: int | None) -> Place | None:
    """Where the item is now; None for one that is not in the store."""
    columns = (
        MailboxItem.id,
        MailboxItem.remote_id,
        MailboxItem.change_key,
        MailboxItem.gone_at,
        MailboxItem.buried_at,
    )
    row = tx.execute(select(*columns).where(MailboxItem.id == item_id)).one_or_none()
    if row is None:
        return None
    gone = row.gone_at is not None or row.remote_id.startswith("new:")
    return Place(row.id, row.remote_id, row.change_key, gone, row.buried_at is not None)


def keep_categories(tx: Connection, item_id: int, categories: Sequence[str]) -> None:
    """The categories that a mail has on its server after our own write.

    Its change key is not kept as known: it would hide what somebody else changed right before.
    """
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(categories=list(categories)))


def keep_moved(tx: Connection, item_id: int, folder_id: int, remote_id: str | None, *, now: datetime) -> None:
    """The item lies in another folder, under another id; where only the next sync can tell which (None), it has left
    its folder until then."""
    values: dict[str, Any] = {"folder_id": folder_id}
    values |= {"gone_at": now} if remote_id is None else {"remote_id": remote_id, "change_key": ""}
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(**values))


def _change(tx: Connection, row: OutboxRow, **values: Any) -> None:
    ours = (
        Outgoing.id == row.outgoing_id,
        Outgoing.state == OutgoingState.WORKING.value,
        Outgoing.attempts == row.attempts,
    )
    if not tx.execute(update(Outgoing).where(*ours).values(**values)).rowcount:
        raise Overtaken


def _row(tx: Connection, outgoing_id: int) -> OutboxRow:
    columns = (
        Outgoing.id,
        Outgoing.uid,
        Outgoing.mailbox_id,
        Outgoing.verb,
        Outgoing.summary,
        Outgoing.item_id,
        Outgoing.activity_id,
        Outgoing.record_id,
        Outgoing.payload,
        Outgoing.mails,
        Outgoing.stage,
        Outgoing.remote_id,
        Outgoing.staged_at,
        Outgoing.not_before,
        Outgoing.attempts,
        Outgoing.user_id,
        Outgoing.created_at,
    )
    key, uid, mailbox_id, verb, *rest = tx.execute(select(*columns).where(Outgoing.id == outgoing_id)).one()
    return OutboxRow(key, uid, mailbox_id, Verb(verb), *rest)
