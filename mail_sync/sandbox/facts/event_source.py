"""A calendar source under change: the events of one appointment or series, written field by field.

Times are written as wall time in a zone named by its Windows id, as Exchange does; readers know these names. An all-day
event is written from midnight to midnight of its zone with Exchange's own mark for it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

import icalendar

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.facts import zones
from mail_sync.sandbox.facts.event import OWN_VALUES, PROPOSED, REPLY_TIME, RESPONSES, Facts, Person, instant
from mail_sync.sandbox.facts.recurrence import Pattern
from mail_sync.sandbox.facts.recurrence_rule import rule
from mail_sync.sandbox.model import Value

PRODUCT = "-//Sandbox//Exchange//EN"
ROLES = {"required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "resources": "NON-PARTICIPANT"}
PARTSTATS = {response: partstat for partstat, response in RESPONSES.items()}
NOT_OF_AN_EXCEPTION = ("RRULE", "EXDATE", "RDATE", "RECURRENCE-ID")
SENT = "X-MICROSOFT-REQUESTSENT"


class Zone(NamedTuple):
    """What a TZID says: a Windows id, or the name of rules that the source itself holds."""

    name: str
    rules: tzinfo


@dataclass(frozen=True, slots=True)
class Times:
    """When an event is: aware UTC, and the zone it is meant in."""

    start: datetime
    end: datetime
    all_day: bool
    zone: Zone


def zone_of(zone_id: str) -> Zone:
    """A zone by its Windows id. Raises KeyError for one this server does not know."""
    return Zone(zone_id, UTC if zone_id == "UTC" else zones.zone(zone_id))


class EventSource:
    """The events of one calendar source. `zone` (IANA) is that of dates without one."""

    def __init__(self, calendar: icalendar.Component, zone: str) -> None:
        self.calendar = calendar
        self.zone = zone

    @classmethod
    def new(cls, uid: str, now: datetime, zone: str) -> EventSource:
        """One event without a time."""
        calendar = icalendar.Calendar()
        calendar.add("PRODID", PRODUCT)
        calendar.add("VERSION", "2.0")
        event = icalendar.Event()
        event.add("UID", uid)
        event.add("SEQUENCE", 0)
        event.add("CREATED", now.replace(microsecond=0))
        event.add("DTSTAMP", now.replace(microsecond=0))
        calendar.add_component(event)
        return cls(calendar, zone)

    @classmethod
    def of(cls, data: bytes, zone: str) -> EventSource:
        """The events of a source, without its method. Raises ValueError."""
        calendar = icalendar.Calendar.from_ical(data)
        calendar.pop("METHOD", None)
        made = cls(calendar, zone)
        made._settle()
        return made

    @property
    def events(self) -> list[icalendar.Event]:
        """The master or single event first."""
        found = [one for one in self.calendar.subcomponents if isinstance(one, icalendar.Event)]
        return sorted(found, key=lambda one: "RECURRENCE-ID" in one)

    @property
    def master(self) -> icalendar.Event:
        """The master, the single event, or the first of orphaned occurrences."""
        return self.events[0]

    @property
    def exceptions(self) -> list[icalendar.Event]:
        """The events of changed occurrences."""
        return [one for one in self.events if "RECURRENCE-ID" in one and one is not self.master]

    def exception(self, original: datetime) -> icalendar.Event | None:
        """The event of a changed occurrence."""
        return next((one for one in self.exceptions if self._instant(one, "RECURRENCE-ID") == original), None)

    def occurrence(self, original: datetime) -> icalendar.Event:
        """The event of an occurrence, made from the master where it has not been changed yet."""
        found = self.exception(original)
        if found is not None:
            return found
        made = copy.deepcopy(self.master)
        for name in NOT_OF_AN_EXCEPTION:
            made.pop(name, None)
        length = self._instant(self.master, "DTEND") - self._instant(self.master, "DTSTART")
        set_times(made, Times(original, original + length, is_all_day(self.master), self.home))
        _put_time(made, "RECURRENCE-ID", original, self.home)
        self.calendar.add_component(made)
        return made

    def remove(self, original: datetime) -> None:
        """Delete one occurrence."""
        found = self.exception(original)
        if found is not None:
            self.calendar.subcomponents.remove(found)
        _put_times(self.master, "EXDATE", [*_listed(self.master, "EXDATE", self.zone), original], self.home)

    def forget_exceptions(self) -> None:
        """A series without changed and deleted occurrences."""
        for one in self.exceptions:
            self.calendar.subcomponents.remove(one)
        self.master.pop("EXDATE", None)

    def keep_only(self, event: icalendar.Event) -> None:
        """One event alone, with the rules of its zone."""
        kept = [one for one in self.calendar.subcomponents if not isinstance(one, icalendar.Event)]
        self.calendar.subcomponents[:] = [*kept, event]

    def put(self, event: icalendar.Event) -> None:
        """Take in the event of an occurrence, in place of the one with the same original start."""
        found = self.exception(self._instant(event, "RECURRENCE-ID"))
        if found is not None:
            self.calendar.subcomponents.remove(found)
        self.calendar.add_component(event)

    def content(self, method: str = "") -> BytesContent:
        """The source; with a method it is an iTIP message (RFC 5546)."""
        if not method:
            return BytesContent(self.calendar.to_ical())
        self.calendar["METHOD"] = icalendar.vText(method)
        written = self.calendar.to_ical()
        self.calendar.pop("METHOD")
        return BytesContent(zones.with_rules(written))

    def _instant(self, event: icalendar.Event, name: str) -> datetime:
        return moment(event, name, self.zone)

    @property
    def home(self) -> Zone:
        """The zone the series is meant in; one without a Windows id keeps its name and rules."""
        begin = self.master.decoded("DTSTART")
        if not isinstance(begin, datetime) or begin.tzinfo is None:
            known = zones.windows_id(self.zone)
            return zone_of(known if zones.is_known(known) else "UTC")
        name = str(self.master["DTSTART"].params.get("TZID", "UTC"))
        known = zones.windows_id(name)
        return zone_of(known) if zones.is_known(known) else Zone(name, begin.tzinfo)

    def _settle(self) -> None:
        """Write all times in one way, so that occurrences and their originals can be compared."""
        home, all_day = self.home, not isinstance(self.master.decoded("DTSTART"), datetime)
        for event in self.events:
            start = self._instant(event, "DTSTART")
            end = start + _length(event, start, self.zone)
            set_times(event, Times(start, end, all_day or is_all_day(event), home))
            event.pop("DURATION", None)
            if "RECURRENCE-ID" in event:
                _put_time(event, "RECURRENCE-ID", self._instant(event, "RECURRENCE-ID"), home)
        _put_times(self.master, "EXDATE", _listed(self.master, "EXDATE", self.zone), home)
        rule = self.master.get("RRULE")
        ends = rule.get("UNTIL", []) if isinstance(rule, icalendar.vRecur) else []
        if ends and not isinstance(ends[0], datetime):
            rule["UNTIL"] = [instant(ends[0] + timedelta(days=1), self.zone) - timedelta(seconds=1)]
        self.calendar.subcomponents[:] = [
            one
            for one in self.calendar.subcomponents
            if one.name != "VTIMEZONE" or str(one.get("TZID", "")) == home.name
        ]


def _length(event: icalendar.Event, start: datetime, zone: str) -> timedelta:
    """From start to end; RFC 5545 section 3.6.1 says how long an event without an end is."""
    if "DTEND" in event:
        return moment(event, "DTEND", zone) - start
    if "DURATION" in event:
        length: timedelta = event.decoded("DURATION")
        return length
    return timedelta() if isinstance(event.decoded("DTSTART"), datetime) else timedelta(days=1)


def is_all_day(event: icalendar.Event) -> bool:
    """Whether the event is marked as lasting whole days."""
    return str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE"


def set_times(event: icalendar.Event, times: Times) -> None:
    """Write start, end and the mark for whole days."""
    _put_time(event, "DTSTART", times.start, times.zone)
    _put_time(event, "DTEND", times.end, times.zone)
    set_text(event, "X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE" if times.all_day else "FALSE")


def set_pattern(event: icalendar.Event, pattern: Pattern | None, times: Times) -> None:
    """Write the rule of a series whose first occurrence has these times."""
    event.pop("RRULE", None)
    if pattern is not None:
        clock = times.start.astimezone(times.zone.rules).timetz()
        until = datetime.combine(pattern.until, clock).astimezone(UTC) if pattern.until else None
        event["RRULE"] = rule(pattern, until)


def set_text(event: icalendar.Event, name: str, value: str, **parameters: str) -> None:
    """Write a property, or take it away with ''."""
    event.pop(name, None)
    if value:
        event.add(name, icalendar.vText(value), parameters=parameters)


def set_reminder(event: icalendar.Event, minutes: int | None) -> None:
    """Remind so many minutes before the start, or not at all."""
    event.subcomponents[:] = [one for one in event.subcomponents if one.name != "VALARM"]
    if minutes is not None:
        alarm = icalendar.Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", "Reminder")
        alarm.add("TRIGGER", timedelta(minutes=-minutes))
        event.add_component(alarm)


def set_people(event: icalendar.Event, role: str, people: Sequence[Person]) -> None:
    """Write all attendees of a role ("required", "optional" or "resources")."""
    others = [one for one in _attendees(event) if one.params.get("ROLE") != ROLES[role]]
    event.pop("ATTENDEE", None)
    for one in (*others, *(_attendee(person, ROLES[role]) for person in people)):
        event.add("ATTENDEE", one)


def set_organizer(event: icalendar.Event, name: str, email: str) -> None:
    """Write who calls the meeting."""
    event.pop("ORGANIZER", None)
    event.add("ORGANIZER", _address(name, email))


def set_answer(
    event: icalendar.Event,
    email: str,
    response: str,
    at: datetime | None = None,
    proposal: tuple[datetime, datetime] | None = None,
) -> bool:
    """Write what an attendee answered (ResponseTypeType) and when; False when nobody has this address."""
    found = False
    for one in _attendees(event):
        if person_email(one) == email.lower():
            found = True
            one.params["PARTSTAT"] = PARTSTATS.get(response, "NEEDS-ACTION")
            _put_stamps(one, at, proposal)
    return found


def _put_stamps(
    address: icalendar.vCalAddress, at: datetime | None, proposal: tuple[datetime, datetime] | None
) -> None:
    for name, moment in zip((REPLY_TIME, *PROPOSED), (at, *(proposal or (None, None))), strict=True):
        address.params.pop(name, None)
        if moment is not None:
            address.params[name] = stamp(moment)


def stamp(at: datetime) -> str:
    """An instant as Exchange writes it into its own properties."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def set_own_values(event: icalendar.Event, values: dict[str, Value]) -> None:
    """Write them; they stay in the mailbox."""
    set_text(event, OWN_VALUES, json.dumps(values) if values else "")


