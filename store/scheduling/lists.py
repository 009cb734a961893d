"""What resources and groups hold in tables of their own: skills, time off, members."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.kept.sorts import Lists, State, keys_of
from store.schema.scheduling import Resource, ResourceGroup, ResourceGroupMember, ResourceSkill, TimeOff


def _read_resources(tx: Connection, keys: Collection[int]) -> dict[int, State]:
    found: dict[int, State] = {key: {"skills": {}, "time_off": []} for key in keys}
    for portion in chunked(keys):
        skills = select(ResourceSkill.resource_id, ResourceSkill.skill, ResourceSkill.level)
        for key, skill, level in tx.execute(
            skills.where(ResourceSkill.resource_id.in_(portion)).order_by(ResourceSkill.skill)
        ):
            found[key]["skills"][skill] = level
        away = select(TimeOff.resource_id, TimeOff.starts_at, TimeOff.ends_at, TimeOff.reason)
        for row in tx.execute(away.where(TimeOff.resource_id.in_(portion)).order_by(TimeOff.starts_at, TimeOff.id)):
            off = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat(), "reason": row.reason}
            found[row.resource_id]["time_off"].append(off)
    return found


def _write_resource(tx: Connection, key: int, state: Mapping[str, Any]) -> None:
    if "skills" in state:
        tx.execute(delete(ResourceSkill).where(ResourceSkill.resource_id == key))
        _insert(
            tx,
            ResourceSkill,
            [{"resource_id": key, "skill": skill, "level": level} for skill, level in (state["skills"] or {}).items()],
        )
    if "time_off" in state:
        tx.execute(delete(TimeOff).where(TimeOff.resource_id == key))
        _insert(tx, TimeOff, [_off_row(key, one) for one in state["time_off"] or ()])


def _off_row(key: int, one: Mapping[str, str]) -> dict[str, Any]:
    return {
        "resource_id": key,
        "starts_at": datetime.fromisoformat(one["starts_at"]),
        "ends_at": datetime.fromisoformat(one["ends_at"]),
        "reason": one["reason"],
    }


def _read_groups(tx: Connection, keys: Collection[int]) -> dict[int, State]:
    found: dict[int, State] = {key: {"resources": [], "groups": []} for key in keys}
    inner = aliased(ResourceGroup)
    for portion in chunked(keys):
        rows = tx.execute(
            select(ResourceGroupMember.group_id, Resource.uid.label("resource"), inner.uid.label("inner"))
            .outerjoin(Resource, Resource.id == ResourceGroupMember.resource_id)
            .outerjoin(inner, inner.id == ResourceGroupMember.member_group_id)
            .where(ResourceGroupMember.group_id.in_(portion))
            .order_by(ResourceGroupMember.group_id, ResourceGroupMember.position)
        )
        for row in rows:
            if row.resource:
                found[row.group_id]["resources"].append(row.resource)
            else:
                found[row.group_id]["groups"].append(row.inner)
    return found


def _write_group(tx: Connection, key: int, state: Mapping[str, Any]) -> None:
    if "resources" not in state and "groups" not in state:
        return
    stands = _read_groups(tx, [key])[key]
    resources = state.get("resources", stands["resources"]) or []
    groups = state.get("groups", stands["groups"]) or []
    tx.execute(delete(ResourceGroupMember).where(ResourceGroupMember.group_id == key))
    by_resource, by_group = keys_of(tx, Resource, resources), keys_of(tx, ResourceGroup, groups)
    rows: list[dict[str, Any]] = [{"resource_id": by_resource[uid], "member_group_id": None} for uid in resources]
    rows += [{"resource_id": None, "member_group_id": by_group[uid]} for uid in groups]
    _insert(tx, ResourceGroupMember, [{"group_id": key, "position": number, **row} for number, row in enumerate(rows)])


def _insert(tx: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(insert(table), rows)


RESOURCE_LISTS = Lists(_read_resources, _write_resource)
GROUP_LISTS = Lists(_read_groups, _write_group)
