"""Events from the normal form into the store: what to keep of them, and in which shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from calendar_sync.event import Event
from calendar_sync.provider import CalendarProvider
from calendar_sync.series import WINDOW, expanded, from_json, standing_at, to_json, wall
from calendar_sync.walls import instant
from mail_sync.capture import CaptureRules
from mail_sync.mentions import mentions
from mail_sync.ours import Ours
from mail_sync.provider import Poisoned
from store.appointments import (
    NewAppointment,
    SeriesRow,
    add_appointments,
    advance_series,
    series_to_expand,
    write_series,
)
from store.blobs import content
from store.engine import Store
from store.items import ItemState
from store.mailboxes import FolderRow
from store.moves import Trace
from store.parties import NewParty, new_party
from store.search_text import indexed
from store.types import storable_name

_PREVIEW = 160  # characters
_ROLLED = timedelta(days=30)  # a series is written out anew when this much of its window has passed
_SERIES = 50  # series written out in one transaction
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class PreparedEvent:
    """An event ready to be written."""

    state: ItemState
    appointment: NewAppointment
    source: bytes

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
    return PreparedEvent(state, appointment, event.source)


def compose_appointment(event: Event, *, ours: Ours, now: datetime) -> NewAppointment:
    """The rows of one event, its occurrences in the window around `now` included."""
    found = expanded(event, now=now)
    recurring = bool(event.rrule or event.rdates or event.exceptions)
    starts = instant(event.start)
    return NewAppointment(
        identity=storable_name(_identity(event)),
        ical_uid=storable_name(event.uid),
        subject=event.title,
        occurred_at=standing_at(starts, found, now=now) if recurring else starts,
        ends_at=instant(event.end),
        who=_who(event, ours),
        preview=_SPACE.sub(" ", event.description[: 4 * _PREVIEW]).strip()[:_PREVIEW],
        private=event.sensitivity != "normal",
        mentions=mentions(event.title, event.description[:10_000]),
        parties=tuple(_parties(event)),
        text=content(event.description.encode("utf-8", "replace")),
        all_day=event.all_day,
        start_wall=wall(event.start, event.timezone),
        end_wall=wall(event.end, event.timezone),
        timezone=event.timezone,
        timezone_source=event.timezone_source,
        location=event.location,
        status=event.status,
        busy=event.busy,
        sequence=event.sequence,
        modified_at=event.modified_at,
        recurring=recurring,
        series=to_json(event) if recurring or event.original_start else {},
        occurrences=found,
        expanded_until=now + WINDOW if recurring else None,
        reminder_minutes=event.reminder_minutes,
        sensitivity=event.sensitivity,
        importance=event.importance,
        search_title=indexed(event.title),
        search_body=indexed(" ".join((event.location, _names(event), event.description))),
    )


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
        return write_events(tx, self.mailbox_id, folder.folder_id, items, now=now)


def write_events(
    tx: Connection, mailbox_id: int, folder_id: int | None, items: Sequence[PreparedEvent], *, now: datetime
) -> int:
    """Write a chunk; repeating it changes nothing. Returns how many meetings were new."""
    return add_appointments(tx, mailbox_id, folder_id, [(item.state, item.appointment) for item in items], now=now)


def roll_forward(store: Store, *, now: datetime) -> None:
    """Write series out anew where their window comes to its end, and move every series on its timelines."""
    last = 0
    while True:
        with store.read() as tx:
            rows = series_to_expand(tx, until=now + WINDOW - _ROLLED, after=last, limit=_SERIES)
        if not rows:
            break
        found = [(row.activity_id, expanded(_event(row), now=now)) for row in rows]
        with store.write() as tx:
            for activity_id, occurrences in found:
                write_series(tx, activity_id, occurrences, expanded_until=now + WINDOW)
        last = rows[-1].activity_id
    with store.write() as tx:
        advance_series(tx, now=now)


def _event(row: SeriesRow) -> Event:
    return from_json(
        title=row.subject,
        start_wall=row.start_wall,
        end_wall=row.end_wall,
        all_day=row.all_day,
        timezone=row.timezone,
        location=row.location,
        status=row.status,
        series=row.series,
    )


def _identity(event: Event) -> str:
    """The iCalendar UID is the same in every calendar; an exception without its series stands for itself."""
    name = event.uid or f"{event.title}|{wall(event.start, event.timezone)}|{event.timezone}"
    return f"{name}|{instant(event.original_start).isoformat()}" if event.original_start else name


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


def _who(event: Event, ours: Ours) -> str:
    people = [event.organizer, *(attendee.address for attendee in event.attendees)]
    shown = list(dict.fromkeys(p.name or p.email for p in people if p and not ours.holds(p.email)))
    if not shown:
        return ""
    return shown[0] + (f" +{len(shown) - 1}" if len(shown) > 1 else "")


def _parties(event: Event) -> Iterator[NewParty]:
    if event.organizer:
        yield new_party("organizer", event.organizer.email, event.organizer.name)
    for attendee in event.attendees:
        address = attendee.address
        yield new_party(attendee.role, address.email, address.name, attendee.response)


def _names(event: Event) -> str:
    people = [event.organizer, *(attendee.address for attendee in event.attendees)]
    return " ".join(f"{person.name} {person.email}" for person in people if person)
