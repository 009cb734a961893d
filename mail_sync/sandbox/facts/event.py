"""What Exchange says about an appointment, read from an iCalendar source; series are expanded on the server.

Expansion is recurring-ical-events', in the event's own zone. Starts and ends are aware UTC; an all-day event runs from
midnight to midnight of its zone, as Exchange stores it, so that its UTC times are no midnights.
"""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from mail_sync.sandbox.content import Content
from mail_sync.sandbox.facts import zones
from mail_sync.sandbox.facts.recurrence import Pattern, Unrepresentable, pattern
from mail_sync.sandbox.model import Value

ONE_DAY = timedelta(days=1)
ESCAPED = re.compile(r"\\([\\;,nN])")  # RFC 5545 section 3.3.11; the library leaves unknown properties as they are
MOST_OCCURRENCES = 999  # Exchange's own limit for a series with an end
BUSY = {"FREE": "Free", "TENTATIVE": "Tentative", "BUSY": "Busy", "OOF": "OOF", "WORKINGELSEWHERE": "WorkingElsewhere"}
RESPONSES = {
    "ACCEPTED": "Accept",
    "DECLINED": "Decline",
    "TENTATIVE": "Tentative",
    "NEEDS-ACTION": "NoResponseReceived",
}
REPLY_TIME = "X-MICROSOFT-CDO-REPLYTIME"
OWN_VALUES = "X-SANDBOX-OWN-VALUES"
PROPOSED = ("X-MICROSOFT-PROPOSEDSTART", "X-MICROSOFT-PROPOSEDEND")  # parameters of an attendee
CLASSES = {"PRIVATE": "Private", "CONFIDENTIAL": "Confidential", "X-PERSONAL": "Personal"}


class Unreadable(ValueError):
    """The source is no calendar Exchange could have stored."""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    response: str = "Unknown"  # ResponseTypeType
    replied: datetime | None = None
    proposal: tuple[datetime, datetime] | None = None  # another time that the person would rather meet at


