"""A store with everything that can belong to two records, and all of it as plain values to compare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from store.linking.timelines import refresh_timelines
from store.schema.knowledge import FormerAddress, Learned
from store.schema.links import Link, LinkRefusal, Timeline
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.schema.proposals import Duplicate
from store.schema.records import MergedRecord, Record
from store.schema.search import SearchDocument
from store.types import new_uid
from tests.store.builders import World
from tests.store.scenes import NOW, state_of


def picture(tx: Connection) -> dict[str, Any]:
    """All that a merge can touch, without counters of versions and what waits to be linked again."""
    ids = list(tx.execute(select(Record.id).order_by(Record.id)).scalars())
    columns = {
        "links": (Link.uid, Link.activity_id, Link.record_id, Link.state, Link.is_primary, Link.rule, Link.decided_by),
        "refusals": (LinkRefusal.uid, LinkRefusal.record_id),
        "learned": (Learned.uid, Learned.record_id),
        "former": (FormerAddress.record_id, FormerAddress.email),
        "timelines": (Timeline.subject_id, Timeline.activity_id, Timeline.occurred_at),
        "items": (MailboxItem.id, MailboxItem.record_id, MailboxItem.gone_at),
        "acts": (Outgoing.uid, Outgoing.record_id, Outgoing.verb),
        "merged": (MergedRecord.record_id, MergedRecord.into_id),
        "pairs": (Duplicate.left_id, Duplicate.right_id, Duplicate.state),
        "records": (Record.id, Record.title, Record.title_key, Record.deleted_at, Record.last_activity_at),
        "found": (SearchDocument.record_id, SearchDocument.title, SearchDocument.body),
    }
    rows = {name: sorted(map(_plain, tx.execute(select(*parts)).all())) for name, parts in columns.items()}
    # What servers still have to be told about contacts is merged when its turn comes.
    rows["acts"] = [row for row in rows["acts"] if row[-1] != "put_contact"]
    return rows | {"states": {record_id: state_of(tx, record_id) for record_id in ids}}


def _plain(row: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(each) for each in row)


def surround(tx: Connection, one_id: int, other_id: int) -> None:
    """Let mail, copies in mailboxes, refusals, lessons and a pair belong to these two records."""
    world = World(tx)
    user_id = world.user(f"Kim{new_uid()}")
    mailbox_id = world.mailbox(f"{new_uid()}@alpine.example", user_id)
    activity_ids = [world.email(f"Mail {place}", mailbox_ids=[mailbox_id]) for place in range(5)]
    for place, record_id in enumerate((one_id, other_id, one_id, other_id)):
        _link(tx, activity_ids[place], record_id, "linked")
    _link(tx, activity_ids[2], other_id, "suggested")
    _link(tx, activity_ids[3], one_id, "rejected", decided_by="user")
    _link(tx, activity_ids[4], one_id, "suggested")
    _link(tx, activity_ids[4], other_id, "linked", decided_by="user")
    refresh_timelines(tx, activity_ids)
    for record_id in (one_id, other_id):
        values = {"record_id": record_id, "created_at": NOW}
        tx.execute(insert(LinkRefusal).values(uid=new_uid(), scope="sender", subject="a@b.example", **values))
        tx.execute(insert(Learned).values(uid=new_uid(), kind="domain", value="b.example", **values))
        email = f"{new_uid()}@b.example"
        tx.execute(insert(FormerAddress).values(record_id=record_id, email=email, until=NOW - timedelta(days=9)))
        item = {"remote_id": f"card {record_id} {new_uid()}", "holds": "contact", "occurred_at": NOW}
        tx.execute(insert(MailboxItem).values(mailbox_id=mailbox_id, record_id=record_id, **item))
        act = {"verb": "send_mail", "summary": "Hello", "state": "done", "not_before": NOW, "created_at": NOW}
        tx.execute(insert(Outgoing).values(uid=new_uid(), mailbox_id=mailbox_id, record_id=record_id, **act))


def pair(tx: Connection, one_id: int, other_id: int, *, score: float = 0.9, state: str = "open") -> str:
    """An undecided pair; returns its uid."""
    uid = new_uid()
    ids = {"left_id": min(one_id, other_id), "right_id": max(one_id, other_id)}
    tx.execute(insert(Duplicate).values(uid=uid, state=state, score=score, found_at=NOW, **ids))
    return uid


def outbox_of(tx: Connection, mailbox_address: str | None = None) -> list[tuple[str, int | None]]:
    """What waits to be told to servers: the verb and the item, oldest first."""
    statement = select(Outgoing.verb, Outgoing.item_id).where(Outgoing.state == "waiting").order_by(Outgoing.id)
    if mailbox_address is not None:
        statement = statement.join(Mailbox, Mailbox.id == Outgoing.mailbox_id).where(Mailbox.address == mailbox_address)
    return [(row.verb, row.item_id) for row in tx.execute(statement)]


def _link(tx: Connection, activity_id: int, record_id: int, state: str, *, decided_by: str = "rule") -> None:
    taken = select(Link.id).where(Link.activity_id == activity_id, Link.is_primary.is_(True))
    first = state == "linked" and tx.execute(taken).scalar() is None
    values = {"rule": "address", "engine_version": 1, "decided_by": decided_by, "decided_at": NOW, "score": 0.9}
    tx.execute(
        insert(Link).values(
            uid=new_uid(), activity_id=activity_id, record_id=record_id, state=state, is_primary=first, **values
        )
    )
