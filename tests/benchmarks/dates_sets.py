"""The two sets of ../shared/data/dates as expectations, and our readings written in their notations.

`duckling_en.json`: whole texts. A value is a point with a grain; an interval ends with the unit that its end names, so
"9:30 - 11:00" ends at 11:01. `recognizers_en.json`: texts in which expressions are marked. What can be past or future
is listed as both, under the same timex: the later one counts, because a calendar looks ahead. What can be before or
after noon is listed under two timexes: either counts. A range ends with the unit that its end names ("3 to 12 Sept":
on the 12th). Values that the set leaves open ("not resolved") are no expectation, but for recurrences, whose timex is
their value. Both leave the order of 3/4 as in the United States, and have their own hours for parts of a day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.chat.times.reading import readings, whole
from assistant.chat.times.values import Duration, Habits, Interval, Moment, Reading, Recurrence
from assistant.chat.times.wall import add, floor

FOLDER = Path("../shared/data/dates")
TYPES = ("date", "time", "datetime", "daterange", "timerange", "datetimerange", "duration", "set")

DUCKLING = Habits(
    "mdy",
    (
        ("morning", (0, 12)),
        ("afternoon", (12, 19)),
        ("evening", (18, 24)),
        ("night", (18, 24)),
        ("lunch", (12, 14)),
        ("after lunch", (13, 17)),
        ("after work", (17, 21)),
        ("after school", (15, 21)),
        ("early morning", (0, 9)),
        ("weekend", (-6, 48)),
    ),
    rolling=False,
)
RECOGNIZERS = Habits(
    "mdy",
    (
        ("morning", (8, 12)),
        ("early morning", (8, 10)),
        ("afternoon", (12, 16)),
        ("evening", (16, 20)),
        ("night", (20, 86399 / 3600)),
        ("night-time", (0, 8)),
        ("day-time", (8, 18)),
        ("breakfast", (8, 12)),
        ("lunch", (11, 13)),
        ("dinner", (16, 20)),
    ),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One expression: the text it stands in, where, when it was written, its type, and the values that count, as
    tuples of what is written. `part`: "read" or "held_out", by a hash of the text."""

    text: str
    start: int
    end: int
    now: datetime
    type: str
    values: frozenset[tuple[str, ...]]
    part: str
    grain: str = ""


def part_of(text: str) -> str:
    """40 % of all texts were read while the grammar was written, the others never."""
    return "read" if int(hashlib.sha256(text.encode()).hexdigest(), 16) % 100 < 40 else "held_out"


def duckling() -> list[Expected]:
    held = json.loads((FOLDER / "duckling_en.json").read_text("utf-8"))
    now = datetime.fromisoformat(held["reference"])
    return [_point(item, now) for item in held["items"]]


def _point(item: dict[str, str], now: datetime) -> Expected:
    text, grain = item["input"], item["grain"]
    value = (item["value"],) if "value" in item else (item["start"], item["end"])
    kind = "interval" if len(value) == 2 else "time" if grain in ("second", "minute", "hour") else "date"
    return Expected(text, 0, len(text), now, kind, frozenset([value]), part_of(text), grain)


def recognizers() -> list[Expected]:
    items = json.loads((FOLDER / "recognizers_en.json").read_text("utf-8"))
    return [expected for item in items if item["reference"] for expected in _marked(item)]


def without_any() -> list[tuple[str, datetime]]:
    """The texts of recognizers_en.json in which nothing is marked."""
    items = json.loads((FOLDER / "recognizers_en.json").read_text("utf-8"))
    return [(item["input"], _aware(item["reference"])) for item in items if item["reference"] and not item["results"]]


def _aware(reference: str) -> datetime:
    return datetime.fromisoformat(reference).replace(tzinfo=UTC)


def _marked(item: dict[str, Any]) -> Iterator[Expected]:
    for result in item["results"]:
        kind = (result.get("TypeName") or result["Typename"]).rpartition(".")[2]
        values = (result.get("Resolution") or {}).get("values") or []
        latest = {value.get("timex", ""): value for value in values}
        written = frozenset(_written(kind, value) for value in latest.values() if _resolved(kind, value))
        if kind in TYPES and written:
            text = item["input"]
            yield Expected(
                text, result["Start"], result["End"] + 1, _aware(item["reference"]), kind, written, part_of(text)
            )


