"""Requests made from phrasings: `en/<tool>.txt` holds one a line, as people type them; `outside.txt` what no tool does.

In braces stands an argument of the tool, or a kind of thing (a key of fillings.toml), or an argument and what is said
for it (`{text=yes}`, or `{text=@place}` with a kind of thing). A line may begin with what is open (`@case`), or with
`@last` where something was listed before.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from assistant.chat.understanding.values import Argument, Named, Open, Shape, Situation
from tests.fitting.moment import NOW

FOLDER = Path(__file__).parent
OUTSIDE = ""
_SLOT = re.compile(r"\{(\w+)(?:=([^{}]*))?\}")
_HERE = re.compile(r"@(\w+) ")
_NAMES = ("account", "contact", "lead", "colleague", "resource", "service", "mailbox")
_RECORDS = (*_NAMES, "case", "opportunity", "booking")
_PERSONS = ("contact", "contact", "colleague", "resource", "lead")
_ALIAS = {"time": "when", "record": "account"}
_POLITE = (
    "please ",
    "can you ",
    "could you please ",
    "hey ",
    "i'd like to ",
    "i want to ",
    "ok ",
    "pls ",
    "so, ",
    "hi, ",
)
_BEFORE = ("morning, ", "ok so ", "hey, ", "right, ", "sorry, ", "listen, ", "btw ", "and ", "so ")
_TAILS = (
    ", it's urgent", ", they are waiting", " if possible", " when you have a minute", ", he asked for it", " again",
    ", thanks a lot", ", would be good", " - important", ", they need it", " today if you can", ", no rush",
)  # fmt: skip
_AFTER = (" please", " pls", " thanks", "?", " asap", " now", " for me", ".", "!")
_NAMESAKES = 0.3  # how often somebody new is called like somebody known
_SCREENS = ("case", "opportunity", "lead", "mail", "calendar", "booking", "account", "contact", "board", "inbox")


@dataclass(frozen=True, slots=True)
class Made:
    """A request, the tool that it speaks for ('' for none), where it is said, what its names are, and the words that
    stand for each argument."""

    text: str
    tool: str
    situation: Situation
    names: Mapping[str, tuple[Named, ...]]
    said: Mapping[str, str]


class OnlyThese:
    """A naming that knows the names of one request."""

    def __init__(self, names: Mapping[str, tuple[Named, ...]]) -> None:
        self._names = names

    def named(self, texts: Sequence[str]) -> Mapping[str, Sequence[Named]]:
        return {text: self._names[text.lower()] for text in texts if text.lower() in self._names}

    def matters(self, kind: str, customers: Sequence[str]) -> Sequence[Named]:
        return ()


def phrasings(language: str = "en") -> Mapping[str, tuple[str, ...]]:
    """The lines of each tool; those of `outside` under ''."""
    files = sorted((FOLDER / language).glob("*.txt"))
    return {
        OUTSIDE if file.stem == "outside" else file.stem: tuple(file.read_text("utf-8").splitlines()) for file in files
    }


def fillings() -> Mapping[str, Sequence[str]]:
    return tomllib.loads((FOLDER / "fillings.toml").read_text("utf-8"))


def made(tool: str, line: str, shape: Shape | None, pools: Mapping[str, Sequence[str]], chance: Random) -> Made:
    """One request of a phrasing."""
    text, situation = _situated(line, chance)
    names: dict[str, tuple[Named, ...]] = {}
    said: dict[str, str] = {}

    def filled(match: re.Match[str]) -> str:
        kind = _kind(match[1], shape.argument(match[1]) if shape else None, chance)
        if (match[2] or "").startswith("@"):
            kind = match[2].removeprefix("@")
        value = _SLOT.sub(filled, match[2] if match[2] and match[2] != f"@{kind}" else chance.choice(pools[kind]))
        if kind in _NAMES:
            names[value] = tuple(Named(each, value.title(), 1.0) for each in _kinds(kind, chance))
        if kind == "name" and chance.random() < _NAMESAKES:
            namesake = value.split()[0]
            names[namesake] = (Named("contact", namesake.title(), 1.0),)
        said[match[1]] = value
        return value

    text = _SLOT.sub(filled, text)
    return Made(_as_typed(text, chance, open_end=line.endswith("}")), tool, situation, names, said)


def _situated(line: str, chance: Random) -> tuple[str, Situation]:
    here = _HERE.match(line)
    text = line[here.end() :] if here else line
    if here and here[1] != "last":
        return text, Situation(NOW, Open(here[1], "Something"))
    screen = Open(chance.choice(_SCREENS), "Something") if chance.random() < 0.25 and not here else None
    last = ("One", "Other") if here or chance.random() < 0.15 else ()
    return text, Situation(NOW, screen, last)


def _kind(slot: str, argument: Argument | None, chance: Random) -> str:
    """The filling of a slot: that of its argument's type, or of its own name."""
    if argument is None:
        return _ALIAS.get(slot, slot)
    match argument.type:
        case "record" | "person":
            kinds = [each for each in argument.kinds if each in _RECORDS]
            if argument.type == "person":
                return chance.choice([each for each in kinds if each != "resource"] or _PERSONS)
            return chance.choice(kinds or ("account", "account", "contact"))
        case "colleague" | "resource" | "service" | "mailbox" | "duration" | "repeat" | "phone" | "email" | "amount":
            return str(argument.type)
        case "when" | "day" | "period" | "since":
            return str(argument.type)
        case "booking" | "task":
            return str(argument.type)
        case "appointment" | "mail" | "follow_up":
            return {"appointment": "title", "mail": "topic", "follow_up": "task"}[argument.type]
        case _:
            return slot


def _kinds(kind: str, chance: Random) -> Iterator[str]:
    """A name is mostly of one kind; people are often known in two."""
    yield kind
    if kind == "colleague" and chance.random() < 0.35:
        yield "resource"
    if kind == "resource" and chance.random() < 0.2:
        yield "colleague"
    if kind == "contact" and chance.random() < 0.1:
        yield "colleague"


def _as_typed(text: str, chance: Random, *, open_end: bool) -> str:
    """With what people put around a request; nothing is hung on a text that goes to the end."""
    if chance.random() < 0.2:
        text = chance.choice(_POLITE) + text
    elif chance.random() < 0.1:
        text = chance.choice(_BEFORE) + text
    if not open_end and chance.random() < 0.1:
        return text + chance.choice(_TAILS)
    if chance.random() < 0.2:
        text += chance.choice(_AFTER)
    if chance.random() < 0.15:
        text = text.replace("'", "")
    return text


def requests(shapes: Mapping[str, Shape], chance: Random, times: int, language: str = "en") -> Iterator[Made]:
    """Every phrasing filled `times` times."""
    pools = fillings()
    for tool, lines in phrasings(language).items():
        for line in lines:
            for _ in range(times if _SLOT.search(line) else max(1, times // 2)):
                yield made(tool, line, shapes.get(tool), pools, chance)
