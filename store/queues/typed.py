"""Saving queues, business hours, SLAs and contracts from what people filled in (store.queues.fields), by name.

What is not named stays as it is; empty values clear. Each raises Invalid, NotFound and Ambiguous in the words for a
person, and returns what was saved with the operation that undoes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.dates import parse_date
from store.errors import Invalid, NotFound
from store.kept.keeping import Saved
from store.queries.record_names import find_record
from store.queues.contracts import entitlement_by_id
from store.queues.entitling import service_day
from store.queues.reading import by_name, calendars, queue_by_name, queue_of, service_levels
from store.queues.saving import save_calendar, save_entitlement, save_queue, save_sla
from store.queues.values import CalendarValues, EntitlementValues, QueueValues, SlaValues
from store.queues.written import holidays_from, promises_from, week_from
from store.records.amounts import parse_percent
from store.records.references import find_user_uid
from store.records.values import yes_or_no
from store.schema.people import User
from store.sla.hours import BusinessCalendar
from store.sla.terms import SlaTerms

_PAUSES = {"pauses_waiting": "waiting", "pauses_on_hold": "on_hold"}


def write_queue(
    tx: Connection, given: Mapping[str, Any], *, queue_id: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add a queue, or change the one with this key."""
    before = None if queue_id is None else queue_of(tx, queue_id).values
    changes: dict[str, Any] = {name: _text(given[name]) for name in ("name", "address") if name in given}
    changes |= {name: given[name] for name in ("kind", "assignment") if given.get(name)}
    if "reopen_days" in given:
        changes["reopen_days"] = _number("Reopens within", given["reopen_days"] or "0")
    if "sla" in given:
        changes["sla_id"] = _sla_id(tx, given["sla"])
    if "members" in given:
        changes["member_ids"] = tuple(_user_id(tx, name) for name in given["members"])
    if "escalate_to" in given:
        changes |= _escalation(tx, _text(given["escalate_to"]))
    values = replace(before, **changes) if before else QueueValues(**{"name": "", **changes})
    return save_queue(tx, values, queue_id=queue_id, by=by, now=now)


def set_members(
    tx: Connection,
    queue_id: int,
    member_ids: tuple[int, ...],
    away_ids: frozenset[int],
    *,
    by: Actor,
    now: datetime,
) -> Saved:
    """Say who works on a queue, in the order of their turns, and who of them is away."""
    values = replace(queue_of(tx, queue_id).values, member_ids=member_ids, away_ids=away_ids)
    return save_queue(tx, values, queue_id=queue_id, by=by, now=now)


