"""How an act in the outbox may change its state by what people decide, and how undo sees it.

What the server is working on, or has done, nobody can take back; everything before that can be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.actor import SYSTEM
from store.chunks import chunked
from store.errors import AlreadySent, CannotUndo
from store.history.ledger import Change
from store.history.undoable import Standing
from store.outbox.delivery import RECALLED, SENDING, TOLD
from store.outbox.queue import RECALL, NewOutgoing, OutgoingState, Verb, enqueue
from store.schema.outbox import Outgoing

_WRITER = "writer"  # the key of the user whose draft it is
_SHOWN = 80  # characters of a summary in a sentence


@dataclass(frozen=True, slots=True)
class Act:
    """An act as people decide about it."""

    outgoing_id: int
    uid: str
    mailbox_id: int
    verb: Verb
    summary: str
    state: OutgoingState
    stage: str
    mails: bool
    user_id: int | None
    operation_uid: str

    @property
    def named(self) -> str:
        cut = len(self.summary) > _SHOWN
        return f"“{self.summary[: _SHOWN - 1].rstrip()}…”" if cut else f"“{self.summary}”"


def find_acts(tx: Connection, uids: Collection[str]) -> dict[str, Act]:
    """The acts with these uids."""
    columns = (
        Outgoing.id,
        Outgoing.uid,
        Outgoing.mailbox_id,
        Outgoing.verb,
        Outgoing.summary,
        Outgoing.state,
        Outgoing.stage,
        Outgoing.mails,
        Outgoing.user_id,
        Outgoing.operation_uid,
    )
    found: dict[str, Act] = {}
    for portion in chunked(uids):
        for row in tx.execute(select(*columns).where(Outgoing.uid.in_(portion))):
            key, uid, mailbox_id, verb, summary, state, *rest = row
            found[uid] = Act(key, uid, mailbox_id, Verb(verb), summary, OutgoingState(state), *rest)
    return found


def writer_change(act: Act, to: int | None) -> Change:
    """What the ledger keeps of a draft that somebody else goes on with."""
    return Change("outgoing", act.uid, {_WRITER: act.user_id}, {_WRITER: to})


def state_change(act: Act, to: OutgoingState) -> Change:
    """What the ledger keeps of an act that goes to another state."""
    return Change("outgoing", act.uid, {"state": act.state.value}, {"state": to.value})


def set_state(
    tx: Connection, act: Act, to: OutgoingState, *, not_before: datetime | None = None, now: datetime
) -> None:
    """Bring an act to another state; a draft of it on the server is deleted in time. Raises CannotUndo, AlreadySent."""
    check_free(act)
    waits = to is OutgoingState.WAITING
    leftover = act.verb is Verb.SEND_MAIL and act.stage != ""
    values: dict[str, Any] = {
        "state": to.value,
        "stage": RECALLED if leftover else TOLD if act.stage == TOLD else "",
        "done_at": None if waits or to is OutgoingState.DRAFT else now,
    }
    if waits:
        values |= {"not_before": not_before or now, "attempts": 0, "last_error": ""}
    unchanged = (Outgoing.id == act.outgoing_id, Outgoing.state == act.state.value, Outgoing.stage == act.stage)
    if not tx.execute(update(Outgoing).where(*unchanged).values(values)).rowcount:
        raise CannotUndo(f"{act.named} is being sent at this moment.")
    if leftover and not waits:
        drop = NewOutgoing(act.mailbox_id, Verb.DROP_DRAFT, f"Delete the draft {act.named}", {"stamp": act.uid})
        enqueue(tx, drop, by=SYSTEM, now=now)


def check_free(act: Act) -> None:
    """Raises CannotUndo, AlreadySent for an act that is not ours to decide about any more."""
    if act.state is OutgoingState.WORKING or (act.state is OutgoingState.WAITING and act.stage == SENDING):
        raise CannotUndo(f"{act.named} is being sent at this moment.")
    was_told = act.state is OutgoingState.DONE or (act.state is OutgoingState.WAITING and act.stage == TOLD)
    if was_told and act.mails:
        raise AlreadySent(f"{act.named} was sent and cannot be taken back; you can send a correction.", act.uid)
    if act.state is OutgoingState.DONE:
        raise CannotUndo(f"{act.named} was done already.")


# What undo needs to know


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The acts as they stand."""
    return {
        uid: Standing(act.named, {"state": act.state.value, _WRITER: act.user_id})
        for uid, act in find_acts(tx, uids).items()
    }


def check(tx: Connection, changes: Sequence[Change]) -> None:
    """What went out cannot be undone, whatever stands in the store. Raises CannotUndo, AlreadySent."""
    acts = find_acts(tx, [change.uid for change in changes])
    for change in changes:
        act = acts.get(change.uid)
        if _WRITER in (change.after or {}) and act is not None and act.state is not OutgoingState.DRAFT:
            raise CannotUndo(f"{act.named} is no draft any more.")
        sides = (_state(change.before), _state(change.after))
        if act is None or OutgoingState.WAITING not in sides:
            continue
        check_free(act)
        if act.state is OutgoingState.UNSURE:
            raise CannotUndo(f"Nobody can say whether {act.named} was sent; decide about it in the outbox.")
        if sides[0] is OutgoingState.WAITING and act.state is OutgoingState.DRAFT and _was_rewritten(tx, act):
            raise CannotUndo(f"{act.named} was changed since it was taken back; send it from its draft.")


def _was_rewritten(tx: Connection, act: Act) -> bool:
    """Whether a draft holds words that nobody has sent: queueing a mail names it, saving its draft takes that away."""
    payload = tx.execute(select(Outgoing.payload).where(Outgoing.id == act.outgoing_id)).scalar_one()
    return "how" in payload and "message_id" not in payload


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring acts to what `after` says; one that waits again can be recalled anew. Raises CannotUndo, AlreadySent."""
    acts = find_acts(tx, [change.uid for change in changes])
    for change in changes:
        act = acts[change.uid]
        if _WRITER in (change.after or {}):
            writer = (change.after or {})[_WRITER]
            tx.execute(update(Outgoing).where(Outgoing.id == act.outgoing_id).values(user_id=writer))
            continue
        to = _state(change.after)
        if act.state is to:
            continue
        if act.state is OutgoingState.DONE and to is OutgoingState.UNSURE:
            # A person had said that it was sent, and takes the word back.
            tx.execute(update(Outgoing).where(Outgoing.id == act.outgoing_id).values(state=to.value))
        else:
            set_state(tx, act, to, not_before=now + RECALL, now=now)


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of an act."""
    return name


def _state(side: Mapping[str, Any] | None) -> OutgoingState:
    return OutgoingState((side or {}).get("state", OutgoingState.CANCELLED.value))
