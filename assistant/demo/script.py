"""Reads the demo's stories: who writes to whom, how long after, in which words.

A script is a run of blocks, each opened by a line `> FROM to LIST [cc LIST] [after TIME] [with FLAGS]`. In the text
`<a|b>` takes one of the choices, `{~pool}` draws a phrase, `{day+3}` is a working day after the mail's own date,
`{time}` a plausible hour, and any other `{slot}` is filled from the story.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from assistant.demo.calendar_words import day_words, working_day_after
from assistant.demo.cast import read_texts

_OPENING = re.compile(
    r"^> (?P<sender>\w+) to (?P<to>[\w, ]+?)(?: cc (?P<cc>[\w, ]+?))?(?: after (?P<n>\d+)(?P<unit>[mhd]))?"
    r"(?: with (?P<flags>[\w, -]+))?$",
    re.MULTILINE,
)
_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Step:
    """One mail of a script; people are named by their part in the story (customer, me, sofia)."""

    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    after: timedelta  # since the previous mail, before working hours are considered
    flags: frozenset[str]  # screenshot, photo, pdf, number, fwd, bare, urgent
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation to be written: a script with the particulars of one customer filled in."""

    kind: str  # case, deal, booking, internal, stranger
    desk: str  # whose mailbox "me" is
    subject: str
    steps: tuple[Step, ...]
    slots: Mapping[str, Any] = field(default_factory=dict)

    def slot(self, name: str, default: Any = "") -> Any:
        return self.slots.get(name, default)


def load_stories(name: str) -> Iterator[Story]:
    """All stories of one text file; a story with seeds is told once for each seed."""
    for row in read_texts(name)["story"]:
        steps = tuple(read_script(row["script"]))
        common = {key: value for key, value in row.items() if key not in ("script", "seed")}
        for seed in row.get("seed", [{}]):
            slots = common | seed
            yield Story(slots["kind"], slots["desk"], slots["subject"], steps, slots)


def read_script(script: str) -> Iterator[Step]:
    """The mails of a script, in order; ValueError where a block does not open as it must."""
    for part in filter(None, re.split(r"^(?=> )", script.strip(), flags=re.MULTILINE)):
        opening, _, text = part.partition("\n")
        match = _OPENING.match(opening)
        if match is None:
            raise ValueError(f"not an opening line: {opening!r}")
        unit = _UNITS[match["unit"] or "h"]
        yield Step(
            sender=match["sender"],
            to=_names(match["to"]),
            cc=_names(match["cc"]),
            after=timedelta(**{unit: int(match["n"] or 2)}),
            flags=frozenset(_names(match["flags"])),
            text=text.strip(),
        )


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


class Phrases:
    """Pools of phrases per language, each drawn empty before it repeats."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pools: dict[str, dict[str, list[str]]] = read_texts("phrases.toml")
        self._left: dict[tuple[str, str], list[str]] = {}

    def draw(self, lang: str, pool: str) -> str:
        left = self._left.setdefault((lang, pool), [])
        if not left:
            source = self._pools.get(lang, {}).get(pool) or self._pools["en"][pool]
            left.extend(self._rng.sample(source, len(source)))
        return left.pop()


def fill(text: str, slots: Mapping[str, Any], *, lang: str, at: datetime, rng: random.Random, phrases: Phrases) -> str:
    """`text` with its choices made and its slots filled; `at` is the writer's local time. KeyError: unknown slot."""

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("~"):
            drawn = phrases.draw(lang, name[1:])
            return fill(drawn, slots, lang=lang, at=at, rng=rng, phrases=phrases)
        if name.startswith("day+"):
            return day_words(working_day_after(at.date(), int(name[4:])), lang)
        if name == "time":
            return f"{rng.choice((7, 8, 9, 10, 11, 13, 14, 15))}:{rng.choice(('00', '15', '30'))}"
        return fill(str(slots[name]), slots, lang=lang, at=at, rng=rng, phrases=phrases)

    chosen = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)
    return re.sub(r"\{([~\w+]+)\}", replace, chosen)
