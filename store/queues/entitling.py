"""On which contract a case may be opened, with what was used of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from store.chunks import chunked
from store.queues.contracts import EntitlementRow, entitlements_of
from store.queues.reading import calendars, sla_of
from store.schema.records import Case, Contact, Record
from store.sla.entitlements import Covered, Entitlement, NotCovered, check


def entitle(tx: Connection, account_id: int | None, contact_id: int | None, *, on: date) -> Covered | NotCovered:
    """Whether somebody of an account may open a case on a day (`service_day`), and on which contract.

    Where no account is given it is the one that the contact works for.
    """
    if account_id is None and contact_id is not None:
        account_id = tx.execute(select(Contact.account_id).where(Contact.id == contact_id)).scalar()
    rows = [] if account_id is None else entitlements_of(tx, [account_id])
    return check(counted(tx, rows), account_id, contact_id, on)


def counted(tx: Connection, rows: Iterable[EntitlementRow]) -> tuple[Entitlement, ...]:
    """These contracts with how many cases were opened on them."""
    known = tuple(rows)
    used = used_cases(tx, [row.entitlement_id for row in known])
    return tuple(
        Entitlement(
            row.entitlement_id,
            row.name,
            row.account_id,
            row.contact_ids,
            row.starts_on,
            row.ends_on,
            row.cases_total,
            used.get(row.entitlement_id, 0),
        )
        for row in known
    )


def used_cases(tx: Connection, entitlement_ids: Collection[int]) -> dict[int, int]:
    """How many cases were opened on each contract; deleted, merged and cancelled ones do not count."""
    found: dict[int, int] = {}
    for portion in chunked(entitlement_ids):
        rows = tx.execute(
            select(Case.entitlement_id, func.count())
            .join(Record, Record.id == Case.id)
            .where(Case.entitlement_id.in_(portion), Case.status != "cancelled", Record.deleted_at.is_(None))
            .group_by(Case.entitlement_id)
        )
        found.update({key: count for key, count in rows if key is not None})
    return found


def service_day(tx: Connection, queue_id: int | None, *, now: datetime) -> date:
    """The day it is where the queue works: by the hours it promises in, else the only ones there are, else in UTC."""
    sla = sla_of(tx, queue_id=queue_id)
    known = [sla.calendar] if sla is not None else [row.calendar for row in calendars(tx)]
    return now.astimezone(ZoneInfo(known[0].zone) if len(known) == 1 else UTC).date()
