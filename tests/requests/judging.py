"""Whether a request was understood as it was meant; what is compared loosely stands in README.md beside this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, utils

from assistant.chat.understanding.values import Step, Understood

Request = Mapping[str, Any]

_LOOSE = 75  # of 100: how alike texts are that say the same
_TEXTS = ("text", "title", "resolution", "reason", "topic", "subject", "place", "name", "company")
_EDGE = timedelta(hours=1)
_DAY = len("2026-11-24")
_SHOWN = "$screen"
_WHO = {"sales": "Anna Hofer", "scheduler": "Jonas Lindqvist", "support": "Alpine Ski House Support"}
_OWN = frozenset({"i", "ill", "me", "mine", "my", "myself"})
_CALLED = ("called", "rang", "phoned", "call from")
#: Other names of values.
_VALUES = {"in": "incoming", "inbound": "incoming", "out": "outgoing", "outbound": "outgoing"}
#: Tools that had another name when requests were labelled.
_NOW_CALLED = {"draft_mail": "write_mail"}


def same_tool(request: Request, got: Understood) -> bool:
    """Whether the tool is the one that is meant, or what is wanted is asked where that is not clear."""
    expected = request["expect"]
    if steps := expected.get("steps"):
        return [_called(step["tool"]) for step in steps] == [step.tool for step in got.steps]
    if expected["tool"] is None:
        return bool(got.status == expected["status"])
    return not got.steps and got.tool == _called(expected["tool"])


def _called(tool: str) -> str:
    return _NOW_CALLED.get(tool, tool)


def same_plan(request: Request, got: Understood) -> bool:
    """Whether also the arguments are right, and what is asked for."""
    expected = request["expect"]
    if not same_tool(request, got) or got.status != expected["status"]:
        return False
    if set(expected["missing"]) != set(got.missing):
        return False
    if steps := expected.get("steps"):
        return all(
            _same_arguments(each["arguments"], step, request) for each, step in zip(steps, got.steps, strict=True)
        )
    return _same_arguments(expected["arguments"], Step(str(got.tool), got.arguments), request)


def _same_arguments(expected: Mapping[str, Any], step: Step, request: Request) -> bool:
    said = all(
        name in step.arguments and _same(name, value, step.arguments[name], request) for name, value in expected.items()
    )
    return said and all(
        _is_said(name, value, request) for name, value in step.arguments.items() if name not in expected
    )


def _is_said(name: str, value: Any, request: Request) -> bool:
    """Whether something that is not labelled is in the request all the same."""
    if isinstance(value, str) and value.startswith("$"):
        return True
    if value == "me":
        return not _OWN.isdisjoint(utils.default_process(request["text"].replace("'", "")).split())
    if name == "direction":
        return any(each in request["text"].lower() for each in (*_CALLED, str(value)))
    if value is True:
        return name in request["text"].lower()
    if isinstance(value, Mapping) and "start" not in value:
        return all(_is_said(each, part, request) for each, part in value.items())
    if isinstance(value, str) and not value[:4].isdigit():
        return bool(fuzz.partial_ratio(value, request["text"], processor=utils.default_process) >= 50)
    return isinstance(value, list)


def _same(name: str, expected: Any, got: Any, request: Request) -> bool:
    if expected == got:
        return True
    if isinstance(expected, Mapping) or isinstance(got, Mapping):
        return _same_things(name, expected, got, request)
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return isinstance(got, list | str) and sorted(map(_bare, expected)) == sorted(
            map(_bare, [got] if isinstance(got, str) else got)
        )
    if not isinstance(expected, str) or not isinstance(got, str):
        return False
    return _same_text(name, expected, got, request)


def _same_text(name: str, expected: str, got: str, request: Request) -> bool:
    shown = (request["screen"] or {}).get("name", "")
    if _SHOWN in (expected, got) and shown:
        return _bare(expected.replace(_SHOWN, shown)) == _bare(got.replace(_SHOWN, shown))
    if got.startswith("$") or expected.startswith("$"):
        return _pointed(expected, request) == _pointed(got, request)
    if got == "me":
        return expected == _WHO[request["role"]]
    if name == "direction":
        return _VALUES.get(expected, expected) == _VALUES.get(got, got)
    if name == "phone":
        return _digits(expected) == _digits(got)
    if name == "repeat":
        return set(expected.split(";")) == set(got.split(";"))
    if _is_time(expected):
        return got[: len(expected)] == expected
    if name == "stage":
        return expected[:6] == got[:6]  # said "proposal", called "propose"
    if name in _TEXTS:
        return bool(fuzz.token_set_ratio(expected, got, processor=utils.default_process) >= _LOOSE)
    return _bare(expected) == _bare(got)


def _pointed(value: str, request: Request) -> str:
    last = request["last"]
    if value == "$last" and len(last) == 1:
        return _bare(last[0])
    if value[:1] == "$" and value[1:].isdigit() and int(value[1:]) <= len(last):
        return _bare(last[int(value[1:]) - 1])
    return _bare(value)


def _same_things(name: str, expected: Any, got: Any, request: Request) -> bool:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        if "end" in expected or "end" in got or name == "period":
            return _same_period(expected, got, request)
        known = {each: value for each, value in expected.items() if each not in ("text", "order")}
        return all(_same(each, value, _described(each, got), request) for each, value in known.items())
    if isinstance(got, Mapping):  # described, and by its name in the label
        return bool(got) and all(
            _within(value, str(expected)) for each, value in got.items() if each not in ("day", "start")
        )
    return bool(expected) and all(_within(value, str(got)) for value in expected.values())


def _described(name: str, got: Mapping[str, Any]) -> Any:
    if name == "day" and "day" not in got:
        return str(got.get("start", ""))[:_DAY]
    if name in ("person", "record", "sender") and name not in got:
        return next((got[each] for each in ("person", "record", "sender") if each in got), None)
    return got.get(name)


def _within(value: Any, text: str) -> bool:
    return bool(fuzz.partial_ratio(str(value), text, processor=utils.default_process) >= _LOOSE)


def _same_period(expected: Mapping[str, str], got: Mapping[str, str], request: Request) -> bool:
    now = datetime.fromisoformat(request["now"]).replace(tzinfo=None)
    starts = [datetime.fromisoformat(each["start"]) for each in (expected, got) if each.get("start")]
    ends = [datetime.fromisoformat(each["end"]) for each in (expected, got) if each.get("end")]
    if len(starts) == 1 or len(ends) == 1:
        return False
    begun = not starts or _near(*starts) or all(each <= now for each in starts)
    return begun and (not ends or _near(*ends))


def _near(one: datetime, other: datetime) -> bool:
    """The same, or edges of a part of a day that are an hour apart."""
    if one == other:
        return True
    partial = any(each.hour or each.minute for each in (one, other))
    return partial and abs(one - other) <= _EDGE


def _is_time(text: str) -> bool:
    return len(text) >= _DAY and text[:4].isdigit() and text[4] == "-"


def _bare(text: str) -> str:
    return text.partition(" (")[0].strip().casefold()


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