@dataclass(frozen=True, slots=True)
class Facts:
    """One entry: a single event, a master seen as its first occurrence, or one occurrence."""

    uid: str
    subject: str
    start: datetime
    end: datetime
    all_day: bool
    zone: tzinfo
    zone_id: str  # Windows id
    local_start: date  # in the event's own zone, a datetime unless all-day
    location: str
    body: str
    html: str
    organizer: Person | None
    required: tuple[Person, ...]
    optional: tuple[Person, ...]
    resources: tuple[Person, ...]
    cancelled: bool
    busy: str
    sensitivity: str
    importance: str
    categories: tuple[str, ...]
    sequence: int
    stamp: datetime | None
    created: datetime | None
    reminder_minutes: int | None
    intended_busy: str  # what a meeting request asks the attendee to show once the meeting is accepted
    replied: datetime | None  # when the owner answered the invitation
    response_requested: bool
    counter_allowed: bool  # whether attendees may propose another time
    recurrence_id: datetime | None  # the original start of one occurrence of a series
    was_sent: bool  # whether attendees have been invited; a loaded meeting counts as sent
    own: dict[str, Value]  # extended properties of an occurrence, and its categories by their FieldURI

    @property
    def is_meeting(self) -> bool:
        return bool(self.required or self.optional or self.resources)

    @property
    def people(self) -> tuple[Person, ...]:
        """All attendees of every role."""
        return (*self.required, *self.optional, *self.resources)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether any of it lies in [start, end)."""
        return self.start < end and (self.end > start or self.start == start)


@dataclass(frozen=True, slots=True)
class Occurrence:
    original_start: datetime  # UTC; what the series gives it, names it in its id
    facts: Facts
    is_exception: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A calendar source. `pattern` is None for a single event."""

    facts: Facts
    pattern: Pattern | None
    exceptions: tuple[Occurrence, ...]
    deleted: tuple[datetime, ...]  # UTC
    calendar: icalendar.Component
    zone: str

    def between(self, start: datetime, end: datetime) -> list[Occurrence]:
        """The occurrences that touch [start, end), by start."""
        # A day more on each side: the library places dates and times without a zone in the window's zone, not in ours.
        found = recurring_ical_events.of(self.calendar).between(start - ONE_DAY, end + ONE_DAY)
        shown = [self._occurrence(event) for event in found]
        return sorted((one for one in shown if one.facts.touches(start, end)), key=lambda one: one.facts.start)

    def at(self, original_start: datetime) -> Occurrence | None:
        """The occurrence with this original start; None when it was deleted or never existed."""
        if original_start in self.deleted:
            return None
        for exception in self.exceptions:
            if exception.original_start == original_start:
                return exception
        found = self.between(original_start, original_start + timedelta(seconds=1))
        return next((one for one in found if one.original_start == original_start and not one.is_exception), None)

    def occurrences(self) -> Iterator[Occurrence]:
        """From the first on; without end for an endless series."""
        begin = min([self.facts.start, *(one.facts.start for one in self.exceptions)])
        for event in recurring_ical_events.of(self.calendar).after(begin):
            if isinstance(event, icalendar.Event):
                yield self._occurrence(event)

    def numbered(self, index: int) -> Occurrence | None:
        """The occurrence with this 1-based index among those not deleted; None past the end."""
        return next(itertools.islice(self.occurrences(), index - 1, index), None)

    def original_start(self, index: int) -> datetime | None:
        """The start that the pattern gives its occurrence with this 1-based index, deleted ones counted; None past the
        end."""
        return next(itertools.islice(self._original_starts(), index - 1, index), None)

    def _original_starts(self) -> Iterator[datetime]:
        plain = copy.deepcopy(self.calendar)
        plain.subcomponents[:] = [one for one in plain.subcomponents if "RECURRENCE-ID" not in one]
        for event in plain.walk("VEVENT"):
            event.pop("EXDATE", None)
        for found in recurring_ical_events.of(plain).after(self.facts.start):
            if isinstance(found, icalendar.Event):
                yield instant(found.decoded("DTSTART"), self.zone)

    def neighbours(self, original_start: datetime) -> tuple[Occurrence | None, Occurrence | None]:
        """The occurrences that come before and after one, in the order of the pattern."""
        before = after = None
        for one in self.occurrences():
            if one.original_start < original_start:
                before = one if before is None or one.original_start > before.original_start else before
            elif one.original_start > original_start:
                after = one
                break
        return before, after

    def last(self) -> Occurrence | None:
        """The last occurrence of a series with an end."""
        if self.pattern is None or self.pattern.endless:
            return None
        found = list(itertools.islice(self.occurrences(), MOST_OCCURRENCES))
        return found[-1] if found else None

    def _occurrence(self, event: icalendar.Event) -> Occurrence:
        facts = facts_of(event, self.zone)
        original = _original(event, self.zone) or facts.start
        exception = next((one for one in self.exceptions if one.original_start == original), None)
        return exception or Occurrence(original, facts)


def check(content: Content) -> None:
    """Read and expand a source once, as a server does before it stores an appointment. Raises Unreadable."""
    try:
        found = series(content, "UTC")
        found.numbered(1)
        found.last()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(str(error)) from error


@lru_cache(maxsize=2048)
def series(content: Content, zone: str) -> Series:
    """The series or single event in a source; dates without a zone are read in `zone` (IANA)."""
    return series_of(content.read(), zone)


@lru_cache(maxsize=64)
def series_of(data: bytes, zone: str) -> Series:
    """The same from bytes. Raises Unreadable."""
    try:
        return _read(icalendar.Calendar.from_ical(data), zone)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(str(error)) from error


