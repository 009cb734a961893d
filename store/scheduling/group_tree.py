"""Which groups there are and which hold which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.schema.scheduling import ResourceGroup, ResourceGroupMember


@dataclass(frozen=True, slots=True)
class GroupTree:
    """The living groups by uid: their names, the groups directly in each, and the keys of all."""

    names: Mapping[str, str]
    inner: Mapping[str, Sequence[str]]
    keys: Mapping[int, str]

    def uid_of(self, key: int) -> str:
        """The uid of a group by its key."""
        return self.keys[key]

    def way_to(self, wanted: str, first: Collection[str]) -> tuple[str, ...]:
        """The groups that lead from one of the first down to the wanted one, which stands last; none for no way."""
        seen: set[str] = set()
        waiting: list[tuple[str, ...]] = [(uid,) for uid in first]
        while waiting:
            way = waiting.pop(0)
            if way[-1] == wanted:
                return way
            if way[-1] not in seen:
                seen.add(way[-1])
                waiting += [(*way, uid) for uid in self.inner.get(way[-1], ())]
        return ()


def group_tree(tx: Connection) -> GroupTree:
    """All groups there are."""
    columns = (ResourceGroup.id, ResourceGroup.uid, ResourceGroup.name)
    rows = tx.execute(select(*columns).where(ResourceGroup.deleted_at.is_(None))).all()
    keys = {row.id: row.uid for row in rows}
    inner: dict[str, list[str]] = defaultdict(list)
    held = select(ResourceGroupMember.group_id, ResourceGroupMember.member_group_id)
    for group_id, member_id in tx.execute(held.where(ResourceGroupMember.member_group_id.is_not(None))):
        if group_id in keys and member_id in keys:
            inner[keys[group_id]].append(keys[member_id])
    return GroupTree({row.uid: row.name for row in rows}, inner, keys)
