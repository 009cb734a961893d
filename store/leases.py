"""Leases: something that only one process may do at a time, kept in the store and free again after a while.

A process that was killed cannot give its lease back: one that ended on this machine is recognised and does not
block; one that ended elsewhere blocks until its lease runs out.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from store.processes import has_ended, this_process
from store.schema.ledger import Lease
from store.upsert import upsert


def acquire_lease(tx: Connection, name: str, *, until: datetime, now: datetime) -> bool:
    """Take the lease, or keep it for longer: it must be free, run out, ours already, or held by a process that ended.

    Run it in a writing transaction.
    """
    ours = this_process()
    holder = tx.execute(select(Lease.holder).where(Lease.name == name)).scalar()
    if holder is not None and holder != ours and has_ended(holder):
        tx.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
    taken = tx.execute(
        upsert(tx, Lease)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": ours, "until": until},
            where=or_(Lease.holder == ours, Lease.until < now),
        )
        .returning(Lease.name),
        {"name": name, "holder": ours, "until": until},
    )
    return taken.scalar() is not None


def release_lease(tx: Connection, name: str) -> None:
    """Give the lease back if it is still ours."""
    tx.execute(delete(Lease).where(Lease.name == name, Lease.holder == this_process()))
