"""What is asked of a store to find out what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text

from store.engine import Store
from store.schema.ledger import Lease, Operation, Request
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.types import new_uid

_BACKUP = "backup"  # a request that was carried out when it was made
_SENDER_REFUSED = "%may not send under that address%"


@dataclass(frozen=True, slots=True)
class Traces:
    """Instants and counts that tell how a store has been used; `holder` has the service's lease until `until`."""

    newest: datetime | None  # that this program wrote by its own clock
    backed_up_at: datetime | None
    holder: str
    until: datetime | None
    senders_refused: Mapping[int, int]  # by mailbox


def note_backup(tx: Connection, target: str, *, now: datetime) -> None:
    """Remember that the store was copied."""
    tx.execute(
        insert(Request).values(uid=new_uid(), name=_BACKUP, payload={}, created_at=now, done_at=now, outcome=target)
    )


def traces(tx: Connection) -> Traces:
    """How the store has been used."""
    instants = (Mailbox.last_success_at, Mailbox.last_error_at, Mailbox.reconciled_at)
    newest = [tx.execute(select(func.max(column))).scalar() for column in (*instants, Operation.at)]
    lease = tx.execute(select(Lease.holder, Lease.until).where(Lease.name == "service")).one_or_none()
    refused = (
        select(Outgoing.mailbox_id, func.count())
        .where(Outgoing.state == "failed", Outgoing.last_error.like(_SENDER_REFUSED))
        .group_by(Outgoing.mailbox_id)
    )
    return Traces(
        newest=max((each for each in newest if each is not None), default=None),
        backed_up_at=tx.execute(select(func.max(Request.done_at)).where(Request.name == _BACKUP)).scalar(),
        holder="" if lease is None else lease.holder,
        until=None if lease is None else lease.until,
        senders_refused={row[0]: row[1] for row in tx.execute(refused)},
    )


def quick_check(store: Store) -> str:
    """ "ok", or the first damage that SQLite finds; '' for a database server, which looks after itself."""
    if not store.is_sqlite:
        return ""
    with store.read() as tx:
        return str(tx.execute(text("PRAGMA quick_check(1)")).scalar_one())
