"""The Exchange calendar keeps the contract on the sandbox, and reads what a real server writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from calendar_sync.provider import RemoteEvent
from calendar_sync.providers.exchange_reading import read_event, remote_event
from calendar_sync.recurrence import occurrences
from mail_sync.errors import Unreadable
from mail_sync.provider import Poisoned
from mail_sync.providers.exchange.reading import TYPES
from mail_sync.sandbox.faults import FaultKind
from tests.calendar_sync.providers.contract import SERIES, CalendarProviderContract, fetch
from tests.calendar_sync.providers.exchange_world import ExchangeCalendarWorld, new_calendar_world
from tests.calendar_sync.providers.writing import CalendarWritingContract


@pytest.fixture
def calendar_world() -> Iterator[ExchangeCalendarWorld]:
    with new_calendar_world() as made:
        yield made


class TestExchangeCalendar(CalendarProviderContract, CalendarWritingContract):
    """The contract, over EWS on loopback."""


def test_fractional_seconds_lose_no_occurrence(calendar_world: ExchangeCalendarWorld) -> None:
    item = calendar_world.add(SERIES)
    calendar_world.faults.set(FaultKind.FRACTIONAL_SECONDS)
    (event,) = fetch(calendar_world, item)
    assert (len(event.exceptions), len(event.exdates)) == (1, 1)


def test_the_windows_zone_is_kept_beside_the_iana_zone(calendar_world: ExchangeCalendarWorld) -> None:
    (event,) = fetch(calendar_world, calendar_world.add(SERIES))
    assert (event.timezone, event.timezone_source) == ("Europe/Berlin", "W. Europe Standard Time")


def item(inner: str) -> etree._Element:
    """A t:CalendarItem with these children."""
    space = TYPES.strip("{}")
    return etree.fromstring(
        f'<t:CalendarItem xmlns:t="{space}"><t:ItemId Id="1" ChangeKey="k"/>{inner}</t:CalendarItem>'
    )


def all_day(start: str, end: str, zone: str = "") -> tuple[object, object]:
    """First day and the day after the last of an all-day item."""
    named = f'<t:StartTimeZone Id="{zone}"/>' if zone else ""
    read = read_event(
        item(f"<t:Start>{start}</t:Start><t:End>{end}</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent>{named}")
    )
    return read.start, read.end


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        ("2026-07-09T22:00:00Z", "2026-07-10T22:00:00Z", "W. Europe Standard Time"),
        ("2026-07-10T07:00:00Z", "2026-07-11T07:00:00Z", "Pacific Standard Time"),
        ("2026-07-09T10:00:00Z", "2026-07-10T10:00:00Z", "Samoa Standard Time"),
        ("2026-07-09T12:00:00Z", "2026-07-10T12:00:00Z", "New Zealand Standard Time"),
        ("2026-07-09T22:00:00Z", "2026-07-10T22:00:00Z", ""),
        ("2026-07-09T22:00:00Z", "2026-07-10T22:00:00Z", "UTC"),
        ("2026-07-10T05:00:00Z", "2026-07-11T05:00:00Z", "Customized Time Zone"),
    ],
)
def test_all_day_is_the_day_of_the_events_zone(start: str, end: str, zone: str) -> None:
    if zone == "Samoa Standard Time":  # UTC+13: midnight lies on the day before in UTC, at 11:00
        start, end = start.replace("T10", "T11"), end.replace("T10", "T11")
    assert all_day(start, end, zone) == (date(2026, 7, 10), date(2026, 7, 11))


def test_all_day_lasts_at_least_a_day() -> None:
    assert all_day("2026-07-10T00:00:00Z", "2026-07-10T00:00:00Z", "UTC") == (date(2026, 7, 10), date(2026, 7, 11))


def test_an_end_before_the_start_is_told() -> None:
    read = read_event(
        item('<t:Start>2026-07-10T10:00:00Z</t:Start><t:End>2026-07-10T09:00:00Z</t:End><t:StartTimeZone Id="UTC"/>')
    )
    assert (read.end, read.defects) == (read.start, ("its end lay before its start",))


def test_an_appointment_without_start_is_set_aside() -> None:
    got = remote_event("1", item("<t:Subject>When?</t:Subject><t:Start>4501-01-01T00:00:00Z</t:Start>"), {})
    assert isinstance(got, Poisoned)
    assert type(got.error) is Unreadable


def test_a_cancelled_meeting_stays_as_cancelled() -> None:
    read = read_event(item("<t:Start>2026-07-10T10:00:00Z</t:Start><t:IsCancelled>true</t:IsCancelled>"))
    assert read.status == "cancelled"


def test_an_exception_that_cannot_be_had_keeps_its_times() -> None:
    got = remote_event(
        "1",
        item(
            "<t:Subject>Team</t:Subject><t:Start>2026-07-06T09:00:00Z</t:Start><t:End>2026-07-06T10:00:00Z</t:End>"
            "<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>"
            "<t:NoEndRecurrence><t:StartDate>2026-07-06</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
            '<t:ModifiedOccurrences><t:Occurrence><t:ItemId Id="2"/><t:Start>2026-07-07T11:00:00Z</t:Start>'
            "<t:End>2026-07-07T12:00:00Z</t:End><t:OriginalStart>2026-07-07T09:00:00Z</t:OriginalStart>"
            '</t:Occurrence></t:ModifiedOccurrences><t:StartTimeZone Id="UTC"/>'
        ),
        {},
    )
    assert isinstance(got, RemoteEvent)
    (exception,) = got.event.exceptions
    assert (exception.title, exception.start, exception.original_start) == (
        "Team",
        datetime(2026, 7, 7, 11, tzinfo=UTC),
        datetime(2026, 7, 7, 9, tzinfo=UTC),
    )
    assert exception.defects == ("only the times of this changed occurrence could be read",)


def test_a_series_in_an_unknown_zone_keeps_its_weekdays() -> None:
    event = read_event(
        item(
            "<t:Start>2026-07-05T22:30:00Z</t:Start><t:End>2026-07-05T23:00:00Z</t:End>"  # Monday 08:30 in Sydney
            "<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday Friday</t:DaysOfWeek>"
            "</t:WeeklyRecurrence><t:NoEndRecurrence><t:StartDate>2026-07-06+10:00</t:StartDate></t:NoEndRecurrence>"
            '</t:Recurrence><t:StartTimeZone Id="tzone://Microsoft/Custom"/>'
        )
    )
    found = occurrences(event, datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC), limit=9)
    assert [str(one.start) for one in found] == [
        "2026-07-05 22:30:00+00:00",
        "2026-07-09 22:30:00+00:00",
        "2026-07-12 22:30:00+00:00",
    ]
    assert (event.timezone, event.timezone_source) == ("Etc/GMT-2", "tzone://Microsoft/Custom")


@pytest.mark.parametrize(
    ("inner", "minutes", "response", "importance"),
    [
        (
            "<t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>30</t:ReminderMinutesBeforeStart>"
            "<t:MyResponseType>Organizer</t:MyResponseType><t:Importance>High</t:Importance>",
            30,
            "organizer",
            "high",
        ),
        (
            "<t:ReminderIsSet>false</t:ReminderIsSet><t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>"
            "<t:MyResponseType>NoResponseReceived</t:MyResponseType>",
            None,
            "none",
            "normal",
        ),
        ("<t:MyResponseType>Unknown</t:MyResponseType>", None, "", "normal"),
    ],
)
def test_reminder_answer_and_importance_are_read(
    inner: str, minutes: int | None, response: str, importance: str
) -> None:
    read = read_event(item(f"<t:Start>2026-07-10T10:00:00Z</t:Start><t:End>2026-07-10T11:00:00Z</t:End>{inner}"))
    assert (read.reminder_minutes, read.my_response, read.importance) == (minutes, response, importance)
