"""What every calendar provider must do. A provider passes by subclassing beside a fixture `calendar_world`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from calendar_sync.event import Attendee, Event
from calendar_sync.provider import CalendarProvider, RemoteEvent
from mail_sync.errors import ItemGone, PoisonItem
from mail_sync.message import Address
from mail_sync.provider import FolderRole, MailProvider, Poisoned

BERLIN = ZoneInfo("Europe/Berlin")


class Sample(NamedTuple):
    """The same entry as an iCalendar VEVENT (several for a series with exceptions) and as we want to read it."""

    ics: str
    event: Event


MEETING = Sample(
    """BEGIN:VEVENT
UID:meeting@alpine.example
DTSTAMP:20260301T080000Z
SUMMARY:Offer for Contoso
LOCATION:Room 4
DTSTART;TZID=Europe/Berlin:20260310T140000
DTEND;TZID=Europe/Berlin:20260310T150000
ORGANIZER;CN=Sales:mailto:sales@alpine.example
ATTENDEE;CN=Ada;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:ada@contoso.example
ATTENDEE;CN=Bob;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED:mailto:bob@contoso.example
END:VEVENT
""",
    Event(
        uid="meeting@alpine.example",
        title="Offer for Contoso",
        start=datetime(2026, 3, 10, 14, tzinfo=BERLIN),
        end=datetime(2026, 3, 10, 15, tzinfo=BERLIN),
        timezone="Europe/Berlin",
        location="Room 4",
        organizer=Address("sales@alpine.example", "Sales"),
        attendees=(
            Attendee(Address("ada@contoso.example", "Ada"), "required", "accepted"),
            Attendee(Address("bob@contoso.example", "Bob"), "optional", "declined"),
        ),
    ),
)

# Over the clock change of 29 March: the series stays at nine, one occurrence is moved, one is cancelled.
SERIES = Sample(
    """BEGIN:VEVENT
UID:series@alpine.example
DTSTAMP:20260301T080000Z
SUMMARY:Team
DTSTART;TZID=Europe/Berlin:20260316T090000
DTEND;TZID=Europe/Berlin:20260316T093000
RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5
EXDATE;TZID=Europe/Berlin:20260323T090000
END:VEVENT
BEGIN:VEVENT
UID:series@alpine.example
DTSTAMP:20260301T080000Z
SUMMARY:Team, later
RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000
DTSTART;TZID=Europe/Berlin:20260330T110000
DTEND;TZID=Europe/Berlin:20260330T113000
END:VEVENT
""",
    Event(
        uid="series@alpine.example",
        title="Team",
        start=datetime(2026, 3, 16, 9, tzinfo=BERLIN),
        end=datetime(2026, 3, 16, 9, 30, tzinfo=BERLIN),
        timezone="Europe/Berlin",
        rrule="FREQ=WEEKLY;BYDAY=MO;COUNT=5",
        exdates=(datetime(2026, 3, 23, 9, tzinfo=BERLIN),),
        exceptions=(
            Event(
                uid="series@alpine.example",
                title="Team, later",
                start=datetime(2026, 3, 30, 11, tzinfo=BERLIN),
                end=datetime(2026, 3, 30, 11, 30, tzinfo=BERLIN),
                timezone="Europe/Berlin",
                original_start=datetime(2026, 3, 30, 9, tzinfo=BERLIN),
            ),
        ),
    ),
)

FAIR = Sample(
    """BEGIN:VEVENT
