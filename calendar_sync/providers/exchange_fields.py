"""The fields of an event as EWS properties: all of them for a new item, some for a change.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendaritem
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from lxml.etree import _Element

from calendar_sync.event import Event
from calendar_sync.providers.exchange_reading import BUSY, ROLES, attendees
from calendar_sync.providers.exchange_recurrence_writing import recurrence_element
from calendar_sync.zones import iana_name, windows_id
from mail_sync.errors import SendRefused
from mail_sync.providers.exchange.building import child, delete_field, field_uri, given, new, set_field, strings
from mail_sync.providers.exchange.reading import path
from mail_sync.providers.exchange.stamps import stamp_property

ITEM = "t:CalendarItem"
BUSY_WORDS = {word: name for name, word in BUSY.items()}

# A property by its FieldURI, and its element; None for one that is to be empty.
Property = tuple[str, _Element | None]

# The order of the schema (types.xsd, CalendarItemType); the stamp stands between the two groups.
_OF_ITEM = (
    "item:Subject",
    "item:Sensitivity",
    "item:Body",
    "item:Categories",
    "item:Importance",
    "item:ReminderIsSet",
    "item:ReminderMinutesBeforeStart",
)
_OF_EVENT = (
    "calendar:UID",
    "calendar:Start",
    "calendar:End",
    "calendar:IsAllDayEvent",
    "calendar:LegacyFreeBusyStatus",
    "calendar:Location",
    "calendar:RequiredAttendees",
    "calendar:OptionalAttendees",
    "calendar:Resources",
    "calendar:Recurrence",
    "calendar:StartTimeZone",
    "calendar:EndTimeZone",
)


def event_element(event: Event, stamp: str, *, with_uid: bool) -> _Element:
    """A t:CalendarItem with everything the event holds but its exceptions. Raises SendRefused."""
    held = dict(one for write in _FIELDS.values() for one in write(event))
    if with_uid and event.uid:
        held["calendar:UID"] = new("t:UID", event.uid)
    made = new(ITEM)
    for uri in _OF_ITEM:
        _add(made, held.get(uri))
    made.append(stamp_property(stamp))
    for uri in _OF_EVENT:
        _add(made, held.get(uri))
    return made


def changes(event: Event, fields: Collection[str], now: _Element) -> list[_Element]:
    """The changes that give these fields of an event or a series the event's values. Raises SendRefused."""
    found = [one for name, write in _FIELDS.items() if name in fields for one in write(event)]
    if "when" in fields and event.rrule and "recurrence" not in fields:
        found += _recurrence(event)  # the range of a series names the day on which it begins
    if "when" in fields and _keeps_zone(event, now):
        found = [one for one in found if not one[0].endswith("TimeZone")]
    found = [one for one in found if not _is_there(one, event, now)]
    return [*_forgetting(found, now), *map(change, found)]


def occurrence_changes(occurrence: Event, fields: Collection[str]) -> list[_Element]:
    """The changes for one occurrence, which lives in the zone of its series and does not repeat."""
    found = [one for name, write in _FIELDS.items() if name in fields for one in write(occurrence)]
    of_series = ("calendar:Recurrence", "calendar:StartTimeZone", "calendar:EndTimeZone")
    return [change(one) for one in found if one[0] not in of_series]


def change(one: Property) -> _Element:
    """One property set, or emptied."""
    uri, value = one
    return delete_field(field_uri(uri)) if value is None else set_field(field_uri(uri), ITEM, value)


def zone_id(event: Event) -> str:
    """The Windows id of the event's zone: the one it came with where it still fits, else one with the same clocks.

    Raises SendRefused for a zone that nobody knows.
    """
    source, known = event.timezone_source, windows_id(event.timezone)
    named = iana_name(source) if source else event.timezone
    if known is None or named is None:
        raise SendRefused(f'the time zone "{source or event.timezone}" is not known to Exchange')
    return source if windows_id(named) == known and iana_name(source) and _is_windows(source) else known


def _is_windows(source: str) -> bool:
    return windows_id(source) == source


def _keeps_zone(event: Event, now: _Element) -> bool:
    """Whether the item is in a zone of the server's own that we cannot name otherwise: then it stays in it."""
    held = now.find(path("StartTimeZone"))
    source = "" if held is None else held.get("Id", "")
    return bool(source) and source == event.timezone_source and iana_name(source) is None


