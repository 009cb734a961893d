"""The lines of one event (RFC 5545) as they are written: times, people, answers, and Exchange's own properties.

Times are written as wall time in a zone named by its Windows id, as Exchange does; readers know these names. An all-day
event is written from midnight to midnight of its zone with Exchange's own mark for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

import icalendar

from mail_sync.sandbox.facts import zones
from mail_sync.sandbox.facts.event import OWN_VALUES, PROPOSED, REPLY_TIME, RESPONSES, Facts, Person, instant
from mail_sync.sandbox.facts.recurrence import Pattern
from mail_sync.sandbox.facts.recurrence_rule import rule
from mail_sync.sandbox.model import Value

ROLES = {"required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "resources": "NON-PARTICIPANT"}
PARTSTATS = {response: partstat for partstat, response in RESPONSES.items()}
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


def is_all_day(event: icalendar.Event) -> bool:
    """Whether the event is marked as lasting whole days."""
    return str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE"


def set_times(event: icalendar.Event, times: Times) -> None:
    """Write start, end and the mark for whole days."""
    put_time(event, "DTSTART", times.start, times.zone)
    put_time(event, "DTEND", times.end, times.zone)
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


def listed(event: icalendar.Event, name: str, zone: str) -> list[datetime]:
    """The instants of a property that holds several, such as EXDATE, in UTC."""
    groups = event.get(name, [])
    listed = groups if isinstance(groups, list) else [groups]
    return [instant(one.dt, zone) for group in listed for one in group.dts]


def put_time(event: icalendar.Event, name: str, at: datetime, zone: Zone) -> None:
    """Write a time property as wall time of a zone."""
    event.pop(name, None)
    event.add(name, at.astimezone(zone.rules), parameters=_named(zone))


def put_times(event: icalendar.Event, name: str, moments: Iterable[datetime], zone: Zone) -> None:
    """Write a property that holds several times, each once and in order."""
    event.pop(name, None)
    for at in sorted(set(moments)):
        event.add(name, [at.astimezone(zone.rules)], parameters=_named(zone))


def _named(zone: Zone) -> dict[str, str]:
    return {} if zone.name == "UTC" else {"TZID": zone.name}
