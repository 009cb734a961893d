"""Events as flat maps of fields, and maps as events again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.canonical import canonical_rule
from calendar_sync.event import Attendee, Event
from calendar_sync.fields import at_occurrence, key_of, label, occurrence_field, to_fields, with_fields
from mail_sync.message import Address
from tests.calendar_sync.providers.contract import BERLIN, FAIR, MEETING, SERIES

MOVED = "at 2026-03-30T07:00:00+00:00: "


def changed(event: Event, other: Event) -> dict[str, Any]:
    """The fields in which `other` differs, as they come back from the store; what it no longer has is None."""
    before, after = to_fields(event), to_fields(other)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return dict(json.loads(json.dumps({name: after.get(name) for name in names})))


def test_a_single_event_is_told_by_its_instants() -> None:
    event = MEETING.event
    elsewhere = replace(
        event,
        start=event.start.astimezone(UTC) if isinstance(event.start, datetime) else event.start,
        timezone="UTC",
    )
    when, there = to_fields(event)["when"], to_fields(elsewhere)["when"]
    assert (when["start"], there["start"]) == ("2026-03-10T13:00:00+00:00", "2026-03-10T13:00:00+00:00")


def test_case_31_a_series_is_told_by_its_wall_time_and_windows_zone() -> None:
    when = to_fields(replace(SERIES.event, timezone="Europe/Vienna"))["when"]
    assert (when["start"], when["zone"]) == ("2026-03-16T09:00:00", "W. Europe Standard Time")


def test_case_30_all_day_is_dates() -> None:
    assert to_fields(FAIR.event)["when"] == {
        "all_day": True,
        "start": "2026-07-10",
        "end": "2026-07-12",
        "timezone": FAIR.event.timezone,
    }


def test_case_27_exceptions_stand_under_their_original_start_in_utc() -> None:
    fields = to_fields(SERIES.event)
    assert fields["skipped"] == ["2026-03-23T08:00:00+00:00"]
    assert {name for name in fields if name.startswith("at ")} == {MOVED + "title", MOVED + "when"}
    assert fields[MOVED + "title"] == {"value": "Team, later"}


def test_people_are_told_by_address_and_role_and_their_answers_apart() -> None:
    fields = to_fields(MEETING.event)
    assert fields["attendees"] == [
        {"email": "ada@contoso.example", "role": "required"},
        {"email": "bob@contoso.example", "role": "optional"},
    ]
    assert fields["responses"] == {"ada@contoso.example": "accepted", "bob@contoso.example": "declined"}


ADDED = Attendee(Address("cyd@contoso.example", "Cyd"), "required", "none")
HOUR = timedelta(hours=1)
START = datetime(2026, 3, 16, 9, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("event", "edited"),
    [
        (MEETING.event, replace(MEETING.event, title="Other", location="", busy="free", reminder_minutes=5)),
        (MEETING.event, replace(MEETING.event, attendees=(*MEETING.event.attendees, ADDED))),
        (MEETING.event, replace(MEETING.event, start=date(2026, 3, 10), end=date(2026, 3, 11), all_day=True)),
        (FAIR.event, replace(FAIR.event, start=date(2026, 7, 9), categories=("Red",))),
        (SERIES.event, replace(SERIES.event, exceptions=())),
        (SERIES.event, replace(SERIES.event, exdates=())),
        (SERIES.event, replace(SERIES.event, rrule="FREQ=DAILY;COUNT=3", exceptions=(), exdates=())),
        (SERIES.event, replace(SERIES.event, exceptions=(), exdates=(), start=START + HOUR, end=START + 2 * HOUR)),
        (
            SERIES.event,
            replace(SERIES.event, exceptions=(replace(SERIES.event.exceptions[0], title="Team", location="Attic"),)),
        ),
        (
            replace(SERIES.event, exceptions=()),
            replace(SERIES.event, exceptions=(replace(at_occurrence(SERIES.event, START), location="Attic"),)),
        ),
    ],
)
def test_an_event_with_the_fields_of_another_is_that_other(event: Event, edited: Event) -> None:
    names = (ADDED.address,)
    assert with_fields(event, changed(event, edited), names) == edited


def test_an_occurrence_that_was_emptied_is_not_as_the_series() -> None:
    place = replace(SERIES.event, location="Room 4", exceptions=())
    emptied = replace(place, exceptions=(replace(at_occurrence(place, START), location=""),))
    fields = changed(place, emptied)
    assert fields == {occurrence_field(key_of(START), "location"): {"value": ""}}
    assert with_fields(place, fields).exceptions[0].location == ""


def test_exceptions_follow_the_series_in_what_they_share() -> None:
    renamed = with_fields(SERIES.event, {"location": "Attic"})
    assert [each.location for each in renamed.exceptions] == ["Attic"]


def test_labels_are_what_people_call_things() -> None:
    assert [label(name) for name in ("when", MOVED + "title")] == ["Time", "Subject on 2026-03-30"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=SU"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "BYDAY=MO;WKST=MO;FREQ=WEEKLY;INTERVAL=2"),
        ("FREQ=WEEKLY;BYDAY=WE,MO", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=16"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=-1MO"),
        ("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=16"),
        ("FREQ=DAILY;UNTIL=20260401", "FREQ=DAILY;UNTIL=20260401T070000Z"),
        ("FREQ=DAILY;UNTIL=20260401T225959Z", "FREQ=DAILY;UNTIL=20260401"),  # before nine on the second
    ],
)
def test_two_spellings_of_a_rule_are_one(one: str, other: str) -> None:
    assert canonical_rule(one, START) == canonical_rule(other, START)


def test_a_wall_time_in_the_gap_keeps_its_series_in_place() -> None:
    night = replace(
        SERIES.event,
        start=datetime(2026, 3, 23, 2, 30, tzinfo=BERLIN),
        end=datetime(2026, 3, 23, 3, tzinfo=BERLIN),
        exceptions=(),
        exdates=(),
    )
    gap = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in Berlin: 02:30 does not exist that day
    assert at_occurrence(night, gap).start == gap.astimezone(ZoneInfo("Europe/Berlin"))
