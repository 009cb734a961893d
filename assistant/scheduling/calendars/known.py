"""What is known of the calendars of resources: what was synced, and what servers told of those that are not.

They are read as everybody may: when they are busy, never with what. What is not known is never free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from assistant.scheduling.engine.model import Busy, Resource
from calendar_sync.view import taken_view
from store.actor import SYSTEM, Actor
from store.queries.calendar import CalendarRow, calendars
from store.queries.scheduling.calendars import resource_calendars
from store.queries.taken import Taken
from store.scheduling.busy import ToldBusy, read_busy
from store.scheduling.calendars import Calendars, calendars_of
from store.scheduling.reading import Setup, Thing
from store.scheduling.written import midnight

_ONE_DAY = timedelta(days=1)
_KINDS = {"away": "oof"}


class KnownCalendars:
    """The calendars of resources in [start, end), read at once."""

    def __init__(
        self, tx: Connection, setup: Setup, start: datetime, end: datetime, *, by: Actor, now: datetime
    ) -> None:
        self._setup, self._now = setup, now
        self._known = {row.mailbox_id: row for row in calendars(tx, by=SYSTEM)}
        self._mailboxes = {key: each.mailbox_id for key, each in resource_calendars(tx).items()}
        wanted = self._known.keys() & self._mailboxes.values()
        self._taken = taken_view(tx, wanted, start=start, end=end, by=by) if wanted else {}
        asked = [each.id for each in setup.resources.values() if each.state["address"]]
        self._told = read_busy(tx, [key for key in asked if key not in self._mailboxes])

    def read_into(self, each: Thing, value: Resource) -> Resource:
        """The resource with what its calendar holds, and why that may not be known."""
        mailbox_id, address = self._mailboxes.get(each.id), each.state["address"]
        treated = calendars_of(self._setup.sites[each.state["site"]].state["calendars"])
        if mailbox_id is None:
            return _as_told(value, self._told.get(each.id), address, treated, self._now) if address else value
        if (row := self._known.get(mailbox_id)) is None:
            return replace(value, unknown="it was never read")
        busy = _busy(self._taken.get(mailbox_id, ()), treated, self._setup.zone_of(each))
        return replace(value, busy=tuple(busy), unknown=_stale(row, treated, self._now))


def _as_told(value: Resource, told: ToldBusy | None, address: str, treated: Calendars, now: datetime) -> Resource:
    """The resource with what a server told of its address."""
    if told is None or told.address != address:
        return replace(value, unknown="no server was asked about it yet")
    if unknown := told.error or _old(told.read_at, treated, now):
        return replace(value, unknown=unknown)
    times = (each for each in told.times if each.kind not in treated.free)
    busy = tuple(Busy(each.start, each.end, "", _KINDS.get(each.kind, each.kind)) for each in times)
    return replace(value, busy=busy, known_until=told.known_until)


def _stale(row: CalendarRow, treated: Calendars, now: datetime) -> str:
    """Why the calendar is not known; '' where it is. One without a server is as it was imported."""
    if not row.has_server:
        return ""
    return "it was never read" if row.last_success_at is None else _old(row.last_success_at, treated, now)


def _old(read_at: datetime, treated: Calendars, now: datetime) -> str:
    """Why what was read then is not trusted any more; '' where it is."""
    return "" if now - read_at <= treated.stale_after else f"it was last read on {read_at:%Y-%m-%d %H:%M} UTC"


def _busy(times: Iterable[Taken], treated: Calendars, zone: str) -> Iterator[Busy]:
    for each in times:
        if each.busy in treated.free:
            continue
        start, end = each.starts_at, each.ends_at
        if each.on_date is not None:
            start, end = midnight(each.on_date, zone), midnight(each.until_date or each.on_date + _ONE_DAY, zone)
        yield Busy(start, end, each.title, _KINDS.get(each.busy, each.busy))
