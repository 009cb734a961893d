"""What follows when a sync met mails of a mailbox again: sent copies settle the outbox, categories are followed.

Everything runs in the transaction that stored the mails, so nothing is followed twice or forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.access import sees_record
from store.actor import SYSTEM, Actor, actor_for
from store.chunks import chunked
from store.duplicates.merged import merged_into
from store.errors import Invalid, NotFound
from store.linking.by_hand import remove_link, set_link
from store.linking.pending import reopen
from store.linking.shown import show_links
from store.linking.thread_refusals import allow_thread, refuse_thread
from store.linking.tracking import Tracking, follow
from store.mail.marks import keep_waiting_marks
from store.outbox.delivery import settle_sent
from store.queries.paging import AnyRow
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.sync.notes import note


def follow_met_mail(tx: Connection, mailbox_id: int, remote_ids: Sequence[str], *, now: datetime) -> None:
    """Draw the conclusions from how a mailbox holds these mails now."""
    keep_waiting_marks(tx, mailbox_id, remote_ids)
    rows = _items(tx, mailbox_id, remote_ids)
    settle_sent(tx, mailbox_id, [row.stamp for row in rows if row.stamp], now=now)
    asked = [(row, tracking) for row in rows if (tracking := follow(row.tracked, row.categories)) is not None]
    if asked:
        owner = _owner(tx, mailbox_id)
        for row, tracking in asked:
            _track(tx, mailbox_id, row, tracking, owner, now)
    show_links(tx, [row.activity_id for row in rows if row.activity_id is not None and not row.tracked], now=now)


def _track(tx: Connection, mailbox_id: int, row: AnyRow, tracking: Tracking, owner: Actor, now: datetime) -> None:
    """Do what a category asks for, as the mailbox's user, who put it on or took it off."""
    tx.execute(update(MailboxItem).where(MailboxItem.id == row.id).values(tracked=tracking.remember))
    if row.activity_id is None:
        return
    with suppress(NotFound):  # what its user may not see, or was deleted here, is nobody's to decide
        if tracking.refuse:
            refuse_thread(tx, row.activity_id, by=owner, now=now)
        if tracking.allow:
            allow_thread(tx, row.activity_id, by=owner, now=now)
        for number in tracking.unlink:
            _unlink(tx, row.activity_id, number, owner, now)
        for number in tracking.link:
            _link(tx, row.activity_id, number, owner, now)
    reopen(tx, [row.activity_id])
    word = "untracked" if tracking.refuse else "tracked"
    note(tx, mailbox_id, row.id, word, ", ".join(tracking.link or tracking.unlink), now=now)


def _link(tx: Connection, activity_id: int, number: str, owner: Actor, now: datetime) -> None:
    record_id = _record(tx, number, owner)
    if record_id is not None:
        because = {"rule": "category", "quote": f"Regarding: {number}", "source": f"put on in Outlook by {owner.name}"}
        set_link(tx, activity_id, record_id, because=because, by=owner, now=now)


def _unlink(tx: Connection, activity_id: int, number: str, owner: Actor, now: datetime) -> None:
    record_id = _record(tx, number, owner)
    if record_id is not None:
        with suppress(Invalid):  # it is not linked to it any more
            remove_link(tx, activity_id, record_id, by=owner, now=now)


def _record(tx: Connection, number: str, owner: Actor) -> int | None:
    named = (Record.number == number) | Record.id.in_(merged_into(number))
    return tx.execute(select(Record.id).where(named, Record.deleted_at.is_(None), sees_record(owner))).scalar()


def _owner(tx: Connection, mailbox_id: int) -> Actor:
    """The mailbox's user; a shared mailbox without one is answered for by the system."""
    owned = select(User.email).join(Mailbox, Mailbox.owner_id == User.id).where(Mailbox.id == mailbox_id)
    email = tx.execute(owned.where(User.active.is_(True))).scalar()
    return actor_for(tx, email) if email else SYSTEM


def _items(tx: Connection, mailbox_id: int, remote_ids: Sequence[str]) -> list[AnyRow]:
    rows: list[Any] = []
    columns = (
        MailboxItem.id,
        MailboxItem.activity_id,
        MailboxItem.categories,
        MailboxItem.tracked,
        MailboxItem.stamp,
    )
    for portion in chunked(remote_ids):
        mine = (MailboxItem.mailbox_id == mailbox_id, MailboxItem.remote_id.in_(portion))
        rows += tx.execute(select(*columns).where(*mine).order_by(MailboxItem.occurred_at, MailboxItem.id)).all()
    return rows
