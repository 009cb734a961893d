"""The words of the OpenAI chat API: a stream of server-sent events becomes text and calls. Pure.

Events: https://html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.6.
"""

from __future__ import annotations

import json
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_CALLS = 8
MOST_CHARACTERS = 20_000  # of a call's arguments, and of what is said in one round


class Unreadable(Exception):
    """What came is not what the API says; its text says what is wrong."""


class Reported(Exception):
    """The server reports an error of its own inside a stream that began well."""


class Overlong(Exception):
    """More came than is taken."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function that the model wants to be called; `arguments` is JSON as it wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the model, whole: text, calls, or both."""

    text: str
    calls: tuple[Call, ...]


class Events:
    """The data of server-sent events, from bytes that come in any pieces."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""
        self._data: list[str] = []

    def feed(self, piece: bytes, *, last: bool = False) -> Iterator[str]:
        """The data that is whole now; with `last` also what no empty line ended."""
        self._rest += self._decode.decode(piece, last)
        if len(self._rest) > MOST_CHARACTERS * 4:
            raise Overlong
        *lines, self._rest = self._rest.replace("\r\n", "\n").split("\n")
        for line in (*lines, *((self._rest, "") if last else ())):
            if line.startswith("data:"):
                self._data.append(line[5:].removeprefix(" "))
            elif not line and self._data:
                yield "\n".join(self._data)
                self._data.clear()


@dataclass
class _Building:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class Assembling:
    """Puts the pieces of one answer together; servers differ in how they number the pieces of calls."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._calls: list[_Building] = []
        self._places: dict[int, _Building] = {}
        self._size = 0
        self.is_done = False

    def take(self, data: str) -> str:
        """The text that an event adds. Raises Unreadable, Reported, Overlong."""
        if data.strip() == "[DONE]":
            self.is_done = True
            return ""
        try:
            event = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise Unreadable("no JSON") from error
        return self._event(event)

    def _event(self, event: Any) -> str:
        if not isinstance(event, dict):
            raise Unreadable("no object")
        if event.get("error"):
            raise Reported(_said_wrong(event["error"]))
        choices = event.get("choices") or []
        if not isinstance(choices, list) or not all(isinstance(one, dict) for one in choices):
            raise Unreadable("no choices")
        if not choices:
            return ""  # counts of tokens come in an event of their own
        self.is_done = self.is_done or bool(choices[0].get("finish_reason"))
        delta = choices[0].get("delta") or choices[0].get("message") or {}
        if not isinstance(delta, dict):
            raise Unreadable("no message")
        calls = delta.get("tool_calls") or []
        if not isinstance(calls, list):
            raise Unreadable("no list of calls")
        for call in calls:
            self._call(call)
        text = delta.get("content") or ""
        if not isinstance(text, str):
            raise Unreadable("no text")
        self._grow(text)
        self._text.append(text)
        return text

    def _call(self, piece: Any) -> None:
        function = piece.get("function") if isinstance(piece, dict) else None
        if not isinstance(function, dict):
            raise Unreadable("no function")
        told, name, arguments = piece.get("id") or "", function.get("name") or "", function.get("arguments") or ""
        if isinstance(arguments, dict):  # some servers send the object itself
            arguments = json.dumps(arguments)
        if not (isinstance(told, str) and isinstance(name, str) and isinstance(arguments, str)):
            raise Unreadable("no call")
        building = self._building(piece.get("index"), told, name)
        building.id = building.id or told
        building.name = building.name or name
        self._grow(arguments)
        building.arguments.append(arguments)

    def _building(self, index: Any, told: str, name: str) -> _Building:
        """The call that a piece belongs to. Some servers number all calls 0, and some none."""
        place = index if isinstance(index, int) else len(self._calls) - (not name)
        known = self._places.get(place)
        if known is None or (told and known.id and told != known.id and name):
            if len(self._calls) >= MOST_CALLS:
                raise Overlong
            known = self._places[place] = _Building()
            self._calls.append(known)
        return known

    def _grow(self, text: str) -> None:
        self._size += len(text)
        if self._size > MOST_CHARACTERS:
            raise Overlong

    def whole(self) -> Said:
        """All of it, once the stream ended. Raises Unreadable where it broke off."""
        if not self.is_done:
            raise Unreadable("it broke off")
        calls = (
            Call(one.id or f"call_{place}", one.name, "".join(one.arguments) or "{}")
            for place, one in enumerate(self._calls, 1)
        )
        return Said("".join(self._text), tuple(calls))


def _said_wrong(error: Any) -> str:
    told = error.get("message") if isinstance(error, Mapping) else error
    return " ".join(str(told or "").split())[:200]


def error_of(body: bytes) -> str:
    """What a server says about a refusal, on one line; '' where it says nothing that can be read."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return _said_wrong(read["error"]) if isinstance(read, dict) and read.get("error") else ""


def model_names(body: bytes) -> tuple[str, ...]:
    """What a list of models names. Raises Unreadable."""
    try:
        told = json.loads(body)["data"]
        return tuple(str(one["id"]) for one in told)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise Unreadable("no list of models") from error


def request_body(name: str, messages: Sequence[Any], functions: Sequence[Any]) -> dict[str, Any]:
    return {"model": name, "messages": list(messages), "tools": list(functions), "stream": True, "temperature": 0}


def assistant_message(said: Said) -> dict[str, Any]:
    """What the model said, as it is told again with the next request."""
    calls = [
        {"id": one.id, "type": "function", "function": {"name": one.name, "arguments": one.arguments}}
        for one in said.calls
    ]
    return {"role": "assistant", "content": said.text, **({"tool_calls": calls} if calls else {})}


def tool_message(call: Call, content: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call.id, "content": content}
