"""What scheduling works by, for screens and commands: no secret among colleagues."""

from __future__ import annotations

from sqlalchemy import Connection

from store.actor import Actor
from store.kept.sorts import Sort
from store.scheduling.reading import Setup, Thing, read_setup, thing_called


def setup(tx: Connection, *, by: Actor) -> Setup:
    """All sites, resources, groups and services."""
    return read_setup(tx)


def called(tx: Connection, sort: Sort, name: str, *, by: Actor) -> Thing:
    """The one of this sort that a person means. Raises NotFound, Ambiguous."""
    return thing_called(tx, sort, name)
