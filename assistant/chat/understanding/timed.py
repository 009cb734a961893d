"""When, until when, how long and how often."""

from __future__ import annotations

from assistant.chat.times.values import Reading, Recurrence
from assistant.chat.understanding import timing
from assistant.chat.understanding.filling import Filling, ask
from assistant.chat.understanding.values import Argument

_PAST = ("timeline", "find_mail")  # tools that look back: "in October" is the last one


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
    for at in places:
        reading: Reading = filling.items[at].value
        if _timed(filling, argument, at, reading):
            return


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
            found = timing.as_when(reading)
        case "day":
            found = timing.as_day(reading)
        case "period":
            found = timing.as_period(reading, now)
            if found and filling.shape.name in _PAST:
                found = timing.in_the_past(found, now)
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
