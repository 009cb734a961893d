"""Saving and deleting sites, resources, groups and services. Each act is one operation, and raises Invalid, NotFound,
Ambiguous and NotAllowed in the words for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from store.actor import Actor
from store.errors import NotFound
from store.kept.keeping import Put, Saved, put, remove, save
from store.kept.sorts import Sort, State, read_state
from store.scheduling.given import state_from
from store.scheduling.sorts import RESOURCE


def write_thing(
    tx: Connection, sort: Sort, given: Mapping[str, Any], *, key: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add a thing, or change the one with this key, by what was given (store.scheduling.given)."""
    return save(tx, sort, key, state_from(tx, sort, _before(tx, sort, key), given), by=by, now=now)


def put_thing(
    tx: Connection, sort: Sort, given: Mapping[str, Any], *, key: int | None = None, by: Actor, now: datetime
) -> Put:
    """As `write_thing`, for the caller to record as a part of its operation."""
    return put(tx, sort, key, state_from(tx, sort, _before(tx, sort, key), given), by=by, now=now)


def add_time_off(tx: Connection, resource_id: int, off: Mapping[str, str], *, by: Actor, now: datetime) -> Saved:
    """A resource is away, as `store.scheduling.written.away` says."""
    state = dict(_before(tx, RESOURCE, resource_id) or {})
    kept = [*state["time_off"], dict(off)]
    state["time_off"] = sorted(kept, key=lambda one: (one["starts_at"], one["ends_at"]))
    return save(tx, RESOURCE, resource_id, state, by=by, now=now)


def delete_thing(tx: Connection, sort: Sort, key: int, *, by: Actor, now: datetime) -> str:
    """Delete a thing; returns the operation's uid. Raises Invalid while it is needed."""
    return remove(tx, sort, key, by=by, now=now)


def _before(tx: Connection, sort: Sort, key: int | None) -> State | None:
    if key is None:
        return None
    stored = read_state(tx, sort, key)
    if stored is None or stored.deleted:
        raise NotFound(f"this {sort.noun} is not there any more")
    return stored.state
