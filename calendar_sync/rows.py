"""The rows of an event: what the store keeps of it, its occurrences in the window around now included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from calendar_sync.event import Event
from calendar_sync.series import WINDOW, expanded, standing_at, to_json, wall
from calendar_sync.walls import instant
from mail_sync.mentions import mentions
from mail_sync.ours import Ours
from store.activities.appointments import NewAppointment
from store.activities.parties import NewParty, new_party
from store.blobs import content
from store.search_text import indexed
from store.types import storable_name

_PREVIEW = 160  # characters
_SPACE = re.compile(r"\s+")


def compose_appointment(event: Event, *, ours: Ours, now: datetime) -> NewAppointment:
    """The rows of one event, its occurrences in the window around `now` included."""
    found = expanded(event, now=now)
    recurring = event.is_series
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
        series=to_json(event) if recurring or event.original_start or _is_answered(event) else {},
        occurrences=found,
        expanded_until=now + WINDOW if recurring else None,
        reminder_minutes=event.reminder_minutes,
        sensitivity=event.sensitivity,
        importance=event.importance,
        search_title=indexed(event.title),
        search_body=indexed(" ".join((event.location, _names(event), event.description))),
    )


def _is_answered(event: Event) -> bool:
    """Whether an answer to it came by mail, whose time is kept."""
    return any(attendee.answered_at for attendee in event.attendees)


def _identity(event: Event) -> str:
    """The iCalendar UID is the same in every calendar; an exception without its series stands for itself."""
    name = event.uid or f"{event.title}|{wall(event.start, event.timezone)}|{event.timezone}"
    return f"{name}|{instant(event.original_start).isoformat()}" if event.original_start else name


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
