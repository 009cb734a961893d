"""Whether anything changed since one looked last: what a screen asks every few seconds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from store.actor import Actor
from store.schema.activities import Activity
from store.schema.ledger import Operation, Quarantine
from store.schema.links import Link
from store.schema.mail import MailboxItem
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class Pulse:
    """The newest id of everything that screens show; equal pulses mean that there is nothing new to read."""

    activity: int
    item: int
    record: int
    link: int
    operation: int
    quarantine: int

    @property
    def is_empty(self) -> bool:
        """Nothing was ever stored."""
        return not (self.activity or self.record)


_NEWEST = (Activity.id, MailboxItem.id, Record.id, Link.id, Operation.id, Quarantine.id)


def pulse(tx: Connection, *, by: Actor) -> Pulse:
    """Six look-ups in primary keys, whoever asks."""
    columns = [select(func.coalesce(func.max(column), 0)).scalar_subquery() for column in _NEWEST]
    return Pulse(*tx.execute(select(*columns)).one())
