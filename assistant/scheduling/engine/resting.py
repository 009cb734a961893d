"""Services of days: when a resource works that rests between the hours of one day and those of the next. Pure.

A day is one of the wall's calendar where the resource works; a night shift belongs to the day on which it begins. Days
follow each other: one without hours in between, as on a weekend, is not gone over. From the start of the work to its
end nothing else occupies the resource, also at night.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.scheduling.engine.candidates import Place
from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import Minutes, holds
from assistant.scheduling.engine.model import ResourceKind
from assistant.scheduling.engine.placing import Placed
from assistant.scheduling.engine.walls import Day

_DAY = 24 * 60

Stretches = Sequence[tuple[int, int]]


class Opening(NamedTuple):
    """Starts of a service from `first` until before `last` with which a resource works until `end`: from the start
    itself, or from `begin` where its part is of later days."""

    first: int
    last: int
    begin: int | None
    end: int


def openings(days: Sequence[Day], place: Place, start: int, until: int, *, closures: bool = True) -> Iterator[Opening]:
    """When a service may begin, from `start` until before `until`, as far as work hours decide, and closures unless
    they are left out."""
    for number, day in enumerate(days):
        if day.own[-1][1] <= start:
            continue
        if day.own[0][0] >= until:
            return
        run = _run(days, number, place)
        worked = [each.open if closures else each.hours for each in run]
        if len(worked) < place.days or not all(worked):
            continue
        later = bool(place.start)
        for first, last in day.own if later else _common(worked[0], day.own):
            if max(first, start) < min(last, until):
                begin = worked[0][0][0] if later else None
                yield Opening(max(first, start), min(last, until), begin, worked[-1][-1][1])


def free_from(opening: Opening, against: Minutes, base: int, before: int = 0, after: int = 0) -> int:
    """From which start of the opening on none of the minutes `against` lies in the work, or so many minutes before and
    after it; its `last` where there is no such start. Bit 0 of the minutes is `base`."""
    end = opening.end + after - base
    if opening.begin is not None:
        return opening.last if holds(against, opening.begin - before - base, end) else opening.first
    near = against & ((1 << end) - 1)
    latest = base + near.bit_length() - 1
    return min(opening.last, max(opening.first, latest + before + 1)) if near else opening.first


def starts_in(stretches: Iterable[tuple[int, int]], base: int) -> Minutes:
    """The starts of these stretches as a set; bit 0 is `base`."""
    found = 0
    for first, last in stretches:
        if first < last:
            found |= (1 << (last - base)) - (1 << (first - base))
    return found


def mornings(loaded: Loaded, resource_ids: Iterable[int], grid: Minutes) -> Minutes:
    """The first start of the grid in the hours of each day of each of these."""
    found = set()
    for days in {id(days): days for days in map(loaded.days, resource_ids)}.values():
        for day in days:
            for first, last in _common(day.open, day.own):
                if starts := grid >> first & ((1 << (last - first)) - 1):
                    found.add(first + (starts & -starts).bit_length() - 1)
                    break
    return sum(1 << each for each in found)


def works(loaded: Loaded, resource_id: int, place: Place, start: int) -> tuple[int, int]:
    """From which minute until before which one a resource works in a place; where its days do not allow that, as many
    times 24 hours."""
    if place.days:
        opening = next(openings(loaded.days(resource_id), place, start, start + 1), None)
        if opening is not None:
            return (start if opening.begin is None else opening.begin), opening.end
    return start + place.start, start + place.end


def work_times(loaded: Loaded, placed: Placed, days: int, start: int) -> list[tuple[int, int]]:
    """From when until when each works of a service of so many days, or of none. Where people are needed for all of its
    days, what else is needed for all of them stays until the last of these people is done."""
    times = [works(loaded, resource_id, place, start) for place, resource_id in placed]
    if not days:
        return times
    person = ResourceKind.PERSON
    people = [loaded.world.resources[resource_id].kind is person for _, resource_id in placed]
    whole = [place.days == days for place, _ in placed]
    done = max((end for (_, end), lasts, one in zip(times, whole, people, strict=True) if lasts and one), default=None)
    if done is None:
        return times
    return [
        (begin, min(end, done) if lasts and not one else end)
        for (begin, end), lasts, one in zip(times, whole, people, strict=True)
    ]


def stays(days: Sequence[Day], begin: int, end: int, *, closures: bool = True) -> bool:
    """Whether a resource that rests works in the first and in the last minute of a stretch and on every day of it."""
    first, last = _days_at(days, begin, closures=closures), _days_at(days, end - 1, closures=closures)
    if not first or not last:
        return False
    return all(each.open if closures else each.hours for each in days[first[0] : last[-1] + 1])


def day_off(days: Sequence[Day], place: Place, start: int, *, closures: bool) -> date | None:
    """The first day on which a resource that should work on it does not; None where it is the start, or the end, that
    its hours do not hold."""
    if place.days:
        number = next((each for each, day in enumerate(days) if _within(day.own, start)), len(days))
        run = _run(days, number, place)
    else:
        first = _days_at(days, start + place.start, closures=False)
        last = _days_at(days, start + place.end - 1, closures=False)
        run = days[first[0] : last[-1] + 1] if first and last else ()
    return next((each.on for each in run if not (each.open if closures else each.hours)), None)


def _run(days: Sequence[Day], number: int, place: Place) -> Sequence[Day]:
    """The days that a place needs of a service that begins on a day."""
    number += place.start // _DAY
    return days[number : number + place.days]


def _days_at(days: Sequence[Day], minute: int, *, closures: bool) -> list[int]:
    """The days, by their numbers, in whose hours a minute lies."""
    return [number for number, day in enumerate(days) if _within(day.open if closures else day.hours, minute)]


def _within(stretches: Stretches, minute: int) -> bool:
    return any(first <= minute < last for first, last in stretches)


def _common(one: Stretches, other: Stretches) -> Iterator[tuple[int, int]]:
    """What two rows of stretches have in common, in order."""
    for start, end in one:
        for first, last in other:
            if max(start, first) < min(end, last):
                yield max(start, first), min(end, last)
