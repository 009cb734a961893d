"""What is kept of a series so that it can be expanded again, and its occurrences as the store holds them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.event import Event
from calendar_sync.recurrence import Occurrence, occurrences
from store.appointments import NewOccurrence

#: Days before and after today for which occurrences are written out.
WINDOW = timedelta(days=400)
RECENT = timedelta(days=14)
MOST_OCCURRENCES = 2_000


def expanded(event: Event, *, now: datetime) -> tuple[NewOccurrence, ...]:
    """The occurrences in the window around `now`; a single event is its own, however far away."""
    if not event.rrule and not event.rdates and not event.exceptions:
        return (_row(Occurrence(event.start, event.end, event.start, event), event),)
    # What lies ahead comes first: the budget of a busy series must not be spent on its past.
    ahead = occurrences(event, now - RECENT, now + WINDOW, limit=MOST_OCCURRENCES)
    past = occurrences(event, now - WINDOW, now - RECENT, limit=max(MOST_OCCURRENCES - len(ahead), 1))
    return tuple({row.original_start: row for each in (*past, *ahead) if (row := _row(each, event))}.values())


def standing_at(event_start: datetime, found: Sequence[NewOccurrence], *, now: datetime) -> datetime:
    """Where a series stands on a timeline: at its latest occurrence up to now, else at its next one."""
    taking_place = [each.starts_at for each in found if each.status != "cancelled"]
    past = [start for start in taking_place if start <= now]
    if past:
        return max(past)
    return min(taking_place, default=event_start)


def to_json(event: Event) -> dict[str, Any]:
    """Rule, extra and excluded dates, and the exceptions of a series."""
    return {
        "rrule": event.rrule,
        "rdates": [each.isoformat() for each in event.rdates],
        "exdates": [each.isoformat() for each in event.exdates],
        "exceptions": [
            {
                "original_start": each.original_start.isoformat() if each.original_start else each.start.isoformat(),
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "all_day": each.all_day,
                "timezone": each.timezone,
                "title": each.title,
                "location": each.location,
                "status": each.status,
            }
            for each in event.exceptions
        ],
    }


def from_json(
    *, title: str, start_wall: str, end_wall: str, all_day: bool, timezone: str, location: str, status: str,
    series: Mapping[str, Any],
) -> Event:  # fmt: skip
    """The series again, as far as its occurrences depend on it."""
    return Event(
        uid="",
        title=title,
        start=parse_wall(start_wall, all_day, timezone),
        end=parse_wall(end_wall, all_day, timezone),
        all_day=all_day,
        timezone=timezone,
        location=location,
        status=status,
        rrule=series.get("rrule", ""),
        rdates=tuple(_moment(each) for each in series.get("rdates", ())),
        exdates=tuple(_moment(each) for each in series.get("exdates", ())),
        exceptions=tuple(_exception(each) for each in series.get("exceptions", ())),
    )


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


def instant(value: datetime | date) -> datetime:
    """UTC; a date counts from its midnight in UTC, which orders it among instants."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC)


def _exception(entry: Mapping[str, Any]) -> Event:
    return Event(
        uid="",
        title=entry["title"],
        start=_moment(entry["start"]),
        end=_moment(entry["end"]),
        all_day=entry["all_day"],
        timezone=entry["timezone"],
        location=entry["location"],
        status=entry["status"],
        original_start=_moment(entry["original_start"]),
    )


def _moment(text: str) -> datetime | date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _row(occurrence: Occurrence, master: Event) -> NewOccurrence:
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
