"""What happened to cases, written down as it happens, and the clocks that follow from it.

A case that was there before anything was written down gets the beginning that can be told from its record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import aliased

from store.actor import Actor
from store.cases.clocks import refresh_clocks
from store.cases.contracts import cover
from store.cases.following import KINDS, Fresh, Kept, Plan, Standing, Way, begun, follow
from store.chunks import chunked
from store.records.fields import CASE_CLOSED
from store.schema.people import User
from store.schema.records import Case, MergedRecord, Record
from store.schema.service import CaseEvent, Queue


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A case that appeared, changed or went; `before` is its state then (store.records.state), None for a new one."""

    record_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def follow_cases(
    tx: Connection, changes: Sequence[ChangedCase], *, by: Actor, now: datetime, way: Way = "on"
) -> list[int]:
    """Write down what became of these cases and work out their clocks; returns those whose mails have yet to be: they
    were there before anything was written down of them, or are somebody else's now, whom other mails went to."""
    if not changes:
        return []
    keys = [change.record_id for change in changes]
    cases = _cases(tx, keys)
    events = kept_events(tx, keys, KINDS)
    cover(tx, [change.record_id for change in changes if _is_someone_elses(change)])
    fresh: list[dict[str, Any]] = []
    uncounted: list[int] = []
    counted: list[int] = []
    unmoved: set[int] = set()
    for change in changes:
        case = cases[change.record_id]
        own = events.get(change.record_id, [])
        written = [] if own else list(_beginning(tx, case, change, now))
        known = own or [Kept(0, each.at, each.kind, each.value) for each in written]
        plan = follow(case.standing, known, now, way)
        fresh += [event_row(change.record_id, each, by) for each in (*written, *plan.fresh)]
        uncounted += plan.uncounted
        counted += plan.counted
        if plan == Plan() and not written:
            unmoved.add(change.record_id)
    count_events(tx, uncounted, counts=False)
    count_events(tx, counted, counts=True)
    add_events(tx, fresh)
    refresh_clocks(tx, keys, unmoved=unmoved, now=now)
    changed = [change for change in changes if change.before is not None]
    return [one.record_id for one in changed if one.record_id not in events or _is_someone_elses(one)]


def event_row(record_id: int, event: Fresh, by: Actor, *, activity_id: int | None = None) -> dict[str, Any]:
    """The row of an event that somebody, or something, caused."""
    return {
        "record_id": record_id,
        "at": event.at,
        "kind": event.kind,
        "value": event.value,
        "activity_id": activity_id,
        "user_id": by.user_id,
        "rule_id": by.rule_id,
    }


def add_events(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write events down, as `event_row` gives them."""
    if rows:
        tx.execute(insert(CaseEvent), list(rows))


def count_events(tx: Connection, event_ids: Collection[int], *, counts: bool) -> None:
    """Let events count, or not."""
    for portion in chunked(event_ids):
        tx.execute(update(CaseEvent).where(CaseEvent.id.in_(portion)).values(counts=counts))


def kept_events(tx: Connection, record_ids: Collection[int], kinds: Iterable[str]) -> dict[int, list[Kept]]:
    """The events of cases of these kinds, oldest first, those that do not count included."""
    found: dict[int, list[Kept]] = defaultdict(list)
    wanted = frozenset(kinds)
    columns = (CaseEvent.record_id, CaseEvent.id, CaseEvent.at, CaseEvent.kind, CaseEvent.value, CaseEvent.counts)
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(*columns)
            .where(CaseEvent.record_id.in_(portion))
            .order_by(CaseEvent.record_id, CaseEvent.at, CaseEvent.id)
        )
        for row in rows:
            if row.kind in wanted:
                found[row.record_id].append(Kept(row.id, row.at, row.kind, row.value, row.counts))
    return found


@dataclass(frozen=True, slots=True)
class _StoredCase:
    standing: Standing
    created_at: datetime


def _cases(tx: Connection, record_ids: Collection[int]) -> dict[int, _StoredCase]:
    """How these cases stand now, deleted ones included."""
    into = aliased(Record)
    found: dict[int, _StoredCase] = {}
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(Case.id, Case.priority, Case.queue_id, Case.status, Record.owner_id, Record.created_at, into.uid)
            .join(Record, Record.id == Case.id)
            .outerjoin(MergedRecord, MergedRecord.record_id == Case.id)
            .outerjoin(into, into.id == MergedRecord.into_id)
            .where(Case.id.in_(portion))
        )
        for key, priority, queue_id, status, owner_id, created_at, merged in rows:
            standing = Standing(priority, _text(queue_id), status, _text(owner_id), merged or "")
            found[key] = _StoredCase(standing, created_at)
    return found


def _beginning(tx: Connection, case: _StoredCase, change: ChangedCase, now: datetime) -> tuple[Fresh, ...]:
    """How a case of which nothing is written down began."""
    if change.before is None and case.created_at >= now:
        return begun(Standing(priority=case.standing.priority), now)
    before = change.before or change.after or {}
    queue, owner = before.get("queue"), before.get("owner")
    was = Standing(
        before.get("priority") or "normal",
        _key(tx, select(Queue.id).where(Queue.uid == queue)) if queue else "",
        before.get("status") or "new",
        _key(tx, select(User.id).where(User.uid == owner)) if owner else "",
    )
    closed = before.get("resolved_at") if was.status in CASE_CLOSED else None
    at = datetime.fromisoformat(closed) if closed else case.created_at
    return begun(was, case.created_at, closed_at=max(at, case.created_at))


def _is_someone_elses(change: ChangedCase) -> bool:
    """It was opened, or opened again for somebody else, so that another contract may cover it."""
    if change.after is None:
        return False
    before = change.before or {}
    return change.before is None or any(before.get(name) != change.after.get(name) for name in ("account", "contact"))


def _key(tx: Connection, query: Any) -> str:
    return _text(tx.execute(query).scalar())


def _text(key: int | None) -> str:
    return "" if key is None else str(key)
