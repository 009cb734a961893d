"""Which mailboxes have something to do that was decided elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select

from store.outbox.queue import OutgoingState
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox


def due_outboxes(tx: Connection, now: datetime) -> frozenset[int]:
    """Mailboxes with acts whose time has come, or that a process began which may be gone."""
    waiting = (Outgoing.state == OutgoingState.WAITING.value) & (Outgoing.not_before <= now)
    begun = Outgoing.state == OutgoingState.WORKING.value
    return frozenset(tx.execute(select(Outgoing.mailbox_id).where(or_(waiting, begun)).distinct()).scalars())


def new_mailboxes(tx: Connection) -> frozenset[int]:
    """Mailboxes that were connected, or connected anew, and not looked at since."""
    return frozenset(tx.execute(select(Mailbox.id).where(Mailbox.state == "new")).scalars())
