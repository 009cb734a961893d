"""Activities that are linked to both of two records that become one: they stay linked once, by the better decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import aliased

from store.history.ledger import Change
from store.linking.pending import reopen
from store.linking.timelines import refresh_timelines
from store.linking.undo import link_states
from store.schema.links import Link

_STATES = ("rejected", "suggested", "linked")
#: What a link takes over from the better one.
_DECISION = ("state", "score", "rule", "evidence", "engine_version", "decided_by", "user_id", "decided_at")


def join_double_links(tx: Connection, winner_id: int, loser_id: int, *, now: datetime) -> list[Change]:
    """Let the winner's link say what the better of each two says, and remove the loser's; returns what changed."""
    other = aliased(Link)
    pairs = tx.execute(
        select(Link.id, Link.uid, other.id.label("other_id"), other.uid.label("other_uid"), Link.activity_id)
        .join(other, other.activity_id == Link.activity_id)
        .where(Link.record_id == winner_id, other.record_id == loser_id)
        .order_by(Link.id)
    ).all()
    changes: list[Change] = []
    for row in pairs:
        before = link_states(tx, [row.uid, row.other_uid])
        _join(tx, row.id, row.other_id)
        after = link_states(tx, [row.uid])[row.uid]
        differing = [name for name, value in after.items() if value != before[row.uid][name]]
        changes.append(Change("link", row.other_uid, before[row.other_uid], None))
        if differing:
            kept = before[row.uid]
            changes.append(Change("link", row.uid, _only(kept, differing), _only(after, differing)))
    activity_ids = [row.activity_id for row in pairs]
    refresh_timelines(tx, activity_ids)
    reopen(tx, activity_ids)
    return changes


def _join(tx: Connection, kept_id: int, other_id: int) -> None:
    table = Link.__table__
    rows = {row["id"]: row for row in tx.execute(select(table).where(table.c.id.in_((kept_id, other_id)))).mappings()}
    best = max((rows[kept_id], rows[other_id]), key=_weight)
    first = best["state"] == "linked" and any(row["is_primary"] for row in rows.values())
    tx.execute(delete(Link).where(Link.id == other_id))
    values = {name: best[name] for name in _DECISION} | {"is_primary": first}
    tx.execute(update(Link).where(Link.id == kept_id).values(values))


def _weight(link: Mapping[Any, Any]) -> tuple[bool, int, float]:
    """A person's decision counts more than any rule's."""
    return link["decided_by"] == "user", _STATES.index(link["state"]), link["score"]


def _only(state: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: state[name] for name in names}
