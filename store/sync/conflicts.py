"""Fields that both sides changed differently: kept until a person chooses, or until the sides agree by themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.chunks import chunked
from store.errors import Invalid, NotFound
from store.history.ledger import Change
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.merging import SyncConflict
from store.schema.records import Record
from store.sync.bases import Base, read_base, save_bases
from store.sync.notes import note
from store.types import new_uid

THEIRS, MINE, SETTLED = "theirs", "mine", "settled"
CHOICES = (THEIRS, MINE)


@dataclass(frozen=True, slots=True)
class Sides:
    """A field as it was agreed on, as the server has it and as we have it; JSON values, None for empty."""

    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A conflict that waits for a choice, with the item that it is about."""

    conflict_id: int
    uid: str
    item_id: int
    mailbox_id: int
    holds: str
    activity_id: int | None
    record_id: int | None
    field: str
    sides: Sides
    title: str


def keep_conflicts(tx: Connection, mailbox_id: int, found: Mapping[int, Mapping[str, Sides]], *, now: datetime) -> None:
    """The fields in which these items (by key) are in conflict now: new ones are kept, others follow their sides, and
    what is no conflict any more is settled."""
    opened = _open(tx, found)
    for item_id, fields in found.items():
        known = opened.get(item_id, {})
        for name, sides in fields.items():
            if name not in known:
                _open_one(tx, mailbox_id, item_id, name, sides, now)
            elif known[name][1] != sides:
                _follow(tx, known[name][0], sides)
        settled = [conflict_id for name, (conflict_id, _) in known.items() if name not in fields]
        if settled:
            values = {"choice": SETTLED, "resolved_at": now}
            tx.execute(update(SyncConflict).where(SyncConflict.id.in_(settled)).values(**values))


def open_conflict(tx: Connection, uid: str, *, by: Actor) -> OpenConflict:
    """One conflict that is still open. Raises NotFound, also for somebody who may not see what it is about."""
    row = tx.execute(
        select(
            SyncConflict.id,
            SyncConflict.uid,
            SyncConflict.item_id,
            MailboxItem.mailbox_id,
            MailboxItem.holds,
            MailboxItem.activity_id,
            MailboxItem.record_id,
            SyncConflict.field,
            SyncConflict.sides,
            Record.title,
            Activity.subject,
        )
        .join(MailboxItem, MailboxItem.id == SyncConflict.item_id)
        .outerjoin(Record, Record.id == MailboxItem.record_id)
        .outerjoin(Activity, Activity.id == MailboxItem.activity_id)
        .where(SyncConflict.uid == uid, SyncConflict.choice == "", may_see(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such open conflict")
    values = {name: value for name, value in row._mapping.items() if name not in ("sides", "title", "subject")}
    values["conflict_id"] = values.pop("id")
    return OpenConflict(**values, sides=Sides(**row.sides), title=row.title or row.subject or "")


def may_see(by: Actor) -> Any:
    """Condition on rows of conflicts joined with their items and, outer, with records and activities."""
    contact = (MailboxItem.holds == "contact") & sees_record(by)
    appointment = (MailboxItem.holds == "appointment") & sees_activity(by)
    return contact | appointment


def close_conflict(
    tx: Connection, conflict: OpenConflict, choice: str, agreed: Mapping[str, Any], *, by: Actor, now: datetime
) -> Change:
    """Keep a person's choice; `agreed` are the fields of the base from now on. Returns its change for the ledger."""
    if choice not in CHOICES:
        raise Invalid(f"{choice!r} is none of {', '.join(CHOICES)}.")
    base = read_base(tx, conflict.item_id)
    save_bases(tx, {conflict.item_id: Base(dict(agreed), base.slots)}, now=now)
    values = {"choice": choice, "resolved_at": now, "user_id": by.user_id}
    tx.execute(update(SyncConflict).where(SyncConflict.id == conflict.conflict_id).values(**values))
    chosen = "the mailbox's" if choice == THEIRS else "ours"
    note(tx, conflict.mailbox_id, conflict.item_id, "merged", f"{conflict.field}: {chosen} was chosen", now=now)
    return Change("sync_conflict", conflict.uid, {"choice": ""}, {"choice": choice})


def _open(tx: Connection, item_ids: Collection[int]) -> dict[int, dict[str, tuple[int, Sides]]]:
    found: dict[int, dict[str, tuple[int, Sides]]] = {}
    for portion in chunked(item_ids):
        rows = tx.execute(
            select(SyncConflict.id, SyncConflict.item_id, SyncConflict.field, SyncConflict.sides).where(
                SyncConflict.item_id.in_(portion), SyncConflict.choice == ""
            )
        )
        for row in rows:
            found.setdefault(row.item_id, {})[row.field] = (row.id, Sides(**row.sides))
    return found


def _open_one(tx: Connection, mailbox_id: int, item_id: int, name: str, sides: Sides, now: datetime) -> None:
    values = {"uid": new_uid(), "item_id": item_id, "field": name, "sides": _json(sides), "found_at": now}
    tx.execute(insert(SyncConflict).values(values))
    note(tx, mailbox_id, item_id, "conflict", name, now=now)


def _follow(tx: Connection, conflict_id: int, sides: Sides) -> None:
    tx.execute(update(SyncConflict).where(SyncConflict.id == conflict_id).values(sides=_json(sides)))


def _json(sides: Sides) -> dict[str, Any]:
    return {"base": sides.base, "theirs": sides.theirs, "mine": sides.mine}
