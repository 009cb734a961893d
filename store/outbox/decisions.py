"""What people decide about the outbox: recall, retry, discard, send now, and what became of a mail in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.errors import Invalid, NotFound
from store.history.ledger import Change, record_operation
from store.history.operations import undo
from store.outbox.queue import OutgoingState, Verb
from store.outbox.states import Act, check_free, find_acts, set_state, state_change
from store.schema.outbox import Outgoing, OutgoingFile
from store.schema.scheduling import BookingNotice
from store.types import new_uid

_DISCARDABLE = (OutgoingState.DRAFT, OutgoingState.FAILED, OutgoingState.UNSURE)


def recall_outgoing(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Take a mail back before it is sent; its text is a draft again. Anything else: undo what caused it.

    Returns the operation's uid. Raises NotFound, Invalid, and CannotUndo or AlreadySent when it is too late.
    """
    act = find_act(tx, uid, by=by)
    check_free(act)
    if act.state is not OutgoingState.WAITING:
        raise Invalid(f"{act.named} does not wait to be sent.")
    if act.verb is not Verb.SEND_MAIL:
        if not act.operation_uid:
            raise Invalid(f"{act.named} cannot be recalled; change the thing itself.")
        return undo(tx, act.operation_uid, by=by, now=now)
    return _decide(tx, "recall", f"Recalled {act.named}", act, OutgoingState.DRAFT, by=by, now=now)


def discard_outgoing(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Give up a draft, or what failed or is not sure; returns the operation's uid. Raises NotFound, Invalid."""
    act = find_act(tx, uid, by=by)
    if act.state not in _DISCARDABLE:
        raise Invalid(f"{act.named} can be recalled or undone, but not discarded.")
    return _decide(tx, "discard", f"Discarded {act.named}", act, OutgoingState.CANCELLED, by=by, now=now)


def retry_outgoing(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Try again what failed, or send again what may or may not have been sent; returns the operation's uid.

    A mail that is sent again is another mail, with a stamp of its own. Raises NotFound, Invalid.
    """
    act = find_act(tx, uid, by=by)
    if act.state is OutgoingState.FAILED:
        return _decide(tx, "retry", f"Tried again: {act.named}", act, OutgoingState.WAITING, by=by, now=now)
    if act.state is not OutgoingState.UNSURE:
        raise Invalid(f"{act.named} did not fail.")
    set_state(tx, act, OutgoingState.CANCELLED, now=now)
    again = _copy(tx, act, by=by, now=now)
    changes = [state_change(act, OutgoingState.CANCELLED), Change("outgoing", again, *_born())]
    return record_operation(tx, "send_again", f"Sent again: {act.named}", changes, by=by, now=now)


def reopen_outgoing(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Make a mail that failed a draft again, to be changed before it is sent anew; returns the operation's uid.

    Raises NotFound, Invalid.
    """
    act = find_act(tx, uid, by=by)
    if act.state is not OutgoingState.FAILED or act.verb is not Verb.SEND_MAIL:
        raise Invalid(f"{act.named} is no mail that failed.")
    return _decide(tx, "reopen", f"Made a draft again: {act.named}", act, OutgoingState.DRAFT, by=by, now=now)


def confirm_sent(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """A person found out that it was sent after all; returns the operation's uid. Raises NotFound, Invalid."""
    act = find_act(tx, uid, by=by)
    if act.state is not OutgoingState.UNSURE:
        raise Invalid(f"There is no doubt about {act.named}.")
    return _decide(tx, "confirm_sent", f"It was sent: {act.named}", act, OutgoingState.DONE, by=by, now=now)


def send_now(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Do not wait any longer; returns the operation's uid. Raises NotFound, Invalid."""
    act = find_act(tx, uid, by=by)
    waiting = (Outgoing.id == act.outgoing_id, Outgoing.state == OutgoingState.WAITING.value)
    if not tx.execute(update(Outgoing).where(*waiting).values(not_before=now)).rowcount:
        raise Invalid(f"{act.named} does not wait.")
    return record_operation(tx, "send_now", f"Sent without waiting: {act.named}", [], by=by, now=now)


def find_act(tx: Connection, uid: str, *, by: Actor) -> Act:
    """The act with this uid, of a mailbox of `by`; drafts are their writer's alone. Raises NotFound."""
    act = find_acts(tx, [uid.strip().lower()]).get(uid.strip().lower())
    seen = act is not None and (by.sees_everything or act.mailbox_id in by.mailbox_ids)
    if act is None or not seen or (act.state is OutgoingState.DRAFT and not is_writer(act.user_id, by)):
        raise NotFound("nothing in the outbox is called that")
    return act


def is_writer(user_id: int | None, by: Actor) -> bool:
    """Whether a draft is theirs."""
    return by.sees_everything or user_id == by.user_id


def _decide(tx: Connection, name: str, summary: str, act: Act, to: OutgoingState, *, by: Actor, now: datetime) -> str:
    set_state(tx, act, to, now=now)
    return record_operation(tx, name, summary, [state_change(act, to)], by=by, now=now)


def _born() -> Sequence[dict[str, str]]:
    return {"state": OutgoingState.CANCELLED.value}, {"state": OutgoingState.WAITING.value}


def _copy(tx: Connection, act: Act, *, by: Actor, now: datetime) -> str:
    """The same act once more, with another stamp; returns its uid."""
    names = ("mailbox_id", "verb", "summary", "item_id", "activity_id", "record_id", "payload", "mails")
    table = Outgoing.__table__
    values = (
        tx.execute(select(*(table.c[name] for name in names)).where(table.c.id == act.outgoing_id)).mappings().one()
    )
    uid = new_uid()
    mine: dict[str, Any] = {"uid": uid, "not_before": now, "user_id": by.user_id, "created_at": now}
    if act.verb is Verb.PUT_EVENT:
        mine["payload"] = {**values["payload"], "again": True}
    key = tx.execute(insert(Outgoing).values({**values, **mine}).returning(Outgoing.id)).scalar_one()
    files = tx.execute(select(*OutgoingFile.__table__.c).where(OutgoingFile.outgoing_id == act.outgoing_id)).mappings()
    rows = [{**row, "outgoing_id": key} for row in files]
    if rows:
        tx.execute(insert(OutgoingFile), rows)
    # What tells a customer of a booking is told by the new mail.
    told = update(BookingNotice).where(BookingNotice.outgoing_id == act.outgoing_id)
    tx.execute(told.values(outgoing_id=key))
    return uid
