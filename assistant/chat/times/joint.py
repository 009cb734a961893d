"""Day, part of day and time of day that stand together, in any order: "8am this morning", "Friday at 3", "tomorrow
between 2 and 4", "next Tuesday 3ish"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from assistant.chat.times import periods
from assistant.chat.times.clock import Clock, clock
from assistant.chat.times.day import Day, today
from assistant.chat.times.days import month_day, numeric, on_that_weekday
from assistant.chat.times.lengths import length
from assistant.chat.times.numbers import digits
from assistant.chat.times.offsets import day_or_offset, shifted
from assistant.chat.times.periods import relative
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import Duration, Grain
from assistant.chat.times.wall import floor, weekday_from

_AFTER_A_NUMBER = frozenset({"at", "on", "in", "and", "or", "for", "with", "to"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, in hours from its midnight; `day` where the words name it ("tonight")."""

    name: str
    start: float
    end: float
    day: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another, or for some time. `weak`: only numbers ("3-8")."""

    start: Clock
    end: Clock | Duration
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Joint:
    """What stands together; at least one of the four. `said`: a word before the time says that it is one ("at 3")."""

    day: Day | None = None
    part: Part | None = None
    clock: Clock | None = None
    hours: Hours | None = None
    said: bool = False

    @property
    def weak(self) -> bool:
        """Whether it is a date or time only where something else says so."""
        if self.hours:
            return self.hours.weak and not (self.day or self.part)
        if self.clock:
            return self.clock.weak and not self.said and not (self.part or (self.day and not self.day.weak))
        return bool(self.day and self.day.weak and not self.part)


@remembered
def part(scan: Scan, index: int) -> Found[Part]:
    """ "in the morning", "late tonight", "this afternoon", "last night", "early evening"."""
    start = scan.skip(index, "during")
    edge = scan.phrase(start, "edges") if not scan.phrase(start, "parts") else None
    at = scan.skip(edge[1], "during") if edge else start
    if edge and edge[0] == "rest":
        return None
    day: datetime | None = None
    found = scan.phrase(at, "tonight")
    if found:
        day = today(scan)
    else:
        lead = scan.phrase(at, "relative") if not scan.phrase(at, "parts") else None  # "last thing"
        if lead:
            day, at = today(scan) + timedelta(days=int(lead[0])), lead[1]
        found = scan.phrase(at, "parts") or (scan.phrase(at, "day_halves") if lead and lead[0] == "0" else None)
    if found is None:
        return None
    begin, end = periods.hours(scan, found[0])
    return _narrowed(Part(found[0], begin, end, day), edge[0] if edge else ""), found[1]


def _narrowed(whole: Part, edge: str) -> Part:
    """The first, the second, or the middle half of a part of the day."""
    middle, quarter = (whole.start + whole.end) / 2, (whole.end - whole.start) / 4
    if edge == "middle":
        return replace(whole, start=middle - quarter, end=middle + quarter)
    if edge in ("start", "earlier"):
        return replace(whole, end=middle)
    return replace(whole, start=middle) if edge in ("end", "later") else whole


@remembered
def clock_time(scan: Scan, index: int) -> Found[Clock]:
    """A time of day, with the part of the day after it that tells its half: "3 in the morning"."""
    found = clock(scan, index)
    if found is None or found[0].sure or found[0].hour == 0:
        return found
    after = part(scan, found[1]) if not length(scan, index) else None
    if after is None or after[0].day or scan.word(found[1]) in ("for", "over"):
        return found
    afternoon = after[0].name in scan.words.afternoon and not (after[0].name == "night" and found[0].hour < 6)
    return replace(found[0].of_day(afternoon), weak=False), after[1]


@remembered
def hours(scan: Scan, index: int) -> Found[Hours]:
    """ "from 9:30 to 11", "between 2 and 4", "3-4pm", "from 9 for 2.5 hours"."""
    lead = scan.phrase(index, "from") or scan.phrase(index, "between")
    at = scan.skip(lead[1], "at") if lead else scan.skip(index, "about")
    first = clock_time(scan, at)
    if first is None:
        return None
    end = first[1]
    link = scan.phrase(end, "to") or (scan.phrase(end, "and") if lead or not first[0].weak else None)
    if link is None:
        lasting = length(scan, end + 1) if scan.word(end) == "for" else None
        if lasting is None or (first[0].weak and lead is None and scan.word(at - 1) != "at"):
            return None
        return Hours(first[0], lasting[0]), lasting[1]
    if scan.word(end) == "and" and not scan.phrase(index, "between"):
        return None
    last = clock_time(scan, scan.skip(link[1], "at") if not scan.word(link[1]).isdecimal() else link[1])
    if last is None:
        return None
    weak = first[0].weak and last[0].weak and not lead and not scan.phrase(end, "till")
    return Hours(first[0], last[0], weak), last[1]


@remembered
def joint(scan: Scan, index: int) -> Found[Joint]:
    """All that stands together from here."""
    found, end = _grown(scan, Joint(), index)
    return (found, end) if found != Joint() else None


@remembered
def bound(scan: Scan, index: int) -> Found[Joint]:
    """All that stands together after a word like "before", where a number alone is an hour."""
    found = joint(scan, index)
    bare = clock_time(scan, index)
    if bare is None or not bare[0].weak or (found and found[1] >= bare[1]) or not _hour_ends(scan, index, *bare):
        return found
    return _grown(scan, Joint(clock=bare[0], said=True), bare[1])


def _hour_ends(scan: Scan, index: int, found: Clock, end: int) -> bool:
    """Whether what follows an hour cannot be what a number counts."""
    if length(scan, index) or (found.grain == "hour" and found.hour > 12):
        return False
    if after := scan.phrase(end, "after_an_hour"):
        return not scan.word(after[1]).isdecimal()
    if scan.phrase(end, "or_later") or scan.phrase(end, "latest"):
        return True
    return scan.word(end) in ("", ",", ".", ";", "!", "?", ")") and not scan.word(end + 1).isdecimal()


def _grown(scan: Scan, found: Joint, end: int) -> tuple[Joint, int]:
    """With every piece that goes on."""
    while after := _next(scan, found, end):
        found, end = after
    return found, end


def _next(scan: Scan, found: Joint, end: int) -> Found[Joint]:
    """The longest piece that goes on from here, directly or after words that join."""
    places = _places(scan, end) if found != Joint() else list(dict.fromkeys((end, scan.skip(end, "lead"))))
    best: Found[Joint] = None
    for at in places:
        said = (at > end and scan.word(at - 1) in ("at", "@")) or (end == at and scan.word(at) in ("at", "@"))
        for taken in _pieces(scan, found, at, said):
            if best is None or taken[1] > best[1]:
                best = taken
    return best


def _places(scan: Scan, end: int) -> list[int]:
    if scan.word(end) == "t" and scan.glued(end) and scan.glued(end + 1):
        return [end + 1]  # ISO 8601
    once = scan.skip(end, "join")
    twice = scan.skip(once, "join")
    return list(dict.fromkeys((end, once, twice)))


def _pieces(scan: Scan, found: Joint, at: int, said: bool) -> list[tuple[Joint, int]]:
    taken: list[tuple[Joint, int]] = []
    if found.day is None and (one := _day(scan, at)) and (one[0].single or found == replace(Joint(), said=found.said)):
        sure = one[0].weak and one[0].grain in ("month", "year", "season") and scan.word(at - 1) in ("in", "during")
        taken.append((replace(found, day=one[0].strong() if sure and found == Joint() else one[0]), one[1]))
    if found == Joint() and (early := _edged(scan, at)):
        taken.append(early)
    if found.day and (more := _completed(scan, found, found.day, at)):
        taken.append(more)
    if found.day and scan.word(at - 1) == "(" and (named := scan.phrase(at, "weekdays")):
        taken.append((found, named[1]))
    if found.day and not found.day.single:
        return taken
    timed = found.clock or found.hours
    if found.day and (found.day.weekday or found.day.fixed) and not timed:
        one = numeric(scan, at) or month_day(scan, at)
        if one and one[0].grain == "day" and not one[0].weak:
            taken.append((replace(found, day=on_that_weekday(scan, one[0], found.day.start.weekday())), one[1]))
    if found.part is None and (part_ := part(scan, at)) and not (part_[0].day and found.day):
        taken.append((replace(found, part=part_[0]), part_[1]))
    halves = scan.phrase(at, "day_halves") if found.day and found.part is None and not timed else None
    if halves and scan.word(halves[1]) != "i":  # "Friday pm"
        taken.append((replace(found, part=Part(halves[0], *periods.hours(scan, halves[0]))), halves[1]))
    if found.hours is None and found.clock is None:
        if hours_ := hours(scan, at):
            taken.append((replace(found, hours=hours_[0]), hours_[1]))
        at_clock = scan.skip(at, "at") if found == Joint() and not scan.word(at).isdecimal() else at
        clock_ = clock_time(scan, at_clock)
        said = said or (at_clock > at and scan.word(at_clock - 1) in ("at", "@"))
        if clock_ and (said or not clock_[0].weak or _stands_alone(scan, at_clock, clock_[1], found == Joint())):
            taken.append((replace(found, clock=clock_[0], said=said), clock_[1]))
    return taken


def _completed(scan: Scan, found: Joint, day: Day, at: int) -> Found[Joint]:
    """ "Dec 15 17:00 2026"; "in 2 weeks on Monday"."""
    year = digits(scan, at) if found.clock and day.month and not day.year and len(scan.word(at)) == 4 else None
    if year and 1900 <= year[0] < 2200 and scan.word(year[1]) != ":":
        return replace(found, day=replace(day, start=day.start.replace(year=year[0]))), year[1]
    if day.single and not found.clock and not found.hours and (ending := scan.phrase(at, "end_of_day")):
        last = floor(day.start, "day") + timedelta(days=1, seconds=-1)
        return replace(found, day=replace(day, start=last, grain="second", timed=True, other=())), ending[1]
    that_year = relative(scan, scan.skip(at, "of")) if day.month and not day.year and day.until is None else None
    if that_year and that_year[0].grain == "year" and that_year[0].until is None:  # "March 3 next year"
        start = day.start.replace(year=that_year[0].start.year)
        return replace(found, day=replace(day, start=start, year=True, weak=False)), that_year[1]
    named = scan.phrase(at, "weekdays") if day.month and day.single and not found.clock else None
    if named:  # "Feb 18, Monday"
        return replace(found, day=on_that_weekday(scan, day, int(named[0]))), scan.abbreviated(named[1])
    weekday = scan.phrase(at, "weekdays") if day.offset and day.single and not found.clock else None
    if weekday is None:
        return None
    start = weekday_from(floor(day.start, "week"), int(weekday[0]))
    return replace(found, day=replace(day, start=start, offset=False, grain="day")), weekday[1]


def _edged(scan: Scan, at: int) -> Found[Joint]:
    """ "early tomorrow morning"."""
    edge = scan.phrase(at, "edges")
    one = day_or_offset(scan, edge[1]) if edge else None
    part_ = part(scan, one[1]) if one and one[0].single else None
    if edge is None or one is None or part_ is None or part_[0].day:
        return None
    return Joint(one[0], _narrowed(part_[0], edge[0])), part_[1]


def _day(scan: Scan, at: int) -> Found[Day]:
    return day_or_offset(scan, at)


def _stands_alone(scan: Scan, at: int, end: int, first: bool) -> bool:
    """Whether no word follows that a bare number could count ("Tuesday 2 people", "Friday for 3 days")."""
    word = scan.word(end)
    if scan.word(at) == "one" or scan.word(at - 1) == "-" or length(scan, at):
        return False
    if first:
        after = end + 1 if word == "," else end
        return bool(part(scan, after) or day_or_offset(scan, after)) or not word
    return (
        not word.isalpha() or word in scan.words.starts or word in ("at", "on", "in", "and", "or", "for", "with", "to")
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a joint lies: wall time, or in the zone that is named; a point where `until` is None."""

    start: datetime
    until: datetime | None
    grain: Grain
    zone: timezone | None = None


