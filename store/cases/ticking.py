"""Clocks that ran on: what warns or is late is written down, told and passed on to whoever looks after what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from store.actor import SYSTEM
from store.cases.clocks import BREACHED, ClockName, Judged, refresh_clocks
from store.cases.events import add_events, event_row
from store.cases.following import Fresh
from store.history.ledger import record_operation
from store.queues.giving import next_member
from store.queues.reading import QueueRow, queues
from store.records.state import State, Stored, read_state
from store.records.writing import change_record
from store.schema.people import User
from store.schema.records import Case
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
    known = {queue.queue_id: queue for queue in queues(tx)}
    cases = tx.execute(select(Case.id, Case.queue_id).where(Case.id.in_(list(judged))).order_by(Case.id)).all()
    said = [
        each for case in cases for each in _pass_on(tx, case.id, judged[case.id], known.get(case.queue_id or 0), now)
    ]
    _tell(tx, said, now)
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


def _pass_on(tx: Connection, record_id: int, judged: Judged, queue: QueueRow | None, now: datetime) -> Iterator[_Said]:
    """Pass on what is late; says what there is to tell of clocks that still run."""
    running = [(state, name) for state, name, clock in judged.untold if clock.ended_at is None]
    case = read_state(tx, record_id)
    if not running or case is None or case.deleted:
        return
    late = [name for state, name in running if state == BREACHED]
    told = _told(tx, case, queue)
    gone_to = _escalate(tx, case, queue, late[0], now) if late and queue is not None else ""
    for state, name in running:
        text = (
            f"The {_SAID[name]} {case.number} {case.state['title']} is {'late' if state == BREACHED else 'due soon'}."
        )
        if gone_to and name in late:
            text = f"{text[:-1]}; it went to {gone_to}."
        for user_id in told:
            topic = f"{state} {name} {case.uid} {'' if user_id is None else user_id}".strip()
            yield _Said(topic, text, record_id, user_id)


def _told(tx: Connection, case: Stored, queue: QueueRow | None) -> list[int | None]:
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


def _escalate(tx: Connection, case: Stored, queue: QueueRow, clock: ClockName, now: datetime) -> str:
    """Give a late case to the person or queue that the queue names; returns the name, '' where it is there already."""
    goal = _goal(tx, case, queue, now)
    if goal is None:
        return ""
    change = change_record(tx, case, dict(goal.wanted), by=SYSTEM, now=now)
    if change is None:
        return ""
    add_events(tx, [event_row(case.record_id, Fresh(now, "escalated", clock), SYSTEM)])
    told = f"Escalated case {case.number} {case.state['title']} to {goal.name}: the {_SAID[clock]} it is late"
    record_operation(tx, "escalate_case", told, [change], by=SYSTEM, now=now)
    return goal.name


def _goal(tx: Connection, case: Stored, queue: QueueRow, now: datetime) -> _Goal | None:
    """Where the queue wants late cases; None where the case is there."""
    if queue.escalate_user_id is not None:
        active = (User.id == queue.escalate_user_id, User.active.is_(True))
        person = tx.execute(select(User.name, User.uid).where(*active)).one_or_none()
        if person is None or case.owner_id == queue.escalate_user_id:
            return None
        return _Goal(person.name, {"owner": person.uid})
    other = next((one for one in queues(tx, kind="case") if one.queue_id == queue.escalate_queue_id), None)
    if other is None or case.state.get("queue") == other.uid:
        return None
    member = next_member(tx, other.queue_id, now=now)
    owner = None if member is None else tx.execute(select(User.uid).where(User.id == member)).scalar_one()
    return _Goal(f"the queue {other.name}", {"queue": other.uid, "owner": owner})
