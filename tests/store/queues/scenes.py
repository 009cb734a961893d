"""A support desk to test with: office hours, what it promises, and its queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from sqlalchemy import Connection

from store.actor import SYSTEM, Actor
from store.kept.keeping import Saved
from store.queues.saving import save_calendar, save_queue, save_sla
from store.queues.values import CalendarValues, QueueValues, SlaValues
from store.sla.hours import BusinessCalendar, Hours
from store.sla.terms import SlaTerms
from tests.store.scenes import NOW

DAY_SHIFT = Hours(time(9), time(17))
OFFICE = BusinessCalendar("Europe/Berlin", (*((DAY_SHIFT,),) * 5, (), ()))
TERMS = SlaTerms(
    {"normal": timedelta(hours=4), "urgent": timedelta(minutes=30)},
    {"normal": timedelta(hours=16), "urgent": timedelta(hours=4)},
)


def office(tx: Connection) -> Saved:
    """The SLA Standard, in the business hours Office."""
    hours = save_calendar(tx, CalendarValues("Office", OFFICE), by=SYSTEM, now=NOW)
    return save_sla(tx, SlaValues("Standard", hours.id, TERMS), by=SYSTEM, now=NOW)


def support(tx: Connection, *, members: Sequence[Actor] = (), **values: Any) -> Saved:
    """The queue Support."""
    member_ids = tuple(member.user_id for member in members if member.user_id is not None)
    return save_queue(tx, QueueValues("Support", member_ids=member_ids, **values), by=SYSTEM, now=NOW)
