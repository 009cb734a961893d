"""The people who work here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from store.actor import Actor
from store.schema.people import User


@dataclass(frozen=True, slots=True)
class UserRow:
    """A colleague who can own a record; `email` is '' for one known by name only."""

    user_id: int
    uid: str
    name: str
    email: str
    role: str


def active_users(tx: Connection, *, by: Actor) -> tuple[UserRow, ...]:
    """Everybody who works here now, by name; colleagues are no secret to each other."""
    columns = (User.id, User.uid, User.name, func.coalesce(User.email, ""), User.role)
    return tuple(UserRow(*row) for row in tx.execute(select(*columns).where(User.active.is_(True)).order_by(User.name)))
