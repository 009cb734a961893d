"""Leases: something that only one process may do at a time, kept in the store and free again after a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, or_, update

from store.schema.ledger import Lease
from store.upsert import upsert


def acquire_lease(tx: Connection, name: str, holder: str, *, until: datetime, now: datetime) -> bool:
    """Take the lease if it is free, has run out, or is ours already. Run it in a writing transaction of its own."""
    taken = tx.execute(
        upsert(tx, Lease).on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "until": until},
            where=or_(Lease.holder == holder, Lease.until < now),
        ),
        {"name": name, "holder": holder, "until": until},
    )
    return taken.rowcount == 1


def renew_lease(tx: Connection, name: str, holder: str, *, until: datetime) -> None:
    tx.execute(update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=until))


def release_lease(tx: Connection, name: str, holder: str) -> None:
    tx.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