def _resolved(kind: str, value: dict[str, str]) -> bool:
    return kind == "set" or value.get("value") != "not resolved"


def _written(kind: str, value: dict[str, str]) -> tuple[str, ...]:
    if kind == "set":
        return (value["timex"],)
    return (value["value"],) if "value" in value else (value.get("start", ""), value.get("end", ""))


def ours(expected: Expected, habits: Habits) -> tuple[tuple[str, ...] | None, bool]:
    """What ours reads, in the notation of the set, and whether it asks."""
    if expected.grain:
        found = whole(expected.text, expected.now, habits)
    else:
        near = [one for one in readings(expected.text, expected.now, habits) if _overlap(one, expected) > 0]
        found = max(near, key=lambda one: _overlap(one, expected), default=None)
    if found is None:
        return None, False
    if found.alternatives:
        return None, True
    return (in_duckling(found, expected) if expected.grain else in_recognizers(found, expected)), False


def _overlap(found: Reading, expected: Expected) -> int:
    return min(found.end, expected.end) - max(found.start, expected.start)


def in_duckling(found: Reading, expected: Expected) -> tuple[str, ...] | None:
    """A point is floored to its grain; a range of one whole unit is a point."""

    def wall(at: datetime) -> datetime:
        return at.astimezone(expected.now.tzinfo).replace(tzinfo=None)

    value = found.value
    if isinstance(value, Moment):
        return (floor(wall(value.at), value.grain).isoformat(),)
    if not isinstance(value, Interval) or value.start is None or value.end is None:
        return None
    start, end = wall(value.start), wall(value.end)
    if expected.type != "interval":
        return (start.isoformat(),) if end == add(start, value.grain, 1) else None
    if value.last and value.start != expected.now:  # "by 2pm" goes from now until then
        end = add(floor(wall(value.last), value.grain), value.grain, 1)
    return start.isoformat(), end.isoformat()


def in_recognizers(found: Reading, expected: Expected) -> tuple[str, ...] | None:
    value, kind = found.value, expected.type
    if kind == "set":
        return (timex(value),) if isinstance(value, Recurrence) else None
    if kind == "duration":
        return (f"{value.seconds:.0f}",) if isinstance(value, Duration) else None
    form = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%d %H:%M:%S"}[kind.removesuffix("range")]
    if not kind.endswith("range"):
        return (value.at.strftime(form),) if isinstance(value, Moment) and found.kind == kind else None
    if not isinstance(value, Interval):
        return None
    start, end = value.first or value.start, value.last or value.end
    if start == expected.now and end and all(not each[0] for each in expected.values if len(each) == 2):
        start = None  # "by Friday": the set says only until when
    return start.strftime(form) if start else "", end.strftime(form) if end else ""


_ANY_YEAR = "X" * 4  # as the set writes it
_ANY_WEEK = f"{_ANY_YEAR}-WXX-"
_UNITS = {
    "second": "PT{}S",
    "minute": "PT{}M",
    "hour": "PT{}H",
    "day": "P{}D",
    "week": "P{}W",
    "weekend": "P{}WE",
    "month": "P{}M",
    "year": "P{}Y",
    "decade": "P{}0Y",
}
_PARTS = {"morning": "TMO", "afternoon": "TAF", "evening": "TEV", "night": "TNI"}


def timex(value: Recurrence) -> str:
    """A recurrence in the set's notation: every day at 19:13 is T19:13."""
    at = ""
    if value.at:
        at = value.at.strftime("T%H:%M:%S" if value.at.second else "T%H:%M" if value.at.minute else "T%H")
    at = at or _PARTS.get(value.part or "", "")
    if len(value.weekdays) == 5 and value.interval == 1:
        return f"{_ANY_WEEK}1-5{at}"
    if value.weekdays:
        return f"{_ANY_WEEK}{value.weekdays[0] + 1}{at}"
    if value.month and value.month_day:
        return f"{_ANY_YEAR}-{value.month:02}-{value.month_day:02}{at}"
    if value.unit == "quarter":
        return f"P{3 * value.interval}M"
    if at and value.unit == "day" and value.interval == 1:
        return at
    return _UNITS.get(value.unit, "{}").format(value.interval) + at
