"""What waits in queues: how much of it in each, and the cases and leads themselves, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select, true

from store.access import sees_record
from store.actor import Actor
from store.cases.clocks import Judged, judge
from store.queries.paging import AnyRow, AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.queries.refs import RecordRef, refs
from store.queries.views import still_open
from store.queues.reading import QueueRow, queues
from store.schema.people import User
from store.schema.records import TABLES, Case, Lead, Record
from store.schema.service import Queue, QueueMember
from store.sla.hours import BusinessCalendar
from store.sla.onward import onward, pressing
from store.sla.watch import Clock
from store.types import Instant

#: What of a queue is looked at. `at_risk`: a clock warns or is late; `waiting`: for the customer, or on hold.
VIEWS = ("all", "mine", "unassigned", "at_risk", "waiting")

_AT_RISK = ("warned", "breached")
_WAITING = ("waiting", "on_hold")
_NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), Instant())


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How many open cases, or leads, wait in a queue; `queue` None stands for the cases of all queues and of none."""

    queue: QueueRow | None
    counts: dict[str, int]  # by view


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A case or lead that waits. `clock` is the one to watch, as it was at `read_at` in the hours of `calendar`.

    `customer` is the account of a case, else its contact; the company of a lead. `queue` is '' for none. `score` is
    that of a lead. `position` is where it stands in the order of its list.
    """

    record_id: int
    uid: str
    kind: str
    number: str
    title: str
    customer: str
    status: str
    priority: str
    owner: str
    owner_id: int | None
    queue: str
    created_at: datetime
    score: int | None
    clock: Clock | None
    calendar: BusinessCalendar | None
    read_at: datetime
    position: tuple[Any, ...] = field(default=(), repr=False)

    def clock_at(self, now: datetime) -> Clock | None:
        """The clock to watch, at this moment."""
        return None if self.calendar is None else onward(self.clock, self.calendar, self.read_at, now)


def queue_loads(tx: Connection, *, by: Actor) -> tuple[QueueLoad, ...]:
    """What waits in all queues together, then in each, by name."""
    held: dict[str, dict[int, dict[str, int]]] = {kind: _loads(tx, kind, by) for kind in ("case", "lead")}
    cases = held["case"].values()
    together = {view: sum(counts[view] for counts in cases) for view in VIEWS}
    nothing = dict.fromkeys(VIEWS, 0)
    rows = (QueueLoad(queue, held[queue.kind].get(queue.queue_id, nothing)) for queue in queues(tx))
    return QueueLoad(None, together), *rows


def queue_work(
    tx: Connection,
    queue_id: int | None = None,
    *,
    view: str = "all",
    kind: str = "case",
    by: Actor,
    now: datetime,
    after: WorkRow | None = None,
    before: WorkRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[WorkRow]:
    """A page of what is open in a queue of this kind, or in all and none of them.

    Cases come as what they promise becomes due, leads as they came. Raises KeyError for a view that is none.
    """
    window = Window(after.position if after else None, before.position if before else None, from_end, limit)
    statement = _chosen(_listed(kind), queue_id, view, kind, by)
    page = cut(tx.execute(windowed(statement, _ORDERS[kind], window)).all(), window)
    return Page(_rows(tx, kind, page.rows, by, now), page.more)


def count_queue_work(
    tx: Connection, queue_id: int | None = None, *, view: str = "all", kind: str = "case", by: Actor
) -> Count:
    """How many there are."""
    table = TABLES[kind]
    statement = select(Record.id).join(table, table.__table__.c.id == Record.id)
    return counted(tx, _chosen(statement, queue_id, view, kind, by))


def cases_at_risk(tx: Connection, *, by: Actor, now: datetime, limit: int = 50) -> tuple[WorkRow, ...]:
    """Cases whose clocks warn or are late and for which `by` has to answer, what is due first at the top: their own,
    and nobody's in the queues that they work on. Of nobody in particular: all."""
    if by.user_id is None:
        return queue_work(tx, view="at_risk", by=by, now=now, limit=limit).rows
    worked_on = select(QueueMember.queue_id).where(QueueMember.user_id == by.user_id, QueueMember.away.is_(False))
    nobodys = and_(Record.owner_id.is_(None), Case.queue_id.in_(worked_on))
    found: list[AnyRow] = []
    for whose in (Record.owner_id == by.user_id, nobodys):  # each goes by an index; both in one would read every case
        statement = _chosen(_listed("case"), None, "at_risk", "case", by).where(Record.kind == "case", whose)
        found += tx.execute(statement.order_by(*_ORDERS["case"].keys).limit(limit)).all()
    pressing_first = sorted(found, key=lambda row: (row.key_0, row.key_1))
    return _rows(tx, "case", pressing_first[:limit], by, now)


