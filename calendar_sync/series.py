"""What is kept of a series so that it can be expanded again, and its occurrences as the store holds them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.event import Attendee, Event
from calendar_sync.recurrence import Occurrence, occurrences
from calendar_sync.walls import instant
from mail_sync.message import Address
from store.activities.appointments import NewOccurrence, SeriesRow

#: Days before and after today for which occurrences are written out.
WINDOW = timedelta(days=400)
RECENT = timedelta(days=14)
MOST_OCCURRENCES = 2_000


def expanded(event: Event, *, now: datetime) -> tuple[NewOccurrence, ...]:
    """The occurrences in the window around `now`; a single event is its own, however far away."""
    if not event.is_series:
        return (occurrence_row(Occurrence(event.start, event.end, event.start, event), event),)
    # What lies ahead comes first: the budget of a busy series must not be spent on its past.
    ahead = occurrences(event, now - RECENT, now + WINDOW, limit=MOST_OCCURRENCES)
    past = occurrences(event, now - WINDOW, now - RECENT, limit=max(MOST_OCCURRENCES - len(ahead), 1))
    return tuple({row.original_start: row for each in (*past, *ahead) if (row := occurrence_row(each, event))}.values())


def standing_at(event_start: datetime, found: Sequence[NewOccurrence], *, now: datetime) -> datetime:
    """Where a series stands on a timeline: at its latest occurrence up to now, else at its next one."""
    taking_place = [each.starts_at for each in found if each.status != "cancelled"]
    past = [start for start in taking_place if start <= now]
    if past:
        return max(past)
    return min(taking_place, default=event_start)


def to_json(event: Event) -> dict[str, Any]:
    """Rule, extra and excluded dates, and the exceptions of a series; of an exception that came without its series,
    which occurrence it is.

    Of an exception stand the times and whatever differs from the series; what is missing is as in the series.
    """
    if event.original_start is not None:
        return {"original_start": event.original_start.isoformat()}
    return _answers_json(event) | {
        "rrule": event.rrule,
        "rdates": [each.isoformat() for each in event.rdates],
        "exdates": [each.isoformat() for each in event.exdates],
        "exceptions": [_exception_json(each, event) for each in event.exceptions],
    }


def with_series(event: Event, series: Mapping[str, Any]) -> Event:
    """The event with the rule, dates and exceptions that `to_json` kept of it."""
    event = _with_answers(event, series.get("answered", {}))
    if original := series.get("original_start"):
        return replace(event, original_start=_moment(original, event.timezone))
    return replace(
        event,
        rrule=series.get("rrule", ""),
        rdates=tuple(_moment(each, event.timezone) for each in series.get("rdates", ())),
        exdates=tuple(_moment(each, event.timezone) for each in series.get("exdates", ())),
        exceptions=tuple(_exception(each, event) for each in series.get("exceptions", ())),
    )


def series_event(row: SeriesRow) -> Event:
    """A stored series again, as far as its occurrences depend on it."""
    master = Event(
        uid="",
        title=row.subject,
        start=parse_wall(row.start_wall, row.all_day, row.timezone),
        end=parse_wall(row.end_wall, row.all_day, row.timezone),
        all_day=row.all_day,
        timezone=row.timezone,
        location=row.location,
        status=row.status,
    )
    return with_series(master, row.series)


def wall(value: datetime | date, timezone: str) -> str:
    """Local wall time in the event's zone without an offset, or the date."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(timezone)).replace(tzinfo=None).isoformat()
    return value.isoformat()


def parse_wall(text: str, all_day: bool, timezone: str) -> datetime | date:
    """The value of `wall` in its zone."""
    if all_day:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone))


def _answers_json(event: Event) -> dict[str, Any]:
    """When attendees wrote the answers that came by mail, so that an older one never counts again."""
    told = {each.address.email: each.answered_at.isoformat() for each in event.attendees if each.answered_at}
    return {"answered": told} if told else {}


def _with_answers(event: Event, answered: Mapping[str, str]) -> Event:
    if not answered:
        return event
    return replace(
        event,
        attendees=tuple(
            replace(each, answered_at=_instant_of(answered.get(each.address.email))) for each in event.attendees
        ),
    )


#: Parts of an exception that are kept only where they differ from the series.
_PLAIN = (
    "title",
    "location",
    "status",
    "timezone_source",
    "description",
    "busy",
    "sensitivity",
    "importance",
    "sequence",
    "reminder_minutes",
    "my_response",
)


def _exception_json(exception: Event, master: Event) -> dict[str, Any]:
    found: dict[str, Any] = {
        "original_start": (exception.original_start or exception.start).isoformat(),
        "start": exception.start.isoformat(),
        "end": exception.end.isoformat(),
        "all_day": exception.all_day,
        "timezone": exception.timezone,
    }
    for name in _PLAIN:
        if getattr(exception, name) != getattr(master, name):
            found[name] = getattr(exception, name)
    if exception.organizer != master.organizer:
        found["organizer"] = _address_json(exception.organizer)
    if exception.attendees != master.attendees:
        found["attendees"] = [
            {**_address_json(each.address), "role": each.role, "response": each.response}
            for each in exception.attendees
        ]
    if exception.categories != master.categories:
        found["categories"] = list(exception.categories)
    if exception.modified_at != master.modified_at:
        found["modified_at"] = exception.modified_at.isoformat() if exception.modified_at else None
    return found


def _exception(entry: Mapping[str, Any], master: Event) -> Event:
    zone = entry["timezone"]
    return replace(
        master,
        **{name: entry[name] for name in _PLAIN if name in entry},
        **{name: read(entry[name]) for name, read in _COMPOSED.items() if name in entry},
        start=_moment(entry["start"], zone),
        end=_moment(entry["end"], zone),
        all_day=entry["all_day"],
        timezone=zone,
        original_start=_moment(entry["original_start"], master.timezone),
        method="",
        rrule="",
        rdates=(),
        exdates=(),
        exceptions=(),
        source=b"",
    )


def _address_json(address: Address | None) -> dict[str, str]:
    return {} if address is None else {"email": address.email, "name": address.name}


def _address(entry: Mapping[str, str]) -> Address | None:
    return Address(entry["email"], entry["name"]) if entry else None


def _attendees(entries: Sequence[Mapping[str, str]]) -> tuple[Attendee, ...]:
    return tuple(Attendee(Address(each["email"], each["name"]), each["role"], each["response"]) for each in entries)


def _instant_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


_COMPOSED: dict[str, Callable[[Any], Any]] = {
    "organizer": _address,
    "attendees": _attendees,
    "categories": tuple,
    "modified_at": _instant_of,
}


def _moment(text: str, timezone: str) -> datetime | date:
    """A date, or the instant in the zone."""
    if "T" not in text:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(ZoneInfo(timezone))


def occurrence_row(occurrence: Occurrence, master: Event) -> NewOccurrence:
    """An occurrence as the store writes it out."""
    whole_day = not isinstance(occurrence.start, datetime)
    original = occurrence.original_start
    return NewOccurrence(
        original_start=instant(original).isoformat() if isinstance(original, datetime) else original.isoformat(),
        starts_at=instant(occurrence.start),
        ends_at=instant(occurrence.end),
        on_date=occurrence.start if whole_day else None,
        until_date=occurrence.end if whole_day else None,
        title=occurrence.event.title or master.title,
        location=occurrence.event.location or master.location,
        status="cancelled" if "cancelled" in (master.status, occurrence.event.status) else occurrence.event.status,
    )
