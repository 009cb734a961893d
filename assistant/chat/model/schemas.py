"""Tools as functions that a model may call: names, what they do, and a JSON schema of their arguments. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.chat.understanding.values import Argument, Shape

CANNOT = "cannot_do"

DESCRIBED: Mapping[str, tuple[str, ...]] = {
    "mail": ("sender",),
    "appointment": ("person", "record", "day", "start"),
    "booking": ("service", "record", "resource", "day", "start"),
    "task": ("record", "day"),
    "follow_up": ("record", "day"),
}
_TIMED = frozenset({"when", "day", "period", "since", "repeat"})


@dataclass(frozen=True, slots=True)
class Described:
    """A tool as a model is told of it."""

    shape: Shape
    says: str
    writes: bool


def functions(tools: Iterable[Described], choices: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """The functions for all tools, in their order, and one to say that none fits; `choices` by argument."""
    found = [_function(one.shape, _purpose(one), choices) for one in tools]
    return [*found, _function(Shape(CANNOT, ()), "Say that no function can do what the user asks.", choices)]


def _purpose(tool: Described) -> str:
    return f"{tool.says} The user decides." if tool.writes else tool.says


def _function(shape: Shape, purpose: str, choices: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """What is required is not required here: what the user did not say is asked for, not made up. How names and times
    are said stands once, in the instructions, because all of this goes with every request."""
    properties = {one.name: _property(one, choices) for one in shape.arguments}
    parameters = {"type": "object", "properties": properties}
    return {"type": "function", "function": {"name": shape.name, "description": purpose, "parameters": parameters}}


def _property(argument: Argument, choices: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    about = {"description": argument.help}
    match argument.type:
        case "flag":
            return {"type": "boolean", **about}
        case "amount":
            return {"type": "number", **about}
        case "duration":
            return {"type": "integer", **about}
        case "choice" if argument.name in choices:
            return {"type": "string", "enum": list(choices[argument.name]), **about}
        case "person" if argument.name.endswith("s"):
            return {"type": "array", "items": {"type": "string"}, **about}
        case kind if kind in DESCRIBED:
            described = {"type": "object", "properties": {name: {"type": "string"} for name in DESCRIBED[kind]}}
            return {"anyOf": [{"type": "string"}, described], **about}
        case kind if kind in _TIMED:
            return {"type": "string", "description": f"{argument.help} (a time)"}
    return {"type": "string", **about}
