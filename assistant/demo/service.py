"""How the demo company serves its customers: business hours, promises, a contract, queues, and triage rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from assistant.compose import Services
from assistant.demo.cast import read_texts
from assistant.triage.stored import check_rules, new_rules
from store.actor import SYSTEM
from store.cases.acting import assign_cases
from store.mail.templates import save_template
from store.queries.record_names import find_record
from store.queues.saving import save_calendar, save_entitlement, save_queue, save_sla
from store.queues.values import CalendarValues, EntitlementValues, QueueValues, SlaValues
from store.records.fields import CASE_CLOSED
from store.schema.people import Mailbox, User
from store.schema.records import Case, Record
from store.sla.hours import BusinessCalendar, Hours
from store.sla.terms import SlaTerms
from store.triage.keeping import put_rules

_WEEK = 7
_LATELY = timedelta(days=3)  # cases of these days wait in the queue; older ones were somebody's before there was one


def set_up_service(services: Services) -> None:
    """Write all of it, before the first mail arrives."""
    services.do(_set_up, read_texts("service.toml"))


def _set_up(tx: Connection, texts: Mapping[str, Any], *, by: Any, now: datetime) -> None:
    sla_id = _promise(tx, texts, now)
    queues = {queue["name"]: _queue(tx, queue, sla_id, now) for queue in texts["queue"]}
    _contract(tx, texts["contract"], sla_id, now)
    template = texts["template"]
    save_template(tx, template["name"], template["subject"], template["text"], shared=True, by=SYSTEM, now=now)
    rules = new_rules(check_rules(tx, texts["rules"]["text"], "service.toml", by=SYSTEM))
    put_rules(tx, rules, replace_all=False, by=SYSTEM, now=now)
    lately = (Case.status.not_in(CASE_CLOSED), Record.created_at >= now - _LATELY, Record.deleted_at.is_(None))
    waiting = tx.execute(select(Case.id).join(Record, Record.id == Case.id).where(*lately)).scalars().all()
    if waiting:
        assign_cases(tx, list(waiting), queue_id=queues["Support"], by=SYSTEM, now=now)


def _promise(tx: Connection, texts: Mapping[str, Any], now: datetime) -> int:
    hours, promise = texts["hours"], texts["promise"]
    day = [Hours(time.fromisoformat(hours["open"]), time.fromisoformat(hours["close"]))]
    week = [day if number < hours["days"] else [] for number in range(_WEEK)]
    calendar = CalendarValues(hours["name"], BusinessCalendar(hours["zone"], week))
    calendar_id = save_calendar(tx, calendar, by=SYSTEM, now=now).id
    terms = SlaTerms(_times(promise["first_response"]), _times(promise["resolution"]))
    return save_sla(tx, SlaValues(promise["name"], calendar_id, terms), by=SYSTEM, now=now).id


def _times(hours: Mapping[str, float]) -> dict[str, timedelta | None]:
    """Working time by priority."""
    return {priority: timedelta(hours=length) for priority, length in hours.items()}


def _queue(tx: Connection, queue: Mapping[str, Any], sla_id: int, now: datetime) -> int:
    address = ""
    if name := queue.get("mailbox"):
        address = tx.execute(select(Mailbox.address).where(Mailbox.address.startswith(f"{name}@"))).scalar_one()
    members = [
        tx.execute(select(User.id).where(User.email.startswith(f"{member}@"))).scalar_one()
        for member in queue["members"]
    ]
    values = QueueValues(
        queue["name"],
        kind=queue["kind"],
        address=address,
        assignment=queue["assignment"],
        sla_id=sla_id if queue["kind"] == "case" else None,
        member_ids=tuple(members),
    )
    return save_queue(tx, values, by=SYSTEM, now=now).id


def _contract(tx: Connection, contract: Mapping[str, Any], sla_id: int, now: datetime) -> None:
    account = find_record(tx, contract["account"], kind="account", by=SYSTEM)
    year = now.date().replace(month=1, day=1)
    values = EntitlementValues(
        contract["name"],
        account.record_id,
        starts_on=year,
        ends_on=now.date().replace(month=12, day=31),
        cases_total=contract["cases"],
        sla_id=sla_id,
    )
    save_entitlement(tx, values, by=SYSTEM, now=now)
