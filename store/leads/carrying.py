"""What a lead was linked to goes on with what it became, and stays with the lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.chunks import chunked
from store.history.ledger import Change
from store.linking.human import decision, held_links, settled
from store.schema.links import Link
from store.types import new_uid

_RULE = "qualified"


def carry_links(tx: Connection, lead_id: int, number: str, into_id: int, *, by: Actor, now: datetime) -> list[Change]:
    """Link every activity of the lead to what it became, which takes the lead's place where the lead came first.

    The lead keeps its links; like the new ones they stand now, whatever evidence would say later. What a person said is
    not regarding the other record stays so. Returns what changed.
    """
    linked = select(Link.activity_id).where(Link.record_id == lead_id, Link.state == "linked")
    activity_ids = list(tx.execute(linked.order_by(Link.activity_id)).scalars())
    before = held_links(tx, activity_ids)
    because = {"rule": _RULE, "quote": number, "source": f"{number} was qualified"}
    chosen = decision(by, now, because)
    for portion in chunked(activity_ids):
        _carry(tx, portion, lead_id, into_id, chosen)
    return settled(tx, activity_ids, before, now=now)


def _carry(tx: Connection, activity_ids: Sequence[int], lead_id: int, into_id: int, chosen: dict[str, object]) -> None:
    leads = (Link.activity_id.in_(activity_ids), Link.record_id == lead_id)
    theirs = (Link.activity_id.in_(activity_ids), Link.record_id == into_id)
    first = set(tx.execute(select(Link.activity_id).where(*leads, Link.is_primary.is_(True))).scalars())
    known = {row.activity_id: row.state for row in tx.execute(select(Link.activity_id, Link.state).where(*theirs))}
    tx.execute(update(Link).where(*leads, Link.decided_by == "rule").values(**chosen))
    tx.execute(update(Link).where(*leads).values(is_primary=False))
    # A rejection is a person's word; what a rule said of it becomes certain.
    tx.execute(update(Link).where(*theirs, Link.state != "rejected").values(state="linked", **chosen))
    fresh = [
        {"uid": new_uid(), "activity_id": key, "record_id": into_id, "state": "linked", "is_primary": False, **chosen}
        for key in activity_ids
        if key not in known
    ]
    if fresh:
        tx.execute(insert(Link), fresh)
    taking = [key for key in first if known.get(key) != "rejected"]
    tx.execute(update(Link).where(Link.activity_id.in_(taking), Link.record_id == into_id).values(is_primary=True))