UID:fair@alpine.example
DTSTAMP:20260301T080000Z
SUMMARY:Trade fair
DTSTART;VALUE=DATE:20260710
DTEND;VALUE=DATE:20260712
TRANSP:TRANSPARENT
CLASS:PRIVATE
END:VEVENT
""",
    Event(
        uid="fair@alpine.example",
        title="Trade fair",
        start=date(2026, 7, 10),
        end=date(2026, 7, 12),
        all_day=True,
        busy="free",
        sensitivity="private",
    ),
)


class CalendarWorld(Protocol):
    """A mailbox with a calendar, seen from the server's side."""

    def connect(self) -> MailProvider: ...

    def calendar(self) -> CalendarProvider:
        """The calendar of the mailbox over a new connection."""
        ...

    def add(self, sample: Sample) -> str:
        """An entry appears in the calendar; gives its id."""
        ...

    def delete(self, item_id: str) -> None: ...

    def poison(self, item_id: str) -> None: ...

    def hide_zones(self, zone: str) -> None:
        """The server names this unknown zone for all entries, or none at all when it is ''."""
        ...


def bare(event: Event) -> Event:
    """An event without what the server adds by itself: who organises, spelling of the zone, times of writing."""
    return replace(
        event,
        timezone_source="",
        timezone="" if event.all_day else event.timezone,
        organizer=event.organizer if event.attendees else None,
        sequence=0,
        modified_at=None,
        my_response="",
        exceptions=tuple(bare(one) for one in event.exceptions),
    )


def fetch(world: CalendarWorld, *item_ids: str) -> list[Event]:
    """The events with these ids; every one must come."""
    got = list(world.calendar().fetch_events(item_ids))
    return [one.event for one in got if isinstance(one, RemoteEvent)]


class CalendarProviderContract:
    """Inherit, and provide the fixture `calendar_world`."""

    def test_a_calendar_folder_lists_masters_and_single_events(self, calendar_world: CalendarWorld) -> None:
        items = [calendar_world.add(sample) for sample in (MEETING, SERIES, FAIR)]
        provider = calendar_world.connect()
        (folder,) = (one for one in provider.folders() if one.role is FolderRole.CALENDAR)
        found = [change.item_id for page in provider.changes(folder, None) for change in page.changes]
        assert sorted(found) == sorted(items)

    def test_a_meeting_comes_with_place_and_people(self, calendar_world: CalendarWorld) -> None:
        (event,) = fetch(calendar_world, calendar_world.add(MEETING))
        assert bare(event) == bare(MEETING.event)

    def test_a_series_comes_with_its_exceptions_in_its_own_zone(self, calendar_world: CalendarWorld) -> None:
        (event,) = fetch(calendar_world, calendar_world.add(SERIES))
        assert bare(event) == bare(SERIES.event)
        (moved,) = event.exceptions
        assert [str(one) for one in (moved.original_start, moved.start, *event.exdates)] == [
            "2026-03-30 09:00:00+02:00",
            "2026-03-30 11:00:00+02:00",
            "2026-03-23 09:00:00+01:00",
        ]

    def test_all_day_is_dates_with_an_exclusive_end(self, calendar_world: CalendarWorld) -> None:
        (event,) = fetch(calendar_world, calendar_world.add(FAIR))
        assert bare(event) == bare(FAIR.event)

    def test_a_hidden_zone_moves_neither_instants_nor_days(self, calendar_world: CalendarWorld) -> None:
        items = [calendar_world.add(MEETING), calendar_world.add(FAIR)]
        for zone in ("", "Customized Time Zone", "tzone://Microsoft/Custom"):
            calendar_world.hide_zones(zone)
            meeting, fair = fetch(calendar_world, *items)
            assert meeting.start == datetime(2026, 3, 10, 13, tzinfo=UTC)
            assert (fair.start, fair.end) == (date(2026, 7, 10), date(2026, 7, 12))

    def test_gone_and_poisoned_events_leave_the_others_alone(self, calendar_world: CalendarWorld) -> None:
        items = [calendar_world.add(sample) for sample in (MEETING, SERIES, FAIR)]
        calendar_world.delete(items[0])
        calendar_world.poison(items[2])
        got: Sequence[RemoteEvent | Poisoned] = list(calendar_world.calendar().fetch_events(items))
        said = {one.item_id: type(one.error) if isinstance(one, Poisoned) else one.event.title for one in got}
        assert said == {items[0]: ItemGone, items[1]: "Team", items[2]: PoisonItem}