def _is_there(one: Property, event: Event, now: _Element) -> bool:
    """Whether a list of attendees is as wanted: writing it again would cost the server what it knows of answers."""
    role = ROLES.get(one[0].removeprefix("calendar:"))
    if role is None:
        return False
    return _emails(event, role) == {each.address.email for each in attendees(now) if each.role == role}


def _emails(event: Event, role: str) -> set[str]:
    return {email for email, _ in _people(event, role)}


def _forgetting(found: Collection[Property], now: _Element) -> list[_Element]:
    """A rule that is written anew drops all exceptions and deletions. Where it stays the same a server may keep them,
    so the old one is taken away within the same request."""
    has_changed_days = any(now.find(path(name)) is not None for name in ("ModifiedOccurrences", "DeletedOccurrences"))
    is_series = any(uri == "calendar:Recurrence" and value is not None for uri, value in found)
    return [delete_field(field_uri("calendar:Recurrence"))] if is_series and has_changed_days else []


def _add(made: _Element, value: _Element | None) -> None:
    if value is not None:
        made.append(value)


def _title(event: Event) -> Iterator[Property]:
    yield "item:Subject", new("t:Subject", event.title) if event.title else None


def _when(event: Event) -> Iterator[Property]:
    zone = zone_id(event)
    yield "calendar:Start", new("t:Start", _instant(event.start, event.timezone))
    yield "calendar:End", new("t:End", _instant(event.end, event.timezone))
    yield "calendar:IsAllDayEvent", new("t:IsAllDayEvent", "true" if event.all_day else "false")
    yield "calendar:StartTimeZone", new("t:StartTimeZone", Id=zone)
    yield "calendar:EndTimeZone", new("t:EndTimeZone", Id=zone)


def _recurrence(event: Event) -> Iterator[Property]:
    yield "calendar:Recurrence", recurrence_element(event) if event.rrule or event.rdates else None


def _location(event: Event) -> Iterator[Property]:
    yield "calendar:Location", new("t:Location", event.location) if event.location else None


def _description(event: Event) -> Iterator[Property]:
    yield "item:Body", new("t:Body", event.description, BodyType="Text") if event.description else None


def _busy(event: Event) -> Iterator[Property]:
    yield "calendar:LegacyFreeBusyStatus", new("t:LegacyFreeBusyStatus", BUSY_WORDS.get(event.busy, "Busy"))


def _sensitivity(event: Event) -> Iterator[Property]:
    yield "item:Sensitivity", new("t:Sensitivity", event.sensitivity.title())


def _importance(event: Event) -> Iterator[Property]:
    yield "item:Importance", new("t:Importance", event.importance.title())


def _reminder(event: Event) -> Iterator[Property]:
    minutes = event.reminder_minutes
    yield "item:ReminderIsSet", new("t:ReminderIsSet", "false" if minutes is None else "true")
    if minutes is not None:
        yield "item:ReminderMinutesBeforeStart", new("t:ReminderMinutesBeforeStart", str(minutes))


def _categories(event: Event) -> Iterator[Property]:
    yield "item:Categories", strings("t:Categories", event.categories) if event.categories else None


def _attendees(event: Event) -> Iterator[Property]:
    for name, role in ROLES.items():
        people = _people(event, role)
        yield f"calendar:{name}", _attendee_list(name, people) if people else None


def _people(event: Event, role: str) -> list[tuple[str, str]]:
    """Address and name of everybody with this role, once each and without the organizer."""
    organizer = event.organizer.email if event.organizer else ""
    known = {one.address.email: one.address.name for one in event.attendees if one.role == role}
    return [(email, name) for email, name in known.items() if email and email != organizer]


def _attendee_list(name: str, people: Collection[tuple[str, str]]) -> _Element:
    made = new(f"t:{name}")
    for email, called in people:
        mailbox = child(child(made, "t:Attendee"), "t:Mailbox")
        given(mailbox, "t:Name", called)
        child(mailbox, "t:EmailAddress", email)
    return made


def _instant(value: datetime | date, zone: str) -> str:
    """UTC; a day is the midnight of the event's zone that begins it."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), ZoneInfo(zone))
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_FIELDS: dict[str, Callable[[Event], Iterator[Property]]] = {
    "title": _title,
    "when": _when,
    "recurrence": _recurrence,
    "location": _location,
    "description": _description,
    "busy": _busy,
    "sensitivity": _sensitivity,
    "importance": _importance,
    "reminder": _reminder,
    "categories": _categories,
    "attendees": _attendees,
}
