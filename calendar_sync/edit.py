"""Changing an event: one occurrence, this and all following ones, or the whole series. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from calendar_sync.event import Attendee, Event
from calendar_sync.moving import move
from calendar_sync.occurring import divided, fits, is_at, occurrence_at, takes_place
from calendar_sync.recurrence import occurrences, rule_defect
from calendar_sync.walls import in_pattern, instant, is_same_start, wall_of
from store.errors import Invalid

NO_REMINDER = -1
_RAREST = timedelta(days=366 * 60)  # a Monday that is a leap day comes every 28 years, or after 40
_FIELDS = (
    "title",
    "location",
    "description",
    "attendees",
    "status",
    "busy",
    "sensitivity",
    "importance",
    "categories",
    "reminder_minutes",
)


class Scope(StrEnum):
    """What of a series is meant; of a single event everything means the event."""

    OCCURRENCE = "occurrence"
    FOLLOWING = "following"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class EventEdit:
    """The fields to change; None leaves one as it is.

    `start` and `end` (exclusive) are naive wall times of the event's zone (of `timezone` where that is given), or dates
    for whole days; an aware time is taken over into the zone. A new start alone keeps the length, and of a series it
    says where the occurrence at hand goes. An attendee without an answer keeps the one known of the same address.
    `rrule` '' ends the repetition; `reminder_minutes` NO_REMINDER takes the reminder away.
    """

    title: str | None = None
    start: datetime | date | None = None
    end: datetime | date | None = None
    timezone: str | None = None
    location: str | None = None
    description: str | None = None
    attendees: tuple[Attendee, ...] | None = None
    status: str | None = None
    busy: str | None = None
    sensitivity: str | None = None
    importance: str | None = None
    categories: tuple[str, ...] | None = None
    reminder_minutes: int | None = None
    rrule: str | None = None

    @property
    def moves(self) -> bool:
        return any(each is not None for each in (self.start, self.end, self.timezone))


@dataclass(frozen=True, slots=True)
class Edited:
    """The event as it is now, and the second series where this-and-following divided it."""

    event: Event
    following: Event | None = None


def apply_edit(
    event: Event,
    edit: EventEdit,
    scope: Scope = Scope.SERIES,
    original_start: datetime | date | None = None,
    *,
    new_uid: str = "",
) -> Edited:
    """The event after the edit; `original_start` names the occurrence at hand, `new_uid` a second series.

    Raises Invalid.
    """
    if not event.is_series:
        return Edited(_whole(event, edit, event.start))
    if original_start is None:
        if scope is not Scope.SERIES:
            raise Invalid("Say which occurrence is meant.")
        return Edited(_whole(event, edit, event.start))
    at = occurrence_at(event, original_start)
    cut = at.original_start or original_start
    if scope is Scope.OCCURRENCE:
        return Edited(_one(event, at, edit))
    if scope is Scope.FOLLOWING:
        before, rest = divided(event, cut, new_uid)
        if before is not None:
            return Edited(before, _whole(rest, edit, at.start))
    return Edited(_whole(event, edit, at.start))


def without(event: Event, scope: Scope, original_start: datetime | date | None = None) -> Event | None:
    """The event without that part of it; None when nothing is left. Raises Invalid."""
    if scope is Scope.SERIES or not event.is_series:
        return None
    if original_start is None:
        raise Invalid("Say which occurrence is meant.")
    gone = occurrence_at(event, original_start).original_start or original_start
    if scope is Scope.FOLLOWING:
        return divided(event, gone, "")[0]
    rest = replace(
        event,
        exdates=(*event.exdates, gone),
        rdates=tuple(each for each in event.rdates if not is_same_start(each, gone)),
        exceptions=tuple(each for each in event.exceptions if not is_at(each, gone)),
    )
    return rest if takes_place(rest) else None


def _one(event: Event, at: Event, edit: EventEdit) -> Event:
    """The series with this occurrence changed, which makes it an exception."""
    if edit.rrule is not None:
        raise Invalid("One occurrence does not repeat: change the whole series.")
    changed = _moved(_with_fields(at, edit), edit, at.start)
    others = (each for each in event.exceptions if not is_at(each, at.original_start or at.start))
    return replace(event, exceptions=tuple(sorted((*others, changed), key=_original)))


def _original(exception: Event) -> datetime:
    return instant(exception.original_start or exception.start)


def _whole(event: Event, edit: EventEdit, at: datetime | date) -> Event:
    """The edit on a single event, or on a series and on the exceptions as far as they are like it.

    `at` is where the occurrence at hand starts, which tells how far a series is moved.
    """
    changed = replace(
        _with_fields(event, edit), exceptions=tuple(_inheriting(each, event, edit) for each in event.exceptions)
    )
    changed = _moved(changed, edit, at)
    return changed if edit.rrule is None else _with_pattern(changed, edit.rrule.strip())


def _moved(event: Event, edit: EventEdit, at: datetime | date) -> Event:
    return move(event, at, start=edit.start, end=edit.end, timezone=edit.timezone) if edit.moves else event


def _with_fields(event: Event, edit: EventEdit) -> Event:
    """Everything but times and repetition."""
    values: dict[str, Any] = {name: value for name in _FIELDS if (value := getattr(edit, name)) is not None}
    if edit.attendees is not None:
        values["attendees"] = _answered(edit.attendees, event.attendees)
    if edit.reminder_minutes == NO_REMINDER:
        values["reminder_minutes"] = None
    return replace(event, **values)


def _answered(attendees: tuple[Attendee, ...], before: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    known = {each.address.email: each.response for each in before if each.address.email}
    return tuple(
        replace(each, response=known.get(each.address.email, "none")) if each.response == "none" else each
        for each in attendees
    )


def _inheriting(exception: Event, master: Event, edit: EventEdit) -> Event:
    """An exception follows its series where it was like it, and keeps what is its own."""
    own = {
        name: getattr(exception, name)
        for name in _FIELDS
        if _comparable(getattr(exception, name)) != _comparable(getattr(master, name))
    }
    return replace(_with_fields(exception, edit), **own)


def _comparable(value: Any) -> Any:
    """Attendees are the same people whatever they answered to this occurrence."""
    if isinstance(value, tuple) and value and isinstance(value[0], Attendee):
        return [(each.address.email, each.address.name, each.role) for each in value]
    return value


def _with_pattern(event: Event, rrule: str) -> Event:
    """Another rule: what was said of occurrences that it does not have is dropped (hard case 28)."""
    if not rrule:
        return replace(event, rrule="", rdates=(), exdates=(), exceptions=())
    if defect := rule_defect(rrule):
        raise Invalid(f"The pattern cannot be used: {defect}.")
    event = _from_first(replace(event, rrule=rrule))
    return replace(
        event,
        exdates=tuple(each for each in event.exdates if fits(event, each)),
        exceptions=tuple(
            each for each in event.exceptions if each.original_start is not None and fits(event, each.original_start)
        ),
    )


def _from_first(event: Event) -> Event:
    """The series from the first time that its rule has, which need not be the start that was written."""
    alone = replace(event, rdates=(), exdates=(), exceptions=())
    found = occurrences(alone, instant(event.start), instant(event.start) + _RAREST, limit=1)
    if not found:
        raise Invalid("The pattern never takes place.")
    if is_same_start(found[0].start, event.start):
        return event
    by = wall_of(found[0].start, event.timezone) - wall_of(event.start, event.timezone)
    start, end = (
        in_pattern(wall_of(each, event.timezone) + by, event.timezone, all_day=event.all_day)
        for each in (event.start, event.end)
    )
    return replace(event, start=start, end=end)
