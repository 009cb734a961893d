"""When, until when, how long and how often."""

from __future__ import annotations

from datetime import timedelta

from assistant.chat.times.reading import readings
from assistant.chat.times.values import Moment, Reading, Recurrence
from assistant.chat.understanding import timing
from assistant.chat.understanding.filling import Filling, ask
from assistant.chat.understanding.values import Argument

_PAST = ("timeline", "find_mail")  # tools that look back: "in October" is the last one
_TOLD = ("log_call",)  # tools that are told what has happened


def lengths(filling: Filling, argument: Argument) -> None:
    """Durations and rules go first: what is left says when."""
    if argument.type in ("duration", "repeat"):
        times(filling, argument)


def times(filling: Filling, argument: Argument) -> None:
    if argument.type not in ("when", "day", "period", "since", "duration", "repeat"):
        return
    places = filling.free("time")
    if argument.type in ("when", "day") and argument.name in ("start", "until"):
        places.sort(key=lambda at: filling.before(at) not in filling.words.before["new"])
    if argument.type == "duration":
        places.sort(key=lambda at: filling.items[at].value.kind != "duration")
    for at in places:
        reading: Reading = filling.items[at].value
        if _timed(filling, argument, at, reading):
            return


def _when(filling: Filling, at: int, reading: Reading) -> timing.Timed | None:
    found = timing.as_when(reading)
    if found is None or found.others:
        return found
    floats = timing.is_exact(reading) and _floats(filling, at)
    if filling.shape.name in _TOLD:
        return timing.already(found, filling.situation.now, floats=floats and not _days(filling, at))
    if floats and (days := _days(filling, at)):
        return timing.Timed(days[0] + found.value[len(days[0]) :])
    return found


def _floats(filling: Filling, at: int) -> bool:
    """Whether it is a time of day and says no day: read at midnight, it is on that day, whichever that is."""
    midnight = filling.situation.now.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (midnight, midnight + timedelta(days=1)):
        found = readings(filling.items[at].text, day)
        value = found[0].value if len(found) == 1 and not found[0].shift else None
        if not isinstance(value, Moment) or value.at.date() != day.date():
            return False
    return True


def _days(filling: Filling, at: int) -> list[str]:
    """The days that are said elsewhere in the request."""
    found = []
    for other, item in enumerate(filling.items):
        if other == at or "time" not in item.marks or other in filling.inside:
            continue
        there = timing.as_when(item.value)
        if there and not there.others and "T" not in there.value:
            found.append(there.value)
    return found


def _timed(filling: Filling, argument: Argument, at: int, reading: Reading) -> bool:
    now = filling.situation.now
    found: timing.Timed | None = None
    match argument.type:
        case "duration":
            minutes = timing.as_minutes(reading) if reading.kind == "duration" or not filling.has("period") else None
            if minutes:
                filling.values[argument.name] = minutes
                if reading.kind == "duration":
                    filling.used.add(at)
                return True
            return False
        case "repeat":
            rule = timing.as_rule(reading)
            if rule:
                filling.values[argument.name] = rule
            return bool(rule)
        case "when" if isinstance(reading.value, Recurrence):
            found = timing.Timed(timing.first_of(reading.value, now))
        case "when" if reading.shift and argument.name == "start":
            return False  # "an hour later" than it begins now, which is not known here
        case "when":
            found = _when(filling, at, reading)
        case "day":
            found = timing.as_day(reading)
        case "period":
            found = timing.as_period(reading, now)
            if found and filling.shape.name in _PAST:
                found = timing.day_already(timing.in_the_past(found, now), now)
        case _:
            found = timing.as_since(reading)
    if found is None:
        return False
    if found.others:
        ask(filling, argument, [(str(one), str(one)) for one in (found.value, *found.others)])
        filling.used.add(at)
    else:
        filling.take(argument.name, found.value, at)
    return True
