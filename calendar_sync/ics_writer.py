"""Events as iCalendar text: files (PUBLISH) and the iTIP parts of mail (RFC 5545, RFC 5546).

icalendar writes the lines: escaping, folding, parameters, and the VTIMEZONE of every zone that a time stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Timezone, vCalAddress, vRecur, vText
from icalendar import Event as Component

from calendar_sync.event import Attendee, Event
from calendar_sync.occurring import occurrence_at
from calendar_sync.pattern import with_parts
from calendar_sync.rrule import parse_rule
from calendar_sync.walls import in_pattern, instant, wall_of
from mail_sync.message import Address

PRODUCT = "-//Regarding//Regarding//EN"
_BUSY = {"free": "FREE", "tentative": "TENTATIVE", "away": "OOF", "elsewhere": "WORKINGELSEWHERE"}
_CLASS = {"private": "PRIVATE", "confidential": "CONFIDENTIAL", "personal": "PERSONAL"}
_PARTSTAT = {"none": "NEEDS-ACTION", "accepted": "ACCEPTED", "tentative": "TENTATIVE", "declined": "DECLINED"}
_PRIORITY = {"high": 1, "low": 9}
_YEARS_OF_CLOCKS = 10  # a VTIMEZONE tells the changes of the clocks so far ahead and goes on by its last ones
_CONTROLS = {code: None for code in (*range(32), 127) if code not in (9, 10)}


def write_calendar(event: Event, method: str = "PUBLISH", *, now: datetime) -> bytes:
    """The event, a series with its exceptions, as a calendar of its own; `now` (UTC) becomes its DTSTAMP."""
    return _calendar([(each, event) for each in (event, *event.exceptions)], method, now)


def write_events(events: Sequence[Event], *, now: datetime) -> bytes:
    """Several events in one calendar to be published."""
    return _calendar([(each, event) for event in events for each in (event, *event.exceptions)], "PUBLISH", now)


def _calendar(found: Sequence[tuple[Event, Event]], method: str, now: datetime) -> bytes:
    """Each event with the series that it belongs to, itself for a single one."""
    events = tuple(each for each, _ in found)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for zone in _zones(events):
        calendar.add_component(_timezone(zone, _first_year(events)))
    for each, series in found:
        calendar.add_component(_component(each, series, now, method))
    return bytes(calendar.to_ical())


def write_request(event: Event, *, now: datetime) -> bytes:
    """An invitation or an update (RFC 5546 section 3.2.2)."""
    return write_calendar(event, "REQUEST", now=now)


def write_cancellation(event: Event, *, now: datetime, original_start: datetime | date | None = None) -> bytes:
    """The meeting, or one occurrence of it, is called off (RFC 5546 section 3.2.5); `event` has its new sequence."""
    gone = event if original_start is None else replace(occurrence_at(event, original_start), sequence=event.sequence)
    return write_calendar(replace(gone, status="cancelled", exceptions=()), "CANCEL", now=now)


def write_reply(
    event: Event,
    who: Address,
    answer: str,
    *,
    comment: str = "",
    now: datetime,
    original_start: datetime | date | None = None,
) -> bytes:
    """What one attendee answers (RFC 5546 section 3.2.3): accepted, tentative or declined."""
    meant = event if original_start is None else occurrence_at(event, original_start)
    role = next((each.role for each in meant.attendees if each.address.email == who.email), "required")
    reply = replace(
        meant,
        sequence=event.sequence,
        attendees=(Attendee(who, role, answer),),
        description="",
        categories=(),
        reminder_minutes=None,
        exceptions=(),
    )
    calendar = Calendar.from_ical(write_calendar(reply, "REPLY", now=now))
    if comment.strip() and isinstance(calendar, Calendar):
        for part in calendar.walk("VEVENT"):
            part.add("comment", _clean(comment.strip()))
    return bytes(calendar.to_ical())


def _component(event: Event, master: Event, now: datetime, method: str) -> Component:
    part = Component()
    part.add("uid", master.uid)
    part.add("dtstamp", now.astimezone(UTC))
    if event.original_start is not None:
        part.add("recurrence-id", _moment(event.original_start, master.timezone))
    part.add("dtstart", _moment(event.start, event.timezone))
    if event.end != event.start:
        part.add("dtend", _moment(event.end, event.timezone))
    part.add("summary", _clean(event.title))
    for name, value in (("location", event.location), ("description", event.description)):
        if value:
            part.add(name, _clean(value))
    part.add("sequence", event.sequence)
    if event.modified_at is not None:
        part.add("last-modified", event.modified_at)
    part.add("status", {"tentative": "TENTATIVE", "cancelled": "CANCELLED"}.get(event.status, "CONFIRMED"))
    part.add("transp", "TRANSPARENT" if event.busy == "free" else "OPAQUE")
    part.add("x-microsoft-cdo-busystatus", _BUSY.get(event.busy, "BUSY"))
    part.add("class", _CLASS.get(event.sensitivity, "PUBLIC"))
    if event.importance in _PRIORITY:
        part.add("priority", _PRIORITY[event.importance])
    if event.categories:
        part.add("categories", [_clean(each) for each in event.categories])
    _add_people(part, event, method)
    _add_recurrence(part, event)
    if event.reminder_minutes is not None and method in ("", "PUBLISH"):  # a reminder is the owner's own affair
        part.add_component(_alarm(event.reminder_minutes))
    return part


def _add_people(part: Component, event: Event, method: str) -> None:
    if event.organizer is not None:
        part.add("organizer", _person(event.organizer))
    for attendee in event.attendees:
        person = _person(attendee.address)
        person.params["PARTSTAT"] = vText(_PARTSTAT.get(attendee.response, "NEEDS-ACTION"))
        person.params["ROLE"] = vText("OPT-PARTICIPANT" if attendee.role == "optional" else "REQ-PARTICIPANT")
        person.params["CUTYPE"] = vText("RESOURCE" if attendee.role == "resource" else "INDIVIDUAL")
        if method == "REQUEST":
            person.params["RSVP"] = vText("TRUE")
        part.add("attendee", person)


def _add_recurrence(part: Component, event: Event) -> None:
    if event.rrule:
        part.add("rrule", vRecur.from_ical(_rule(event)))
    for name, moments in (("rdate", event.rdates), ("exdate", event.exdates)):
        for moment in moments:
            part.add(name, _moment(moment, event.timezone))


def _rule(event: Event) -> str:
    """The rule with an UNTIL of the kind of its start (RFC 5545 section 3.3.10): a date, or an instant in UTC."""
    until = parse_rule(event.rrule).until
    if until is None:
        return event.rrule
    if event.all_day:
        last = until.astimezone(ZoneInfo(event.timezone)) if isinstance(until, datetime) and until.tzinfo else until
        return with_parts(event.rrule, UNTIL=f"{last:%Y%m%d}")
    if isinstance(until, datetime) and until.tzinfo is not None:
        return event.rrule
    wall = until if isinstance(until, datetime) else datetime.combine(until, datetime.max.time().replace(microsecond=0))
    end = instant(in_pattern(wall, event.timezone, all_day=False))
    return with_parts(event.rrule, UNTIL=f"{end:%Y%m%dT%H%M%SZ}")


def _moment(value: datetime | date, zone: str) -> datetime | date:
    """A date, or the time in its zone; in UTC where the wall time alone would mean another instant."""
    if not isinstance(value, datetime):
        return value
    wall = wall_of(value, zone)
    if zone == "UTC" or instant(in_pattern(wall, zone, all_day=False)) != value.astimezone(UTC):
        return value.astimezone(UTC)
    return wall.replace(tzinfo=ZoneInfo(zone))


def _person(address: Address) -> vCalAddress:
    # RFC 5545 section 3.3.3 wants a URI; who has no address is named by one that reaches nobody.
    person = vCalAddress(f"mailto:{address.email}" if address.email else "invalid:nomail")
    # A parameter cannot hold quotes, and readers differ over backslashes in it.
    if name := _clean(address.name).replace("\n", " ").replace('"', "'").replace("\\", "/"):
        person.params["CN"] = vText(name)
    return person


def _alarm(minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Reminder")
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm


def _zones(events: tuple[Event, ...]) -> Iterator[str]:
    named = (each.timezone for each in events if not each.all_day and each.timezone != "UTC")
    return iter(dict.fromkeys(named))


def _first_year(events: tuple[Event, ...]) -> int:
    return min(max(min(each.start.year for each in events), 1970), 2100)


@lru_cache(maxsize=64)
def _timezone(zone: str, first_year: int) -> Timezone:
    first = date(first_year - 1, 1, 1)
    return Timezone.from_tzid(zone, first_date=first, last_date=date(first_year + _YEARS_OF_CLOCKS, 1, 1))


def _clean(text: str) -> str:
    """Without control characters, which no content line may hold (RFC 5545 section 3.1)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
