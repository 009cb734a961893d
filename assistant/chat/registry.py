"""What the chat can do: one tool, one file under assistant/chat/tools/, found there by itself.

Screens, `regarding ask` and other clients call the same tools. A tool that reads answers at once; one that writes only
says what it would change, and carries that out when it is told yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from assistant.chat import tools
from assistant.chat.understanding.values import Argument, Shape, Step

if TYPE_CHECKING:
    from assistant.compose import Services

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cite:
    """What a statement rests on: `kind` of a record or an activity, with its number or uid, and its title."""

    kind: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One statement. About a customer it cites what it rests on; a count or a heading cites nothing."""

    text: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool found; `listed` is what "the second one" points at afterwards."""

    lines: tuple[Line, ...]
    listed: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A field as it is and as it would be; `before` is '' for what is new."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the operation that `undo` takes back ('' for a draft, which is discarded), and what it made or
    changed."""

    text: str
    operation: str
    about: Cite | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be done, in full, and nothing of it yet. `mails` says who would be mailed, '' for nobody."""

    text: str
    about: tuple[Cite, ...]
    changes: tuple[Change, ...]
    carry_out: Callable[[], Done] = field(repr=False)
    mails: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that can be shown in full only when the one before it is done."""

    step: Step


Reply = Answer | Proposal | Waiting


@dataclass(frozen=True, slots=True)
class Talk:
    """Where something is said: by whom in which store, when (aware, in the user's zone), with what open and listed."""

    services: Services
    now: datetime
    screen: Cite | None = None
    last: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance, and the arguments that it must give; `last` and `screen` (kind, name) are where it is said."""

    text: str
    arguments: Arguments = field(default_factory=dict)
    screen: tuple[str, str] | None = None
    last: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """Exactly one of `read` and `propose` is set. `says` is what it does, in a sentence."""

    name: str
    says: str
    arguments: tuple[Argument, ...] = ()
    examples: tuple[Example, ...] = ()
    read: Callable[[Talk, Arguments], Answer] | None = None
    propose: Callable[[Talk, Arguments], Proposal] | None = None

    @property
    def writes(self) -> bool:
        return self.propose is not None

    @property
    def shape(self) -> Shape:
        return Shape(self.name, self.arguments, tuple(example.text for example in self.examples))


@cache
def every_tool() -> Mapping[str, Tool]:
    """All tools by name."""
    modules = (import_module(f"{tools.__name__}.{found.name}") for found in iter_modules(tools.__path__))
    return {tool.name: tool for tool in (module.TOOL for module in modules)}


def shapes() -> Mapping[str, Shape]:
    return {name: tool.shape for name, tool in every_tool().items()}