def placed(scan: Scan, found: Joint) -> Placed:
    """Its place in time. A time of day without a day is the next one after now."""
    found = _this_weekday(scan, found)
    part_ = found.part
    day = found.day.start if found.day else part_.day if part_ and part_.day else None
    if found.hours:
        return _placed_hours(scan, found.hours, day, part_)
    if found.clock:
        return _placed_clock(scan, found.clock, day, part_)
    if part_:
        return _placed_part(scan, part_, day)
    if found.day is None:
        raise ValueError("nothing stands here")
    whole = found.day.single or found.day.timed or found.day.until is None
    return Placed(found.day.start, None if whole else found.day.until, found.day.grain)


def _placed_part(scan: Scan, part_: Part, day: datetime | None) -> Placed:
    base = day or today(scan)
    start, end = (_at(base, timedelta(hours=edge)) for edge in (part_.start, part_.end))
    if day is None and end <= scan.now:
        start, end = start + timedelta(days=1), end + timedelta(days=1)
    return Placed(start, end, "hour")


def _at(day: datetime, since_midnight: timedelta) -> datetime:
    return day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + since_midnight


def _halved(scan: Scan, found: Clock, part_: Part | None) -> Clock:
    if found.sure:
        return found
    return found.of_day(part_.name in scan.words.afternoon) if part_ else found.guessed()


