"""The repetition rules of libical's own test list, against the instances that list gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from calendar_sync.event import Event
from calendar_sync.recurrence import occurrences

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "ical"
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
