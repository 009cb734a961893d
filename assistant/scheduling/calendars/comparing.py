"""Comparing calendars with bookings to come: what is missing there is put there, and what people did there is told.

A booking stays as it is whatever somebody does to its appointment in Outlook: its customer was promised that time. So
people are told, once, and the next change of the booking brings the calendar in line again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assistant.scheduling.calendars.writing import is_written
from store.engine import Store
from store.queries.notices import told_of
from store.queries.scheduling.calendars import ResourceCalendar, resource_calendars
from store.queries.scheduling.in_calendars import ChangedThere, changed_there, out_of_step
from store.scheduling.in_calendars import forget_appointment, make_due
from store.triage.notices import tell


def compare_calendars(store: Store, *, now: datetime) -> int:
    """Let the bookings be written that calendars do not show as they should, and tell what people did there; returns
    how many sentences were told."""
    with store.read() as tx:  # without the write lock, which others need
        calendars = resource_calendars(tx)
        written = [key for key, each in calendars.items() if is_written(each)]
        anew = out_of_step(tx, calendars.keys(), written, now=now)
        found = {_topic(one): one for one in changed_there(tx, now=now)}
        told = told_of(tx, found)
    untold = {topic: one for topic, one in found.items() if topic not in told}
    if not anew and not untold:
        return 0
    with store.write() as tx:
        make_due(tx, anew, now=now)
        for topic, one in untold.items():
            tell(tx, topic, _said(one, calendars), record_id=one.booking_id, now=now)
            if one.starts_at is None:
                forget_appointment(tx, one.booking_id, one.resource_id, one.activity_id)
    return len(untold)


def _topic(one: ChangedThere) -> str:
    """The same thing is told once; an appointment that was deleted, and is there anew, may be deleted again."""
    times = "deleted" if one.starts_at is None else f"{one.starts_at:%Y%m%dT%H%M} {one.ends_at:%Y%m%dT%H%M}"
    return f"booking {one.booking_id} in a calendar {one.activity_id} {times}"


def _said(one: ChangedThere, calendars: Mapping[int, ResourceCalendar]) -> str:
    zone = ZoneInfo(calendars[one.resource_id].zone) if one.resource_id in calendars else UTC
    booked = f"it is still booked for {one.works_from.astimezone(zone):%Y-%m-%d %H:%M}"
    if one.starts_at is None:
        return f"{one.number} {one.title} was deleted in the calendar of {one.resource}; {booked}."
    moved = f"{one.starts_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{one.number} {one.title} was moved to {moved} in the calendar of {one.resource}; {booked}."
