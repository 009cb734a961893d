"""Small stores to test with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from store.actor import SYSTEM, Actor
from store.records.state import State, read_state
from store.records.writing import Created, create_record
from store.schema.people import User

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def add_user(tx: Connection, name: str = "Kim Abercrombie", role: str = "sales", email: str | None = None) -> Actor:
    """An active user; the address follows from the name unless given."""
    address = email or f"{name.split()[0].lower()}@alpineskihouse.com"
    values = {"name": name, "role": role, "email": address, "created_at": NOW}
    user_id = tx.execute(insert(User).values(values).returning(User.id)).scalar_one()
    return Actor(user_id, name, role)


def make(tx: Connection, kind: str, *, by: Actor = SYSTEM, **values: Any) -> Created:
    return create_record(tx, kind, values, by=by, now=NOW)


def state_of(tx: Connection, record_id: int) -> State:
    stored = read_state(tx, record_id)
    assert stored is not None
    return stored.state
