"""Events for property tests: single and recurring, timed and all-day, with exceptions that differ in anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from calendar_sync.event import Attendee, Event
from calendar_sync.recurrence import occurrences
from mail_sync.message import Address

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
RULES = (
    "FREQ=DAILY;COUNT=10",
    "FREQ=WEEKLY;COUNT=8",
    "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9",
    "FREQ=MONTHLY;COUNT=5",
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=DAILY;UNTIL=20260420T235959Z",
)
RESPONSES = ("none", "accepted", "tentative", "declined")
WORDS = st.text("abc äé東\n,;\\\"'^:", max_size=12)
LINE = WORDS.map(lambda text: " ".join(text.split()))
ADDRESSES = st.builds(
    Address, st.sampled_from([f"{name}@{host}.example" for name in "abcdef" for host in ("alpine", "fabrikam")]), LINE
)


def _placed(wall: datetime, zone: str) -> datetime:
    """A wall time that the clocks of the zone show, the first where they show it twice."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(fold=0)


WALLS = st.builds(
    lambda day, quarter: datetime(2026, 1, 1) + timedelta(days=day, minutes=15 * quarter),  # noqa: DTZ001
    st.integers(0, 330),
    st.integers(0, 95),
)


@st.composite
def people(draw: st.DrawFn) -> tuple[Attendee, ...]:
    """Attendees with different addresses, by role as the store keeps them."""
    found = draw(st.lists(ADDRESSES, max_size=3, unique_by=lambda each: each.email))
    roles = draw(st.lists(st.sampled_from(["required", "optional", "resource"]), min_size=3, max_size=3))
    chosen = [Attendee(each, role, draw(st.sampled_from(RESPONSES))) for each, role in zip(found, roles, strict=False)]
    return tuple(sorted(chosen, key=lambda each: ["required", "optional", "resource"].index(each.role)))


@st.composite
def single_events(draw: st.DrawFn) -> Event:
    zone = draw(st.sampled_from(ZONES))
    wall, all_day = draw(WALLS), draw(st.booleans())
    start: datetime | date = wall.date() if all_day else _placed(wall, zone)
    length = timedelta(days=draw(st.integers(1, 3))) if all_day else timedelta(minutes=15 * draw(st.integers(0, 12)))
    end: datetime | date = start + length
    if isinstance(start, datetime) and isinstance(end, datetime):
        end = max(_placed(end.replace(tzinfo=None), zone), start)
    return Event(
        uid=draw(st.sampled_from(["u1@alpine.example", "u2"])),
        title=draw(LINE),
        start=start,
        end=end,
        all_day=all_day,
        timezone=zone,
        timezone_source=draw(st.sampled_from(["", "Customized Time Zone"])),
        location=draw(LINE),
        description=draw(WORDS).strip(),
        organizer=draw(st.none() | ADDRESSES),
        attendees=draw(people()),
        status=draw(st.sampled_from(["confirmed", "tentative", "cancelled"])),
        busy=draw(st.sampled_from(["free", "tentative", "busy", "away", "elsewhere"])),
        sensitivity=draw(st.sampled_from(["normal", "personal", "private", "confidential"])),
        importance=draw(st.sampled_from(["low", "normal", "high"])),
        categories=tuple(draw(st.lists(st.sampled_from(["Blue", "Red, dark", "東"]), max_size=2, unique=True))),
        sequence=draw(st.integers(0, 5)),
        modified_at=draw(st.none() | st.just(datetime(2026, 1, 5, 8, 30, tzinfo=UTC))),
        reminder_minutes=draw(st.none() | st.integers(0, 3000)),
        my_response=draw(st.sampled_from(["", "organizer", *RESPONSES])),
    )


@st.composite
def series(draw: st.DrawFn) -> Event:
    """A series with excluded days and exceptions at starts that it really has."""
    master = replace(draw(single_events()), rrule=draw(st.sampled_from(RULES)), status="confirmed")
    if master.all_day:
        master = replace(master, rrule=master.rrule.replace("T235959Z", ""))
    window = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
    starts = [each.original_start for each in occurrences(master, *window, limit=8)]
    touched = draw(st.lists(st.sampled_from(starts), max_size=3, unique=True)) if starts else []
    zone = ZoneInfo(master.timezone)
    touched = [each.astimezone(zone) if isinstance(each, datetime) else each for each in touched]
    cut = draw(st.integers(0, len(touched)))
    exceptions = tuple(_exception(draw, master, start) for start in sorted(touched[cut:], key=str))
    return replace(master, exdates=tuple(sorted(touched[:cut], key=str)), exceptions=exceptions)


def _exception(draw: st.DrawFn, master: Event, original: datetime | date) -> Event:
    changed = draw(single_events())
    moved = timedelta(days=draw(st.integers(0, 1)))
    start = original + moved
    length = timedelta(days=1) if master.all_day else timedelta(minutes=30)
    other = changed if draw(st.booleans()) else replace(master, title=changed.title)
    return replace(
        other,
        uid=master.uid,
        rrule="",
        exdates=(),
        exceptions=(),
        all_day=master.all_day,
        timezone=master.timezone,
        original_start=original,
        start=start,
        end=start + length,
    )


def events() -> st.SearchStrategy[Event]:
    return single_events() | series()
