"""People of our own company: adding them, also without an address, and finding them by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.domains import parse_email
from store.errors import Invalid, NotAllowed
from store.following.grounds import users_are_back
from store.history.ledger import Change
from store.schema.people import OwnAddress, User
from store.types import new_uid
from store.upsert import upsert

ROLES = ("admin", "sales", "scheduler", "support", "restricted")


@dataclass(frozen=True, slots=True)
class NewUser:
    """`email` is None for somebody known by name only: such a user owns records but cannot be the configured one."""

    name: str
    email: str | None = None
    role: str = "sales"


def checked_user(name: str, email: str = "", role: str = "") -> NewUser:
    """A user from what a file or a form says. Raises Invalid."""
    name = " ".join(name.split()) or email.partition("@")[0]
    if not name:
        raise Invalid("A user needs a name or an address.")
    wanted = role.strip().lower() or "sales"
    if wanted not in ROLES:
        raise Invalid(f"Role: {role.strip()!r} is none of {', '.join(ROLES)}.")
    return NewUser(name, parse_email(email) if email.strip() else None, wanted)


def add_users(tx: Connection, users: Sequence[NewUser], *, by: Actor, now: datetime) -> list[Change]:
    """Add users; their addresses become ours. The caller records the changes as part of its operation.

    A user who was made inactive comes back by the same address. Raises NotAllowed when somebody who is no
    administrator makes one.
    """
    if by.role not in ("admin", "system") and any(user.role == "admin" for user in users):
        raise NotAllowed("only an administrator can make another one")
    changes = []
    for user in users:
        uid = _inactive(tx, user) or new_uid()
        state = {"name": user.name, "email": user.email, "role": user.role}
        values = state | {"uid": uid, "active": True}
        if tx.execute(select(User.id).where(User.uid == uid)).scalar() is None:
            tx.execute(insert(User).values(created_at=now, **values))
        else:
            back = update(User).where(User.uid == uid).values(values).returning(User.id)
            users_are_back(tx, list(tx.execute(back).scalars()))
        if user.email:
            tx.execute(upsert(tx, OwnAddress).values(email=user.email).on_conflict_do_nothing())
        changes.append(Change("app_user", uid, None, state))
    return changes


def active_users(tx: Connection) -> list[tuple[str, str, str | None]]:
    """uid, name and address of every active user."""
    rows = tx.execute(select(User.uid, User.name, User.email).where(User.active.is_(True)).order_by(User.id))
    return [(row.uid, row.name, row.email) for row in rows]


def _inactive(tx: Connection, user: NewUser) -> str | None:
    same = User.email == user.email if user.email else (User.email.is_(None)) & (User.name == user.name)
    return tx.execute(select(User.uid).where(same, User.active.is_(False)).limit(1)).scalar()
