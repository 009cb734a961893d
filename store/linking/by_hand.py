"""What people decide about links: this mail is regarding that record, or is not. A decision of a person stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.chunks import chunked
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.linking.human import decision, held_links, seen_activity, seen_record, settled
from store.schema.links import Link
from store.schema.records import Record
from store.types import new_uid

#: Kinds of record of which a mail is about one; what a person chooses takes the place of another one of these.
_WORK = ("case", "opportunity", "lead")


def set_link(
    tx: Connection,
    activity_id: int,
    record_id: int,
    *,
    because: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """The activity is regarding this record, first of all; returns the operation's uid. Raises NotFound.

    What a rule said instead, that it is first of all regarding another record of the same sort, is rejected with it.
    `because` is the evidence (rule, quote, source) where the person said so elsewhere, as by a category in Outlook.
    """
    subject = seen_activity(tx, activity_id, by)
    number, title = seen_record(tx, record_id, by)
    changes = link_by_hand(tx, activity_id, record_id, because=because, by=by, now=now)
    return record_operation(tx, "set_link", f"Linked “{subject}” to {number} {title}", changes, by=by, now=now)


def link_by_hand(
    tx: Connection,
    activity_id: int,
    record_id: int,
    *,
    because: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> list[Change]:
    """Link as `set_link` does, as part of another act; returns what changed for its operation. Raises NotFound."""
    return link_all_by_hand(tx, [activity_id], record_id, because=because, by=by, now=now)


def link_all_by_hand(
    tx: Connection,
    activity_ids: Collection[int],
    record_id: int,
    *,
    because: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> list[Change]:
    """Link several activities to one record at once, each as `set_link` does. Raises NotFound."""
    seen_record(tx, record_id, by)
    before = held_links(tx, activity_ids)
    chosen = decision(by, now, because)
    for portion in chunked(activity_ids):
        _make_room(tx, portion, record_id, decision(by, now))
        own = (Link.activity_id.in_(portion), Link.record_id == record_id)
        known = set(tx.execute(select(Link.activity_id).where(*own)).scalars())
        values = {"state": "linked", "is_primary": True, **chosen}
        tx.execute(update(Link).where(*own).values(**values))
        fresh = [
            {"uid": new_uid(), "activity_id": key, "record_id": record_id, **values}
            for key in portion
            if key not in known
        ]
        if fresh:
            tx.execute(insert(Link), fresh)
    return settled(tx, activity_ids, before, now=now)


def linked_by_hand(tx: Connection, activity_id: int) -> list[int]:
    """The records that people linked an activity to, what it is regarding last."""
    hand = (Link.activity_id == activity_id, Link.state == "linked", Link.decided_by == "user")
    return list(tx.execute(select(Link.record_id).where(*hand).order_by(Link.is_primary, Link.id)).scalars())


def remove_link(tx: Connection, activity_id: int, record_id: int, *, by: Actor, now: datetime) -> str:
    """The activity is not regarding this record, and never will be by rule; returns the operation's uid.

    Raises NotFound, and Invalid where it is not linked to it.
    """
    subject = seen_activity(tx, activity_id, by)
    number, title = seen_record(tx, record_id, by)
    before = held_links(tx, [activity_id])
    if not reject(tx, [activity_id], record_id, by=by, now=now):
        raise Invalid(f"“{subject}” is not linked to {number} {title}.")
    changes = settled(tx, [activity_id], before, now=now)
    return record_operation(tx, "remove_link", f"Unlinked “{subject}” from {number} {title}", changes, by=by, now=now)


def reject(tx: Connection, activity_ids: Collection[int], record_id: int, *, by: Actor, now: datetime) -> int:
    """Reject the links and suggestions of these activities to a record, whoever made them; returns how many."""
    rejected = 0
    for portion in chunked(activity_ids):
        own = (Link.activity_id.in_(portion), Link.record_id == record_id, Link.state != "rejected")
        values = {"state": "rejected", "is_primary": False, **decision(by, now)}
        rejected += tx.execute(update(Link).where(*own).values(**values)).rowcount
    return rejected


def _make_room(tx: Connection, activity_ids: Collection[int], record_id: int, rejection: Mapping[str, object]) -> None:
    """What is primary yields to the record. What a rule said, and was of the same sort, was wrong."""
    others = (Link.activity_id.in_(activity_ids), Link.is_primary.is_(True), Link.record_id != record_id)
    kind = tx.execute(select(Record.kind).where(Record.id == record_id)).scalar_one()
    # Of each link by itself: as a list they would be all records of these kinds.
    sort = (Record.id == Link.record_id, Record.kind.in_(_WORK if kind in _WORK else (kind,)))
    alike = select(Record.id).where(*sort).correlate(Link).exists()
    wrong = (*others, Link.decided_by == "rule", Link.state == "linked", alike)
    tx.execute(update(Link).where(*wrong).values(state="rejected", is_primary=False, **rejection))
    tx.execute(update(Link).where(*others).values(is_primary=False))