def touch(event: icalendar.Event, now: datetime) -> None:
    """Write when this state of the event was made (RFC 5545 section 3.8.7.2)."""
    event.pop("DTSTAMP", None)
    event.add("DTSTAMP", now.astimezone(UTC).replace(microsecond=0))


def propose(event: icalendar.Event, before: Facts, proposal: tuple[datetime, datetime]) -> None:
    """Make a counter proposal of an event ([MS-OXCICAL] 2.1.3.1.1.20: the old times go along)."""
    for name, at in (("X-MS-OLK-ORIGINALSTART", before.start), ("X-MS-OLK-ORIGINALEND", before.end)):
        event.pop(name, None)
        event.add(name, at.astimezone(UTC))
    set_times(event, Times(*proposal, all_day=False, zone=zone_of("UTC")))


def forget_answers(event: icalendar.Event) -> None:
    """Nobody has answered yet, as after a change that calls for new answers."""
    for one in _attendees(event):
        one.params.pop("PARTSTAT", None)
        _put_stamps(one, None, None)


def person_email(address: icalendar.vCalAddress) -> str:
    """The address of an attendee in lower case."""
    return str(address).lower().removeprefix("mailto:")


def _attendees(event: icalendar.Event) -> list[icalendar.vCalAddress]:
    found = event.get("ATTENDEE", [])
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, icalendar.vCalAddress)]


