"""Appointments written over EWS: single ones, series and their exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from exchangelib import Account, EWSDate, EWSDateTime, EWSTimeZone, ExtendedProperty, HTMLBody
from exchangelib.errors import (
    ErrorCalendarCannotUseIdForOccurrenceId,
    ErrorCalendarCannotUseIdForRecurringMasterId,
    ErrorCalendarDurationIsTooLong,
    ErrorCalendarEndDateIsEarlierThanStartDate,
    ErrorCannotCreateCalendarItemInNonCalendarFolder,
    ErrorItemNotFound,
    ErrorOccurrenceCrossingBoundary,
    ErrorRecurrenceHasNoOccurrence,
)
from exchangelib.items import CalendarItem
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern,
    AbsoluteYearlyPattern,
    DailyPattern,
    Pattern,
    Recurrence,
    RelativeMonthlyPattern,
    RelativeYearlyPattern,
    WeeklyPattern,
)

from mail_sync.sandbox.model import Mailbox
from tests.mail_sync.sandbox.builders import add_event

VIENNA = EWSTimeZone("Europe/Vienna")
BERLIN = EWSTimeZone("Europe/Berlin")
NEW_YORK = EWSTimeZone("America/New_York")


def at(*parts: int, zone: EWSTimeZone = VIENNA) -> EWSDateTime:
    return EWSDateTime(*parts, tzinfo=zone)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def created(account: Account, **fields: object) -> CalendarItem:
    """On Thursday, 5 November 2026, 9:00 to 10:00 in Vienna where nothing else is said."""
    known = {"subject": "Ski test", "start": at(2026, 11, 5, 9), "end": at(2026, 11, 5, 10), **fields}
    return CalendarItem(account=account, folder=account.calendar, **known).save()


def fetched(account: Account, item: CalendarItem) -> CalendarItem:
    return account.calendar.get(id=item.id)


def starts(account: Account) -> list[str]:
    """The wall times in Vienna of everything in two years."""
    view = account.calendar.view(start=at(2026, 11, 1), end=at(2028, 11, 1)).only("start")
    return [f"{one.start.astimezone(VIENNA):%Y-%m-%d %H:%M}" for one in view]


def test_every_field_of_a_new_appointment_is_read_back(account: Account) -> None:
    fields = {
        "subject": "Ski test; first, run", "location": "Lodge", "body": "Bring\nwax, please; thanks",
        "legacy_free_busy_status": "OOF", "sensitivity": "Private", "importance": "High", "categories": ["Track"],
        "reminder_is_set": True, "reminder_minutes_before_start": 45,
    }  # fmt: skip
    shown = fetched(account, created(account, **fields))
    assert {name: getattr(shown, name) for name in fields} == fields
    assert (shown.start, shown.end, shown.type) == (utc(2026, 11, 5, 8), utc(2026, 11, 5, 9), "Single")
    assert (shown._start_timezone, shown._end_timezone) == (BERLIN, BERLIN)
    assert (shown.is_meeting, shown.my_response_type, shown.meeting_request_was_sent) == (False, "Organizer", False)
    assert (shown.appointment_sequence_number, shown.is_cancelled, shown.item_class) == (0, False, "IPM.Appointment")
    assert len(shown.uid) == 112


def test_uid_may_be_given(account: Account) -> None:
    assert fetched(account, created(account, uid="regarding-77")).uid == "regarding-77"


def test_html_body_stays_html(account: Account) -> None:
    shown = fetched(account, created(account, body=HTMLBody("<p>Bring; wax,<br>please</p>")))
    assert shown.body == HTMLBody("<p>Bring; wax,<br>please</p>")


def test_zone_of_the_appointment_is_kept(account: Account) -> None:
    shown = fetched(
        account, created(account, start=at(2026, 11, 5, 9, zone=NEW_YORK), end=at(2026, 11, 5, 10, zone=NEW_YORK))
    )
    assert (shown.start, shown._start_timezone) == (utc(2026, 11, 5, 14), NEW_YORK)


def test_all_day_appointment_lasts_whole_days_of_its_zone(account: Account) -> None:
    shown = fetched(account, created(account, start=EWSDate(2026, 11, 5), end=EWSDate(2026, 11, 6), is_all_day=True))
    assert (shown.start, shown.end, shown.is_all_day) == (date(2026, 11, 5), date(2026, 11, 6), True)
    assert (shown.duration, shown.legacy_free_busy_status) == ("P2D", "Busy")


def test_all_day_appointment_is_stretched_to_midnights(account: Account) -> None:
    created(account, is_all_day=True)
    [entry] = account.calendar.all().only("start", "end", "duration")
    assert (entry.start, entry.duration) == (utc(2026, 11, 4, 23), "P1D")


@pytest.mark.parametrize(
    ("pattern", "boundary", "expected"),
    [
        (DailyPattern(interval=3), {"number": 3}, ["2026-11-05", "2026-11-08", "2026-11-11"]),
        (WeeklyPattern(interval=2, weekdays=["Tuesday", "Thursday"]), {"end": EWSDate(2026, 12, 1)},
         ["2026-11-05", "2026-11-17", "2026-11-19", "2026-12-01"]),
        (WeeklyPattern(interval=2, weekdays=["Thursday", "Sunday"], first_day_of_week="Sunday"), {"number": 3},
         ["2026-11-05", "2026-11-15", "2026-11-19"]),
        (AbsoluteMonthlyPattern(interval=1, day_of_month=31), {"number": 5},
         ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        (RelativeMonthlyPattern(interval=2, weekday="Thursday", week_number="Second"), {"number": 2},
         ["2026-11-12", "2027-01-14"]),
        (RelativeMonthlyPattern(interval=1, weekday="Weekday", week_number="Last"), {"number": 2},
         ["2026-11-30", "2026-12-31"]),
        (RelativeMonthlyPattern(interval=1, weekday="WeekendDay", week_number="First"), {"number": 2},
         ["2026-12-05", "2027-01-02"]),
        (AbsoluteYearlyPattern(day_of_month=29, month="February"), {"number": 2}, ["2027-02-28", "2028-02-29"]),
        (RelativeYearlyPattern(weekday="Day", week_number="Last", month="November"), {"number": 1}, ["2026-11-30"]),
    ],
)  # fmt: skip
def test_pattern_is_kept_and_expanded(
    account: Account, pattern: Pattern, boundary: dict[str, object], expected: list[str]
) -> None:
    recurrence = Recurrence(pattern=pattern, start=EWSDate(2026, 11, 5), **boundary)
    shown = fetched(account, created(account, recurrence=recurrence))
    assert (shown.type, shown.recurrence.pattern) == ("RecurringMaster", pattern)
    assert getattr(shown.recurrence.boundary, "number", None) == boundary.get("number")
    assert getattr(shown.recurrence.boundary, "end", None) == boundary.get("end")
    assert starts(account) == [f"{day} 09:00" for day in expected]


def weekly(account: Account, **fields: object) -> CalendarItem:
    """Five Thursdays from 5 November 2026."""
    recurrence = Recurrence(
        pattern=WeeklyPattern(interval=1, weekdays=["Thursday"]), start=EWSDate(2026, 11, 5), number=5
    )
    return created(account, recurrence=recurrence, **fields)


def test_series_keeps_its_wall_time_after_a_change_of_the_clock(account: Account) -> None:
    recurrence = Recurrence(pattern=DailyPattern(interval=1), start=EWSDate(2027, 3, 27), number=3)
    created(account, start=at(2027, 3, 27, 9), end=at(2027, 3, 27, 10), recurrence=recurrence)
    assert starts(account) == ["2027-03-27 09:00", "2027-03-28 09:00", "2027-03-29 09:00"]


def test_changed_occurrence_is_an_update_of_its_master(account: Account) -> None:
    master = fetched(account, weekly(account))
    list(account.calendar.sync_items())
    second = master.occurrence(index=2)
    second.refresh()
    second.start, second.end = at(2026, 11, 13, 14), at(2026, 11, 13, 15)
    second.subject = "Ski test (moved)"
    second.save(update_fields=["start", "end", "subject"])
    assert [(did, one.id) for did, one in account.calendar.sync_items()] == [("update", master.id)]
    shown = fetched(account, master)
    assert [(one.start, one.original_start) for one in shown.modified_occurrences] == [
        (utc(2026, 11, 13, 13), utc(2026, 11, 12, 8))
    ]
    moved = account.calendar.get(id=shown.modified_occurrences[0].id)
    assert (moved.type, moved.subject, moved.uid) == ("Exception", "Ski test (moved)", master.uid)
    assert starts(account) == [
        "2026-11-05 09:00", "2026-11-13 14:00", "2026-11-19 09:00", "2026-11-26 09:00", "2026-12-03 09:00",
    ]  # fmt: skip
    assert shown.subject == "Ski test"


def test_exception_is_changed_again_by_its_own_id(account: Account) -> None:
    master = fetched(account, weekly(account))
    for location in ("Hut", "Valley"):
        occurrence = account.calendar.get(id=master.last_occurrence.id)
        occurrence.location = location
        occurrence.save(update_fields=["location"])
    shown = fetched(account, master)
    assert [one.original_start for one in shown.modified_occurrences] == [utc(2026, 12, 3, 8)]
    assert account.calendar.get(id=shown.last_occurrence.id).location == "Valley"


def test_occurrence_stays_between_its_neighbours(account: Account) -> None:
    master = fetched(account, weekly(account))
    occurrence = account.calendar.get(id=master.first_occurrence.id)
    occurrence.start, occurrence.end = at(2026, 11, 12, 16), at(2026, 11, 12, 17)
    with pytest.raises(ErrorOccurrenceCrossingBoundary):
        occurrence.save(update_fields=["start", "end"])
    assert fetched(account, master).modified_occurrences is None


def test_new_pattern_resets_exceptions(account: Account) -> None:
    master = fetched(account, weekly(account))
    occurrence = account.calendar.get(id=master.last_occurrence.id)
    occurrence.location = "Hut"
    occurrence.save(update_fields=["location"])
    master = fetched(account, master)
    master.recurrence.pattern = WeeklyPattern(interval=1, weekdays=["Friday"])
    master.save(update_fields=["recurrence"])
    shown = fetched(account, master)
    assert shown.modified_occurrences is None
    assert (shown.start, shown.recurrence.boundary.start) == (utc(2026, 11, 6, 8), date(2026, 11, 6))


def test_other_change_of_a_master_keeps_exceptions(account: Account) -> None:
    master = fetched(account, weekly(account))
    occurrence = account.calendar.get(id=master.last_occurrence.id)
    occurrence.location = "Hut"
    occurrence.save(update_fields=["location"])
    master = fetched(account, master)
    master.subject = "Other"
    master.save(update_fields=["subject", "recurrence", "start", "end"])
    shown = fetched(account, master)
    assert (shown.subject, len(shown.modified_occurrences)) == ("Other", 1)


def test_series_of_a_loaded_calendar_is_changed_in_its_own_zone(account: Account, anna: Mailbox) -> None:
    item = add_event(
        anna,
        "BEGIN:VEVENT\nUID:loaded\nDTSTART;VALUE=DATE:20261105\nRRULE:FREQ=WEEKLY;UNTIL=20261126\n"
        "EXDATE;VALUE=DATE:20261119\nSUMMARY:Trip\nEND:VEVENT",
    )
    master = account.calendar.get(id=item.item_id)
    occurrence = account.calendar.get(id=master.last_occurrence.id)
    occurrence.subject = "Last trip"
    occurrence.save(update_fields=["subject"])
    shown = account.calendar.get(id=item.item_id)
    assert [one.original_start for one in shown.modified_occurrences] == [utc(2026, 11, 25, 23)]
    assert starts(account) == ["2026-11-05 00:00", "2026-11-12 00:00", "2026-11-26 00:00"]
    assert (shown.is_all_day, shown.recurrence.boundary.end) == (True, date(2026, 11, 26))


def test_appointment_is_moved_and_its_fields_deleted(account: Account) -> None:
    item = created(account, location="Lodge", body="Bring wax")
    item.start, item.end, item.location, item.body = at(2026, 11, 6, 9), at(2026, 11, 6, 11), None, None
    item.save(update_fields=["start", "end", "location", "body"])
    shown = fetched(account, item)
    assert (shown.start, shown.end) == (utc(2026, 11, 6, 8), utc(2026, 11, 6, 10))
    assert (shown.location, shown.body, shown.subject) == (None, None, "Ski test")
    assert shown.changekey != created(account).changekey


def test_series_becomes_a_single_appointment(account: Account) -> None:
    master = fetched(account, weekly(account))
    master.recurrence = None
    master.save(update_fields=["recurrence"])
    assert (fetched(account, master).type, starts(account)) == ("Single", ["2026-11-05 09:00"])


def test_end_before_start_is_refused(account: Account) -> None:
    item = created(account)
    item.end = at(2026, 11, 5, 8)
    item.start = None
    with pytest.raises(ErrorCalendarEndDateIsEarlierThanStartDate):
        item.save(update_fields=["end"])
    assert fetched(account, item).end == utc(2026, 11, 5, 9)


def test_five_years_are_too_long(account: Account) -> None:
    with pytest.raises(ErrorCalendarDurationIsTooLong):
        created(account, end=at(2033, 1, 1))


def test_pattern_without_an_occurrence_is_refused(account: Account) -> None:
    recurrence = Recurrence(
        pattern=WeeklyPattern(interval=1, weekdays=["Monday"]), start=EWSDate(2026, 11, 5), end=EWSDate(2026, 11, 6)
    )
    with pytest.raises(ErrorRecurrenceHasNoOccurrence):
        created(account, recurrence=recurrence)


def test_appointment_needs_a_calendar(account: Account) -> None:
    with pytest.raises(ErrorCannotCreateCalendarItemInNonCalendarFolder):
        CalendarItem(
            account=account, folder=account.inbox, subject="Ski", start=at(2026, 11, 5, 9), end=at(2026, 11, 5, 10)
        ).save()


def test_stamp_of_a_new_appointment_is_the_servers_time(account: Account, anna: Mailbox) -> None:
    anna.clock.offset = timedelta(days=400)
    shown = fetched(account, created(account))
    assert abs(shown.datetime_created - anna.clock.now()) < timedelta(minutes=1)


class Stamp(ExtendedProperty):  # type: ignore[misc]
    property_set_id = "6ed8da90-450b-101b-98da-00aa003f1305"
    property_name = "Stamp"
    property_type = "String"


@pytest.fixture
def stamped() -> Iterator[None]:
    CalendarItem.register("test_stamp", Stamp)
    yield
    CalendarItem.deregister("test_stamp")


@pytest.mark.usefixtures("stamped")
def test_occurrence_has_properties_and_categories_of_its_own(account: Account) -> None:
    master = fetched(account, weekly(account, test_stamp="series", categories=["Track"]))
    first = account.calendar.get(id=master.first_occurrence.id)
    assert (first.test_stamp, first.categories) == ("series", ["Track"])
    first.test_stamp, first.categories = "first; \\ one", ["Track", "VIP"]
    first.save(update_fields=["test_stamp", "categories"])
    first = account.calendar.get(id=first.id)
    assert (first.test_stamp, first.categories, first.type) == ("first; \\ one", ["Track", "VIP"], "Exception")
    series = fetched(account, master)
    assert (series.test_stamp, series.categories) == ("series", ["Track"])
    assert account.calendar.get(id=master.last_occurrence.id).test_stamp == "series"


OWN_ZONE = """
BEGIN:VTIMEZONE
TZID:Customized Time Zone
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
BEGIN:VEVENT
UID:own-zone
DTSTART;TZID=Customized Time Zone:20270325T090000
DTEND;TZID=Customized Time Zone:20270325T100000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Series
END:VEVENT
"""


def test_series_in_a_zone_known_by_its_rules_keeps_them(account: Account, anna: Mailbox) -> None:
    item = add_event(anna, OWN_ZONE)

    def shown(name: str, *fields: str) -> CalendarItem:  # without its zone, which exchangelib cannot read
        [found] = account.fetch([(name, None)], only_fields=fields)
        return found

    last = shown(shown(item.item_id, "last_occurrence").last_occurrence.id, "location")
    last.location = "Hut"
    last.save(update_fields=["location"])
    master = shown(item.item_id, "first_occurrence", "last_occurrence")
    assert (master.first_occurrence.start, master.last_occurrence.start) == (utc(2027, 3, 25, 8), utc(2027, 4, 8, 7))
    [changed] = shown(item.item_id, "modified_occurrences").modified_occurrences
    assert (changed.original_start, shown(changed.id, "location").location) == (utc(2027, 4, 8, 7), "Hut")


def test_occurrence_is_deleted_and_shows_as_an_update_of_its_master(account: Account) -> None:
    master = fetched(account, weekly(account))
    list(account.calendar.sync_items())
    second = master.occurrence(index=2)
    second.refresh()
    second.delete()
    assert [(did, one.id) for did, one in account.calendar.sync_items()] == [("update", master.id)]
    assert [one.start for one in fetched(account, master).deleted_occurrences] == [utc(2026, 11, 12, 8)]
    assert starts(account) == ["2026-11-05 09:00", "2026-11-19 09:00", "2026-11-26 09:00", "2026-12-03 09:00"]


def test_deleted_master_takes_its_occurrences_along(account: Account) -> None:
    master = fetched(account, weekly(account))
    occurrence = master.first_occurrence.id
    master.move_to_trash()
    assert (starts(account), [one.subject for one in account.trash.all()]) == ([], ["Ski test"])
    assert [type(one) for one in account.fetch([(occurrence, None)])] == [ErrorItemNotFound]


def test_last_occurrence_left_cannot_be_deleted(account: Account) -> None:
    recurrence = Recurrence(pattern=DailyPattern(interval=1), start=EWSDate(2026, 11, 5), number=1)
    master = fetched(account, created(account, recurrence=recurrence))
    with pytest.raises(ErrorRecurrenceHasNoOccurrence):
        account.calendar.get(id=master.first_occurrence.id).delete()


def test_whole_series_is_saved_back_unchanged(account: Account) -> None:
    before = fetched(account, weekly(account, body="Notes", categories=["Track"], location="Lodge"))
    account.calendar.get(id=before.last_occurrence.id).save(update_fields=["subject"])
    before = fetched(account, before)
    before.save()
    after = fetched(account, before)
    changed = [
        field.name
        for field in CalendarItem.FIELDS
        if getattr(before, field.name, None) != getattr(after, field.name, None)
    ]
    occurrences = ["first_occurrence", "last_occurrence", "modified_occurrences"]  # whose ids hold a new change key
    assert set(changed) - {"mime_content", "size", "last_modified_time", *occurrences} == set()


def test_ids_of_series_and_occurrences_are_not_mixed_up(account: Account) -> None:
    item = created(account)
    with pytest.raises(ErrorCalendarCannotUseIdForRecurringMasterId):
        item.occurrence(index=1).refresh()
    with pytest.raises(ErrorCalendarCannotUseIdForOccurrenceId):
        item.recurring_master().refresh()
