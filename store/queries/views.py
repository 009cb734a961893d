"""The saved views and the sort orders of record lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, true

from store.actor import Actor
from store.queries.paging import Order
from store.records.fields import CASE_CLOSED, LEAD_STATUSES
from store.scheduling.lifecycle import OPEN
from store.schema.records import Case, Lead, Opportunity, Record
from store.schema.scheduling import Booking

SILENT_DAYS = 14


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: its name in code and commands, and its label."""

    name: str
    label: str


_ALL, _MINE, _OPEN = View("all", "All"), View("mine", "Mine"), View("open", "Open")
_SILENT = View("silent", f"Silent for {SILENT_DAYS} days")

VIEWS: dict[str, tuple[View, ...]] = {
    "account": (_ALL, _MINE, _SILENT),
    "contact": (_ALL, _MINE, _SILENT),
    "lead": (_ALL, _MINE, _OPEN, View("unassigned", "Unassigned"), _SILENT),
    "opportunity": (
        _ALL,
        _MINE,
        _OPEN,
        View("closing_this_month", "Closing this month"),
        View("no_next_step", "No next step"),
        _SILENT,
    ),
    "case": (_ALL, _MINE, _OPEN, View("unassigned", "Unassigned"), _SILENT),
    "product": (_ALL,),
    "booking": (_ALL, _MINE, _OPEN),
}

SORTS: dict[str, tuple[str, ...]] = {
    "account": ("title", "number", "modified", "activity"),
    "contact": ("title", "number", "modified", "activity"),
    "lead": ("title", "number", "modified", "activity", "score"),
    "opportunity": ("title", "number", "modified", "activity", "close_date", "amount"),
    "case": ("title", "number", "modified", "activity", "priority"),
    "product": ("title", "number", "modified"),
    "booking": ("starts", "title", "number", "modified"),
}

#: When something last happened with a record: its newest activity, else its creation.
LAST_ACTIVE = func.coalesce(Record.last_activity_at, Record.created_at)

_NEVER = date.max
_PRIORITY = case({"urgent": 0, "high": 1, "normal": 2, "low": 3}, value=Case.priority, else_=4)

ORDERS: dict[str, Order] = {
    "title": Order((Record.title_key, Record.id)),
    "number": Order((Record.number, Record.id)),
    "modified": Order((Record.modified_at, Record.id), descending=True),
    "activity": Order((LAST_ACTIVE, Record.id), descending=True),
    "close_date": Order((func.coalesce(Opportunity.close_date, _NEVER), Record.id)),
    "amount": Order((func.coalesce(Opportunity.amount, 0), Record.id), descending=True),
    "priority": Order((_PRIORITY, Record.id)),
    "starts": Order((Booking.starts_at, Record.id)),
    "score": Order((func.coalesce(Lead.score, -1), Record.id), descending=True),
}


def view_condition(kind: str, view: str, *, by: Actor, today: date) -> ColumnElement[bool]:
    """What the records of a view have in common. Raises KeyError for a view the kind does not have."""
    conditions: dict[str, Callable[[], ColumnElement[bool]]] = {
        "all": true,
        "mine": lambda: Record.owner_id == by.user_id,
        "open": lambda: still_open(kind),
        "silent": lambda: and_(still_open(kind), _midnight(today - timedelta(days=SILENT_DAYS)) > LAST_ACTIVE),
        "closing_this_month": lambda: and_(still_open(kind), _closes_in_month(today)),
        "no_next_step": lambda: and_(
            still_open(kind), or_(Opportunity.next_step == "", Opportunity.next_step_date < today)
        ),
        "unassigned": lambda: and_(still_open(kind), Record.owner_id.is_(None)),
    }
    known = {each.name for each in VIEWS[kind]}
    return conditions[view if view in known else f"no view {view}"]()


def still_open(kind: str) -> ColumnElement[bool]:
    """The deal is not decided, the case not closed, the lead neither qualified nor given up, the booking still to be
    done; the rest never ends."""
    if kind == "opportunity":
        return Opportunity.status == "open"
    if kind == "case":
        return Case.status.not_in(CASE_CLOSED)
    if kind == "lead":
        return Lead.status.in_(LEAD_STATUSES[:2])
    if kind == "booking":
        return Booking.status.in_(OPEN)
    return true()


def _closes_in_month(today: date) -> ColumnElement[bool]:
    first = today.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return and_(Opportunity.close_date >= first, Opportunity.close_date < following)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
