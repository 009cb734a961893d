"""Pairs of records that seem to be the same, and what people decide about them. A pair that was refused stays so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from store.actor import Actor
from store.chunks import chunked
from store.history.ledger import Change, record_operation
from store.history.undoable import Standing
from store.queries.duplicates import find_duplicate
from store.schema.proposals import Duplicate
from store.schema.records import MergedRecord
from store.types import new_uid


@dataclass(frozen=True, slots=True)
class Likely:
    """Another record that may be the same; `evidence` are objects with `rule`, `quote` and `source`."""

    record_id: int
    score: float
    evidence: tuple[Mapping[str, Any], ...]


def store_pairs(tx: Connection, found: Mapping[int, Sequence[Likely]], *, now: datetime) -> int:
    """What a comparison of these records (by key) with all others found, in place of what was open for them; returns
    how many pairs are new. What people decided stands, also for the records that were merged into these."""
    known = _pairs_of(tx, found)
    refused = _refused(
        tx, {key for one, likely in found.items() for key in (one, *(each.record_id for each in likely))}
    )
    wanted: dict[tuple[int, int], Likely] = {}
    for record_id, likely in found.items():
        for each in likely:
            pair = (min(record_id, each.record_id), max(record_id, each.record_id))
            if not _are_apart(refused, *pair):
                wanted[pair] = each
    stale = [row.id for pair, row in known.items() if row.state == "open" and pair not in wanted]
    for portion in chunked(stale):
        tx.execute(delete(Duplicate).where(Duplicate.id.in_(portion)))
    new = []
    for pair, each in wanted.items():
        values = {"score": each.score, "evidence": [dict(entry) for entry in each.evidence], "state": "open"}
        row = known.get(pair)
        if row is None:
            new.append({"uid": new_uid(), "left_id": pair[0], "right_id": pair[1], "found_at": now, **values})
        elif row.state == "open":
            tx.execute(update(Duplicate).where(Duplicate.id == row.id).values(values))
    if new:
        tx.execute(insert(Duplicate), new)
    return len(new)


def refuse_duplicate(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """These two are not the same, and never proposed as such again; returns the operation's uid. Raises NotFound."""
    row = find_duplicate(tx, uid, by=by)
    change = _decide(tx, row.uid, "open", "refused", by, now)
    pair = f"{row.left.number} {row.left.title} and {row.right.number} {row.right.title}"
    return record_operation(tx, "refuse_duplicate", f"Not the same: {pair}", [change], by=by, now=now)


def pair_merged(tx: Connection, one_id: int, other_id: int, *, by: Actor, now: datetime) -> list[Change]:
    """The pair of these two, where there is one, is merged; returns what changed."""
    pair = (Duplicate.left_id == min(one_id, other_id), Duplicate.right_id == max(one_id, other_id))
    row = tx.execute(select(Duplicate.uid, Duplicate.state).where(*pair)).one_or_none()
    return [] if row is None else [_decide(tx, row.uid, row.state, "merged", by, now)]


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The pairs as they stand; one that was found to be none meanwhile has no row."""
    found = dict.fromkeys(uids, Standing("the pair of duplicates", None))
    for portion in chunked(uids):
        rows = tx.execute(select(Duplicate.uid, Duplicate.state).where(Duplicate.uid.in_(portion)))
        found.update({row.uid: Standing("the pair of duplicates", {"state": row.state}) for row in rows})
    return found


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring pairs to the state that `after` says."""
    for change in changes:
        state = (change.after or {}).get("state", "open")
        values = {"state": state, "decided_at": None if state == "open" else now}
        tx.execute(update(Duplicate).where(Duplicate.uid == change.uid).values(values))


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of a pair."""
    return name


def _decide(tx: Connection, uid: str, before: str, after: str, by: Actor, now: datetime) -> Change:
    values = {"state": after, "user_id": by.user_id, "decided_at": now}
    tx.execute(update(Duplicate).where(Duplicate.uid == uid).values(values))
    return Change("duplicate", uid, {"state": before}, {"state": after})


def _pairs_of(tx: Connection, record_ids: Collection[int]) -> dict[tuple[int, int], Any]:
    found: dict[tuple[int, int], Any] = {}
    columns = (Duplicate.id, Duplicate.left_id, Duplicate.right_id, Duplicate.state)
    for portion in chunked(record_ids):
        for side in (Duplicate.left_id, Duplicate.right_id):
            found.update(
                {(row.left_id, row.right_id): row for row in tx.execute(select(*columns).where(side.in_(portion)))}
            )
    return found


@dataclass(frozen=True, slots=True)
class _Refused:
    """Pairs of keys that people keep apart, and what was merged into each record, the record itself included."""

    pairs: frozenset[tuple[int, int]]
    merged: Mapping[int, frozenset[int]]


def _refused(tx: Connection, record_ids: Collection[int]) -> _Refused:
    merged: dict[int, set[int]] = defaultdict(set)
    for portion in chunked(record_ids):
        rows = select(MergedRecord.into_id, MergedRecord.record_id).where(MergedRecord.into_id.in_(portion))
        for into_id, record_id in tx.execute(rows):
            merged[into_id].add(record_id)
    groups = {record_id: frozenset({record_id, *merged[record_id]}) for record_id in record_ids}
    pairs: set[tuple[int, int]] = set()
    for portion in chunked({key for group in groups.values() for key in group}):
        rows_of = select(Duplicate.left_id, Duplicate.right_id).where(
            Duplicate.left_id.in_(portion), Duplicate.state == "refused"
        )
        pairs.update((row.left_id, row.right_id) for row in tx.execute(rows_of))
    return _Refused(frozenset(pairs), groups)


def _are_apart(refused: _Refused, left_id: int, right_id: int) -> bool:
    return any(
        (min(one, other), max(one, other)) in refused.pairs
        for one in refused.merged[left_id]
        for other in refused.merged[right_id]
    )
