"""What a model gave a function, as the arguments of a tool: checked, and names and times read as the grammar reads
them. What may be several things is asked, what is no value at all is told back to the model. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from assistant.chat.model.schemas import DESCRIBED
from assistant.chat.understanding.values import LAST, SCREEN, Argument, Choice, Naming, Shape, Situation
from assistant.chat.understanding.values_of import FREE, given
from mail_sync.mime.plain import visible

LONGEST = 4_000  # characters of a text

_NUMBER = re.compile(r"[A-Z]{3}-\d{3,}", re.IGNORECASE)
_LINE = re.compile(r"\[?(\d{1,3})\]?")
_OF_COMPANY = re.compile(r".+ \([^()]+\)")
_NAMES = frozenset({"record", "person", "colleague", "resource", "service", "mailbox"})
_TIMES = frozenset({"day", "when", "since", "period"})
_TYPED: Mapping[str, Argument] = {
    "sender": Argument("sender", "record", "", kinds=("contact", "account", "lead", "colleague")),
    "person": Argument("person", "person", "", kinds=("contact", "colleague", "lead")),
    "record": Argument("record", "record", ""),
    "service": Argument("service", "service", ""),
    "resource": Argument("resource", "resource", ""),
    "day": Argument("day", "day", ""),
    "start": Argument("start", "when", ""),
}


class Wrong(Exception):
    """A value that cannot be meant; its text says so to the model."""


@dataclass(frozen=True)
class Reading:
    """Where the arguments of a call are read. `shown` gives the id behind a line that the model was shown."""

    naming: Naming
    situation: Situation
    choices: Mapping[str, Collection[str]]
    shown: Callable[[int], str | None]


@dataclass
class Read:
    """`values` for the tool; `missing` is to be asked, with `choices` for the first; `wrong` tells the model why."""

    values: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def arguments_of(shape: Shape, written: str, reading: Reading) -> Read:
    """The arguments in what a model wrote as JSON. Never raises for any text."""
    read = Read()
    try:
        told = json.loads(written)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        read.wrong.append("the arguments are no JSON object")
        return read
    for name in told:
        if shape.argument(name) is None:
            known = ", ".join(one.name for one in shape.arguments) or "none"
            read.wrong.append(f"there is no argument {str(name)[:40]}; there are {known}")
    for argument in shape.arguments:
        value = told.get(argument.name)
        if value not in (None, "", [], {}):
            _take(read, shape.name, argument, value, reading)
        if argument.required and argument.name not in read.values and argument.name not in read.missing:
            read.missing.append(argument.name)
    return read


def _take(read: Read, tool: str, argument: Argument, value: Any, reading: Reading) -> None:
    try:
        found = _value(tool, argument, value, reading)
    except Wrong as error:
        read.wrong.append(f"{argument.name}: {error}")
        return
    if isinstance(found, tuple):
        read.missing.append(argument.name)
        read.choices += found
    else:
        read.values[argument.name] = found


def _value(tool: str, argument: Argument, value: Any, reading: Reading) -> Any:
    """The value, or choices where several are honest. Raises Wrong."""
    match argument.type:
        case "flag":
            if not isinstance(value, bool):
                raise Wrong("it is true or false")
            return value
        case "amount" | "duration":
            return _figure(tool, argument, value, reading)
        case kind if kind in DESCRIBED and isinstance(value, Mapping):
            return _described(tool, argument, value, reading)
        case "person" if isinstance(value, list):
            return _several(tool, argument, value, reading)
    if not isinstance(value, str):
        raise Wrong("it is a text")
    return _text(tool, argument, visible(value).strip(), reading)


def _text(tool: str, argument: Argument, said: str, reading: Reading) -> Any:
    if len(said) > LONGEST:
        raise Wrong(f"it is longer than {LONGEST} characters")
    if argument.type in FREE:
        return said
    if argument.type == "choice":
        return _choice(argument, said, reading)
    if argument.type in _TIMES and (at := _iso(said, argument, reading.situation)):
        return at
    if argument.type in _NAMES | set(DESCRIBED) and (pointed := _pointed(said, reading)) is not None:
        return pointed
    found = given(tool, argument, said, reading.naming, reading.situation)
    if found.choices:
        return tuple(replace(one, argument=argument.name) for one in found.choices)
    if found.value is not None:
        return found.value
    if argument.type in _NAMES:
        return said  # nobody is called so: the tool says it, in the sentence that it always says
    if argument.type in DESCRIBED:
        return _by_name(tool, argument, said, reading)
    raise Wrong(f"{said[:60]!r} cannot be read as {argument.help or argument.type}")


def _pointed(said: str, reading: Reading) -> str | None:
    """What `$screen`, `[3]` or a number point at; None for a name or a description. Raises Wrong."""
    if said == SCREEN and reading.situation.screen is None:
        raise Wrong("nothing is open on the screen")
    if said in (SCREEN, LAST):
        return said
    if said.startswith("$"):
        if not said[1:].isdigit() or not 0 < int(said[1:]) <= len(reading.situation.last):
            raise Wrong(f"{said[:20]} points at nothing")
        return said
    if line := _LINE.fullmatch(said):
        shown = reading.shown(int(line[1]))
        if shown is None:
            raise Wrong(f"there is no line [{line[1]}] that names anything")
        return shown
    is_one = _NUMBER.fullmatch(said) or said.lower() == "me" or _OF_COMPANY.fullmatch(said)
    return said if is_one else None


def _choice(argument: Argument, said: str, reading: Reading) -> str:
    known = reading.choices.get(argument.name)
    if known is not None and said not in known:
        raise Wrong(f"it is one of {', '.join(known)}")
    return said


def _figure(tool: str, argument: Argument, value: Any, reading: Reading) -> float | int:
    if isinstance(value, str):
        value = given(tool, argument, value, reading.naming, reading.situation).value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise Wrong("it is a number")
    whole = int(value) == value
    if argument.type == "duration" and not (whole and value):
        raise Wrong("it is a number of minutes")
    return int(value) if whole else value


def _several(tool: str, argument: Argument, values: list[Any], reading: Reading) -> Any:
    found: list[Any] = []
    for value in values[:20]:
        one = _text(tool, argument, visible(value).strip(), reading) if isinstance(value, str) else None
        if one is None:
            raise Wrong("it is a list of names")
        if isinstance(one, tuple):
            return one
        found += one if isinstance(one, list) else [one]
    return found


def _described(tool: str, argument: Argument, told: Mapping[Any, Any], reading: Reading) -> Any:
    found: dict[str, Any] = {}
    for name, value in told.items():
        if name not in DESCRIBED[argument.type] or not isinstance(value, str):
            raise Wrong(f"it is described by {', '.join(DESCRIBED[argument.type])}")
        one = _text(tool, _TYPED[name], visible(value).strip(), reading)
        if isinstance(one, tuple):
            return tuple(replace(each, argument=argument.name, value={**found, name: each.value}) for each in one)
        found[name] = one
    if "start" in found and "T" not in found["start"]:
        found["day"] = found.pop("start")
    return found


def _by_name(tool: str, argument: Argument, said: str, reading: Reading) -> Any:
    """A thing by a bare name: the mail of somebody, the booking of somebody."""
    first = next(name for name in DESCRIBED[argument.type] if name in ("sender", "person", "record"))
    return _described(tool, argument, {first: said}, reading)


def _iso(said: str, argument: Argument, situation: Situation) -> Any:
    """An ISO time in the user's zone, as the tools take it; None for what is none."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    if at.tzinfo is not None:
        at = at.astimezone(situation.now.tzinfo).replace(tzinfo=None)
    is_day = len(said) <= len("2026-11-24")
    if argument.type == "period":
        return None if not is_day else _day_long(at.date())
    if is_day or argument.type == "day":
        return at.date().isoformat()
    return at.isoformat(timespec="minutes")


def _day_long(day: date) -> dict[str, str]:
    start = datetime.combine(day, datetime.min.time())
    end = datetime.fromordinal(day.toordinal() + 1)
    return {"start": start.isoformat(timespec="minutes"), "end": end.isoformat(timespec="minutes")}
