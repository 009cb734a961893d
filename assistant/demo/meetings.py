"""The appointments of the demo company: single meetings and series with moved and deleted occurrences."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component, Event, Timezone, vCalAddress, vRecur

from assistant.demo.calendar_words import working_day_after
from assistant.demo.cast import Cast, Person, read_texts

_HOME = ZoneInfo("Europe/Vienna")
_WINDOWS = {"Europe/Vienna": "W. Europe Standard Time"}  # as Outlook names it in what it sends

_OUTLOOK_ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One appointment. `start` is aware in the meeting's own zone, or a date when it takes whole days."""

    uid: str
    title: str
    start: datetime | date
    end: datetime | date
    organizer: Person
    guests: tuple[Person, ...]
    created: datetime
    place: str = ""
    private: bool = False
    cancelled: bool = False
    invite: bool = True
    rule: str = ""
    moved: tuple[tuple[datetime, datetime], ...] = ()  # original start, new start
    deleted: tuple[datetime, ...] = ()
    windows: bool = False  # the time zone stands under its Windows name

    @property
    def length(self) -> timedelta:
        if isinstance(self.end, datetime) and isinstance(self.start, datetime):
            return self.end - self.start
        return timedelta(days=self.end.toordinal() - self.start.toordinal())

    def people(self) -> tuple[Person, ...]:
        return (self.organizer, *self.guests)


def load_meetings(cast: Cast, *, now: datetime) -> list[Meeting]:
    """All appointments around `now` (aware, in the company's zone)."""
    data = read_texts("meetings.toml")
    return [*(_single(row, cast, now) for row in data["single"]), *(_series(row, cast, now) for row in data["series"])]


def _single(row: dict[str, Any], cast: Cast, now: datetime) -> Meeting:
    offset, _, clock = row["at"].partition(" ")
    day = now.date() + timedelta(days=int(offset))
    if int(offset) != 0 and "days" not in row:
        day = working_day_after(day, 0)
    if "days" in row:
        return _meeting(row, cast, day, day + timedelta(days=row["days"]), now)
    # The hour is the owner's: a call with Denver at 17:00 is at nine there.
    home = datetime.combine(day, time.fromisoformat(clock), _HOME)
    start = home.astimezone(ZoneInfo(row.get("zone", _HOME.key)))
    return _meeting(row, cast, start, start + timedelta(minutes=row["minutes"]), now)


def _series(row: dict[str, Any], cast: Cast, now: datetime) -> Meeting:
    offset, _, clock = row["start"].partition(" ")
    day = now.date() + timedelta(days=int(offset))
    zone = ZoneInfo(row.get("zone", _HOME.key))
    naive = datetime.combine(day, time.fromisoformat(clock))
    # Recurrence runs on the wall clock of the series' own zone (RFC 5545, 3.3.10), so the rule sees naive times.
    starts = [found.replace(tzinfo=zone) for found in rrulestr(row["rule"], dtstart=naive).xafter(naive, 60, inc=True)]
    base = max((n for n, start in enumerate(starts) if start <= now), default=0)
    meeting = _meeting(row, cast, starts[0], starts[0] + timedelta(minutes=row["minutes"]), now)
    return replace(
        meeting,
        rule=row["rule"],
        moved=tuple(
            (starts[max(1, base + n)], starts[max(1, base + n)] + timedelta(minutes=shift))
            for n, shift in row.get("moved", [])
        ),
        deleted=tuple(starts[max(1, base + n)] for n in row.get("deleted", [])),
    )


