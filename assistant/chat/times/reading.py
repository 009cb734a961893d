"""What stands in a text: dates, times, ranges, durations and recurrences, with their exact values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from assistant.chat.times.clock import Clock
from assistant.chat.times.day import Day, today
from assistant.chat.times.joint import Joint, joint, placed
from assistant.chat.times.lengths import length, whole_unit
from assistant.chat.times.lexicon import lexicon
from assistant.chat.times.recurring import recurrence
from assistant.chat.times.scan import Found, Scan, scanned
from assistant.chat.times.spans import Stretch, span
from assistant.chat.times.values import Habits, Interval, Kind, Moment, Reading, Value

_LONGEST = 20_000  # characters; a mail is longer only where it quotes, and what is read is what was written
_LEADS = (
    "from",
    "between",
    "within",
    "in",
    "before",
    "by",
    "after",
    "since",
    "every",
    "about",
    "day_lead",
    "every_day",
)

Meaning = tuple[Kind, Value, tuple[Value, ...], bool]  # the last: whether it is one only where something else says so


def readings(text: str, now: datetime, habits: Habits | None = None) -> list[Reading]:
    """All expressions in the first 20,000 characters, in their order; `now` is aware, in the user's zone."""
    scan = scanned(text[:_LONGEST], lexicon(), now, habits or Habits())
    return list(_found(scan))


def whole(text: str, now: datetime, habits: Habits | None = None) -> Reading | None:
    """The reading of a text that is nothing but one expression; "3" and "the 4th" are enough here."""
    scan = scanned(text[:_LONGEST], lexicon(), now, habits or Habits())
    last = len(scan.tokens)
    while last and scan.word(last - 1) in (".", ",", "!", "?", ";", ")"):
        last -= 1
    first = 0
    while first < last and scan.word(first) in ("(", "on", "for", "the", ",", "=", "-"):
        first += 1
    for start in dict.fromkeys((0, first)):
        best = _best(scan, start, weak=True)
        if best and best[1] >= last:
            return _reading(scan, start, best)
    return None


def _found(scan: Scan) -> Iterator[Reading]:
    index = 0
    while index < len(scan.tokens):
        best = _best(scan, index) if _may_begin(scan, index) else None
        if best:
            yield _reading(scan, index, best)
        index = best[1] if best else index + 1


def _reading(scan: Scan, index: int, best: tuple[Meaning, int]) -> Reading:
    (kind, value, other, _), end = best
    shift = kind in ("date", "datetime") and scan.phrase(end - 1, "shifting") is not None
    return Reading(scan.tokens[index].start, scan.tokens[end - 1].end, kind, value, other, shift)


def _may_begin(scan: Scan, index: int) -> bool:
    if scan.glued(index) and (scan.word(index - 1).isalnum() or scan.word(index - 1) in "$€£#_"):
        return False
    word = scan.word(index)
    return word.isdecimal() or word in scan.words.starts or any(scan.phrase(index, table) for table in _LEADS)


def _best(scan: Scan, index: int, weak: bool = False) -> Found[Meaning]:
    """The longest expression here; of those as long, the first kind that reads it."""
    best: Found[Meaning] = None
    rules = (_recurrence, _joint, _span, _length) if scan.word(index) != "for" else (_span, _length, _joint)
    for rule in rules:
        try:
            found = rule(scan, index)
        except (OverflowError, ValueError):  # outside of the years 1 to 9999, or no such day
            continue
        if found and (weak or not found[0][3]) and (best is None or found[1] > best[1]):
            best = found
    return best


def _recurrence(scan: Scan, index: int) -> Found[Meaning]:
    found = recurrence(scan, index)
    return (("recurrence", found[0], (), False), found[1]) if found else None


def _length(scan: Scan, index: int) -> Found[Meaning]:
    start = scan.skip(index + 1 if scan.word(index) == "for" else index, "about")
    found = length(scan, start) or whole_unit(scan, start)
    if found is None:
        return None
    counted = scan.word(start - 1) in ("once", "twice", "times") and start == index  # "twice a week"
    counted = counted or scan.word(found[1] - 1) == "m"  # "5m" may be metres or millions
    indefinite = counted or scan.word(start) in ("the", "some", "second") or found[0].amounts == (("second", 1.0),)
    return ("duration", found[0], (), indefinite), found[1]


def _span(scan: Scan, index: int) -> Found[Meaning]:
    found = span(scan, index)
    if found is None:
        return None
    other = (_interval(scan, found[0].other),) if found[0].other else ()
    return ("range", _interval(scan, found[0]), other, False), found[1]


def _interval(scan: Scan, found: Stretch) -> Interval:
    start, end, first, last = (
        aware(scan, at, found.zone) if at else None for at in (found.start, found.end, found.first, found.last)
    )
    if start and end and start > end:
        if start != scan.moment:
            raise ValueError("the end lies before the start")
        start = None  # "by" a day that is over
    return Interval(start, end, found.grain, first, last)


def aware(scan: Scan, at: datetime, zone: timezone | None = None) -> datetime:
    """Wall time as a moment; what the clocks skip is read as the same time after the change."""
    moment = at.replace(tzinfo=zone or scan.moment.tzinfo)
    return moment.astimezone(UTC).astimezone(moment.tzinfo)


def _joint(scan: Scan, index: int) -> Found[Meaning]:
    ending = scan.phrase(index, "end_of_day") or scan.phrase(scan.skip(index, "lead"), "end_of_day")
    longer = joint(scan, index)
    if ending and not (longer and longer[1] > ending[1]):
        at = aware(scan, today(scan) + timedelta(days=1, seconds=-1))
        return ("datetime", Moment(at, "second"), (), False), ending[1]
    found = joint(scan, index)
    if found is None:
        return None
    one, end = found
    where = placed(scan, one)
    other = tuple(_day_value(scan, each) for each in one.day.other) if one.day and not one.clock else ()
    if one.day and one.clock and one.day.other:
        other = tuple(_moment(scan, one, each) for each in one.day.other)
    if where.until:
        last = where.until if one.hours else None
        value: Value = _interval(scan, Stretch(where.start, where.until, where.grain, last=last, zone=where.zone))
        return ("range", value, other, one.weak), end
    if one.clock:
        kind: Kind = "datetime" if one.day or (one.part and one.part.day) else "time"
        return (kind, Moment(aware(scan, where.start, where.zone), where.grain), other, one.weak), end
    if one.day is None:
        return None
    return (_day_kind(one.day), _day_value(scan, one.day), other, one.weak), end


def _day_kind(day: Day) -> Kind:
    if day.timed:
        return "datetime"
    return "date" if day.single else "range"


def _day_value(scan: Scan, day: Day) -> Value:
    if day.single or day.timed:
        return Moment(aware(scan, day.start), day.grain)
    return _interval(scan, Stretch(day.start, day.end, day.grain))


def _moment(scan: Scan, one: Joint, day: Day) -> Value:
    clock: Clock | None = one.clock
    where = placed(scan, Joint(day, one.part, clock, one.hours, one.said))
    return Moment(aware(scan, where.start, where.zone), where.grain)