def write_calendar(
    tx: Connection, given: Mapping[str, Any], *, calendar_id: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add business hours, or change those with this key."""
    known = {row.calendar_id: row for row in calendars(tx)}
    row = None if calendar_id is None else known.get(calendar_id)
    if calendar_id is not None and row is None:
        raise NotFound("these business hours are not there any more")
    zone = _text(given["zone"]) if "zone" in given or row is None else row.calendar.zone
    week = week_from(_lines(given["hours"])) if "hours" in given or row is None else row.calendar.week
    kept = row.calendar.holidays if row else {}
    holidays = holidays_from(_lines(given["holidays"])) if "holidays" in given else kept
    name = _text(given["name"]) if "name" in given or row is None else row.name
    values = CalendarValues(name, BusinessCalendar(zone, week, holidays))
    return save_calendar(tx, values, calendar_id=calendar_id, by=by, now=now)


def write_sla(
    tx: Connection, given: Mapping[str, Any], *, sla_id: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add promises, or change those with this key."""
    row = next((one for one in service_levels(tx) if one.sla_id == sla_id), None)
    if sla_id is not None and row is None:
        raise NotFound("this SLA is not there any more")
    terms = row.terms if row else SlaTerms()
    changes: dict[str, Any] = {
        name: promises_from(_lines(given[name])) for name in ("first_response", "resolution") if name in given
    }
    if given.get("warn_at"):
        changes["warn_share"] = parse_percent(str(given["warn_at"])) / 100
    if "starts_anew" in given:
        changes["starts_anew"] = _flag(given["starts_anew"])
    pauses = {
        status for name, status in _PAUSES.items() if (_flag(given[name]) if name in given else status in terms.pauses)
    }
    promised = SlaTerms(
        changes.get("first_response", terms.first_response),
        changes.get("resolution", terms.resolution),
        changes.get("warn_share", terms.warn_share),
        frozenset(pauses),
        changes.get("starts_anew", terms.starts_anew),
    )
    name = _text(given["name"]) if "name" in given or row is None else row.name
    if "calendar" in given or row is None:
        calendar_id = by_name(calendars(tx), _text(given.get("calendar")), "business hours").calendar_id
    else:
        calendar_id = row.calendar_id
    return save_sla(tx, SlaValues(name, calendar_id, promised), sla_id=sla_id, by=by, now=now)


def write_contract(
    tx: Connection, given: Mapping[str, Any], *, entitlement_id: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add a contract, or change the one with this key. Without a first day it begins today, where work is done."""
    before = None if entitlement_id is None else entitlement_by_id(tx, entitlement_id).values
    changes: dict[str, Any] = {"name": _text(given["name"])} if "name" in given else {}
    if "account" in given:
        changes["account_id"] = _record_id(tx, given["account"], "account", by)
    if given.get("starts_on"):
        changes["starts_on"] = _date("From", given["starts_on"])
    if "ends_on" in given:
        changes["ends_on"] = _date("Until", given["ends_on"]) if given["ends_on"] else None
    if "cases_total" in given:
        changes["cases_total"] = _number("Cases", given["cases_total"]) if given["cases_total"] else None
    if "sla" in given:
        changes["sla_id"] = _sla_id(tx, given["sla"])
    if "callers" in given:
        names = [name for name in _lines(given["callers"]).replace("\n", ";").split(";") if name.strip()]
        changes["contact_ids"] = frozenset(_record_id(tx, name, "contact", by) for name in names)
    if before is None and "account_id" not in changes:
        raise Invalid("A contract is one with an account.")
    today = service_day(tx, None, now=now)
    values = replace(before, **changes) if before else EntitlementValues(**{"name": "", "starts_on": today, **changes})
    return save_entitlement(tx, values, entitlement_id=entitlement_id, by=by, now=now)


def _escalation(tx: Connection, name: str) -> dict[str, int | None]:
    if not name:
        return {"escalate_user_id": None, "escalate_queue_id": None}
    try:
        return {"escalate_user_id": _user_id(tx, name), "escalate_queue_id": None}
    except Invalid:
        try:
            return {"escalate_user_id": None, "escalate_queue_id": queue_by_name(tx, name).queue_id}
        except NotFound:
            raise Invalid(f"Escalates to: there is neither a person nor a queue {name}.") from None


def _user_id(tx: Connection, name: Any) -> int:
    return tx.execute(select(User.id).where(User.uid == find_user_uid(tx, name))).scalar_one()


def _sla_id(tx: Connection, name: Any) -> int | None:
    wanted = _text(name)
    return int(by_name(service_levels(tx), wanted, "SLA").sla_id) if wanted else None


def _record_id(tx: Connection, given: Any, kind: str, by: Actor) -> int:
    if isinstance(given, int):
        return given
    return find_record(tx, str(given), by=by, kind=kind).record_id


def _flag(given: Any) -> bool:
    return bool(given) and bool(yes_or_no(given))


def _number(label: str, given: Any) -> int:
    text = str(given).strip()
    if not text.isdecimal():
        raise Invalid(f"{label}: {text!r} is not a whole number.")
    return int(text)


def _date(label: str, given: Any) -> date:
    try:
        return parse_date(str(given))
    except Invalid as error:
        raise Invalid(f"{label}: {error.sentence}") from None


def _text(value: Any) -> str:
    return " ".join(str(value or "").split())


def _lines(value: Any) -> str:
    """Text that may be given in parts, a line each."""
    return value if isinstance(value, str) else "\n".join(value or ())
