"""As whom mail can be sent: the addresses of the mailboxes that a person may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.schema.people import Mailbox, OwnAddress
from store.sync.mailboxes import FILES
from store.sync.settings import ALIASES, SEND_AS, SIGNATURE


@dataclass(frozen=True, slots=True)
class Sender:
    """An address of a mailbox; `is_own` says that the mailbox belongs to whoever asks, and is not only shared."""

    mailbox_id: int
    email: str
    name: str
    is_own: bool
    signature: str = ""


def senders(tx: Connection, *, by: Actor) -> tuple[Sender, ...]:
    """The addresses that `by` may send as, those of their own mailbox first and each mailbox's main address first.

    Mailbox settings: `aliases` are further addresses of the mailbox, `send_as` those it was given the right to use.
    """
    columns = (Mailbox.id, Mailbox.address, Mailbox.name, Mailbox.owner_id, Mailbox.settings)
    statement = select(*columns).where(Mailbox.provider != FILES).order_by(Mailbox.id)
    if not by.sees_everything:
        statement = statement.where(Mailbox.id.in_(sorted(by.mailbox_ids)))
    rows = tx.execute(statement).all()
    found = [
        Sender(row.id, email, row.name, row.owner_id == by.user_id, str(row.settings.get(SIGNATURE, "")))
        for row in rows
        for email in _addresses(tx, row)
    ]
    return tuple(sorted(found, key=lambda sender: not sender.is_own))


def may_send_as(tx: Connection, mailbox_id: int, email: str) -> bool:
    """Whether a mailbox has this address or was given the right to use it. The server has the last word."""
    columns = (Mailbox.id, Mailbox.address, Mailbox.settings)
    row = tx.execute(select(*columns).where(Mailbox.id == mailbox_id, Mailbox.provider != FILES)).one_or_none()
    return row is not None and email.casefold() in _addresses(tx, row)


def _addresses(tx: Connection, row: Any) -> list[str]:
    owned = tx.execute(select(OwnAddress.email).where(OwnAddress.mailbox_id == row.id).order_by(OwnAddress.email))
    more = [*owned.scalars(), *row.settings.get(ALIASES, ()), *row.settings.get(SEND_AS, ())]
    return list(dict.fromkeys(str(email).strip().casefold() for email in (row.address, *more)))
