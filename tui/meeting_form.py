"""The form of an appointment: its fields, what stands in them, and what was typed as an edit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from calendar_sync.edit import NO_REMINDER, EventEdit
from calendar_sync.event import Attendee, Event
from mail_sync.message import Address
from store.errors import Invalid
from store.mail.composing import Recipient
from store.records.fields import Field, FieldType
from tui.addresses import recipients_in, typed_line
from tui.repeating import CHOICES, Repetition, repetition, rule
from tui.typed_times import clock_in, day_in, length_in, length_words

_DAY = timedelta(days=1)
_HALF_AN_HOUR = timedelta(minutes=30)
BUSY = ("busy", "free", "tentative", "away", "elsewhere")

_WHAT = Field("title", "What", required=True)
_WHEN = (
    Field("day", "Day", required=True, help="2026-12-24, 24 dec, tomorrow, fri, +2w"),
    Field("starts", "From", help="9, 9:30, 2pm"),
    Field("ends", "Until", help="a time, a length as 45 min or 1h 30m, or of whole days the last one"),
    Field("all_day", "Whole days", FieldType.FLAG),
)
_WHO = (
    Field("required", "Invite", FieldType.EMAIL_LIST, help="who must come"),
    Field("optional", "Optional", FieldType.EMAIL_LIST, help="who may come"),
    Field("location", "Where"),
)
_RECORD = Field("record", "Regarding", FieldType.RECORD, record_kind="record")
_CALENDAR = Field("calendar", "Calendar", FieldType.CHOICE, help="whose")
_REPEATS = (
    Field("repeats", "Repeats", FieldType.CHOICE, CHOICES),
    Field("every", "Every", help="2 for every second day, week, month or year"),
    Field("on", "On", help="days of a week: mon, thu"),
    Field("until", "Ends after", help="12 times, or the last day"),
)
_OWN = (
    Field("reminder", "Remind before", help="15 min, 2h, 1 day; nothing for no reminder"),
    Field("categories", "Categories", help="separated by commas"),
)
_SHOWN = (
    Field("busy", "Show as", FieldType.CHOICE, BUSY),
    Field("private", "Private", FieldType.FLAG, help="others see only that you are busy"),
    Field("text", "What about", FieldType.LONG_TEXT),
)
_REPEATING = frozenset(field.name for field in _REPEATS)
_TIMES = frozenset(field.name for field in _WHEN)


def fields(*, new: bool, several: bool, repeats: bool, own_only: bool) -> tuple[Field, ...]:
    """The fields to show: whose calendar where there are `several`, how it repeats unless one occurrence is meant, and
    of somebody else's meeting only what is one's own."""
    if own_only:
        return _OWN
    return (
        _WHAT,
        *_WHEN,
        *_WHO,
        *((_RECORD,) if new else ()),
        *((_CALENDAR,) if new and several else ()),
        *(_REPEATS if repeats else ()),
        *_OWN,
        *_SHOWN,
    )


def first_values(start: datetime | date, zone: tzinfo) -> dict[str, Any]:
    """What stands in the form of a new appointment."""
    common = {"ends": "30 min", "reminder": "15 min", "busy": "busy"}
    if not isinstance(start, datetime):
        return {"day": start.isoformat(), "starts": "09:00", **common}
    there = start.astimezone(zone)
    return {"day": there.date().isoformat(), "starts": f"{there:%H:%M}", **common}


def values_of(event: Event, rrule: str, zone: tzinfo) -> dict[str, Any]:
    """What stands in the form of an appointment; times in the reader's zone, of whole days the last one."""
    said = repetition(rrule, zone)
    return {
        **_times_of(event, zone),
        "title": event.title,
        "required": typed_line(_people(event, "required")),
        "optional": typed_line(_people(event, "optional")),
        "location": event.location,
        "repeats": said.choice or None,
        "every": said.every,
        "on": said.on,
        "until": said.until,
        "reminder": "" if event.reminder_minutes is None else length_words(timedelta(minutes=event.reminder_minutes)),
        "categories": ", ".join(event.categories),
        "busy": event.busy,
        "private": event.sensitivity in ("private", "confidential") or None,
        "text": event.description,
    }


def _times_of(event: Event, zone: tzinfo) -> dict[str, Any]:
    if not isinstance(event.start, datetime) or not isinstance(event.end, datetime):
        last = event.end - _DAY
        return {"day": event.start.isoformat(), "ends": last.isoformat() if last > event.start else "", "all_day": True}
    start, end = event.start.astimezone(zone), event.end.astimezone(zone)
    ends = f"{end:%H:%M}" if timedelta() < event.end - event.start < _DAY else length_words(event.end - event.start)
    return {"day": start.date().isoformat(), "starts": f"{start:%H:%M}", "ends": ends, "all_day": None}


