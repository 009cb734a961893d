"""The clocks of cases as the store keeps them: worked out from what happened, and kept until they change by themselves.

A case is judged by what its contract promises, else by what its queue does, else nothing is owed. One that is closed
keeps the judgement it was closed with, whatever is promised later, until its own events change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from store.cases.following import first_response
from store.chunks import chunked
from store.queries.paging import AnyRow
from store.queues.reading import SlaRow, entitlement_slas, queues, service_levels
from store.records.fields import CASE_CLOSED
from store.schema.records import Case, Record
from store.schema.service import CaseEvent
from store.sla.clock import ANSWERS, Clocks, clocks
from store.sla.clock import CaseEvent as Event
from store.sla.hours import BusinessCalendar, Hours
from store.sla.terms import Sla, SlaTerms
from store.sla.watch import Clock

ClockName = Literal["first_response", "resolution"]
CLOCKS: tuple[ClockName, ...] = ("first_response", "resolution")
WARNED, BREACHED = "warned", "breached"

#: Nothing is promised, at any time of the day.
NOTHING = Sla(SlaTerms(), BusinessCalendar("UTC", ((Hours(time(0), time(0)),),) * 7))

_READ = frozenset(("created", "status", "priority", "queue", *ANSWERS, "reopened", "merged", WARNED, BREACHED))
_NO_QUEUES: Mapping[str, Sla] = MappingProxyType({})
_KEPT = ("first_response_at", "response_due_at", "resolution_due_at", "sla_id", "sla_state", "sla_next_at")


@dataclass(frozen=True, slots=True)
class Judged:
    """The clocks of a case, and what they are judged by; `sla_id` None: nothing is promised."""

    clocks: Clocks
    sla: Sla
    sla_id: int | None
    first_response_at: datetime | None
    told: frozenset[tuple[str, str]]  # (warned or breached, the clock) that is written down already

    @property
    def untold(self) -> tuple[tuple[str, ClockName, Clock], ...]:
        """What became of clocks and is not written down yet: (warned or breached, the clock's name, the clock)."""
        found = []
        for name in CLOCKS:
            clock: Clock | None = getattr(self.clocks, name)
            if clock is None or clock.state not in (WARNED, BREACHED):
                continue
            if (BREACHED, name) not in self.told and (clock.state, name) not in self.told:
                found.append((clock.state, name, clock))
        return tuple(found)


class _Slas(NamedTuple):
    """What queues promise, by their keys as text; `judged` is what of it the clocks read."""

    by_queue: Mapping[str, SlaRow]
    judged: Mapping[str, Sla]


def refresh_clocks(
    tx: Connection, record_ids: Collection[int], *, unmoved: Collection[int] = (), now: datetime
) -> dict[int, Judged]:
    """Work out the clocks of these cases and keep what they say; returns those of which something has yet to be told.

    These are due at once, so that the next look at what is due tells it. `unmoved` are those whose events did not
    change: closed ones among them stay as they were judged.
    """
    found: dict[int, Judged] = {}
    changed: list[dict[str, Any]] = []
    for case, judged in _judge(tx, record_ids, now):
        if case.id in unmoved and case.status in CASE_CLOSED:
            values = (*case[-len(_KEPT) : -1], None if case.deleted_at is not None else case.sla_next_at)
        else:
            values = _values(judged, now, case.deleted_at is not None)
            if judged.untold:
                found[case.id] = judged
        if values != case[-len(_KEPT) :]:
            changed.append({"key": case.id, **dict(zip(_KEPT, values, strict=True))})
    if changed:
        keep = update(Case).where(Case.id == bindparam("key")).values({name: bindparam(name) for name in _KEPT})
        tx.execute(keep, changed)
    return found


def judge(tx: Connection, record_ids: Collection[int], *, now: datetime) -> dict[int, Judged]:
    """The clocks of these cases now, of closed ones as they were judged; nothing is kept."""
    found = dict[int, Judged]()
    promised: dict[int, Sla] | None = None
    for case, judged in _judge(tx, record_ids, now):
        if case.status in CASE_CLOSED and _dues(judged) != (case.response_due_at, case.resolution_due_at):
            promised = promised or {row.sla_id: row.sla for row in service_levels(tx)}
            judged = _as_closed(case, judged, promised.get(case.sla_id, judged.sla))
        found[case.id] = judged
    return found


def _judge(tx: Connection, record_ids: Collection[int], now: datetime) -> Iterator[tuple[AnyRow, Judged]]:
    slas: _Slas | None = None
    for portion in chunked(record_ids):
        cases = tx.execute(_CASES.where(Case.id.in_(portion))).all()
        slas = slas or _slas(tx)
        entitlements = {case.entitlement_id for case in cases} - {None}
        contracts = entitlement_slas(tx, entitlements) if entitlements else {}
        events = _events(tx, portion)
        for case in cases:
            yield case, _judged(case, events.get(case.id, ()), slas, contracts, now)


_CASES = select(
    Case.id,
    Case.queue_id,
    Case.entitlement_id,
    Case.status,
    Case.resolved_at,
    Record.deleted_at,
    *(getattr(Case, name) for name in _KEPT),
).join(Record, Record.id == Case.id)


def _slas(tx: Connection) -> _Slas:
    by_id = {row.sla_id: row for row in service_levels(tx)}
    held = {str(queue.queue_id): by_id[queue.sla_id] for queue in queues(tx) if queue.sla_id in by_id}
    return _Slas(held, {name: row.sla for name, row in held.items()})


def _events(tx: Connection, record_ids: Collection[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    # Sorted out here: asked for kinds, SQLite would look through the index of kinds, thirty times as long.
    rows = tx.execute(
        select(CaseEvent.record_id, CaseEvent.at, CaseEvent.kind, CaseEvent.value, CaseEvent.counts)
        .where(CaseEvent.record_id.in_(record_ids))
        .order_by(CaseEvent.record_id, CaseEvent.at, CaseEvent.id)
    )
    for record_id, at, kind, value, counts in rows:
        if counts and kind in _READ:
            found[record_id].append(Event(at, kind, value))
    return found


def _judged(
    case: AnyRow, events: Sequence[Event], slas: _Slas, contracts: Mapping[int, SlaRow], now: datetime
) -> Judged:
    queue = str(case.queue_id)
    contract = contracts.get(case.entitlement_id)
    row = contract or slas.by_queue.get(queue)
    sla = contract.sla if contract else slas.judged.get(queue, NOTHING)
    by_queue = _NO_QUEUES if contract else slas.judged
    said = clocks(events, sla.terms, sla.calendar, now, queues=by_queue)
    told = [(event.kind, event.value) for event in events if event.kind in (WARNED, BREACHED)]
    return Judged(said, sla, row.sla_id if row else None, first_response(events), frozenset(told))


def _dues(judged: Judged) -> tuple[datetime | None, ...]:
    both = (judged.clocks.first_response, judged.clocks.resolution)
    return tuple(clock.due_at if clock else None for clock in both)


def _as_closed(case: AnyRow, judged: Judged, sla: Sla) -> Judged:
    """How a case stood when it was closed, in the hours of what was promised then."""
    response = _ended(case.response_due_at, case.first_response_at or case.resolved_at, sla.calendar)
    resolution = _ended(case.resolution_due_at, case.resolved_at, sla.calendar)
    return replace(judged, clocks=Clocks(response, resolution), sla=sla, sla_id=case.sla_id)


def _ended(due_at: datetime | None, ended_at: datetime | None, calendar: BusinessCalendar) -> Clock | None:
    if due_at is None or ended_at is None:
        return None
    if ended_at < due_at:
        return Clock("met", due_at, calendar.working_between(ended_at, due_at), None, ended_at)
    return Clock("breached", due_at, -calendar.working_between(due_at, ended_at), None, ended_at)


def _values(judged: Judged, now: datetime, is_deleted: bool) -> tuple[Any, ...]:
    """What is kept of them, as _KEPT names it. Nothing becomes due of a case that was deleted."""
    said = judged.clocks
    next_at = now if judged.untold else said.next_at
    return (
        judged.first_response_at,
        said.first_response.due_at if said.first_response else None,
        said.resolution.due_at if said.resolution else None,
        judged.sla_id,
        said.state or "",
        None if is_deleted else next_at,
    )
