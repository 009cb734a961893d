"""Making, changing and deleting queues, business hours, promises and contracts. Each act is one operation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.domains import parse_email
from store.errors import Invalid, NotFound
from store.kept.keeping import Saved, remove, save
from store.kept.sorts import uids_of
from store.queues.reading import queue_of, service_levels
from store.queues.states import CALENDAR, ENTITLEMENT, QUEUE, SLA
from store.queues.values import CalendarValues, EntitlementValues, QueueValues, SlaValues
from store.schema.people import User
from store.schema.records import Contact, Record
from store.schema.service import BusinessCalendar, Queue, ServiceLevel
from store.sla.hours import BusinessCalendar as Hours
from store.sla.stored import calendar_from, holidays_as_json, hours_as_json, terms_as_json
from store.sla.terms import SlaTerms


def save_queue(tx: Connection, values: QueueValues, *, queue_id: int | None = None, by: Actor, now: datetime) -> Saved:
    """Add a queue, or change the one with this key. Raises Invalid, NotFound, NotAllowed."""
    address = parse_email(values.address) if values.address.strip() else ""
    _check_kind(tx, values, queue_id)
    users = uids_of(tx, User, (*values.member_ids, values.escalate_user_id))
    queues = uids_of(tx, Queue, [values.escalate_queue_id])
    members = [_named(users, key, "user") for key in dict.fromkeys(values.member_ids)]
    away = [_named(users, key, "user") for key in dict.fromkeys(values.member_ids) if key in values.away_ids]
    state = {
        "name": values.name,
        "kind": values.kind,
        "address": address,
        "assignment": values.assignment,
        "reopen_days": values.reopen_days,
        "sla": _sla_uid(tx, values.sla_id),
        "escalate_user": _named(users, values.escalate_user_id, "user"),
        "escalate_queue": _named(queues, values.escalate_queue_id, "queue"),
        "members": members,
        "away": away,
    }
    return save(tx, QUEUE, queue_id, state, by=by, now=now)


def save_calendar(
    tx: Connection, values: CalendarValues, *, calendar_id: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add business hours, or change those with this key. Raises Invalid, NotFound, NotAllowed.

    Promises that count in them must still be possible to keep with the new hours.
    """
    for sla in service_levels(tx):
        if sla.calendar_id == calendar_id:
            _check_reachable(values.calendar, sla.terms, now)
    state = {
        "name": values.name,
        "zone": values.calendar.zone,
        "hours": hours_as_json(values.calendar),
        "holidays": holidays_as_json(values.calendar),
    }
    return save(tx, CALENDAR, calendar_id, state, by=by, now=now)


def save_sla(tx: Connection, values: SlaValues, *, sla_id: int | None = None, by: Actor, now: datetime) -> Saved:
    """Add promises, or change those with this key. Raises Invalid, NotFound, NotAllowed."""
    row = tx.execute(
        select(BusinessCalendar.uid, BusinessCalendar.zone, BusinessCalendar.hours, BusinessCalendar.holidays).where(
            BusinessCalendar.id == values.calendar_id, BusinessCalendar.deleted_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound("these business hours are not there any more")
    _check_reachable(calendar_from(row.zone, row.hours, row.holidays), values.terms, now)
    state = {
        "name": values.name,
        "calendar": row.uid,
        "promised": terms_as_json(values.terms),
        "warn_share": values.terms.warn_share,
    }
    return save(tx, SLA, sla_id, state, by=by, now=now)


def save_entitlement(
    tx: Connection, values: EntitlementValues, *, entitlement_id: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add a contract, or change the one with this key. Raises Invalid, NotFound, NotAllowed."""
    wanted = {values.account_id, *values.contact_ids}
    rows = tx.execute(
        select(Record.id, Record.uid, Record.kind, Record.number, Contact.account_id)
        .outerjoin(Contact, Contact.id == Record.id)
        .where(Record.id.in_(sorted(wanted)), Record.deleted_at.is_(None), sees_record(by))
    )
    found = {row.id: row for row in rows}
    account = found.get(values.account_id)
    if account is None or account.kind != "account":
        raise NotFound("a contract is one with an account")
    for key in values.contact_ids:
        if key not in found or found[key].account_id != values.account_id:
            who = found[key].number if key in found else "Somebody"
            raise Invalid(f"{who} is no contact of {account.number}, so they cannot call under its contract.")
    state = {
        "name": values.name,
        "account": account.uid,
        "sla": _sla_uid(tx, values.sla_id),
        "starts_on": values.starts_on.isoformat(),
        "ends_on": None if values.ends_on is None else values.ends_on.isoformat(),
        "cases_total": values.cases_total,
        "contacts": [found[key].uid for key in sorted(values.contact_ids)],
    }
    return save(tx, ENTITLEMENT, entitlement_id, state, by=by, now=now)


def delete_queue(tx: Connection, queue_id: int, *, by: Actor, now: datetime) -> str:
    """Delete a queue; returns the operation's uid. Raises Invalid while something is in it, NotFound, NotAllowed."""
    return remove(tx, QUEUE, queue_id, by=by, now=now)


def delete_calendar(tx: Connection, calendar_id: int, *, by: Actor, now: datetime) -> str:
    """Delete business hours; returns the operation's uid. Raises Invalid while an SLA counts in them."""
    return remove(tx, CALENDAR, calendar_id, by=by, now=now)


def delete_sla(tx: Connection, sla_id: int, *, by: Actor, now: datetime) -> str:
    """Delete promises; returns the operation's uid. Raises Invalid while a queue or contract gives them."""
    return remove(tx, SLA, sla_id, by=by, now=now)


def delete_entitlement(tx: Connection, entitlement_id: int, *, by: Actor, now: datetime) -> str:
    """Delete a contract; returns the operation's uid. Cases that were opened on it stay so."""
    return remove(tx, ENTITLEMENT, entitlement_id, by=by, now=now)


def _check_kind(tx: Connection, values: QueueValues, queue_id: int | None) -> None:
    """What lies in a queue, and what it escalates to, is of its kind."""
    changes = queue_id is not None and queue_of(tx, queue_id).kind != values.kind
    if changes and (used := QUEUE.uses(tx, QUEUE, queue_id or 0)):
        raise Invalid(f"{values.name} cannot hold {values.kind}s now: {used}.")
    if values.escalate_queue_id is None:
        return
    if values.escalate_queue_id == queue_id:
        raise Invalid("A queue cannot escalate to itself.")
    other = queue_of(tx, values.escalate_queue_id)
    if other.kind != values.kind:
        raise Invalid(f"The queue {other.name} holds {other.kind}s, so nothing of {values.name} can go to it.")


def _check_reachable(calendar: Hours, terms: SlaTerms, now: datetime) -> None:
    """Raises Invalid for promises that these hours never reach."""
    promised = (*terms.first_response.values(), *terms.resolution.values())
    longest = max((time for time in promised if time is not None), default=timedelta(0))
    calendar.add_working(now, longest)


def _sla_uid(tx: Connection, sla_id: int | None) -> str | None:
    if sla_id is None:
        return None
    living = select(ServiceLevel.uid).where(ServiceLevel.id == sla_id, ServiceLevel.deleted_at.is_(None))
    uid = tx.execute(living).scalar()
    if uid is None:
        raise NotFound("this SLA is not there any more")
    return uid


def _named(uids: Mapping[int, str], key: int | None, noun: str) -> str | None:
    if key is None:
        return None
    if key not in uids:
        raise NotFound(f"this {noun} is not there any more")
    return uids[key]
