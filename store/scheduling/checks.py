"""What the store does not let sites, resources, groups and services say, also when undo brings them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from store.errors import Invalid
from store.scheduling.capacity import overfull
from store.scheduling.group_tree import group_tree
from store.scheduling.occupying import occupied_by_open
from store.scheduling.rules import named_in
from store.schema.base import Base
from store.schema.scheduling import Resource, ResourceGroup
from store.sla.hours import zone_named


def check_site(_tx: Connection, _key: int | None, state: Mapping[str, Any]) -> None:
    """Raises Invalid for a time zone that there is not."""
    if "zone" in state:
        zone_named(state["zone"])


def check_resource(tx: Connection, key: int | None, state: Mapping[str, Any]) -> None:
    """Raises Invalid for a time zone that there is not, and for a capacity below what is booked."""
    if state.get("zone"):
        zone_named(state["zone"])
    if key is None or "capacity" not in state:
        return
    if over := overfull(occupied_by_open(tx, key), state["capacity"]):
        holders = ", ".join(dict.fromkeys(one.what for one in over.holders))
        raise Invalid(
            f"A capacity of {state['capacity']} is too little: {holders} need {over.units} at once"
            f" from {over.start:%Y-%m-%d %H:%M} UTC."
        )


def check_group(tx: Connection, key: int | None, state: Mapping[str, Any]) -> None:
    """Raises Invalid for a group that would hold itself, naming the way round, and for members that are gone."""
    _check_living(tx, Resource, "resource", state.get("resources") or ())
    _check_living(tx, ResourceGroup, "group", state.get("groups") or ())
    if key is None or not state.get("groups"):
        return
    tree = group_tree(tx)
    own = tree.uid_of(key)
    way = tree.way_to(own, state["groups"])
    if way:
        named = " > ".join(tree.names[uid] for uid in (own, *way))
        raise Invalid(f"A group cannot hold itself: {named}.")


def check_service(tx: Connection, _key: int | None, state: Mapping[str, Any]) -> None:
    """Raises Invalid for a rule that names what is gone."""
    rule = state.get("rule")
    if not rule:
        return
    named = list(named_in(rule))
    _check_living(tx, Resource, "resource", {uid for noun, uid in named if noun == "resource"})
    _check_living(tx, ResourceGroup, "group", {uid for noun, uid in named if noun == "group"})


def _check_living(tx: Connection, table: type[Base], noun: str, uids: Iterable[str]) -> None:
    columns = table.__table__.c
    wanted = set(uids)
    rows = tx.execute(select(columns.uid, columns.name, columns.deleted_at).where(columns.uid.in_(sorted(wanted))))
    found = {row.uid: row for row in rows}
    for uid in sorted(wanted):
        if uid not in found:
            raise Invalid(f"There is no {noun} {uid}.")
        if found[uid].deleted_at is not None:
            raise Invalid(f"The {noun} {found[uid].name} is not there any more.")
