"""Times of day: "3pm", "15:30", "half past two", "ten thirty", "noon", "3ish", "8:00 GMT"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time

from assistant.chat.times.numbers import cardinal
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import Grain

_COLON = re.compile(r"(\d{1,2})\s?:\s?(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?!\d)(?:\s?h\b)?")
_H = re.compile(r"(\d{1,2})\s?h\s?(\d{2})?(?![^\W_])")
_DOT = re.compile(r"(\d{1,2})\.(\d{2})(?!\d|\.\d)")
_SOLID = re.compile(r"(\d{1,2})(\d{2})(?!\d)")
_HALF = re.compile(r"\s?(?:in the\s)?([ap])\s?\.?\s?m\b(?:\s?\.)?|([ap])\b")
_OFFSET = re.compile(r"\s?([+-])(\d{2}):?([0-5]\d)(?!\d)")
_BOTH = re.compile(r"\s?ampm\b|\s?am\s?/\s?pm\b")


@dataclass(frozen=True, slots=True)
class Clock:
    """`half`: whether the hour is as on a 24-hour clock; if not, 1 to 12 may be before or after noon. `weak`: only a
    number, which is a time where something else says so. `zone`: hours east of Greenwich."""

    hour: int
    minute: int = 0
    second: int = 0
    grain: Grain = "hour"
    sure: bool = False
    weak: bool = False
    zone: float | None = None

    def of_day(self, afternoon: bool) -> Clock:
        """On a 24-hour clock, given the half of the day."""
        if self.sure or self.hour > 12:
            return replace(self, sure=True)
        return replace(self, hour=self.hour % 12 + (12 if afternoon else 0), sure=True)

    def guessed(self) -> Clock:
        """In the hours in which people work: 7 to 12 as said, 1 to 6 after noon."""
        return self.of_day(not 7 <= self.hour <= 11)

    @property
    def time(self) -> time:
        return time(self.hour % 24, self.minute, self.second)

    @property
    def seconds(self) -> int:
        return self.hour * 3600 + self.minute * 60 + self.second


@remembered
def clock(scan: Scan, index: int) -> Found[Clock]:
    """A time of day with its half of day and its zone, where they are said."""
    lead = scan.skip(index, "about") if not scan.word(index).isdecimal() else index
    found = _past_or_to(scan, lead) or _named(scan, lead) or _numeric(scan, lead) or _spoken(scan, lead)
    if found is None:
        return None
    value, end = found
    ish = scan.skip(end, "ish")
    if not value.sure or scan.word(lead).isdecimal():  # "08:30 PM" too
        value, end = _half_of_day(scan, value, ish)
    end = _approximate(scan, end)
    after = scan.skip(end, "oclock")
    if after > end:
        value, end = _half_of_day(scan, replace(value, weak=False), after)
    elif lead > index and scan.word(index) not in ("in",):
        value = value if not value.weak else replace(value, weak=True)
    if ish > 0 and "ish" in (scan.word(ish - 1), scan.word(end - 1)):
        value = replace(value, weak=False)
    return _zone(scan, value, end)


def _approximate(scan: Scan, end: int) -> int:
    return scan.skip(scan.skip(end, "ish"), "sharp")


def _zone(scan: Scan, value: Clock, end: int) -> Found[Clock]:
    if value.grain == "second" and (shift := _OFFSET.match(scan.text, scan.tokens[end - 1].end)):  # as in ISO 8601
        zone = int(shift[2]) + int(shift[3]) / 60
        if zone <= 14:
            return replace(value, zone=zone if shift[1] == "+" else -zone), _after(scan, end, shift.end())
    after = end + 1 if scan.word(end) == "(" else end
    found = scan.phrase(after, "zones")
    if found is None or (scan.word(after) == "z" and not scan.glued(after)):
        return value, end
    if value.weak and (len(scan.word(after)) < 3 or scan.word(after) in ("art", "west", "eastern")):
        return value, end  # words that are others too
    zone, stop = _shifted_zone(scan, float(found[0]), found[1])
    close = stop + 1 if after > end and scan.word(stop) == ")" else stop
    return replace(value, zone=zone, weak=False), close


def _shifted_zone(scan: Scan, zone: float, end: int) -> tuple[float, int]:
    """ "UTC+2", "GMT -3"."""
    sign, hours = scan.word(end), scan.word(end + 1)
    if zone or sign not in ("+", "-") or not hours.isdecimal() or int(hours) > 14 or not scan.glued(end + 1):
        return zone, end
    return (int(hours) if sign == "+" else -int(hours)), end + 2


def _valid(hour: int, minute: int, second: int = 0) -> bool:
    return (hour < 24 or (hour == 24 and minute == second == 0)) and minute < 60 and second < 60


def _after(scan: Scan, index: int, place: int) -> int:
    """The index of the first token at or after a place in the text."""
    while index < len(scan.tokens) and scan.tokens[index].start < place:
        index += 1
    return index


def _numeric(scan: Scan, index: int) -> Found[Clock]:
    word = scan.word(index)
    if len(word) == 6 and word.isdecimal() and scan.word(index - 1) == "t" and scan.glued(index):
        hour, minute, second = int(word[:2]), int(word[2:4]), int(word[4:])  # ISO 8601 without colons
        return (Clock(hour, minute, second, "second", True), index + 1) if _valid(hour, minute, second) else None
    if not word.isdecimal() or len(word) > 4:
        return None
    start = scan.tokens[index].start
    if match := _COLON.match(scan.text, start):
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        if _valid(hour, minute, second):
            grain: Grain = "second" if match[3] else "minute"
            sure = hour > 12 or hour == 0 or match[1].startswith("0")
            return Clock(hour, minute, second, grain, sure), _after(scan, index, match.end())
        return None
    if (match := _H.match(scan.text, start)) and _valid(int(match[1]), int(match[2] or 0)):
        grain = "minute"
        weak = int(match[1]) < (7 if match[2] else 13)  # "3h" and "1h30" are durations too
        value = Clock(int(match[1]), int(match[2] or 0), 0, grain, sure=True, weak=weak)
        return value, _after(scan, index, match.end())
    return _dotted(scan, index, start) or _solid(scan, index, start) or _bare(scan, index)


def _dotted(scan: Scan, index: int, start: int) -> Found[Clock]:
    """ "14.30", "8.30pm": a time where something else says so, or where a half of the day follows."""
    match = _DOT.match(scan.text, start)
    if match is None or not _valid(int(match[1]), int(match[2])):
        return None
    hour = int(match[1])
    weak = not _HALF.match(scan.text, match.end())
    sure = hour > 12 or match[1].startswith("0")
    return Clock(hour, int(match[2]), 0, "minute", sure, weak), _after(scan, index, match.end())


def _solid(scan: Scan, index: int, start: int) -> Found[Clock]:
    """ "1030", "0930", "830am"."""
    word = scan.word(index)
    match = _SOLID.match(scan.text, start)
    if match is None or len(word) < 3 or not _valid(int(match[1]), int(match[2])) or int(match[1]) == 24:
        return None
    hour = int(match[1])
    weak = not _HALF.match(scan.text, match.end())
    if weak and 1900 <= int(word) < 2100 and scan.word(index - 1) not in ("at", "@"):
        return None  # a year
    sure = hour > 12 or hour == 0
    return Clock(hour, int(match[2]), 0, "minute", sure, weak), index + 1


def _bare(scan: Scan, index: int) -> Found[Clock]:
    word = scan.word(index)
    if len(word) > 2 or int(word) > 24:
        return None
    second, third = scan.word(index + 1), scan.word(index + 2)
    if second in ("%", "$", "€", "/") or (second == "." and third.isdecimal()):
        return None
    spaced = len(second) == 2 and second.isdecimal() and not scan.glued(index + 1)
    if spaced and 9 < int(second) < 60 and int(word) and not _goes_on(scan, index + 2):
        return Clock(int(word), int(second), 0, "minute", int(word) > 12, weak=True), index + 2  # "3 15"
    return Clock(int(word), sure=int(word) > 12 or word == "0", weak=True), index + 1


def _goes_on(scan: Scan, index: int) -> bool:
    """Whether a sign and more digits follow a number."""
    return scan.word(index) in ("/", "-", ":") or (scan.word(index) == "." and scan.word(index + 1).isdecimal())


def _spoken(scan: Scan, index: int) -> Found[Clock]:
    """ "nine", "ten thirty", "twelve oh three", "nine fifty nine", "threeish"."""
    if about := scan.phrase(index, "hours_about"):
        return Clock(int(about[0])), about[1]
    found = cardinal(scan, index)
    if found is None or not 1 <= found[0] <= 12 or scan.word(index).isdecimal():
        return None
    hour, end = found
    after = end + 1 if scan.word(end) == "-" else end
    low = scan.phrase(after, "oh")
    small = cardinal(scan, low[1] + 1 if low and scan.word(low[1]) == "-" else low[1]) if low else None
    if small and 0 < small[0] < 10:
        return Clock(hour, small[0], 0, "minute"), small[1]
    minutes = cardinal(scan, after)
    if minutes and 10 <= minutes[0] < 60 and not scan.word(after).isdecimal():
        end = minutes[1] + 1 if scan.word(minutes[1]) in ("minute", "minutes") else minutes[1]
        return Clock(hour, minutes[0], 0, "minute", weak=True), end
    return Clock(hour, weak=True), end


def _named(scan: Scan, index: int) -> Found[Clock]:
    index = index + 1 if scan.word(index) == "the" else index
    found = scan.phrase(index, "clock")
    return (Clock(int(found[0]), sure=True), found[1]) if found else None


def _half_of_day(scan: Scan, value: Clock, end: int) -> tuple[Clock, int]:
    """With "am", "p.m.", "in the AM", or a single letter that is glued to the number."""
    place = scan.tokens[end - 1].end
    if both := _BOTH.match(scan.text, place):
        return replace(value, weak=False), _after(scan, end, both.end())
    match = _HALF.match(scan.text, place)
    if match is None or not 1 <= value.hour <= 12:
        return value, end
    half = replace(value, sure=False).of_day((match[1] or match[2]) == "p")
    return replace(half, weak=False), _after(scan, end, match.end())


def _past_or_to(scan: Scan, index: int) -> Found[Clock]:
    """ "half past two", "a quarter to noon", "20 minutes past 3pm", "half three"."""
    minutes = _minutes(scan, index) if scan.word(index - 1) not in ("from", "between") else None
    if minutes is None:
        return None
    count, end = minutes
    past, to = scan.phrase(end, "past"), scan.phrase(end, "to_hour")
    if to and scan.word(end - 1).isdecimal() and (following := clock(scan, to[1])):
        first, last = count, (following[0].hour - 1) % 12 + 1
        if following[0].weak or (first <= 12 and (first % 5 or first < last)):
            return None  # "5 to 7", "3 to 4pm" go from one hour to another
    if past is None and to is None:
        british = clock(scan, end) if count == 30 and scan.phrase(index, "half") else None
        if british is None or not _whole(british):
            return None
        return replace(british[0], minute=30, grain="minute", weak=False), british[1]
    hour = clock(scan, (past or to or ("", 0))[1])
    if hour is None or not _whole(hour):
        return None
    value, end = hour
    if past:
        return replace(value, minute=count, grain="minute", weak=False), end
    before = (value.hour - 1) % 24 if value.sure else (value.hour - 2) % 12 + 1
    return replace(value, hour=before, minute=60 - count, grain="minute", weak=False), end


def _whole(found: Found[Clock]) -> bool:
    return bool(found and found[0].minute == 0 and found[0].second == 0)


def _minutes(scan: Scan, index: int) -> Found[int]:
    if half := scan.phrase(index, "half"):
        return 30, half[1]
    if quarter := scan.phrase(index, "quarter"):
        return 15, quarter[1]
    number = cardinal(scan, index)
    if number is None or not 1 <= number[0] < 60:
        return None
    if scan.word(number[1]) in ("minute", "minutes", "min", "mins"):
        return number[0], number[1] + 1
    return number if number[0] % 5 == 0 or scan.word(index).isdecimal() else None  # "nine to eleven" are hours
