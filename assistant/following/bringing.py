"""Bringing up what is due, so much of it a day as each user wants."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from assistant.following.finding.coming_back import midnight
from assistant.following.ranking import to_bring
from store.engine import Store
from store.following.finding import bring_up
from store.following.settings import settings_of
from store.following.values import Kind
from store.queries.following.waiting import brought_on, due_and_shown, users_who_wait
from store.sla.hours import in_utc

_DAY = timedelta(days=1)
#: What cannot wait for the next working day. All else adds nothing on a day off to what is left to do.
_ANY_DAY = (Kind.SLA, Kind.MEETING)


def bring_up_due(store: Store, *, now: datetime, zone: str) -> int:
    """Put what is due before its users; returns how much is new to them. Where the day is full it waits for the next,
    and so it does on a day off where something is left. `zone` is the IANA zone of users who named none; a day begins
    there at midnight."""
    with store.read() as tx:  # without the write lock, which others need while nothing is due
        wait = [user_id for user_id in users_who_wait(tx, now=now) if _chosen(tx, user_id, now, zone)]
    brought = 0
    for user_id in wait:
        with store.write() as tx:
            chosen = _chosen(tx, user_id, now, zone)
            bring_up(tx, chosen, now.astimezone(ZoneInfo(settings_of(tx, user_id, zone=zone).zone)).date())
            brought += len(chosen)
    return brought


def _chosen(tx: Connection, user_id: int, now: datetime, zone: str) -> list[int]:
    settings = settings_of(tx, user_id, zone=zone)
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    already = brought_on(tx, user_id, today)
    if already >= settings.a_day:
        return []
    begin, end = midnight(today, settings.zone), midnight(today + _DAY, settings.zone)
    due, shown = due_and_shown(tx, user_id, now=now, end=end)
    if shown and not settings.calendar.working_between(in_utc(begin), in_utc(end)):
        due = [one for one in due if one.kind in _ANY_DAY]
    return [one.follow_up_id for one in to_bring(due, shown, already=already, a_day=settings.a_day)]
