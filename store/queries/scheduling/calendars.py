"""Whose mailbox is whose: where the calendar of a resource is read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.schema.people import Mailbox, User


@dataclass(frozen=True, slots=True)
class MailboxOwner:
    """A mailbox with the uid of its owner, None for nobody's and for what was imported from files."""

    mailbox_id: int
    uid: str
    owner: str | None


def mailbox_owners(tx: Connection) -> tuple[MailboxOwner, ...]:
    """All mailboxes, in the order in which they were connected."""
    rows = tx.execute(
        select(Mailbox.id, Mailbox.uid, User.uid.label("owner"))
        .outerjoin(User, User.id == Mailbox.owner_id)
        .order_by(Mailbox.id)
    )
    return tuple(MailboxOwner(*row) for row in rows)
