"""The sorts of things that a queue's administration consists of; a queue's members are listed in their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from store.chunks import chunked
from store.kept.sorts import Lists, Part, Sort, State, keys_of, plain
from store.queues.addresses import check_address
from store.queues.effects import follow_up
from store.queues.uses import uses
from store.schema.people import User
from store.schema.records import Record
from store.schema.service import (
    BusinessCalendar,
    Entitlement,
    EntitlementContact,
    Queue,
    QueueMember,
    ServiceLevel,
)
from store.upsert import upsert

_TEAM = "queues, hours, promises and contracts are everybody's"


def _members(tx: Connection, keys: Collection[int]) -> dict[int, State]:
    found: dict[int, State] = {key: {"members": [], "away": []} for key in keys}
    for portion in chunked(keys):
        rows = tx.execute(
            select(QueueMember.queue_id, QueueMember.away, User.uid)
            .join(User, User.id == QueueMember.user_id)
            .where(QueueMember.queue_id.in_(portion))
            .order_by(QueueMember.queue_id, QueueMember.position, QueueMember.user_id)
        )
        for row in rows:
            found[row.queue_id]["members"].append(row.uid)
            if row.away:
                found[row.queue_id]["away"].append(row.uid)
    return found


def _callers(tx: Connection, keys: Collection[int]) -> dict[int, State]:
    found: dict[int, State] = {key: {"contacts": []} for key in keys}
    for portion in chunked(keys):
        rows = tx.execute(
            select(EntitlementContact.entitlement_id, Record.uid)
            .join(Record, Record.id == EntitlementContact.contact_id)
            .where(EntitlementContact.entitlement_id.in_(portion))
            .order_by(EntitlementContact.entitlement_id, EntitlementContact.contact_id)
        )
        for entitlement_id, uid in rows:
            found[entitlement_id]["contacts"].append(uid)
    return found


def _write_callers(tx: Connection, key: int, state: Mapping[str, Any]) -> None:
    if "contacts" not in state:
        return
    tx.execute(delete(EntitlementContact).where(EntitlementContact.entitlement_id == key))
    contacts = keys_of(tx, Record, state["contacts"])
    rows = [{"entitlement_id": key, "contact_id": contacts[uid]} for uid in state["contacts"]]
    if rows:
        tx.execute(insert(EntitlementContact), rows)


def _write_members(tx: Connection, key: int, state: Mapping[str, Any]) -> None:
    """Who stays a member keeps their turn."""
    if "members" not in state and "away" not in state:
        return
    stands = _members(tx, [key])[key]
    members = state.get("members", stands["members"]) or []
    away = set(state.get("away", stands["away"]) or [])
    users = keys_of(tx, User, members)
    kept = [users[uid] for uid in members]
    tx.execute(delete(QueueMember).where(QueueMember.queue_id == key, QueueMember.user_id.not_in(kept)))
    for position, uid in enumerate(members):
        values = {"position": position, "away": uid in away}
        row = upsert(tx, QueueMember).values(queue_id=key, user_id=users[uid], **values)
        unique = [QueueMember.queue_id, QueueMember.user_id]
        tx.execute(row.on_conflict_do_update(index_elements=unique, set_=values))


def _check_queue(tx: Connection, key: int | None, state: Mapping[str, Any]) -> None:
    check_address(tx, state.get("address") or "", key)


CALENDAR = Sort(
    BusinessCalendar,
    "business hours",
    plain("name", "zone", "hours", "holidays"),
    uses=uses,
    follow_up=follow_up,
    team=_TEAM,
)
SLA = Sort(
    ServiceLevel,
    "SLA",
    {**plain("name", "promised", "warn_share"), "calendar": Part("calendar_id", BusinessCalendar)},
    {"calendar": "Business hours", "promised": "Promised times", "warn_share": "Warning"},
    uses=uses,
    follow_up=follow_up,
    team=_TEAM,
)
QUEUE = Sort(
    Queue,
    "queue",
    {
        **plain("name", "kind", "address", "assignment", "reopen_days"),
        "sla": Part("sla_id", ServiceLevel),
        "escalate_user": Part("escalate_user_id", User),
        "escalate_queue": Part("escalate_queue_id", Queue),
    },
    {"sla": "SLA", "escalate_user": "Escalates to", "escalate_queue": "Escalates to", "reopen_days": "Reopen days"},
    lists=Lists(_members, _write_members),
    uses=uses,
    follow_up=follow_up,
    check=_check_queue,
    team=_TEAM,
)
ENTITLEMENT = Sort(
    Entitlement,
    "contract",
    {
        **plain("name", "cases_total"),
        "account": Part("account_id", Record),
        "sla": Part("sla_id", ServiceLevel),
        "starts_on": Part("starts_on", is_date=True),
        "ends_on": Part("ends_on", is_date=True),
    },
    {"sla": "SLA", "starts_on": "From", "ends_on": "Until", "cases_total": "Cases", "contacts": "Who may call"},
    lists=Lists(_callers, _write_callers),
    uses=uses,
    follow_up=follow_up,
    unique=False,  # every year the same customer signs the same one
    team=_TEAM,
)
SORTS = (CALENDAR, SLA, QUEUE, ENTITLEMENT)
