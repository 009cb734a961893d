"""What goes into understanding and what comes out of it: plain values.

Of an argument's value, `$screen` is what is open on the screen, `$last` what the conversation spoke of last (in the
second step of a plan: what the first one made), `$2` the second of what was listed last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Status = Literal["ready", "ask", "out_of_scope"]
Type = Literal[
    "record", "person", "colleague", "resource", "service", "mailbox", "mail", "appointment", "booking", "task",
    "follow_up", "when", "day", "period", "since", "duration", "repeat", "text", "title", "name", "amount", "phone",
    "email", "choice", "flag",
]  # fmt: skip

SCREEN, LAST = "$screen", "$last"
TEXTS = ("text", "title", "name")  # types of arguments whose values are words as typed
DESCRIBED = ("appointment", "task", "follow_up", "mail")  # types of which words as typed may be a part
OUTSIDE = ""  # in place of a tool: what none does


@dataclass(frozen=True, slots=True)
class Argument:
    """What a tool is told. `kinds` narrows a record to some kinds; `help` is one phrase."""

    name: str
    type: Type
    help: str
    required: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A tool as understanding sees it; `examples` are how people ask for it."""

    name: str
    arguments: tuple[Argument, ...]
    examples: tuple[str, ...] = ()

    def argument(self, name: str) -> Argument | None:
        return next((one for one in self.arguments if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a text may name: `kind` is a record's, or colleague, resource, service, mailbox. `company` is the
    account of a contact; `score` as in store.names.compare."""

    kind: str
    title: str
    score: float
    number: str = ""
    company: str = ""


class Naming(Protocol):
    """What things are called. The store's index of names stands behind it."""

    def named(self, texts: Sequence[str]) -> Mapping[str, Sequence[Named]]:
        """For each text the things it may name, the best first; texts that name nothing are left out."""

    def matters(self, kind: str, customers: Sequence[str]) -> Sequence[Named]:
        """The open cases or opportunities of these customers, by number; of everybody for none."""


@dataclass(frozen=True, slots=True)
class Open:
    """What a screen shows: the kind of a record or activity, or the screen's own (inbox, board, calendar)."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Situation:
    """Where something is said. `now` is wall time with its zone; `last` what was listed last, in order. `follows`: of
    a second step, what the first one is about."""

    now: datetime
    screen: Open | None = None
    last: tuple[str, ...] = ()
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question: the value of an argument, and how it is shown."""

    argument: str
    value: Any
    shown: str


@dataclass(frozen=True, slots=True)
class Step:
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Understood:
    """What is to be done. `missing` names arguments (`tool`: what is wanted at all); `choices` are for the first of
    them. A plan has `steps` and no tool."""

    status: Status
    tool: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    steps: tuple[Step, ...] = ()
