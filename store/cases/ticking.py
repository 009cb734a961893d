"""Clocks that ran on: what warns or is late is written down, told and passed on to whoever looks after what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from store.actor import SYSTEM
from store.cases.clocks import BREACHED, ClockName, Judged, refresh_clocks
from store.cases.events import add_events, event_row
from store.cases.following import Fresh
from store.chunks import chunked
from store.history.ledger import record_operation
from store.queues.giving import next_members
from store.queues.reading import QueueRow, queues
from store.records.state import State, Stored, read_states
from store.records.writing import change_records
from store.schema.people import User
from store.schema.records import Case, Record
from store.triage.notices import tell

_MOST_AT_ONCE = 20  # sentences for one person
_SAID: Mapping[ClockName, str] = {"first_response": "first response to", "resolution": "resolution of"}


def due_cases(tx: Connection, *, now: datetime, limit: int) -> list[int]:
    """The cases whose clocks have to be looked at by now, those that waited longest first."""
    due = select(Case.id).where(Case.sla_next_at.is_not(None), Case.sla_next_at <= now)
    return list(tx.execute(due.order_by(Case.sla_next_at, Case.id).limit(limit)).scalars())


def tick(tx: Connection, record_ids: Collection[int], *, now: datetime) -> int:
    """Work out the clocks of these cases, and let what became of them have its consequences; returns of how many
    clocks that was told. What warned or was late is told once, whatever becomes of the case later."""
    # Held until this is done: another process that looks at the same time finds them told.
    held = select(Case.id).where(Case.id.in_(sorted(record_ids))).order_by(Case.id).with_for_update()
    judged = refresh_clocks(tx, list(tx.execute(held).scalars()), now=now)
    if not judged:
        return 0
    add_events(tx, [row for key, one in judged.items() for row in _rows(key, one, now)])
    running = _running(tx, judged)
    gone_to = _escalate(tx, [one for one in running if one.late and one.queue is not None], now)
    _tell(tx, [said for one in running for said in _said(one, gone_to.get(one.case.record_id, ""))], now)
    refresh_clocks(tx, list(judged), now=now)
    return sum(len(one.untold) for one in judged.values())


def _rows(record_id: int, judged: Judged, now: datetime) -> Iterator[dict[str, object]]:
    """A clock that is late was so from its due time on."""
    for state, name, clock in judged.untold:
        at = clock.due_at if state == BREACHED and clock.due_at is not None else now
        yield event_row(record_id, Fresh(at, state, name), SYSTEM)


class _Said(NamedTuple):
    """A sentence about a case for somebody; `user_id` None: for everybody."""

    topic: str
    text: str
    record_id: int
    user_id: int | None


def _tell(tx: Connection, said: Iterable[_Said], now: datetime) -> None:
    """Let people know; whoever would hear very much at once, as when promises are new, hears one sentence."""
    by_user: dict[int | None, list[_Said]] = defaultdict(list)
    for each in said:
        by_user[each.user_id].append(each)
    for user_id, theirs in by_user.items():
        if len(theirs) > _MOST_AT_ONCE:
            text = f"{len(theirs)} clocks of cases are late or will be soon; the queues show what is at risk."
            topic = f"clocks {now.isoformat()} {theirs[0].topic}"
            tell(tx, topic, text, user_id=user_id, now=now)
            continue
        for each in theirs:
            tell(tx, each.topic, each.text, record_id=each.record_id, user_id=user_id, now=now)


@dataclass(frozen=True, slots=True)
class _Running:
    """A case with clocks that still run and of which there is something to tell, and the queue it lies in."""

    case: Stored
    queue: QueueRow | None
    untold: tuple[tuple[str, ClockName], ...]

    @property
    def late(self) -> list[ClockName]:
        return [name for state, name in self.untold if state == BREACHED]


def _running(tx: Connection, judged: Mapping[int, Judged]) -> list[_Running]:
    untold = {
        key: tuple((state, name) for state, name, clock in one.untold if clock.ended_at is None)
        for key, one in judged.items()
    }
    by_id = {queue.queue_id: queue for queue in queues(tx)}
    found: list[_Running] = []
    for portion in chunked([key for key, clocks in untold.items() if clocks]):
        living = (Case.id.in_(portion), Record.deleted_at.is_(None))
        held = select(Record.uid, Case.queue_id).join(Case, Case.id == Record.id).where(*living)
        rows = {row.uid: row.queue_id for row in tx.execute(held)}
        found += [
            _Running(case, by_id.get(rows[case.uid] or 0), untold[case.record_id])
            for case in read_states(tx, list(rows)).values()
        ]
    return sorted(found, key=lambda one: one.case.record_id)


def _said(one: _Running, gone_to: str) -> Iterator[_Said]:
    """What there is to tell of a case that went to somebody of this name, '' for nobody."""
    for state, name in one.untold:
        text = f"The {_SAID[name]} {_named(one.case)} is {'late' if state == BREACHED else 'due soon'}."
        if gone_to and state == BREACHED:
            text = f"{text[:-1]}; it went to {gone_to}."
        for user_id in _told(one.case, one.queue):
            topic = f"{state} {name} {one.case.uid} {'' if user_id is None else user_id}".strip()
            yield _Said(topic, text, one.case.record_id, user_id)


def _told(case: Stored, queue: QueueRow | None) -> list[int | None]:
    """Who has to know: the owner, else who works on the queue, and who looks after what is late; else everybody."""
    found: list[int | None] = []
    if case.owner_id is not None:
        found.append(case.owner_id)
    elif queue is not None:
        found += [member.user_id for member in queue.members if not member.away]
    if queue is not None and queue.escalate_user_id is not None:
        found.append(queue.escalate_user_id)
    return list(dict.fromkeys(found)) or [None]


class _Goal(NamedTuple):
    name: str
    wanted: State


def _escalate(tx: Connection, late: Sequence[_Running], now: datetime) -> dict[int, str]:
    """Give late cases to the person or queue that their queues name; returns to whom, by case. One that is there
    already stays."""
    goals = _goals(tx, late, now)
    going = [one for one in late if one.case.record_id in goals]
    wanted = [(one.case, dict(goals[one.case.record_id].wanted)) for one in going]
    gone_to: dict[int, str] = {}
    for one, change in zip(going, change_records(tx, wanted, by=SYSTEM, now=now), strict=True):
        if change is None:
            continue
        goal, clock = goals[one.case.record_id], one.late[0]
        add_events(tx, [event_row(one.case.record_id, Fresh(now, "escalated", clock), SYSTEM)])
        told = f"Escalated case {_named(one.case)} to {goal.name}: the {_SAID[clock]} it is late"
        record_operation(tx, "escalate_case", told, [change], by=SYSTEM, now=now)
        gone_to[one.case.record_id] = goal.name
    return gone_to


def _goals(tx: Connection, late: Sequence[_Running], now: datetime) -> dict[int, _Goal]:
    """Where the queues of these cases want them, those left out that are there."""
    people = _people(tx, {one.queue.escalate_user_id for one in late if one.queue is not None})
    others = {queue.queue_id: queue for queue in queues(tx, kind="case")}
    found: dict[int, _Goal] = {}
    turning: dict[int, list[Stored]] = defaultdict(list)
    for one in late:
        queue = one.queue
        if queue is None:
            continue
        if queue.escalate_user_id is not None:
            person = people.get(queue.escalate_user_id)
            if person is not None and one.case.owner_id != queue.escalate_user_id:
                found[one.case.record_id] = _Goal(person.name, {"owner": person.uid})
            continue
        other = others.get(queue.escalate_queue_id or 0)
        if other is not None and one.case.state.get("queue") != other.uid:
            turning[other.queue_id].append(one.case)
    for queue_id, cases in turning.items():
        other = others[queue_id]
        members = next_members(tx, queue_id, [case.owner_id for case in cases], now=now)
        known = _people(tx, set(members))
        for case, member in zip(cases, members, strict=True):
            owner = known[member].uid if member is not None else None
            found[case.record_id] = _Goal(f"the queue {other.name}", {"queue": other.uid, "owner": owner})
    return found


class _Person(NamedTuple):
    uid: str
    name: str


def _people(tx: Connection, user_ids: Set[int | None]) -> dict[int, _Person]:
    """Those of these people who work here."""
    active = select(User.id, User.uid, User.name).where(User.id.in_(user_ids - {None}), User.active.is_(True))
    return {row.id: _Person(row.uid, row.name) for row in tx.execute(active)}


def _named(case: Stored) -> str:
    return f"{case.number} {case.state['title']}"
