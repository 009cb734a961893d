"""Calendar text that we write, read back by our own reader and by strangers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import vobject
from hypothesis import given, settings

from calendar_sync.event import Attendee, Event
from calendar_sync.ics import read_calendar
from calendar_sync.ics_writer import write_calendar, write_cancellation, write_reply, write_request
from calendar_sync.recurrence import occurrences
from calendar_sync.walls import instant
from mail_sync.message import Address
from tests.calendar_sync.strategies import events

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ANN, BEN = Address("ann@fabrikam.example", 'Ann, Lee; "Q"'), Address("ben@fabrikam.example", "Ben")
WINDOW = (datetime(2025, 6, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))


def meeting(**fields: object) -> Event:
    start = datetime(2026, 3, 3, 10, tzinfo=BERLIN)
    event = Event(
        "u1@alpine.example",
        "Offer, part 1; \\ final",
        start,
        start + timedelta(hours=1),
        timezone="Europe/Berlin",
        organizer=ANN,
        attendees=(Attendee(BEN),),
    )
    return replace(event, **fields)  # type: ignore[arg-type]


def as_written(event: Event) -> Event:
    """What a calendar file can say of an event."""
    people = tuple(replace(each, address=_plain(each.address)) for each in event.attendees)
    return replace(
        event,
        timezone_source="",
        my_response="",
        organizer=event.organizer and _plain(event.organizer),
        attendees=people,
        exceptions=tuple(as_written(each) for each in event.exceptions),
        timezone="UTC" if event.all_day else event.timezone,
        modified_at=event.modified_at or NOW,
    )


def _plain(address: Address) -> Address:
    return Address(address.email, address.name.replace('"', "'").replace("\\", "/"))


def as_read(event: Event) -> Event:
    exceptions = tuple(as_read(each) for each in event.exceptions)
    zone = event.timezone if not event.all_day else "UTC"
    return replace(event, timezone_source="", method="", exceptions=exceptions, timezone=zone)


@settings(max_examples=60, deadline=None)
@given(event=events())
def test_written_event_is_read_back_as_it_was(event: Event) -> None:
    raw = write_calendar(event, now=NOW)
    (found,) = read_calendar(raw).events
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert replace(as_read(found), rrule="") == replace(as_written(event), rrule="")
    shown = [(instant(each.start), each.event.title) for each in occurrences(event, *WINDOW, limit=30)]
    assert [(instant(each.start), each.event.title) for each in occurrences(found, *WINDOW, limit=30)] == shown


@settings(max_examples=15, deadline=None)
@given(event=events())
def test_strangers_read_what_we_write(event: Event) -> None:
    raw = write_calendar(event, now=NOW)
    theirs = icalendar.Calendar.from_ical(raw)
    parts = theirs.walk("VEVENT")
    assert [str(part["UID"]) for part in parts] == [event.uid] * (1 + len(event.exceptions))
    start = parts[0].decoded("DTSTART")
    assert start == event.start
    other = vobject.readOne(raw.decode())
    assert len(other.vevent_list) == 1 + len(event.exceptions)


def test_invitation_asks_for_an_answer_and_carries_its_zone() -> None:
    text = write_request(meeting(reminder_minutes=15), now=NOW).decode().replace("\r\n ", "")
    assert "METHOD:REQUEST" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in text
    assert "RSVP=TRUE" in text
    assert "VALARM" not in text
    assert "SUMMARY:Offer\\, part 1\\; \\\\ final" in text


def test_reply_names_only_who_answers() -> None:
    raw = write_reply(meeting(sequence=3), BEN, "accepted", comment="Glad to.", now=NOW)
    (found,) = read_calendar(raw).events
    assert (found.method, found.sequence, found.attendees) == ("REPLY", 3, (Attendee(BEN, "required", "accepted"),))
    assert b"COMMENT:Glad to." in raw
    assert b"DTSTAMP:20260302T090000Z" in raw


def test_reply_to_one_occurrence_names_it() -> None:
    second = datetime(2026, 3, 4, 10, tzinfo=BERLIN)
    raw = write_reply(meeting(rrule="FREQ=DAILY;COUNT=3"), BEN, "declined", now=NOW, original_start=second)
    (found,) = read_calendar(raw).events
    assert (found.original_start, found.rrule) == (second, "")


def test_cancellation_calls_off_all_or_one() -> None:
    series = meeting(rrule="FREQ=DAILY;COUNT=3", sequence=2)
    second = datetime(2026, 3, 4, 10, tzinfo=BERLIN)
    (whole,) = read_calendar(write_cancellation(series, now=NOW)).events
    (one,) = read_calendar(write_cancellation(series, now=NOW, original_start=second)).events
    assert [(each.status, each.original_start, each.sequence) for each in (whole, one)] == [
        ("cancelled", None, 2),
        ("cancelled", second, 2),
    ]


def test_series_that_ends_on_a_day_ends_at_an_instant_when_it_has_times() -> None:
    text = write_calendar(meeting(rrule="FREQ=DAILY;UNTIL=20260305"), now=NOW).decode()
    assert "UNTIL=20260305T225959Z" in text
