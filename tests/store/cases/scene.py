"""A desk with a queue that promises an answer in two hours and a resolution in eight, Monday to Friday, 9 to 17 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from store.schema.records import Case
from store.schema.service import BusinessCalendar, CaseEvent, Queue, ServiceLevel
from store.types import new_uid

#: A Friday morning.
T0 = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
_WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def add_sla(tx: Connection, name: str = "Office", response: int = 120, resolution: int = 480, **terms: Any) -> int:
    """Promises in minutes for every priority but urgent ones, which get a quarter; returns their key."""
    calendar = {"uid": new_uid(), "name": name, "zone": "UTC", "hours": _WEEK}
    calendar_id = tx.execute(insert(BusinessCalendar).values(calendar).returning(BusinessCalendar.id)).scalar_one()
    times = {"low": 1.0, "normal": 1.0, "high": 1.0, "urgent": 0.25}
    promised = {
        "first_response": {priority: response * share for priority, share in times.items()},
        "resolution": {priority: resolution * share for priority, share in times.items()},
        **terms,
    }
    values = {"uid": new_uid(), "name": name, "calendar_id": calendar_id, "promised": promised, "warn_share": 0.5}
    return tx.execute(insert(ServiceLevel).values(values).returning(ServiceLevel.id)).scalar_one()


def add_queue(tx: Connection, name: str = "Support", *, sla_id: int | None = None, **values: Any) -> int:
    row = {"uid": new_uid(), "name": name, "sla_id": sla_id, **values}
    return tx.execute(insert(Queue).values(row).returning(Queue.id)).scalar_one()


def events_of(tx: Connection, record_id: int, *, all_of_them: bool = False) -> list[tuple[str, str]]:
    """The kinds and values of what happened to a case and counts, oldest first."""
    query = select(CaseEvent.kind, CaseEvent.value).where(CaseEvent.record_id == record_id)
    if not all_of_them:
        query = query.where(CaseEvent.counts.is_(True))
    return [(kind, value) for kind, value in tx.execute(query.order_by(CaseEvent.at, CaseEvent.id))]


def case_row(tx: Connection, record_id: int) -> Any:
    return tx.execute(select(Case.__table__).where(Case.__table__.c.id == record_id)).one()
