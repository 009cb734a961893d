"""The outbox: what a server has yet to be told, enqueued in the transaction of the change itself.

An act is carried out in the order of its mailbox's outbox and never before `not_before`. What mails a person waits for
the recall time first and is carried out at most once: its stamp is looked for before it is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.schema.outbox import Outgoing
from store.types import new_uid

#: How long a mail or an invitation can be recalled unless the configuration says otherwise.
RECALL = timedelta(seconds=15)


class Verb(StrEnum):
    """What to do; each says what its payload holds."""

    SEND_MAIL = "send_mail"  # the mail (see mail_sync.outgoing); files stand beside the row
    DROP_DRAFT = "drop_draft"  # stamp: of a mail whose draft is not wanted on the server any more
    PUT_CONTACT = "put_contact"  # {}: the record is merged with the server's item when its turn comes
    REMOVE_CONTACT = "remove_contact"  # {}
    PUT_EVENT = "put_event"  # notify: nobody, changed, everybody; again: tell even if nothing is left to write
    REMOVE_EVENT = "remove_event"  # notify, comment, original_start ('' for the whole event)
    ANSWER_MEETING = "answer_meeting"  # answer, comment, tell, original_start
    PUT_TASK = "put_task"  # {}: the follow-up is merged with the server's item when its turn comes
    REMOVE_TASK = "remove_task"  # {}
    MARK_MAIL = "mark_mail"  # is_read, flagged, add_categories, remove_categories; what is missing stays
    MOVE_ITEM = "move_item"  # folder_id: the store's key of the folder


#: Acts that state how something should be, so that the same one that still waits already covers another.
_STATES = (Verb.PUT_CONTACT, Verb.PUT_EVENT, Verb.PUT_TASK, Verb.REMOVE_TASK)


class OutgoingState(StrEnum):
    DRAFT = "draft"  # a mail that is being written
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"  # the server refused it; a person must change something
    CANCELLED = "cancelled"
    UNSURE = "unsure"  # nobody can say whether a person was mailed


@dataclass(frozen=True, slots=True)
class NewOutgoing:
    """One act for a mailbox's server; `summary` is what a person reads in the outbox ("Reply to Ann: Offer")."""

    mailbox_id: int
    verb: Verb
    summary: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    item_id: int | None = None
    activity_id: int | None = None
    record_id: int | None = None
    mails: bool = False
    not_before: datetime | None = None  # None: at once
    operation_uid: str = ""


def enqueue(tx: Connection, outgoing: NewOutgoing, *, by: Actor, now: datetime) -> str:
    """Put an act into the outbox; returns its uid, which is its stamp. A waiting act that covers it is reused."""
    if outgoing.verb in _STATES and not outgoing.mails:
        waiting = _covering(tx, outgoing)
        if waiting is not None:
            return waiting
    uid = new_uid()
    tx.execute(
        insert(Outgoing).values(
            uid=uid,
            mailbox_id=outgoing.mailbox_id,
            verb=outgoing.verb.value,
            summary=outgoing.summary,
            item_id=outgoing.item_id,
            activity_id=outgoing.activity_id,
            record_id=outgoing.record_id,
            payload=dict(outgoing.payload),
            mails=outgoing.mails,
            not_before=outgoing.not_before or now,
            user_id=by.user_id,
            operation_uid=outgoing.operation_uid,
            created_at=now,
        )
    )
    return uid


def recall(tx: Connection, uid: str, *, now: datetime) -> bool:
    """Cancel an act that nothing was done of yet; False when it is too late."""
    changed = tx.execute(
        update(Outgoing)
        .where(Outgoing.uid == uid, Outgoing.state == OutgoingState.WAITING.value, Outgoing.stage == "")
        .values(state=OutgoingState.CANCELLED.value, done_at=now)
    )
    return bool(changed.rowcount)


def _covering(tx: Connection, outgoing: NewOutgoing) -> str | None:
    same = (
        Outgoing.mailbox_id == outgoing.mailbox_id,
        Outgoing.verb == outgoing.verb.value,
        Outgoing.state == OutgoingState.WAITING.value,
        Outgoing.stage == "",
        Outgoing.mails.is_(False),
        Outgoing.item_id == outgoing.item_id,
        Outgoing.activity_id == outgoing.activity_id,
        Outgoing.record_id == outgoing.record_id,
    )
    return tx.execute(select(Outgoing.uid).where(*same).order_by(Outgoing.id).limit(1)).scalar()
