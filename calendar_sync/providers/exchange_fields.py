"""The fields of an event as EWS properties: all of them for a new item, some for a change.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendaritem
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from lxml.etree import _Element

from calendar_sync.event import Event
from calendar_sync.providers.exchange_reading import BUSY, ROLES, attendees
from calendar_sync.providers.exchange_recurrence_writing import recurrence_element
from calendar_sync.zones import iana_name, windows_id
from mail_sync.errors import SendRefused
from mail_sync.providers.exchange.building import child, delete_field, field_uri, given, new, set_field, strings
from mail_sync.providers.exchange.properties import address
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
    held = dict([*_written(event, _FIELDS), *_zone(event)])
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
    found = _written(event, fields)
    if "when" in fields:
        if "recurrence" not in fields:
            found += _first_day(event, now)
        if not _keeps_zone(event, now):
            found += _zone(event)
    found = [_with_others(one, now) for one in found if not _is_there(one, event, now)]
    return [*_forgetting(found, now), *map(change, found)]


def occurrence_changes(occurrence: Event, fields: Collection[str]) -> list[_Element]:
    """The changes for one occurrence, which lives in the zone of its series and does not repeat."""
    return [change(one) for one in _written(occurrence, set(fields) - {"recurrence"})]


def change(one: Property) -> _Element:
    """One property set, or emptied."""
    uri, value = one
    return delete_field(field_uri(uri)) if value is None else set_field(field_uri(uri), ITEM, value)


def zone_id(event: Event) -> str:
    """The Windows id of the event's zone: the one it came with where it still fits, else one with the same clocks.

    Raises SendRefused for a zone that nobody knows.
    """
    known = windows_id(event.timezone)
    if known is None or _is_assumed(event):
        raise SendRefused(f'Exchange knows no time zone "{event.timezone_source or event.timezone}"')
    named = iana_name(event.timezone_source)
    # An id that Windows knows leads back to itself; "Europe/Vienna" does not.
    return event.timezone_source if named and windows_id(named) == known == event.timezone_source else known


def _is_assumed(event: Event) -> bool:
    """Whether nobody knows the zone, and the reader calculates with an offset that fits (see `assumed_zone`)."""
    is_offset = event.timezone == "UTC" or event.timezone.startswith("Etc/")
    return is_offset and bool(event.timezone_source) and iana_name(event.timezone_source) is None


def _keeps_zone(event: Event, now: _Element) -> bool:
    """Whether the item is in a zone of the server's own that we cannot name: then it stays in it."""
    held = now.find(path("StartTimeZone"))
    return held is not None and held.get("Id") == event.timezone_source and _is_assumed(event)


def _written(event: Event, fields: Collection[str]) -> list[Property]:
    return [one for name, write in _FIELDS.items() if name in fields for one in write(event)]


def _first_day(event: Event, now: _Element) -> list[Property]:
    """The rule of a series that moves: its range names the day on which it begins."""
    if event.rrule:
        return list(_recurrence(event))
    if now.find(path("Recurrence")) is not None:
        raise SendRefused("the pattern of this series is not known here: move it in Outlook")
    return []


def _is_there(one: Property, event: Event, now: _Element) -> bool:
    """Whether a list of attendees is as wanted: writing it again would cost the server what it knows of answers."""
    role = ROLES.get(one[0].removeprefix("calendar:"))
    if role is None:
        return False
    held = {each.address.email for each in attendees(now) if each.role == role and each.address.email}
    return held == {email for email, _ in _people(event, role)}


def _with_others(one: Property, now: _Element) -> Property:
    """A list of attendees keeps those whom the server knows by something else than an e-mail address."""
    uri, value = one
    name = uri.removeprefix("calendar:")
    if name not in ROLES:
        return one
    for element in now.iterfind(path(name, "Attendee")):
        mailbox = element.find(path("Mailbox"))
        who = address(mailbox)
        if mailbox is not None and who is not None and not who.email:
            value = new(f"t:{name}") if value is None else value
            child(value, "t:Attendee").append(deepcopy(mailbox))
    return uri, value


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
    yield "calendar:Start", new("t:Start", _instant(event.start, event.timezone))
    yield "calendar:End", new("t:End", _instant(event.end, event.timezone))
    yield "calendar:IsAllDayEvent", new("t:IsAllDayEvent", "true" if event.all_day else "false")


def _zone(event: Event) -> Iterator[Property]:
    """Always beside times: Exchange would put an event without it into the zone of the request."""
    zone = zone_id(event)
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
