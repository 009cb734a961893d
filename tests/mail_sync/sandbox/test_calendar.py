"""Calendar items over EWS, read with exchangelib."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from exchangelib import Account, EWSDateTime, EWSTimeZone
from exchangelib.errors import (
    ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange,
    ErrorCalendarOccurrenceIsDeletedFromRecurrence,
    ErrorExceededFindCountLimit,
    ErrorItemNotFound,
)
from exchangelib.items import CalendarItem

from mail_sync.sandbox import ids
from mail_sync.sandbox.facts import zones
from mail_sync.sandbox.model import Item, Mailbox
from tests.mail_sync.sandbox.builders import ANNA, add_event

WEEKLY = """
BEGIN:VEVENT
UID:weekly-1
DTSTAMP:20261001T080000Z
DTSTART;TZID=Europe/Vienna:20261020T090000
DTEND;TZID=Europe/Vienna:20261020T100000
RRULE:FREQ=WEEKLY;COUNT=5
EXDATE;TZID=Europe/Vienna:20261027T090000
SUMMARY:Ski rental review
SEQUENCE:2
LOCATION:Lodge
ORGANIZER;CN=Anna Hofer:mailto:anna@alpineskihouse.example
ATTENDEE;CN=Max;PARTSTAT=ACCEPTED:mailto:max@northwind.example
ATTENDEE;CN=Eva;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED:mailto:eva@northwind.example
ATTENDEE;CN=Room 1;CUTYPE=ROOM:mailto:room1@alpineskihouse.example
END:VEVENT
BEGIN:VEVENT
UID:weekly-1
DTSTAMP:20261001T080000Z
RECURRENCE-ID;TZID=Europe/Vienna:20261103T090000
DTSTART;TZID=Europe/Vienna:20261103T110000
DTEND;TZID=Europe/Vienna:20261103T120000
SUMMARY:Ski rental review (moved)
END:VEVENT
"""
SINGLE = """
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261001T080000Z
DTSTART{start}
DTEND{end}
SUMMARY:{uid}
{more}
END:VEVENT
"""


def single(mailbox: Mailbox, start: str, end: str, uid: str = "single", more: str = "CLASS:PUBLIC") -> Item:
    return add_event(mailbox, SINGLE.format(uid=uid, start=start, end=end, more=more))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def fetched(account: Account, item: Item) -> CalendarItem:
    return account.calendar.get(id=item.item_id)


def test_master_carries_its_exceptions_and_gaps(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_event(anna, WEEKLY))
    assert (shown.type, shown.uid, shown.appointment_sequence_number) == ("RecurringMaster", "weekly-1", 2)
    assert (shown.start, shown.end) == (utc(2026, 10, 20, 7), utc(2026, 10, 20, 8))
    assert [(one.start, one.original_start) for one in shown.modified_occurrences] == [
        (utc(2026, 11, 3, 10), utc(2026, 11, 3, 8))
    ]
    assert [one.start for one in shown.deleted_occurrences] == [utc(2026, 10, 27, 8)]
    assert (shown.first_occurrence.start, shown.last_occurrence.start) == (utc(2026, 10, 20, 7), utc(2026, 11, 17, 8))
    assert shown._start_timezone == EWSTimeZone("Europe/Berlin")


def test_master_names_its_people(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_event(anna, WEEKLY))
    assert shown.organizer.email_address == ANNA
    assert [(one.mailbox.email_address, one.response_type) for one in shown.required_attendees] == [
        ("max@northwind.example", "Accept")
    ]
    assert [(one.mailbox.name, one.response_type) for one in shown.optional_attendees] == [("Eva", "Decline")]
    assert [one.mailbox.email_address for one in shown.resources] == ["room1@alpineskihouse.example"]
    assert (shown.my_response_type, shown.is_meeting, shown.meeting_request_was_sent) == ("Organizer", True, True)


def test_sync_lists_masters_and_singles_only(account: Account, anna: Mailbox) -> None:
    add_event(anna, WEEKLY)
    single(anna, ":20261105T090000Z", ":20261105T093000Z")
    shown = [item.subject for _, item in account.calendar.sync_items()]
    assert sorted(shown) == ["Ski rental review", "single"]


def test_occurrence_is_fetched_by_its_own_id(account: Account, anna: Mailbox) -> None:
    master = fetched(account, add_event(anna, WEEKLY))
    moved = account.calendar.get(id=master.modified_occurrences[0].id)
    assert (moved.type, moved.subject) == ("Exception", "Ski rental review (moved)")
    assert (moved.recurrence_id, moved.original_start) == (utc(2026, 11, 3, 8), utc(2026, 11, 3, 8))
    assert (moved.start, moved.recurrence, moved.is_recurring) == (utc(2026, 11, 3, 10), None, True)


def test_occurrence_is_fetched_by_its_index(account: Account, anna: Mailbox) -> None:
    master = fetched(account, add_event(anna, WEEKLY))
    third = master.occurrence(index=3)
    third.refresh()
    assert (third.type, third.start) == ("Exception", utc(2026, 11, 3, 10))
    gone = master.occurrence(index=2)
    with pytest.raises(ErrorCalendarOccurrenceIsDeletedFromRecurrence):
        gone.refresh()
    beyond = master.occurrence(index=6)
    with pytest.raises(ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange):
        beyond.refresh()


def test_master_is_fetched_from_an_occurrence(account: Account, anna: Mailbox) -> None:
    item = add_event(anna, WEEKLY)
    occurrence = account.calendar.get(id=fetched(account, item).last_occurrence.id)
    master = occurrence.recurring_master()
    master.refresh()
    assert (master.id, master.type) == (item.item_id, "RecurringMaster")


def test_deleted_occurrence_cannot_be_fetched(account: Account, anna: Mailbox) -> None:
    item = add_event(anna, WEEKLY)
    gone = ids.occurrence_id(item.item_id, utc(2026, 10, 27, 8))
    assert [type(one) for one in account.fetch([(gone, None)])] == [ErrorItemNotFound]


def test_view_expands_series_across_the_end_of_summer_time(account: Account, anna: Mailbox) -> None:
    add_event(anna, WEEKLY)
    single(anna, ":20261104T090000Z", ":20261104T093000Z")
    zone = EWSTimeZone("UTC")
    view = account.calendar.view(
        start=EWSDateTime(2026, 10, 1, tzinfo=zone), end=EWSDateTime(2026, 11, 30, tzinfo=zone)
    ).only("subject", "start", "type")
    assert [(one.type, one.start) for one in view] == [
        ("Occurrence", utc(2026, 10, 20, 7)),
        ("Exception", utc(2026, 11, 3, 10)),
        ("Single", utc(2026, 11, 4, 9)),
        ("Occurrence", utc(2026, 11, 10, 8)),
        ("Occurrence", utc(2026, 11, 17, 8)),
    ]


def test_all_day_event_runs_from_local_midnight(account: Account, anna: Mailbox) -> None:
    item = single(anna, ";VALUE=DATE:20260710", ";VALUE=DATE:20260712", more="TRANSP:OPAQUE")
    shown = fetched(account, item)
    assert (shown.is_all_day, shown.legacy_free_busy_status) == (True, "Busy")
    assert (shown.start, shown.end) == (date(2026, 7, 10), date(2026, 7, 11))  # exchangelib's end is inclusive


def test_days_and_floating_times_stand_in_the_mailbox_zone(account: Account, anna: Mailbox) -> None:
    days = single(anna, ";VALUE=DATE:20260710", ";VALUE=DATE:20260711", "days", "RRULE:FREQ=DAILY;COUNT=2")
    floating = single(anna, ":20260712T003000", ":20260712T010000", "floating", "RRULE:FREQ=DAILY;COUNT=2")
    zone = EWSTimeZone("UTC")
    view = account.calendar.view(
        start=EWSDateTime(2026, 7, 9, 22, tzinfo=zone), end=EWSDateTime(2026, 7, 11, 22, 45, tzinfo=zone)
    )
    assert [(one.subject, one.start) for one in view.only("subject", "start", "is_all_day")] == [
        ("days", date(2026, 7, 10)),
        ("days", date(2026, 7, 11)),
        ("floating", utc(2026, 7, 11, 22, 30)),
    ]
    for item in (days, floating):
        last = fetched(account, item).last_occurrence
        again = account.calendar.get(id=last.id)
        assert (again.type, again.recurrence_id) == ("Occurrence", last.start)


def test_additional_dates_are_dropped_as_exchange_has_none(account: Account, anna: Mailbox) -> None:
    more = "RRULE:FREQ=DAILY;COUNT=2\nRDATE:20261201T090000Z"
    shown = fetched(account, single(anna, ":20261105T090000Z", ":20261105T100000Z", more=more))
    assert shown.last_occurrence.start == utc(2026, 11, 6, 9)


def test_series_with_an_unknown_zone_is_custom(anna: Mailbox) -> None:
    assert [zones.windows_id(one) for one in ("Europe/Vienna", "W. Europe Standard Time", "Moon/Base", "UTC")] == [
        "W. Europe Standard Time", "W. Europe Standard Time", "tzone://Microsoft/Custom", "UTC",
    ]  # fmt: skip


def test_attendee_copy_shows_my_answer(account: Account, anna: Mailbox) -> None:
    people = f"ORGANIZER:mailto:max@northwind.example\nATTENDEE;PARTSTAT=TENTATIVE:mailto:{ANNA}"
    shown = fetched(account, single(anna, ":20261105T090000Z", ":20261105T093000Z", more=people))
    assert (shown.my_response_type, shown.is_meeting, shown.meeting_request_was_sent) == ("Tentative", True, False)
    assert shown.appointment_state == ("Meeting", "Received")


@pytest.mark.parametrize(
    ("rule", "pattern", "boundary"),
    [
        ("FREQ=DAILY;INTERVAL=3;COUNT=4", "Daily interval=3", "Numbered"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
         "Weekly interval=1 weekdays=[1, 2, 3, 4, 5] first_day_of_week='Monday'", "NoEnd"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU;UNTIL=20261231T090000Z",
         "Weekly interval=2 weekdays=[2, 4] first_day_of_week='Sunday'", "EndDate"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "AbsoluteMonthly interval=1 day_of_month=5", "NoEnd"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "RelativeMonthly interval=1 weekday='Day' week_number='Last'", "NoEnd"),
        ("FREQ=MONTHLY;BYDAY=2TH", "RelativeMonthly interval=1 weekday='Thursday' week_number='Second'", "NoEnd"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
         "RelativeMonthly interval=1 weekday='Weekday' week_number='Last'", "NoEnd"),
        ("FREQ=YEARLY", "AbsoluteYearly day_of_month=5 month='November'", "NoEnd"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=1TH",
         "RelativeYearly weekday='Thursday' week_number='First' month='November'", "NoEnd"),
        ("FREQ=YEARLY;INTERVAL=2", "AbsoluteMonthly interval=24 day_of_month=5", "NoEnd"),
    ],
)  # fmt: skip
def test_rule_becomes_the_pattern_outlook_has_for_it(
    account: Account, anna: Mailbox, rule: str, pattern: str, boundary: str
) -> None:
    item = single(anna, ";TZID=Europe/Vienna:20261105T090000", ";TZID=Europe/Vienna:20261105T100000",
                  more=f"RRULE:{rule}")  # fmt: skip
    recurrence = fetched(account, item).recurrence
    kind, *fields = re.split(r", (?=[a-z])|\(|\)$", repr(recurrence.pattern).rstrip(")"))
    assert " ".join([kind.removesuffix("Pattern"), *fields]) == pattern
    assert type(recurrence.boundary).__name__ == f"{boundary}Pattern"
    assert recurrence.boundary.start == date(2026, 11, 5)


def test_rule_outlook_has_no_pattern_for_is_a_single_event(account: Account, anna: Mailbox) -> None:
    item = single(anna, ":20261105T090000Z", ":20261105T100000Z", more="RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20")
    shown = fetched(account, item)
    assert (shown.type, shown.recurrence) == ("Single", None)


def test_endless_series_has_no_last_occurrence(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, single(anna, ":20261105T090000Z", ":20261105T100000Z", more="RRULE:FREQ=DAILY"))
    assert (shown.last_occurrence, shown.first_occurrence.start) == (None, utc(2026, 11, 5, 9))


DAILY = """
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261001T080000Z
DTSTART:20261020T090000Z
DTEND:20261020T100000Z
RRULE:FREQ=DAILY;COUNT=505
SUMMARY:{uid}
END:VEVENT
"""


def test_view_of_more_than_the_servers_limit_is_refused_unless_it_names_its_own(
    account: Account, anna: Mailbox
) -> None:
    for uid in ("one", "two"):
        add_event(anna, DAILY.format(uid=uid))
    zone = EWSTimeZone("UTC")
    window = EWSDateTime(2026, 10, 1, tzinfo=zone), EWSDateTime(2028, 4, 1, tzinfo=zone)
    with pytest.raises(ErrorExceededFindCountLimit):
        list(account.calendar.view(*window).only("start"))
    assert len(list(account.calendar.view(*window, max_items=20).only("start"))) == 20
