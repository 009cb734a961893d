"""Users as undo sees them: a user is never removed, because records and operations name them, but made inactive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from store.chunks import chunked
from store.following.grounds import users_are_back
from store.history.ledger import Change
from store.history.undoable import Standing
from store.schema.people import OwnAddress, User
from store.upsert import upsert


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The users as they stand; an inactive one counts as deleted."""
    found: dict[str, Standing] = {}
    for portion in chunked(uids):
        rows = tx.execute(select(User.uid, User.name, User.email, User.role, User.active).where(User.uid.in_(portion)))
        for row in rows:
            state = {"name": row.name, "email": row.email, "role": row.role}
            found[row.uid] = Standing(f"user {row.name}", state if row.active else None)
    return found


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring users to what `after` says; addresses that only they made ours come and go with them."""
    for change in changes:
        values = {"active": False} if change.after is None else {**change.after, "active": True}
        keys = tx.execute(update(User).where(User.uid == change.uid).values(values).returning(User.id)).scalars().all()
        if change.after is not None:
            users_are_back(tx, keys)
        email = (change.after or change.before or {}).get("email")
        if email and change.after is None:
            tx.execute(delete(OwnAddress).where(OwnAddress.email == email, OwnAddress.mailbox_id.is_(None)))
        elif email:
            tx.execute(upsert(tx, OwnAddress).values(email=email).on_conflict_do_nothing())


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a field of a user."""
    return name.capitalize()
