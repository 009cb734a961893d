"""The address of a queue is its own."""

from __future__ import annotations

from sqlalchemy import Connection, select

from store.errors import Invalid
from store.schema.records import Record, RecordAddress
from store.schema.service import Queue


def check_address(tx: Connection, address: str, queue_id: int | None) -> None:
    """Raises Invalid for an address that belongs to another queue, or to a customer."""
    if not address:
        return
    other = select(Queue.name).where(Queue.address == address, Queue.deleted_at.is_(None), Queue.id != (queue_id or 0))
    if name := tx.execute(other.limit(1)).scalar():
        raise Invalid(f"Mail to {address} belongs to the queue {name}.")
    known = (
        select(Record.number)
        .join(RecordAddress, RecordAddress.record_id == Record.id)
        .where(RecordAddress.email == address, Record.deleted_at.is_(None))
    )
    if number := tx.execute(known.limit(1)).scalar():
        raise Invalid(f"{address} is an address of {number}; a queue has one of our own.")
