"""A contact with one mailbox's copy of it, as the outbox works on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.history.ledger import Change, record_operation
from store.records.state import read_states
from store.records.undo import restore
from store.schema.mail import MailboxItem
from store.schema.records import Record
from store.sync.moves import BORN_HERE


@dataclass(frozen=True, slots=True)
class ContactItem:
    """`state` is the contact's, complete also when it is `deleted`; `company` is its account's name."""

    item_id: int
    remote_id: str
    stamp: str
    content_digest: bytes
    gone: bool
    buried: bool
    record_id: int
    title: str
    deleted: bool
    state: Mapping[str, Any]
    company: str

    @property
    def is_new(self) -> bool:
        """The server does not know it yet."""
        return self.remote_id.startswith(BORN_HERE)


def contact_item(tx: Connection, item_id: int | None) -> ContactItem | None:
    """None for an item that is no contact's."""
    columns = (
        MailboxItem.remote_id,
        MailboxItem.stamp,
        MailboxItem.content_digest,
        MailboxItem.gone_at,
        MailboxItem.buried_at,
        Record.uid,
    )
    row = tx.execute(
        select(*columns).join(Record, Record.id == MailboxItem.record_id).where(MailboxItem.id == item_id)
    ).one_or_none()
    if row is None or item_id is None:
        return None
    stored = read_states(tx, [row.uid])[row.uid]
    account = stored.state.get("account")
    company = tx.execute(select(Record.title).where(Record.uid == account)).scalar() if account else None
    return ContactItem(
        item_id,
        row.remote_id,
        row.stamp,
        bytes(row.content_digest),
        row.gone_at is not None,
        row.buried_at is not None,
        stored.record_id,
        stored.state.get("title", ""),
        stored.deleted,
        stored.state,
        company or "",
    )


def restore_contact(tx: Connection, record_id: int, *, by: Actor, now: datetime) -> None:
    """Bring a deleted contact back, because a mailbox edited it after it was deleted here."""
    uid = tx.execute(select(Record.uid).where(Record.id == record_id, Record.deleted_at.is_not(None))).scalar()
    if uid is None:
        return
    stored = read_states(tx, [uid])[uid]
    change = Change("record", uid, None, stored.state)
    restore(tx, [change], now=now)
    summary = f"Brought back contact {stored.number} {stored.state.get('title', '')}: it was edited in a mailbox"
    record_operation(tx, "restore_contact", summary, [change], by=by, now=now)