def _read(calendar: icalendar.Component, zone: str) -> Series:
    events = [event for event in calendar.walk("VEVENT") if isinstance(event, icalendar.Event)]
    if not events:
        raise ValueError("the calendar holds no VEVENT")
    for event in events:
        event.pop("RDATE", None)  # Exchange has no additional dates
    masters = [event for event in events if "RECURRENCE-ID" not in event]
    master = masters[0] if masters else events[0]
    facts = facts_of(master, zone)
    exceptions = tuple(
        Occurrence(original, facts_of(event, zone), is_exception=True)
        for event in events
        if event is not master and (original := _original(event, zone)) is not None
    )
    return Series(facts, _pattern(master, facts), exceptions, tuple(_deleted(master, zone)), calendar, zone)


def _pattern(master: icalendar.Event, facts: Facts) -> Pattern | None:
    rule = master.get("RRULE")
    rule = rule[0] if isinstance(rule, list) else rule
    if rule is None:
        return None
    try:
        return pattern(rule, facts.local_start)
    except Unrepresentable:
        return None


def _deleted(master: icalendar.Event, zone: str) -> Iterator[datetime]:
    dates = master.get("EXDATE", [])
    for group in dates if isinstance(dates, list) else [dates]:
        for one in group.dts:
            yield instant(one.dt, zone)


def _original(event: icalendar.Event, zone: str) -> datetime | None:
    return instant(event.decoded("RECURRENCE-ID"), zone) if "RECURRENCE-ID" in event else None


