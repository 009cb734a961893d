"""Events from the normal form into the store: what to keep of them, and in which shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from calendar_sync.event import Event
from calendar_sync.merging_events import EventMerger, MetEvent
from calendar_sync.provider import CalendarProvider
from calendar_sync.rows import compose_appointment
from calendar_sync.series import WINDOW, expanded, series_event
from mail_sync.capture import CaptureRules
from mail_sync.ours import Ours
from mail_sync.provider import Poisoned
from store.activities.appointment_state import read_appointments, set_appointment_deleted
from store.activities.appointments import (
    NewAppointment,
    add_appointments,
    advance_series,
    appointment_keys,
    series_to_expand,
    write_series,
)
from store.engine import Store
from store.sync.event_items import buried_deletions
from store.sync.items import ItemState, known_items, refresh_copies
from store.sync.mailboxes import FolderRow, synced_settings
from store.sync.moves import Trace

_ROLLED = timedelta(days=30)  # a series is written out anew when this much of its window has passed
_SERIES = 50  # series written out in one transaction


@dataclass(frozen=True, slots=True)
class PreparedEvent:
    """An event ready to be written."""

    state: ItemState
    appointment: NewAppointment
    source: bytes
    event: Event

    @property
    def remote_id(self) -> str:
        return self.state.remote_id

    @property
    def raw(self) -> bytes:
        return self.source

    @property
    def trace(self) -> Trace:
        return Trace(self.remote_id, self.state.stamp, self.appointment.identity)


def prepare_event(
    item_id: str, change_key: str, event: Event, *, ours: Ours, capture: CaptureRules, now: datetime, stamp: str = ""
) -> PreparedEvent:
    """An excluded event keeps only when it takes place and whether it blocks the time."""
    people = [event.organizer, *(attendee.address for attendee in event.attendees)]
    if capture.excludes_private(event.sensitivity) or capture.excludes_any([p.email for p in people if p]):
        event = _only_busy(event)
        appointment = replace(compose_appointment(event, ours=ours, now=now), withheld=True)
    else:
        appointment = compose_appointment(event, ours=ours, now=now)
    state = ItemState(
        item_id,
        appointment.occurred_at,
        change_key,
        categories=event.categories,
        response=event.my_response,
        stamp=stamp,
    )
    return PreparedEvent(state, appointment, event.source, event)


@dataclass(frozen=True, slots=True)
class EventReader:
    """Reads events of one connected mailbox (see `mail_sync.pull.ItemReader`)."""

    provider: CalendarProvider
    mailbox_id: int
    ours: Ours
    capture: CaptureRules
    now: datetime

    def read(self, item_ids: Sequence[str]) -> Iterator[PreparedEvent | Poisoned | None]:
        for item in self.provider.fetch_events(item_ids):
            if isinstance(item, Poisoned):
                yield item
            else:
                yield prepare_event(
                    item.item_id,
                    item.change_key,
                    item.event,
                    ours=self.ours,
                    capture=self.capture,
                    now=self.now,
                    stamp=item.stamp,
                )

    def write(self, tx: Connection, folder: FolderRow, items: Sequence[PreparedEvent], *, now: datetime) -> int:
        """Merge what the store knows, add what is new."""
        settings = synced_settings(tx, self.mailbox_id) or {}
        return _merge_events(EventMerger(tx, self.mailbox_id, settings, self.ours, now), folder.folder_id, items)


def write_events(
    tx: Connection, mailbox_id: int, folder_id: int | None, items: Sequence[PreparedEvent], *, now: datetime
) -> int:
    """Write a chunk of events without a server behind them; repeating it changes nothing. Returns how many meetings
    were new."""
    return add_appointments(tx, mailbox_id, folder_id, [(item.state, item.appointment) for item in items], now=now)


def _merge_events(merger: EventMerger, folder_id: int | None, items: Sequence[PreparedEvent]) -> int:
    tx, mailbox_id, now = merger.tx, merger.mailbox_id, merger.now
    known = known_items(tx, mailbox_id, [item.remote_id for item in items])
    stored = appointment_keys(tx, [item.appointment.identity for item in items if not item.appointment.withheld])
    met, rest = [], []
    for item in items:
        stands = known.get(item.remote_id)
        activity_id = stored.get(item.appointment.identity) if not item.appointment.withheld else None
        if stands is not None and activity_id is not None and stands.activity_id == activity_id:
            met.append((item.state, MetEvent(stands.item_id, activity_id, item.event)))
        else:
            rest.append(item)
    _bring_back(tx, [one.item_id for _, one in met])
    refresh_copies(tx, folder_id, [(one.item_id, state) for state, one in met])
    merger.merge([one for _, one in met])
    new = write_events(tx, mailbox_id, folder_id, rest, now=now)
    keys = known_items(tx, mailbox_id, [item.remote_id for item in rest])
    shared = [item for item in rest if not item.appointment.withheld]
    merger.agree([(keys[item.remote_id].item_id, item.event) for item in shared])
    return new


def _bring_back(tx: Connection, item_ids: Sequence[int]) -> None:
    """What was deleted here and stands in the calendar once more was put there by somebody who wants it."""
    for stored in read_appointments(tx, buried_deletions(tx, item_ids)).values():
        set_appointment_deleted(tx, stored, None)


def roll_forward(store: Store, *, now: datetime) -> None:
    """Write series out anew where their window comes to its end, and move every series on its timelines."""
    last = 0
    while True:
        with store.read() as tx:
            rows = series_to_expand(tx, until=now + WINDOW - _ROLLED, after=last, limit=_SERIES)
        if not rows:
            break
        found = [(row.activity_id, expanded(series_event(row), now=now)) for row in rows]
        with store.write() as tx:
            for activity_id, occurrences in found:
                write_series(tx, activity_id, occurrences, expanded_until=now + WINDOW)
        last = rows[-1].activity_id
    with store.write() as tx:
        advance_series(tx, now=now)


def _only_busy(event: Event) -> Event:
    exceptions = tuple(_only_busy(each) for each in event.exceptions)
    return replace(
        event,
        title="Busy",
        location="",
        description="",
        organizer=None,
        attendees=(),
        categories=(),
        sensitivity="private",
        importance="normal",
        source=b"",
        exceptions=exceptions,
    )