def _attendee(person: Person, role: str) -> icalendar.vCalAddress:
    made = _address(person.name, person.email)
    made.params["ROLE"] = role
    made.params["RSVP"] = "TRUE"
    if role == ROLES["resources"]:
        made.params["CUTYPE"] = "RESOURCE"
    if person.response in PARTSTATS:
        made.params["PARTSTAT"] = PARTSTATS[person.response]
    _put_stamps(made, person.replied, person.proposal)
    return made


def _address(name: str, email: str) -> icalendar.vCalAddress:
    made = icalendar.vCalAddress(f"mailto:{email}")
    made.params["CN"] = name or email
    return made


def moment(event: icalendar.Event, name: str, zone: str) -> datetime:
    """A time property in UTC; one without a zone is read in `zone` (IANA)."""
    return instant(event.decoded(name), zone)


def _listed(event: icalendar.Event, name: str, zone: str) -> list[datetime]:
    groups = event.get(name, [])
    listed = groups if isinstance(groups, list) else [groups]
    return [instant(one.dt, zone) for group in listed for one in group.dts]


def _put_time(event: icalendar.Event, name: str, at: datetime, zone: Zone) -> None:
    event.pop(name, None)
    event.add(name, at.astimezone(zone.rules), parameters=_named(zone))


def _put_times(event: icalendar.Event, name: str, moments: Iterable[datetime], zone: Zone) -> None:
    event.pop(name, None)
    for at in sorted(set(moments)):
        event.add(name, [at.astimezone(zone.rules)], parameters=_named(zone))


def _named(zone: Zone) -> dict[str, str]:
    return {} if zone.name == "UTC" else {"TZID": zone.name}