def _zone(found: Clock) -> timezone | None:
    return timezone(timedelta(hours=found.zone)) if found.zone is not None else None


def _placed_clock(scan: Scan, found: Clock, day: datetime | None, part_: Part | None) -> Placed:
    zone = _zone(found)
    here = scan.moment.astimezone(zone).replace(tzinfo=None) if zone else scan.now
    value = _halved(scan, found, part_)
    if day is None:
        start = _at(here, timedelta(seconds=value.seconds))
        start += timedelta(days=start < here)
    else:
        start = _at(day, timedelta(seconds=value.seconds))
        if part_ and part_.end == 24 and found.sure and found.hour == 0:
            start += timedelta(days=1)  # "midnight tonight"
    return Placed(start, None, found.grain, zone)


def _this_weekday(scan: Scan, found: Joint) -> Joint:
    """ "Monday at 3" on a Monday morning is today."""
    day = found.day
    if (
        day is None
        or not day.weekday
        or not (found.clock or found.hours)
        or day.start - timedelta(days=7) != today(scan)
    ):
        return found
    sooner = replace(found, day=replace(day, start=today(scan), weekday=False))
    return sooner if placed(scan, sooner).start >= scan.now else found


def paired(scan: Scan, found: Hours, part_: Part | None) -> tuple[Clock, Clock | Duration]:
    """Both ends on a 24-hour clock: an end whose half of day is not said follows the other one."""
    first, last = found.start, found.end
    if isinstance(last, Duration):
        return _halved(scan, first, part_), last
    if part_ and not (first.sure or last.sure):
        return _halved(scan, first, part_), _halved(scan, last, part_)
    if last.sure and not first.sure:
        first = max(
            (first.of_day(half) for half in (False, True)), key=lambda one: (one.seconds < last.seconds, one.seconds)
        )
        return first, last
    first = _halved(scan, first, part_)
    if not last.sure:
        halves = [last.of_day(half) for half in (False, True)]
        last = next((one for one in halves if one.seconds > first.seconds), halves[0])
    return first, last


def _placed_hours(scan: Scan, found: Hours, day: datetime | None, part_: Part | None) -> Placed:
    first, last = paired(scan, found, part_)
    zone_clock = first if first.zone is not None else last if isinstance(last, Clock) else first
    start = _placed_clock(scan, replace(first, zone=zone_clock.zone), day, None)
    if isinstance(last, Duration):
        grain: Grain = "minute" if last.seconds % 3600 else first.grain
        return Placed(start.start, shifted(scan, start.start, last, 1), grain, start.zone)
    end = _at(start.start, timedelta(seconds=last.seconds))
    end += timedelta(days=end <= start.start)
    order: tuple[Grain, ...] = ("second", "minute", "hour")
    grain = min(first.grain, last.grain, key=order.index)
    return Placed(start.start, end, grain if start.zone is None else "minute", start.zone)
