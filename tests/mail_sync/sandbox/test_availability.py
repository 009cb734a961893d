"""Free/busy and rooms, as exchangelib asks for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from exchangelib import Account, EWSDateTime, EWSTimeZone
from exchangelib.errors import (
    ErrorInvalidMergedFreeBusyInterval,
    ErrorMailRecipientNotFound,
    ErrorNameResolutionNoResults,
    ErrorNoFreeBusyAccess,
    ErrorServerBusy,
    ErrorTimeIntervalTooBig,
)
from exchangelib.properties import FreeBusyView

from mail_sync.sandbox.facts.rule_zone import RuleZone, rules_of
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.rooms import RoomList, WorkingHours
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_event

MAX = "max@alpineskihouse.example"
VIENNA = EWSTimeZone("Europe/Vienna")
EVENT = """
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261001T080000Z
DTSTART;TZID=Europe/Vienna:{start}
DTEND;TZID=Europe/Vienna:{end}
SUMMARY:{uid}
LOCATION:Room 1
{more}
END:VEVENT
"""


def add(mailbox: Mailbox, uid: str, start: str, end: str, *more: str) -> str:
    source = EVENT.format(uid=uid, start=start, end=end, more="\n".join(more) or "PRIORITY:5")
    return add_event(mailbox, source).item_id


@pytest.fixture
def boss(model: Model) -> Mailbox:
    return model.add_mailbox(MAX, "Max Moser")


def at(day: int, hour: int = 0, month: int = 11, minute: int = 0) -> EWSDateTime:
    return EWSDateTime(2026, month, day, hour, minute, tzinfo=VIENNA)


def ask(
    account: Account,
    *addresses: str,
    start: EWSDateTime | None = None,
    end: EWSDateTime | None = None,
    view: str = "DetailedMerged",
    interval: int = 60,
) -> list[FreeBusyView]:
    return list(
        account.protocol.get_free_busy_info(
            accounts=[(address, "Required", False) for address in addresses or [ANNA]],
            start=start or at(2, 8),
            end=end or at(2, 16),
            merged_free_busy_interval=interval,
            requested_view=view,
        )
    )


def times(view: FreeBusyView) -> list[tuple[str, str, str]]:
    return [(f"{event.start:%d %H:%M}", f"{event.end:%H:%M}", event.busy_type) for event in view.calendar_events or []]


def test_own_calendar_is_told_in_detail(account: Account, anna: Mailbox) -> None:
    add(anna, "Meeting", "20261102T090000", "20261102T103000", "ATTENDEE:mailto:x@y.example")
    [view] = ask(account)
    [event] = view.calendar_events
    assert (view.view_type, view.merged, times(view)) == ("DetailedMerged", "02200000", [("02 09:00", "10:30", "Busy")])
    assert (event.details.subject, event.details.location, event.details.is_meeting) == ("Meeting", "Room 1", True)


@pytest.mark.parametrize(
    ("view", "merged", "has_events", "has_details"),
    [
        ("MergedOnly", "02000000", False, False),
        ("FreeBusy", None, True, False),
        ("FreeBusyMerged", "02000000", True, False),
        ("Detailed", None, True, True),
        ("DetailedMerged", "02000000", True, True),
    ],
)
def test_view_decides_what_is_told(
    account: Account, anna: Mailbox, view: str, merged: str | None, has_events: bool, has_details: bool
) -> None:
    add(anna, "Meeting", "20261102T090000", "20261102T100000")
    [found] = ask(account, view=view)
    events = found.calendar_events or []
    assert (found.view_type, found.merged, bool(events)) == (view, merged, has_events)
    assert any(event.details for event in events) is has_details


def test_stronger_status_wins_where_entries_overlap(account: Account, anna: Mailbox) -> None:
    for hour, status in ((8, "TENTATIVE"), (9, "BUSY"), (10, "OOF"), (11, "FREE"), (12, "WORKINGELSEWHERE")):
        add(anna, status, f"20261102T{hour:02}0000", "20261102T130000", f"X-MICROSOFT-CDO-BUSYSTATUS:{status}")
    [view] = ask(account, end=at(2, 14), view="MergedOnly")
    assert view.merged == "123330"


def test_series_is_expanded_across_the_change_of_the_clock(account: Account, anna: Mailbox) -> None:
    add(anna, "Daily", "20261023T090000", "20261023T100000", "RRULE:FREQ=DAILY;COUNT=4")
    [view] = ask(account, start=at(24, month=10), end=at(27, month=10))
    assert [begin for begin, _, _ in times(view)] == ["24 09:00", "25 09:00", "26 09:00"]


def test_another_zone_asks_in_its_own_time(account: Account, anna: Mailbox) -> None:
    add(anna, "Meeting", "20261102T090000", "20261102T100000")
    tokyo = EWSTimeZone("Asia/Tokyo")
    [view] = ask(
        account,
        start=EWSDateTime(2026, 11, 2, tzinfo=tokyo),
        end=EWSDateTime(2026, 11, 3, tzinfo=tokyo),
    )
    assert times(view) == [("02 17:00", "18:00", "Busy")]


def test_others_see_times_only(account: Account, boss: Mailbox) -> None:
    add(boss, "Secret", "20261102T090000", "20261102T100000")
    [view] = ask(account, MAX)
    [event] = view.calendar_events
    assert (view.view_type, event.details, times(view)) == ("FreeBusyMerged", None, [("02 09:00", "10:00", "Busy")])


def test_reader_of_a_calendar_sees_details_but_not_private_ones(account: Account, boss: Mailbox) -> None:
    boss.folder("calendar").permissions[ANNA] = "Reviewer"
    add(boss, "Open", "20261102T090000", "20261102T100000")
    add(boss, "Hidden", "20261102T110000", "20261102T120000", "CLASS:PRIVATE")
    [view] = ask(account, MAX)
    assert [(event.details.subject, event.details.is_private) for event in view.calendar_events] == [
        ("Open", False),
        (None, True),
    ]


def test_one_bad_mailbox_does_not_spoil_the_others(account: Account, anna: Mailbox, boss: Mailbox) -> None:
    boss.folder("calendar").permissions["default"] = "None"
    own, unknown = ask(account, ANNA, "nobody@y.example")
    assert own.view_type == "DetailedMerged"
    assert isinstance(unknown, ErrorMailRecipientNotFound)
    with pytest.raises(ErrorNoFreeBusyAccess):
        ask(account, ANNA, MAX)


def test_window_of_more_than_42_days_is_refused(account: Account) -> None:
    assert len(ask(account, start=at(1), end=at(12, month=12))) == 1
    with pytest.raises(ErrorTimeIntervalTooBig, match="allowed limit = 42 days"):
        ask(account, start=at(1), end=at(14, month=12))


def test_interval_longer_than_the_window_is_refused(account: Account) -> None:
    with pytest.raises(ErrorInvalidMergedFreeBusyInterval):
        ask(account, end=at(2, 9), interval=120)


def test_fault_strikes_a_question_for_times(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.BUSY, 100, operation="GetUserAvailability")
    with pytest.raises(ErrorServerBusy):
        ask(account)


def test_working_hours_come_with_their_zone(account: Account, anna: Mailbox) -> None:
    anna.working_hours = WorkingHours(("Monday", "Friday"), 7 * 60 + 30, 15 * 60)
    [view] = ask(account)
    [period] = view.working_hours
    assert (period.weekdays, period.start, period.end) == ([1, 5], time(7, 30), time(15, 0))
    zone = view.working_hours_timezone
    assert (zone.bias, zone.daylight_time.bias, zone.daylight_time.iso_month, zone.standard_time.iso_month) == (
        -60, -60, 3, 10,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Europe/Vienna", "America/New_York", "Australia/Sydney", "Asia/Tokyo"])
def test_rules_of_a_zone_say_what_the_zone_says(name: str) -> None:
    zone = ZoneInfo(name)
    rules = rules_of(zone, 2026)
    for month in range(1, 13):
        for day, hour in ((1, 0), (8, 12), (25, 6), (28, 23)):
            moment = datetime(2026, month, day, hour, tzinfo=UTC)
            local = moment.astimezone(zone).replace(tzinfo=None)
            assert (rules.to_local(moment), rules.to_utc(local)) == (local, moment)


def test_zone_without_daylight_saving_has_no_changes() -> None:
    assert rules_of(ZoneInfo("Asia/Kolkata"), 2026) == RuleZone(-330)


def test_room_lists_lead_to_rooms(model: Model, account: Account) -> None:
    model.add_mailbox("room1@alpineskihouse.example", "Room 1")
    model.room_lists.append(
        RoomList("rooms@alpineskihouse.example", "Rooms", ("room1@alpineskihouse.example", "room2@other.example"))
    )
    [found] = account.protocol.get_roomlists()
    assert (found.name, found.email_address) == ("Rooms", "rooms@alpineskihouse.example")
    rooms = list(account.protocol.get_rooms(found.email_address))
    assert [(room.name, room.email_address) for room in rooms] == [
        ("Room 1", "room1@alpineskihouse.example"),
        ("room2@other.example", "room2@other.example"),
    ]


def test_unknown_room_list_is_refused(account: Account) -> None:
    assert list(account.protocol.get_roomlists()) == []
    with pytest.raises(ErrorNameResolutionNoResults):
        list(account.protocol.get_rooms("rooms@alpineskihouse.example"))


def test_delegate_signs_in_and_asks_for_others(signed_in: Callable[..., Account], boss: Mailbox) -> None:
    add(boss, "Meeting", "20261102T090000", "20261102T100000")
    boss.readers.add(ANNA)
    [view] = ask(signed_in(address=ANNA), MAX)
    assert view.calendar_events[0].details.subject == "Meeting"
