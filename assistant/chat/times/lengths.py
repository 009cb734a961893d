"""How long: "half an hour", "2.5 hrs", "an hour and a half", "two weeks and 3 days", "1h30"."""

from __future__ import annotations

import re

from assistant.chat.times.numbers import cardinal, digits
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import NOMINAL_SECONDS, Duration, Grain

_DECIMAL = re.compile(r"(\d{1,6})[.,](\d{1,6})(?![\d.,])")
_MARKS: dict[str, Grain] = {"'": "minute", '"': "second", "′": "minute", "″": "second"}


def unit(scan: Scan, index: int) -> Found[tuple[Grain, int]]:
    """A unit, and how many of it the word means: a fortnight is two weeks."""
    several = scan.phrase(index, "weeks_of_units")
    if several:
        count, name = several[0].split()
        return (name, int(count)), several[1]  # type: ignore[return-value]
    found = scan.phrase(index, "units")
    return ((found[0], 1), scan.abbreviated(found[1])) if found else None  # type: ignore[return-value]


def amount(scan: Scan, index: int) -> Found[float]:
    """A number before a unit: "3", "2.5", "two and a half", "half an", "1/4", "a couple of", "a"."""
    fraction = scan.phrase(index, "fractions")
    if fraction and unit(scan, fraction[1]):
        return float(fraction[0]), fraction[1]
    decimal = _DECIMAL.match(scan.text, scan.tokens[index].start) if scan.word(index).isdecimal() else None
    if decimal:
        return float(f"{decimal[1]}.{decimal[2]}"), index + 3
    found = scan.phrase(index, "amounts")
    if found and float(found[0]) >= 100:
        return float(found[0]), found[1]
    number = digits(scan, index, 9) or cardinal(scan, index)
    if number:
        value, end = float(number[0]), number[1]
        half = scan.phrase(scan.skip(end, "and"), "fractions")
        if half and (unit(scan, half[1]) or scan.word(half[1]) == "of"):
            return value + float(half[0]), half[1]
        return value, end
    return (float(found[0]), found[1]) if found else None


@remembered
def length(scan: Scan, index: int) -> Found[Duration]:
    """One or more amounts of units, each smaller than the one before."""
    first = _one(scan, index)
    if first is None:
        return None
    amounts, end = [first[0]], first[1]
    while more := _one(scan, _joined(scan, end)):
        if NOMINAL_SECONDS[more[0][0]] >= NOMINAL_SECONDS[amounts[-1][0]]:
            break
        amounts.append(more[0])
        end = more[1]
    return Duration(tuple(amounts)), end


def _joined(scan: Scan, end: int) -> int:
    return scan.skip(end + 1 if scan.word(end) == "," else end, "and")


def _one(scan: Scan, index: int) -> Found[tuple[Grain, float]]:
    found = amount(scan, index)
    if found is None:
        return None
    value, end = found
    if scan.word(end) in _MARKS and scan.word(index).isdecimal():
        return (_MARKS[scan.word(end)], value), end + 1
    if scan.word(end) == "\\" and scan.word(end + 1) in _MARKS:
        return (_MARKS[scan.word(end + 1)], value), end + 2
    named = unit(scan, scan.skip(end, "more")) or unit(scan, end) or _sign(scan, index, end)
    if named is None:
        return None
    (name, count), end = named
    return (name, value * count + _half_more(scan, end, name)[0]), _half_more(scan, end, name)[1]


def _sign(scan: Scan, index: int, end: int) -> Found[tuple[Grain, int]]:
    """ "3d", "2w"."""
    found = scan.phrase(end, "glued_units") if scan.word(index).isdecimal() and scan.glued(end) else None
    return ((found[0], 1), found[1]) if found else None  # type: ignore[return-value]


def _half_more(scan: Scan, end: int, name: Grain) -> tuple[float, int]:
    """ "an hour and a half", "1h30": what is added to the amount, in its own unit."""
    after = scan.skip(end, "and")
    half = scan.phrase(after, "fractions") if after > end else None
    if half and not unit(scan, half[1]):
        return float(half[0]), half[1]
    minutes = scan.word(end)
    if name == "hour" and minutes.isdecimal() and len(minutes) == 2:
        marked = scan.word(end + 1) == "m" and scan.glued(end + 1)
        if scan.glued(end) or marked:
            return int(minutes) / 60, end + 1 + marked
    return 0.0, end


def whole_unit(scan: Scan, index: int) -> Found[Duration]:
    """ "all week", "the whole month"."""
    lead = scan.phrase(index, "all")
    named = unit(scan, lead[1]) if lead else None
    return (Duration(((named[0][0], float(named[0][1])),)), named[1]) if named else None
