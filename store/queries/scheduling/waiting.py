"""The wait list, as far as one may see for whom it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, false, func, not_, or_, select

from store.access import sees_record
from store.actor import Actor
from store.errors import NotFound
from store.queries.refs import RecordRef, refs
from store.scheduling.reading import names_of
from store.scheduling.waiting import OPEN_WAITING, waiting_called
from store.schema.records import Record
from store.schema.scheduling import Resource, Service, Waiting


@dataclass(frozen=True, slots=True)
class FoundSlot:
    """A slot that was free when it was looked for; `who` are the names of its resources."""

    start: datetime
    end: datetime
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody who waits; the lower the `priority`, the sooner. Statuses: waiting, offered, booked, withdrawn, of which
    `reason` says why. `slot` is what was found for it at `looked_at`."""

    waiting_id: int
    uid: str
    name: str
    service_id: int
    service: str
    account: RecordRef | None
    contact: RecordRef | None
    case: RecordRef | None
    earliest: datetime
    latest: datetime
    area: str
    place: str
    units: int
    priority: int
    preferred: tuple[str, ...]
    excluded: tuple[str, ...]
    description: str
    status: str
    reason: str
    booking: RecordRef | None
    looked_at: datetime | None
    slot: FoundSlot | None
    created_at: datetime


def wait_list(tx: Connection, statuses: Collection[str] = OPEN_WAITING, *, by: Actor) -> tuple[WaitingRow, ...]:
    """Who waits, the more important first and of these the one who has waited longest."""
    return _read(tx, Waiting.status.in_(sorted(statuses)), by)


def called(tx: Connection, name: str, *, by: Actor) -> WaitingRow:
    """The one that a person means by its name or uid. Raises NotFound, Ambiguous."""
    row = waiting_row(tx, waiting_called(tx, name), by=by)
    if row is None:
        raise NotFound(f"nobody on the wait list is called {name}")
    return row


def waiting_row(tx: Connection, waiting_id: int, *, by: Actor) -> WaitingRow | None:
    """One of it, whatever became of it."""
    return next(iter(_read(tx, Waiting.id == waiting_id, by)), None)


def _read(tx: Connection, condition: Any, by: Actor) -> tuple[WaitingRow, ...]:
    rows = tx.execute(
        select(Waiting, Service.name.label("service"))
        .with_only_columns(*Waiting.__table__.c, Service.name.label("service"))
        .join(Service, Service.id == Waiting.service_id)
        .where(condition, Waiting.deleted_at.is_(None), *_seen(by))
        .order_by(Waiting.priority, Waiting.id)
    ).all()
    keys = {key for row in rows for key in (row.account_id, row.contact_id, row.case_id, row.booking_id)} - {None}
    known = refs(tx, keys, by=by)
    uids = {uid for row in rows for uid in _named(row)}
    names = names_of(tx, Resource, uids)
    return tuple(_row(row, known, names) for row in rows)


def _seen(by: Actor) -> list[Any]:
    """Conditions: nobody that it is for is one whom `by` may not see."""
    whom = or_(Record.id == Waiting.account_id, Record.id == Waiting.contact_id, Record.id == Waiting.case_id)
    # What nobody owns is not the reader's either: compared with nobody, the condition says neither yes nor no.
    hidden = exists().where(and_(whom, not_(func.coalesce(sees_record(by), false()))))
    return [] if by.sees_every_record or by.sees_everything else [~hidden]


def _named(row: Any) -> list[str]:
    """The uids of the resources that a row names."""
    return [uid for uids in row.wishes.values() for uid in uids] + list(row.slot.get("resources", ()))


def _row(row: Any, known: dict[int, RecordRef], names: dict[str, str]) -> WaitingRow:
    def named(uids: Collection[str]) -> tuple[str, ...]:
        return tuple(names[uid] for uid in uids if uid in names)

    slot = None
    if row.slot:
        start, end = (datetime.fromisoformat(row.slot[name]) for name in ("start", "end"))
        slot = FoundSlot(start, end, named(row.slot["resources"]))
    return WaitingRow(
        row.id,
        row.uid,
        row.name,
        row.service_id,
        row.service,
        known.get(row.account_id),
        known.get(row.contact_id),
        known.get(row.case_id),
        row.earliest,
        row.latest,
        row.area,
        row.place,
        row.units,
        row.priority,
        named(row.wishes.get("preferred", ())),
        named(row.wishes.get("excluded", ())),
        row.description,
        row.status,
        row.reason,
        known.get(row.booking_id),
        row.looked_at,
        slot,
        row.created_at,
    )
