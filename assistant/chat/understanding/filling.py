"""A tool's arguments while they are gathered from a clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.marking import Marked
from assistant.chat.understanding.values import LAST, Argument, Choice, Naming, Shape, Situation

RECORDS = ("account", "contact", "lead", "opportunity", "case", "booking")
THINGS = ("mail", "appointment", "booking", "task", "follow_up")
SHOWN_AS = {"mail": ("mail",), "appointment": ("calendar", "appointment"), "booking": ("booking", "calendar")}


@dataclass
class Filling:
    """What was gathered so far; `used` are items that an argument took."""

    shape: Shape
    marked: Marked
    first: int
    situation: Situation
    naming: Naming
    words: Lexicon
    values: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    inside: set[int] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def type_of(self, name: str) -> str:
        return next(one.type for one in self.shape.arguments if one.name == name)

    def has(self, name: str) -> bool:
        return self.shape.argument(name) is not None

    @property
    def items(self) -> Sequence[Item]:
        return self.marked.items

    def free(self, mark: str, *, inside: bool = False) -> list[int]:
        """The places of unused items with this mark; of those in free texts only where asked for."""
        return [
            at
            for at, item in enumerate(self.items)
            if mark in item.marks and at not in self.used and (inside or at not in self.inside)
        ]

    def before(self, at: int, size: int = 1) -> str:
        return self.items[at - size].text if at >= size else ""

    def take(self, name: str, value: Any, *places: int) -> None:
        self.values[name] = value
        self.used.update(places)


def ask(filling: Filling, argument: Argument, offered: Sequence[tuple[Any, str]]) -> None:
    filling.missing.append(argument.name)
    filling.choices += [Choice(argument.name, value, shown) for value, shown in dict(offered).items()]


def take_pointed(filling: Filling, argument: Argument, at: int) -> None:
    value = filling.items[at].value
    if value == LAST and len(filling.situation.last) > 1 and filling.situation.screen is None:
        ask(filling, argument, [(f"${n}", shown) for n, shown in enumerate(filling.situation.last, 1)])
        filling.used.add(at)
    else:
        filling.take(argument.name, value, at)
