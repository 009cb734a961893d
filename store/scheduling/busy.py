"""When servers say that resources are busy whose calendars are not synced: what was told, of whom, and when it is to be
asked again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from store.chunks import chunked
from store.domains import registrable_domain
from store.queries.scheduling.calendars import mailbox_of_resource
from store.scheduling.calendars import calendars_of
from store.schema.people import Mailbox
from store.schema.scheduling import Resource, ResourceBusy, Site
from store.sync.mailboxes import FILES, GOING_ON
from store.upsert import upsert

#: How often a server is asked when a resource is busy; more often where a site trusts calendars for a shorter time.
RHYTHM = timedelta(minutes=15)


class BusyTime(NamedTuple):
    """UTC; `kind` is busy, tentative, away or elsewhere."""

    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class ToldBusy:
    """What a server told of an address at `read_at`: when it is busy from `known_from` until before `known_until`, or
    in `error` why it told nothing, '' where it did."""

    address: str
    read_at: datetime
    known_from: datetime | None = None
    known_until: datetime | None = None
    error: str = ""
    times: tuple[BusyTime, ...] = ()


class ToAsk(NamedTuple):
    """A resource with the address to ask about, at `due_at` at the latest; None: at once."""

    resource_id: int
    address: str
    due_at: datetime | None
    rhythm: timedelta


def read_busy(tx: Connection, resource_ids: Collection[int]) -> dict[int, ToldBusy]:
    """What was told last of these resources."""
    found: dict[int, ToldBusy] = {}
    for portion in chunked(resource_ids):
        for row in tx.execute(select(ResourceBusy.__table__).where(ResourceBusy.resource_id.in_(portion))):
            found[row.resource_id] = _told(row)
    return found


def keep_busy(tx: Connection, told: Mapping[int, ToldBusy]) -> None:
    """Keep what was told of resources."""
    for key, one in told.items():
        times = [[each.start.isoformat(), each.end.isoformat(), each.kind] for each in one.times]
        values: dict[str, Any] = {
            "read_at": one.read_at,
            "known_from": one.known_from,
            "known_until": one.known_until,
            "error": one.error,
            "busy": {"address": one.address, "times": times},
        }
        statement = upsert(tx, ResourceBusy).on_conflict_do_update(index_elements=["resource_id"], set_=values)
        tx.execute(statement, {"resource_id": key, **values})


def to_ask(tx: Connection, mailbox_id: int) -> list[ToAsk]:
    """The resources about which this mailbox asks its server: those that stand in no calendar that is synced, have an
    address, and are nearer to it than to any other mailbox."""
    rows = tx.execute(
        select(Resource.id, Resource.address, Site.calendars, ResourceBusy.read_at, ResourceBusy.busy)
        .join(Site, Site.id == Resource.site_id)
        .outerjoin(ResourceBusy, ResourceBusy.resource_id == Resource.id)
        .where(Resource.address != "", Resource.deleted_at.is_(None), mailbox_of_resource().is_(None))
        .order_by(Resource.id)
    ).all()
    if not rows:
        return []
    going = Mailbox.state.in_(GOING_ON)
    askers = tx.execute(
        select(Mailbox.id, Mailbox.address).where(Mailbox.provider != FILES, going).order_by(Mailbox.id)
    )
    nearest = _Nearest([(row.id, row.address) for row in askers])
    found = []
    for row in rows:
        if nearest.to(row.address) != mailbox_id:
            continue
        rhythm = min(RHYTHM, calendars_of(row.calendars).stale_after / 2)
        is_known = row.read_at is not None and row.busy.get("address") == row.address
        found.append(ToAsk(row.id, row.address, row.read_at + rhythm if is_known else None, rhythm))
    return found


class _Nearest:
    """The mailbox that asks about an address: the first of the same domain, else the first of all."""

    def __init__(self, askers: Sequence[tuple[int, str]]) -> None:
        self._first = askers[0][0] if askers else None
        self._of_domain = {_domain(address): key for key, address in reversed(askers)}

    def to(self, address: str) -> int | None:
        return self._of_domain.get(_domain(address), self._first)


def _domain(address: str) -> str:
    host = address.rpartition("@")[2]
    return registrable_domain(host) or host


def _told(row: Row[Any]) -> ToldBusy:
    times: Iterable[tuple[str, str, str]] = row.busy.get("times", ())
    return ToldBusy(
        row.busy.get("address", ""),
        row.read_at,
        row.known_from,
        row.known_until,
        row.error,
        tuple(BusyTime(datetime.fromisoformat(start), datetime.fromisoformat(end), kind) for start, end, kind in times),
    )