def _people(event: Event, role: str) -> list[Recipient]:
    return [Recipient(each.address.email, each.address.name) for each in event.attendees if each.role == role]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the edit, and when the appointment is (aware, or days; None where times are as they were)."""

    edit: EventEdit
    start: datetime | date | None = None
    end: datetime | date | None = None


def typed(
    changed: Mapping[str, Any], first: Mapping[str, Any], *, before: Event | None, now: datetime, zone: str
) -> Typed:
    """What the changed fields say; `before` is the appointment as it was, None for a new one, for which `zone` is the
    IANA name of the zone of `now`. Raises Invalid."""
    values = {**first, **changed}
    start = end = None
    if before is None or not _TIMES.isdisjoint(changed):
        start, end = _times(values, now)
    edit = EventEdit(
        title=_text(changed, "title"),
        start=_wall(start) if before is None else start,
        end=_wall(end) if before is None else end,
        timezone=zone if before is None else None,
        location=_text(changed, "location"),
        description=_text(changed, "text"),
        attendees=_attendees(values, before) if {"required", "optional"} & changed.keys() else None,
        busy=(values["busy"] or "busy") if "busy" in changed else None,
        sensitivity=("private" if values["private"] else "normal") if "private" in changed else None,
        categories=_categories(values["categories"]) if "categories" in changed else None,
        reminder_minutes=_reminder(values.get("reminder")) if before is None or "reminder" in changed else None,
        rrule=_rule(values, start, before, now) if not _REPEATING.isdisjoint(changed) else None,
    )
    return Typed(edit, start, end)


def _text(changed: Mapping[str, Any], name: str) -> str | None:
    value = changed.get(name)
    return value if isinstance(value, str) else None


def _wall(moment: datetime | date | None) -> datetime | date | None:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _times(values: Mapping[str, Any], now: datetime) -> tuple[datetime | date, datetime | date]:
    """Start and end (exclusive). Raises Invalid."""
    day = day_in(values["day"] or "", now.date())
    ends = (values.get("ends") or "").strip()
    length = length_in(ends)
    if values.get("all_day"):
        return day, _last_day(day, ends, length, now)
    if not (values.get("starts") or "").strip():
        raise Invalid("Say from when on, or that it lasts whole days.")
    start = datetime.combine(day, clock_in(values["starts"]), now.tzinfo)
    if not ends:
        return start, _after(start, _HALF_AN_HOUR)
    if length is not None:
        return start, _after(start, length)
    clock = clock_in(ends)
    later = clock > time(start.hour, start.minute)
    return start, datetime.combine(day if later else day + _DAY, clock, now.tzinfo)


def _after(start: datetime, length: timedelta) -> datetime:
    """Hours that pass, also where the clocks change."""
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


def _last_day(day: date, ends: str, length: timedelta | None, now: datetime) -> date:
    if not ends or (length is not None and length < _DAY):
        return day + _DAY
    if length is not None:
        return day + length
    try:
        last = day_in(ends, now.date())
    except Invalid:
        clock_in(ends)  # a time of day that stood there is of no meaning for whole days
        last = day
    if last < day:
        raise Invalid("It ends before it begins.")
    return last + _DAY


def _attendees(values: Mapping[str, Any], before: Event | None) -> tuple[Attendee, ...]:
    rooms = tuple(each for each in before.attendees if each.role == "resource") if before else ()
    people = [
        Attendee(_address(one), role)
        for role in ("required", "optional")
        for one in recipients_in(values.get(role) or "")
    ]
    return (*_once(people), *rooms)


def _once(people: Iterable[Attendee]) -> Iterable[Attendee]:
    known: dict[str, Attendee] = {}
    for each in people:
        known.setdefault(each.address.email, each)
    return known.values()


def _address(one: Recipient) -> Address:
    email = one.email.strip().lower()
    if not all(email.partition("@")) or " " in email:
        raise Invalid(f"{one.email!r} is no address; write name@example.com.")
    return Address(email, one.name)


def _categories(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def _reminder(text: str | None) -> int:
    if not (text or "").strip():
        return NO_REMINDER
    length = length_in(text or "")
    if length is None:
        raise Invalid(f"{text!r} is no length of time; write it as 15 min, 2h or 1 day.")
    return length // timedelta(minutes=1)


def _rule(values: Mapping[str, Any], start: datetime | date | None, before: Event | None, now: datetime) -> str | None:
    said = Repetition(*((values.get(name) or "").strip() for name in ("repeats", "every", "on", "until")))
    if said.choice == "other":
        return None
    begins = start if start is not None else before.start if before is not None else now
    return rule(said, begins.astimezone(now.tzinfo) if isinstance(begins, datetime) else begins, now.date())