def instant(value: date, zone: str) -> datetime:
    """UTC; a date is midnight in `zone`, a time without a zone is read in `zone`."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), ZoneInfo(zone))
    elif value.tzinfo is None:
        value = value.replace(tzinfo=ZoneInfo(zone))
    return value.astimezone(UTC)


def facts_of(event: icalendar.Event, zone: str) -> Facts:
    """What one event of a source says. Raises ValueError, KeyError, TypeError, AttributeError for a broken one."""
    begin = event.decoded("DTSTART")
    all_day = not isinstance(begin, datetime)
    tzid = _tzid(event, begin, zone)
    start = instant(begin, zone)
    attendees, organizer = _people(event), event.get("ORGANIZER")
    people, roles = [_person(one) for one in attendees], [_role(one) for one in attendees]
    return Facts(
        uid=str(event.get("UID", "")),
        subject=str(event.get("SUMMARY", "")),
        start=start,
        end=_end(event, begin, start, zone),
        all_day=all_day or str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE",
        zone=(begin.tzinfo if isinstance(begin, datetime) else None) or ZoneInfo(zone),
        zone_id=zones.windows_id(tzid),
        local_start=begin,
        location=str(event.get("LOCATION", "")),
        body=str(event.get("DESCRIPTION", "")),
        html=unescaped(event, "X-ALT-DESC"),  # which Outlook writes beside the text
        organizer=_person(organizer) if isinstance(organizer, icalendar.vCalAddress) else None,
        required=tuple(one for one, role in zip(people, roles, strict=True) if role == "required"),
        optional=tuple(one for one, role in zip(people, roles, strict=True) if role == "optional"),
        resources=tuple(one for one, role in zip(people, roles, strict=True) if role == "resource"),
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
        busy=_busy(event, all_day),
        sensitivity=CLASSES.get(str(event.get("CLASS", "")).upper(), "Normal"),
        importance={"1": "High", "9": "Low"}.get(str(event.get("PRIORITY", "")), "Normal"),
        categories=_categories(event),
        sequence=int(event.get("SEQUENCE", 0)),
        stamp=_moment(event, "DTSTAMP"),
        created=_moment(event, "CREATED"),
        reminder_minutes=_reminder(event),
        intended_busy=BUSY.get(str(event.get("X-MICROSOFT-CDO-INTENDEDSTATUS", "")).upper()) or _busy(event, all_day),
        replied=_stamp(str(event.get(REPLY_TIME, ""))),
        response_requested=_yes(event, "X-MICROSOFT-ISRESPONSEREQUESTED", True),
        counter_allowed=not _yes(event, "X-MICROSOFT-DISALLOW-COUNTER", False),
        recurrence_id=_original(event, zone),
        was_sent=_yes(event, "X-MICROSOFT-REQUESTSENT", True),
        own=_own(event),
    )


def _tzid(event: icalendar.Event, begin: date, zone: str) -> str:
    if isinstance(begin, datetime) and begin.tzinfo is not None:
        return str(event["DTSTART"].params.get("TZID", "UTC"))
    return zone


def _end(event: icalendar.Event, begin: date, start: datetime, zone: str) -> datetime:
    if "DTEND" in event:
        return instant(event.decoded("DTEND"), zone)
    if "DURATION" in event:
        return start + timedelta(seconds=event.decoded("DURATION").total_seconds())
    # RFC 5545 section 3.6.1: a date without an end lasts that day, a time without an end no time.
    return start if isinstance(begin, datetime) else instant(begin + timedelta(days=1), zone)


def _people(event: icalendar.Event) -> list[icalendar.vCalAddress]:
    found = event.get("ATTENDEE", [])
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, icalendar.vCalAddress)]


def _categories(event: icalendar.Event) -> tuple[str, ...]:
    found = event.get("CATEGORIES", [])
    listed = found if isinstance(found, list) else [found]
    return tuple(str(one) for group in listed if isinstance(group, icalendar.vCategory) for one in group.cats)


def _person(address: icalendar.vCalAddress) -> Person:
    email = re.sub("^mailto:", "", str(address), flags=re.IGNORECASE)
    response = RESPONSES.get(str(address.params.get("PARTSTAT", "")).upper(), "Unknown")
    replied, start, end = (_stamp(str(address.params.get(name, ""))) for name in (REPLY_TIME, *PROPOSED))
    proposal = (start, end) if start and end else None
    return Person(str(address.params.get("CN", email)), email, response, replied, proposal)


def _stamp(said: str) -> datetime | None:
    """An instant as Exchange writes it into its own properties; None when absent or unreadable."""
    try:
        return datetime.strptime(said, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if said else None
    except ValueError:
        return None


def _role(address: icalendar.vCalAddress) -> str:
    if str(address.params.get("CUTYPE", "")).upper() in ("RESOURCE", "ROOM"):
        return "resource"
    if str(address.params.get("ROLE", "")).upper() == "NON-PARTICIPANT":
        return "resource"
    return "optional" if str(address.params.get("ROLE", "")).upper() == "OPT-PARTICIPANT" else "required"


def _busy(event: icalendar.Event, all_day: bool) -> str:
    said = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if said in BUSY:
        return BUSY[said]
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return "Free"
    if str(event.get("STATUS", "")).upper() == "TENTATIVE":
        return "Tentative"
    return "Free" if all_day and "TRANSP" not in event else "Busy"


def _moment(event: icalendar.Event, name: str) -> datetime | None:
    return instant(event.decoded(name), "UTC") if name in event else None


def _own(event: icalendar.Event) -> dict[str, Value]:
    said = json.loads(unescaped(event, OWN_VALUES) or "{}")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}


def unescaped(event: icalendar.Component, name: str) -> str:
    """A text property that the library does not know, and so leaves escaped where it was read from a source."""
    found = event.get(name, "")
    if type(found) is icalendar.vText:
        return str(found)
    return ESCAPED.sub(lambda one: "\n" if one[1] in "nN" else one[1], str(found))


def _yes(event: icalendar.Event, name: str, default: bool) -> bool:
    return str(event.get(name, "TRUE" if default else "FALSE")).upper() == "TRUE"


def _reminder(event: icalendar.Event) -> int | None:
    for alarm in event.walk("VALARM"):
        trigger = alarm.decoded("TRIGGER") if "TRIGGER" in alarm else None
        if isinstance(trigger, timedelta):
            return int(-trigger.total_seconds() // 60)
    return None
