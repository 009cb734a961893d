"""What belongs to a record without being a field of it: links, copies in mailboxes, mail under way, what was learned.

A merge hands all of it to the record that stays and remembers where the merged one led; undo hands back what it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from store.cases.mails import follow_links as follow_cases
from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.linking.shown import show_links
from store.linking.timelines import refresh_timelines
from store.schema.following import FollowUp
from store.schema.knowledge import Learned
from store.schema.links import Link, LinkRefusal
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.records import MergedRecord, Record
from store.schema.scheduling import Waiting
from store.schema.service import Article, Entitlement

#: Where other rows name a record, and by what the ledger knows these rows.
_HELD: dict[str, tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]] = {
    "links": (Link.record_id, Link.uid),
    "refusals": (LinkRefusal.record_id, LinkRefusal.uid),
    "learned": (Learned.record_id, Learned.uid),
    "outgoing": (Outgoing.record_id, Outgoing.uid),
    "items": (MailboxItem.record_id, MailboxItem.id),
    "entitlements": (Entitlement.account_id, Entitlement.uid),
    "articles": (Article.case_id, Article.uid),
    "waiting of account": (Waiting.account_id, Waiting.uid),
    "waiting of contact": (Waiting.contact_id, Waiting.uid),
    "waiting of case": (Waiting.case_id, Waiting.uid),
    "follow-ups": (FollowUp.record_id, FollowUp.uid),
    "follow-ups of customer": (FollowUp.customer_id, FollowUp.uid),
    "absorbed": (MergedRecord.into_id, MergedRecord.record_id),
}
_INTO = "into"


def belongings(tx: Connection, record_id: int) -> dict[str, Any]:
    """Everything that belongs to the record: rows by uid or key, and `into`, the uid of the record that it was merged
    into."""
    held = {
        name: list(tx.execute(select(key).where(holder == record_id).order_by(key)).scalars())
        for name, (holder, key) in _HELD.items()
    }
    into = select(Record.uid).join(MergedRecord, MergedRecord.into_id == Record.id)
    return {_INTO: tx.execute(into.where(MergedRecord.record_id == record_id)).scalar(), **held}


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """What belongs to these records now."""
    found: dict[str, Standing] = {}
    for portion in chunked(uids):
        rows = select(Record.uid, Record.id, Record.number, Record.title).where(Record.uid.in_(portion))
        for uid, record_id, number, title in tx.execute(rows):
            found[uid] = Standing(f"{number} {title}", belongings(tx, record_id))
    return found


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Hand over what belongs to records, or hand it back, as `after` says."""
    touched: set[int] = set()
    for change in changes:
        after = change.after or {}
        record_id = _key(tx, change.uid)
        if after.get(_INTO):
            touched |= _hand_over(tx, record_id, _key(tx, after[_INTO]), now)
        else:
            touched |= _hand_back(tx, record_id, after)
    refresh_timelines(tx, touched)
    show_links(tx, touched, now=now)
    follow_cases(tx, touched, now=now)


def yields(change: Change, state: Mapping[str, Any] | None) -> bool:
    """What mail and mailboxes brought since goes along; only where the record leads to must be as it was left."""
    return state is not None and state.get(_INTO) == (change.after or {}).get(_INTO)


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of what belongs to a record."""
    return "what it was merged into" if name == _INTO else name


def _hand_over(tx: Connection, record_id: int, into_id: int, now: datetime) -> set[int]:
    """Everything of the record belongs to the other one; returns the activities whose links moved."""
    moved = set(tx.execute(select(Link.activity_id).where(Link.record_id == record_id)).scalars())
    # A mail that is linked to both stays linked once.
    both = select(Link.activity_id).where(Link.record_id == into_id)
    tx.execute(delete(Link).where(Link.record_id == record_id, Link.activity_id.in_(both)))
    for holder, _ in _HELD.values():
        tx.execute(update(holder.class_).where(holder == record_id).values({holder.key: into_id}))
    tx.execute(insert(MergedRecord).values(record_id=record_id, into_id=into_id, merged_at=now))
    return moved


def _hand_back(tx: Connection, record_id: int, belonged: Mapping[str, Any]) -> set[int]:
    tx.execute(delete(MergedRecord).where(MergedRecord.record_id == record_id))
    moved: set[int] = set()
    for name, (holder, key) in _HELD.items():
        for portion in chunked(belonged.get(name) or ()):
            if name == "links":
                moved.update(tx.execute(select(Link.activity_id).where(Link.uid.in_(portion))).scalars())
            tx.execute(update(holder.class_).where(key.in_(portion)).values({holder.key: record_id}))
    return moved


def _key(tx: Connection, uid: str) -> int:
    return tx.execute(select(Record.id).where(Record.uid == uid)).scalar_one()
