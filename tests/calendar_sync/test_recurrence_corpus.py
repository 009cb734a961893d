"""Rules and series nobody here wrote, against libical's own list of instances and recurring-ical-events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events

from calendar_sync.event import Event
from calendar_sync.ics import read_calendar
from calendar_sync.recurrence import occurrences
from mail_sync.errors import Unreadable

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "ical"
SPAN = (datetime(1995, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
RULES = CORPUS / "libical" / "icalrecur_first_half.txt"


def _cases() -> list[dict[str, str]]:
    if not RULES.exists():
        return []
    blocks = RULES.read_text(encoding="utf-8").split("\n\n")
    cases = [dict(line.split(":", 1) for line in block.splitlines() if line[:1] not in ("", "#")) for block in blocks]
    return [case for case in cases if "RRULE" in case]


def _time(text: str) -> datetime | date:
    if "T" in text:
        return datetime.strptime(text.strip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return date.fromisoformat(text)


@pytest.mark.corpus
@pytest.mark.skipif(not RULES.exists(), reason="../shared/data/ical/libical is not here")
@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case['RRULE']} from {case['DTSTART']}")
def test_occurrences_of_libical_rules_are_its_instances(case: dict[str, str]) -> None:
    first = _time(case["DTSTART"])
    all_day = not isinstance(first, datetime)
    event = Event("1", "", first, first + timedelta(days=1) if all_day else first, all_day=all_day, rrule=case["RRULE"])
    since = _time(case.get("START-AT", "19000101T000000"))
    assert isinstance(since, datetime)
    found = occurrences(event, since, datetime(2100, 1, 1, tzinfo=UTC), limit=5_000)
    wanted = [_time(text) for text in case["INSTANCES"].split(",")]
    assert [each.start for each in found] == [
        start for start in wanted if not isinstance(start, datetime) or start >= since
    ]


def _instant(value: datetime | date) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def _comparable(event: Event) -> bool:
    """Whether both readers mean the same by this series. recurring-ical-events adds a first occurrence that the rule
    does not hit, keeps the lengths of RDATE periods and days without length, and moves dates by X-WR-TIMEZONE."""
    first = occurrences(replace(event, exdates=(), exceptions=()), *SPAN, limit=1)
    hits = [_instant(each.start) for each in first] == [_instant(event.start)]
    length = event.source.count(b"DTEND") and b"X-WR-TIMEZONE" not in event.source
    return bool(event.rrule and length) and hits and not event.defects and not event.rdates


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="../shared/data/ical is not here")
@pytest.mark.filterwarnings("ignore")
def test_occurrences_of_real_series_are_those_of_recurring_ical_events() -> None:
    compared = 0
    for path in sorted(CORPUS.rglob("*.ics")):
        if path.stat().st_size > 100_000:
            continue
        try:
            events = read_calendar(path.read_bytes()).events
        except Unreadable:
            continue
        for event in filter(_comparable, events):
            try:
                reference = recurring_ical_events.of(icalendar.Calendar.from_ical(event.source)).between(*SPAN)
            except (ValueError, KeyError):  # the reference cannot read it
                continue
            found = occurrences(event, *SPAN, limit=100_000)
            starts = sorted(_instant(each["DTSTART"].dt) for each in reference)
            assert sorted(_instant(each.start) for each in found) == starts, path.name
            if not event.all_day:
                ends = sorted(_instant(each["DTEND"].dt) for each in reference)
                assert sorted(_instant(each.end) for each in found) == ends, path.name
            compared += 1
    assert compared > 100
