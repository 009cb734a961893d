"""Events from calendar files as clients really write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_sync.event import Attendee, Event
from calendar_sync.ics import read_calendar
from mail_sync.errors import Unreadable
from mail_sync.message import Address

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "ical"
BERLIN = ZoneInfo("Europe/Berlin")
EASTERN_RULES = (  # what the clocks of New York do, under a name that says nothing
    "BEGIN:VTIMEZONE", "TZID:{tzid}",
    "BEGIN:STANDARD", "DTSTART:16010101T020000", "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500",
    "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0400",
    "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "END:DAYLIGHT",
    "END:VTIMEZONE",
)  # fmt: skip


def _event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def _calendar(*parts: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def _only(*lines: str, before: tuple[str, ...] = ()) -> Event:
    (event,) = read_calendar(_calendar(*before, _event("UID:1", *lines))).events
    return event


def test_event_fields_are_read() -> None:
    event = _only(
        "SUMMARY:Visit\\, yearly",
        "DTSTART;TZID=Europe/Berlin:20260310T090000",
        "DTEND;TZID=Europe/Berlin:20260310T100000",
        "LOCATION:Room\\n5",
        "ORGANIZER;CN=Ann:mailto:Ann@A.example",
        'ATTENDEE;CN="B, Bob";ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:MAILTO:bob@b.example',
        "ATTENDEE;CUTYPE=ROOM:mailto:room@a.example",
        "STATUS:TENTATIVE",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "CLASS:PRIVATE",
        "CATEGORIES:Blue,Green",
        "SEQUENCE:3",
        "LAST-MODIFIED:20260101T000000Z",
        before=("METHOD:REQUEST",),
    )
    assert (event.uid, event.title, event.location) == ("1", "Visit, yearly", "Room 5")
    assert (event.start, event.end) == (
        datetime(2026, 3, 10, 9, tzinfo=BERLIN),
        datetime(2026, 3, 10, 10, tzinfo=BERLIN),
    )
    assert (event.timezone, event.timezone_source) == ("Europe/Berlin", "Europe/Berlin")
    assert event.organizer == Address("ann@a.example", "Ann")
    assert event.attendees == (
        Attendee(Address("bob@b.example", "B, Bob"), "optional", "accepted"),
        Attendee(Address("room@a.example"), "resource", "none"),
    )
    assert (event.status, event.busy, event.sensitivity) == ("tentative", "away", "private")
    assert (event.categories, event.sequence, event.method) == (("Blue", "Green"), 3, "REQUEST")
    assert (event.modified_at, event.defects) == (datetime(2026, 1, 1, tzinfo=UTC), ())


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("europe/vienna", "Europe/Vienna"),
        ("tzone://Microsoft/Utc", "UTC"),
    ],
)
def test_zone_is_found_by_its_name(tzid: str, zone: str) -> None:
    event = _only(f"DTSTART;TZID={tzid}:20260710T090000".replace("tzone://Microsoft/Utc", '"tzone://Microsoft/Utc"'))
    assert (event.timezone, event.timezone_source, event.defects) == (zone, tzid, ())


@pytest.mark.parametrize("tzid", ["Customized Time Zone", "Eastern", "tzone://Microsoft/Custom"])
def test_zone_is_found_by_what_its_clocks_do(tzid: str) -> None:
    definition = "\r\n".join(EASTERN_RULES).format(tzid=tzid)
    event = _only(f'DTSTART;TZID="{tzid}":20260710T090000', before=(definition,))
    assert (event.timezone, event.timezone_source, event.defects) == ("America/New_York", tzid, ())


def test_zone_like_no_other_is_kept_as_utc() -> None:
    definition = "\r\n".join(EASTERN_RULES).format(tzid="Odd").replace("-0500", "-0511")
    event = _only("DTSTART;TZID=Odd:20260110T090000", before=(definition,))
    assert (event.start, event.timezone) == (datetime(2026, 1, 10, 14, 11, tzinfo=UTC), "UTC")
    assert event.defects == ('time zone "Odd" is like no known zone, kept as UTC',)


def test_unexplained_zone_is_read_as_the_default_one() -> None:
    raw = _calendar(_event("UID:1", "DTSTART;TZID=Nowhere:20260710T090000"))
    (event,) = read_calendar(raw, default_zone="Europe/Berlin").events
    assert (event.start, event.timezone) == (datetime(2026, 7, 10, 9, tzinfo=BERLIN), "Europe/Berlin")
    assert event.defects == ('time zone "Nowhere" is unknown, read as Europe/Berlin',)


def test_floating_time_is_in_the_zone_of_the_calendar_else_the_default() -> None:
    lines = _event("UID:1", "DTSTART:20260710T090000")
    (default,) = read_calendar(_calendar(lines), default_zone="Asia/Tokyo").events
    (own,) = read_calendar(_calendar("X-WR-TIMEZONE:Europe/Berlin", lines), default_zone="Asia/Tokyo").events
    assert (default.timezone, own.timezone) == ("Asia/Tokyo", "Europe/Berlin")


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ((), date(2026, 7, 11)),
        (("DTEND;VALUE=DATE:20260710",), date(2026, 7, 11)),
        (("DTEND;VALUE=DATE:20260712",), date(2026, 7, 12)),
        (("DURATION:P2D",), date(2026, 7, 12)),
    ],
)
def test_all_day_event_ends_on_an_exclusive_date(lines: tuple[str, ...], end: date) -> None:
    event = _only("DTSTART;VALUE=DATE:20260710", *lines)
    assert (event.all_day, event.start, event.end, event.defects) == (True, date(2026, 7, 10), end, ())


def test_outlook_midnights_are_an_all_day_event() -> None:
    event = _only(
        "DTSTART;TZID=Europe/Berlin:20260710T000000",
        "DTEND;TZID=Europe/Berlin:20260711T000000",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    )
    assert (event.all_day, event.start, event.end) == (True, date(2026, 7, 10), date(2026, 7, 11))


def test_duration_counts_days_by_the_clock_and_hours_exactly() -> None:
    # The clocks of Berlin go forward on 2026-03-29.
    by_days = _only("DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P1D")
    by_hours = _only("DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P0DT23H")
    assert by_days.end == by_hours.end == datetime(2026, 3, 29, 12, tzinfo=BERLIN)


def test_event_that_ends_before_it_begins_gets_no_length() -> None:
    event = _only("DTSTART:20260710T090000Z", "DTEND:20260709T090000Z")
    assert (event.end, event.defects) == (event.start, ("it ended before it began",))


def test_exceptions_join_their_master() -> None:
    (event,) = read_calendar(
        _calendar(
            _event("UID:1", "RECURRENCE-ID:20260717T070000Z", "DTSTART:20260717T120000Z", "SUMMARY:moved"),
            _event("UID:1", "DTSTART;TZID=Europe/Berlin:20260710T090000", "RRULE:FREQ=WEEKLY", "SUMMARY:series"),
        )
    ).events
    (exception,) = event.exceptions
    assert (event.title, event.rrule, exception.title) == ("series", "FREQ=WEEKLY", "moved")
    assert (exception.original_start, getattr(exception.original_start, "tzinfo", None)) == (
        datetime(2026, 7, 17, 9, tzinfo=BERLIN),
        BERLIN,
    )


def test_orphan_exception_stands_alone() -> None:
    event = _only("RECURRENCE-ID:20260717T070000Z", "DTSTART:20260717T120000Z")
    assert (event.original_start, event.exceptions) == (datetime(2026, 7, 17, 7, tzinfo=UTC), ())


def test_older_version_of_an_event_stands_aside() -> None:
    calendar = read_calendar(
        _calendar(
            _event("UID:1", "SEQUENCE:2", "DTSTART:20260717T120000Z", "SUMMARY:new"),
            _event("UID:1", "SEQUENCE:1", "DTSTART:20260717T100000Z", "SUMMARY:old"),
        )
    )
    assert [event.title for event in calendar.events] == ["new"]
    assert [reason for reason, _ in calendar.unreadable] == ["a newer version of this event is in the same file"]


def test_bad_event_stands_aside_and_can_be_read_alone() -> None:
    calendar = read_calendar(
        _calendar(
            _event("UID:1", "DTSTART:20260717T120000Z"),
            _event("UID:2", "DTSTART:tomorrow"),
            "BEGIN:VEVENT",
            "UID:3",
            "DTSTART:20260717T130000Z",
        )
    )
    assert [event.uid for event in calendar.events] == ["1"]
    assert [reason for reason, _ in calendar.unreadable] == [
        'its start "tomorrow" is no time',
        "the file breaks off in the middle of this event",
    ]
    assert read_calendar(calendar.unreadable[0][1]).unreadable == calendar.unreadable[:1]


def test_rule_that_cannot_be_read_leaves_the_event() -> None:
    event = _only("DTSTART:20260717T120000Z", "RRULE:FREQ=DAILY;INTERVAL=0")
    assert (event.rrule, event.defects) == ("", ('the repetition rule has "0" as INTERVAL',))


def test_cancelling_method_cancels() -> None:
    assert _only("DTSTART:20260717T120000Z", before=("METHOD:CANCEL",)).status == "cancelled"


def test_event_without_uid_gets_the_same_one_each_time() -> None:
    raw = _calendar(_event("DTSTART:20260717T120000Z", "SUMMARY:x"))
    assert read_calendar(raw).events[0].uid == read_calendar(raw).events[0].uid != ""


def test_text_of_a_mail_part_is_read() -> None:
    assert read_calendar(_calendar("METHOD:REPLY", _event("UID:1", "DTSTART:20260717")).decode()).method == "REPLY"


def test_file_without_calendar_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_calendar(b"BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n")


_PIECES = [
    "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "UID", "BEGIN", "END", "VEVENT",
    "VTIMEZONE", "STANDARD", "TZOFFSETTO", "TZOFFSETFROM", "TZID", "VALARM", "PT1H", "P9999999999W", "FREQ=DAILY",
    "00010101", "20260101T000000", "99991231T235959Z", "+2400",
    "-0100", ":", ";", "=", ",", '"', "\\", "\r\n", "/", " ",
]  # fmt: skip


@settings(deadline=None)
@given(st.binary() | st.lists(st.sampled_from(_PIECES), max_size=60).map(lambda pieces: "".join(pieces).encode()))
def test_any_bytes_are_read_or_unreadable(raw: bytes) -> None:
    wrapped = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=x:20260101T000000\r\n" + raw + b"\r\nEND:VEVENT\r\n"
    for data in (raw, wrapped + b"END:VCALENDAR\r\n"):
        try:
            calendar = read_calendar(data)
        except Unreadable:
            continue
        for event in calendar.events:
            assert read_calendar(event.source).events == (event,)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="../shared/data/ical is not here")
@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.ics")), ids=lambda path: path.name)
def test_corpus_events_read_again_from_their_source(path: Path) -> None:
    try:
        calendar = read_calendar(path.read_bytes())
    except Unreadable:
        return
    starts = [(event.uid, event.original_start, event.start) for event in calendar.events]
    again = [each for event in calendar.events for each in read_calendar(event.source).events]
    assert [(event.uid, event.original_start, event.start) for event in again] == starts
