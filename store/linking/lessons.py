"""Teaching linking by corrections: this address, domain, name or phrase stands for that record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from store.access import sees_record
from store.actor import Actor
from store.errors import NotFound
from store.history.ledger import Change, record_operation
from store.linking.human import changes, seen_activity, seen_record
from store.linking.lesson_undo import lesson_states
from store.linking.patterns import PHRASE, checked, look_at_fitting
from store.schema.knowledge import Learned
from store.schema.records import Record
from store.types import new_uid


def teach(
    tx: Connection,
    kind: str,
    value: str,
    record_id: int,
    activity_id: int | None = None,
    *,
    apply: bool = False,
    by: Actor,
    now: datetime,
) -> str:
    """From now on mail with this pattern speaks for the record; returns the operation's uid. Raises NotFound, Invalid.

    `activity_id` is the mail whose correction taught it. What an address, a domain or a name stood for before is
    forgotten; one phrase may stand for records of several customers. With `apply` past mail that it fits is decided
    again in the background; what people decided stands.
    """
    kept = checked(kind, value)
    number, title = seen_record(tx, record_id, by)
    if activity_id is not None:
        seen_activity(tx, activity_id, by)
    done, is_known = _forget_others(tx, kind, kept, record_id)
    if not is_known:
        uid = new_uid()
        values = {"uid": uid, "kind": kind, "value": kept, "record_id": record_id, "activity_id": activity_id}
        tx.execute(insert(Learned).values(user_id=by.user_id, created_at=now, **values))
        done += changes({}, lesson_states(tx, [uid]), "learned")
    if apply:
        look_at_fitting(tx, [(kind, kept)])
    told = f"Learned: the {kind} “{kept}” stands for {number} {title}"
    return record_operation(tx, "teach", told, done, by=by, now=now)


def forget_lesson(tx: Connection, lesson_uid: str, *, by: Actor, now: datetime) -> str:
    """The pattern stands for nothing any more, and past mail that it fits is decided again; returns the operation's
    uid. Raises NotFound."""
    kind, value = _lesson(tx, lesson_uid, by)
    done = _forgotten(tx, [lesson_uid])
    look_at_fitting(tx, [(kind, value)])
    return record_operation(tx, "forget_lesson", f"Forgot: the {kind} “{value}”", done, by=by, now=now)


def _lesson(tx: Connection, uid: str, by: Actor) -> tuple[str, str]:
    row = tx.execute(
        select(Learned.kind, Learned.value)
        .join(Record, Record.id == Learned.record_id)
        .where(Learned.uid == uid, sees_record(by))
    ).one_or_none()
    if row is None:
        raise NotFound(f"no lesson {uid}")
    return row.kind, row.value


def _forget_others(tx: Connection, kind: str, value: str, record_id: int) -> tuple[list[Change], bool]:
    """Forget what the pattern stood for instead; also says whether it stood for this record already."""
    known = tx.execute(select(Learned.uid, Learned.record_id).where(Learned.kind == kind, Learned.value == value)).all()
    others = [row.uid for row in known if row.record_id != record_id]
    is_known = len(others) < len(known)
    return ([] if kind == PHRASE else _forgotten(tx, others)), is_known


def _forgotten(tx: Connection, uids: Collection[str]) -> list[Change]:
    states = lesson_states(tx, uids)
    tx.execute(delete(Learned).where(Learned.uid.in_(list(states))))
    return changes(states, {}, "learned")