_RESPONSE_DUE = case((Case.first_response_at.is_(None), func.coalesce(Case.response_due_at, _NEVER)), else_=_NEVER)
_RESOLUTION_DUE = func.coalesce(Case.resolution_due_at, _NEVER)
_DUE = case((_RESPONSE_DUE < _RESOLUTION_DUE, _RESPONSE_DUE), else_=_RESOLUTION_DUE)

_ORDERS = {"case": Order((_DUE, Record.id)), "lead": Order((Record.created_at, Record.id))}


def _condition(view: str, kind: str, by: Actor) -> ColumnElement[bool]:
    status = Case.status if kind == "case" else Lead.status
    at_risk = Case.sla_state.in_(_AT_RISK) if kind == "case" else status.in_(())
    return {
        "all": true(),
        "mine": Record.owner_id == by.user_id,
        "unassigned": Record.owner_id.is_(None),
        "at_risk": at_risk,
        "waiting": status.in_(_WAITING),
    }[view]


def _loads(tx: Connection, kind: str, by: Actor) -> dict[int, dict[str, int]]:
    """By the queue's key, 0 for none."""
    table = TABLES[kind]
    # Grouped as it is computed: in the order of an index on it the rows would be read here and there.
    queue_id = func.coalesce(Case.queue_id if kind == "case" else Lead.queue_id, 0)
    sums = [func.sum(case((_condition(view, kind, by), 1), else_=0)).label(view) for view in VIEWS]
    rows = tx.execute(
        select(queue_id.label("queue_id"), *sums)
        .select_from(table)
        .join(Record, Record.id == table.__table__.c.id)
        .where(still_open(kind), Record.deleted_at.is_(None), sees_record(by))
        .group_by(queue_id)
    )
    return {row.queue_id: {view: int(getattr(row, view)) for view in VIEWS} for row in rows}


def _listed(kind: str) -> AnySelect:
    own = (
        (Case.account_id, Case.contact_id, Case.status, Case.priority, Queue.name.label("queue"))
        if kind == "case"
        else (Lead.company, Lead.status, Lead.score, Queue.name.label("queue"))
    )
    table = TABLES[kind]
    queue_id = Case.queue_id if kind == "case" else Lead.queue_id
    keys: list[Any] = [key.label(f"key_{position}") for position, key in enumerate(_ORDERS[kind].keys)]
    columns: list[Any] = [
        *(Record.id, Record.uid, Record.kind, Record.number, Record.title, Record.owner_id, Record.created_at),
        User.name.label("owner"),
        *own,
        *keys,
    ]
    return (
        select(*columns)
        .join(table, table.__table__.c.id == Record.id)
        .outerjoin(User, User.id == Record.owner_id)
        .outerjoin(Queue, Queue.id == queue_id)
    )


def _chosen(statement: AnySelect, queue_id: int | None, view: str, kind: str, by: Actor) -> AnySelect:
    held = (Case.queue_id if kind == "case" else Lead.queue_id) == queue_id if queue_id is not None else true()
    seen = and_(Record.deleted_at.is_(None), sees_record(by))
    return statement.where(still_open(kind), held, _condition(view, kind, by), seen)


def _rows(tx: Connection, kind: str, rows: Sequence[AnyRow], by: Actor, now: datetime) -> tuple[WorkRow, ...]:
    if kind == "lead":
        return tuple(_row(row, now, customer=row.company, score=row.score) for row in rows)
    judged = judge(tx, [row.id for row in rows], now=now)
    known = refs(tx, {key for row in rows for key in (row.account_id, row.contact_id) if key is not None}, by=by)
    return tuple(
        _row(row, now, customer=_customer(row, known), priority=row.priority, judged=judged[row.id]) for row in rows
    )


def _row(
    row: AnyRow,
    now: datetime,
    *,
    customer: str,
    priority: str = "",
    score: int | None = None,
    judged: Judged | None = None,
) -> WorkRow:
    return WorkRow(
        record_id=row.id,
        uid=row.uid,
        kind=row.kind,
        number=row.number,
        title=row.title,
        customer=customer,
        status=row.status,
        priority=priority,
        owner=row.owner or "",
        owner_id=row.owner_id,
        queue=row.queue or "",
        created_at=row.created_at,
        score=score,
        clock=pressing(judged.clocks) if judged else None,
        calendar=judged.sla.calendar if judged else None,
        read_at=now,
        position=(row.key_0, row.key_1),
    )


def _customer(row: AnyRow, known: dict[int, RecordRef]) -> str:
    ref = known.get(row.account_id) or known.get(row.contact_id)
    return ref.title if ref else ""