def _meeting(row: dict[str, Any], cast: Cast, start: datetime | date, end: datetime | date, now: datetime) -> Meeting:
    owner = cast.staff[row["owner"]]
    outside = [_guest(name, cast) for name in row.get("with", [])]
    inside = [cast.staff[key] for key in row.get("staff", [])]
    guests = [*outside, *inside]
    organizer = owner
    if row.get("by") == "them":
        organizer, guests = outside[0], [owner, *outside[1:], *inside]
    first = start if isinstance(start, datetime) else datetime.combine(start, time(9), _HOME)
    return Meeting(
        uid=f"{uuid.uuid5(uuid.NAMESPACE_DNS, row['title'] + str(first.date()))}@{organizer.domain}",
        title=row["title"],
        start=start,
        end=end,
        organizer=organizer,
        guests=tuple(guests),
        created=_created(first, now),
        place=row.get("place", ""),
        private=row.get("private", False),
        cancelled=row.get("cancelled", False),
        invite=row.get("invite", True),
        windows=row.get("windows", False),
    )


def _created(first: datetime, now: datetime) -> datetime:
    """About a week before the first occurrence and in the past: a business hour of a working day."""
    day = min(first - timedelta(days=8), now - timedelta(days=1 + first.day % 4)).astimezone(_HOME)
    day = max(day, now - timedelta(days=89))
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=9 + first.day % 7, minute=first.day * 7 % 60, second=first.day % 60, microsecond=0)


def _guest(name: str, cast: Cast) -> Person:
    key, _, number = name.partition(":")
    return cast.accounts[key].people[int(number or 0)]


def calendar_text(meeting: Meeting, *, method: str = "", only: Person | None = None, answer: str = "") -> bytes:
    """The meeting as iCalendar; with `only` and `answer` an attendee's reply (RFC 5546, 3.2.3)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Alpine Ski House//Demo//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    zone = _zone_of(meeting)
    if zone:
        calendar.add_component(_vtimezone(zone, meeting.windows, _first_day(meeting).year))
    for event in _events(meeting, only, answer):
        calendar.add_component(event)
    text = bytes(calendar.to_ical())
    if meeting.windows and zone:
        text = text.replace(f"TZID={zone}".encode(), f'TZID="{_WINDOWS[zone]}"'.encode())
    return text


def _events(meeting: Meeting, only: Person | None, answer: str) -> Iterator[Event]:
    master = _event(meeting, meeting.start, only, answer)
    if meeting.rule:
        master.add("rrule", vRecur.from_ical(meeting.rule))
    for start in meeting.deleted:
        master.add("exdate", start)
    yield master
    for original, start in meeting.moved:
        exception = _event(meeting, start, only, answer)
        exception.add("recurrence-id", original)
        yield exception


def _event(meeting: Meeting, start: datetime | date, only: Person | None, answer: str) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", meeting.created.astimezone(UTC))
    event.add("created", meeting.created.astimezone(UTC))
    event.add("last-modified", meeting.created.astimezone(UTC))
    event.add("summary", meeting.title)
    event.add("dtstart", start)
    event.add("dtend", start + meeting.length)
    event.add("sequence", 1 if meeting.cancelled else 0)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE" if meeting.private else "PUBLIC")
    whole_days = not isinstance(start, datetime)
    event.add("transp", "TRANSPARENT" if whole_days else "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "FREE" if whole_days else "BUSY")
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.guests:
        event.add("organizer", _caladdress(meeting.organizer))
    for guest in meeting.guests if only is None else (only,):
        attendee = _caladdress(guest)
        attendee.params["ROLE"] = "REQ-PARTICIPANT"
        attendee.params["PARTSTAT"] = answer or ("ACCEPTED" if meeting.rule else "NEEDS-ACTION")
        if not answer:
            attendee.params["RSVP"] = "TRUE"
        event.add("attendee", attendee, encode=False)
    return event


def _caladdress(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = person.name
    return address


def _zone_of(meeting: Meeting) -> str:
    return str(meeting.start.tzinfo) if isinstance(meeting.start, datetime) else ""


def _first_day(meeting: Meeting) -> date:
    return meeting.start.date() if isinstance(meeting.start, datetime) else meeting.start


@cache
def _vtimezone(zone: str, windows: bool, year: int) -> Component:
    if windows:
        return Component.from_ical(_OUTLOOK_ZONE)
    return Timezone.from_tzid(zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
