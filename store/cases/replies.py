"""What a customer's mail does to a case that nobody expected one for: it is closed, or waits for them. Pure.

A bare thank-you, and what an answering machine says, join the timeline and do nothing else. Any other answer lets a
waiting case go on, opens a closed one again within some days of its resolution, and later begins a case that follows
it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from store.cases.lifecycle import WAITING, is_closed
from store.search_text import fold

_MOST_WORDS = 60  # of a thank-you; CJK characters are words
_CROSSES = timedelta(hours=1)  # that a mailbox is behind
_ASKS = ("?", "？", "؟")


class Outcome(StrEnum):
    """What becomes of the case. Stale: it is no answer to how the case stands by now."""

    JOINS = "joins"
    GOES_ON = "goes_on"
    REOPENS = "reopens"
    FOLLOWS = "follows"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Reply:
    """A customer's mail about a case. `since` is when the case came to stand as it does; an answer opens it again for
    `reopen_days`. `new_text` is what was written anew, `names` are those of the people it is from and to.
    `about_former` says that it is about a case that this one follows. `known_at` is when we got to know it, None where
    that was at once. `is_automatic` says that its subject is one of answering machines."""

    at: datetime
    new_text: str
    names: tuple[str, ...]
    status: str
    since: datetime
    reopen_days: int
    about_former: bool = False
    known_at: datetime | None = None
    is_automatic: bool = False

    @property
    def came_before(self) -> bool:
        """It came before the case stood as it does, and whoever brought it there may have known it: not one that was
        still on its way to us."""
        crossed = self.known_at is not None and self.known_at > self.since and self.since - self.at <= _CROSSES
        return self.at < self.since and not crossed


def outcome(reply: Reply) -> Outcome:
    """What a mail does to its case."""
    if reply.about_former and not is_closed(reply.status) and reply.status != WAITING:
        return Outcome.JOINS
    if reply.came_before or not (reply.status == WAITING or is_closed(reply.status)):
        return Outcome.STALE
    if reply.is_automatic or is_bare_thanks(reply.new_text, reply.names):
        return Outcome.JOINS
    if reply.status == WAITING:
        return Outcome.GOES_ON
    in_time = reply.at <= reply.since + timedelta(days=reply.reopen_days)
    return Outcome.REOPENS if in_time else Outcome.FOLLOWS


def is_bare_thanks(text: str, names: Collection[str] = ()) -> bool:
    """Whether a text says thank you and nothing else, in any of the languages of thanks.toml."""
    if any(sign in text for sign in _ASKS):
        return False
    words = fold(text).split()
    if not words or len(words) > _MOST_WORDS:
        return False
    known = {word for name in names for word in fold(name).split()}
    said = [word for word in words if word not in known]
    return any(_is_thanks(said, own) for own in _languages().values())


@dataclass(frozen=True, slots=True)
class _Language:
    thanks: frozenset[tuple[str, ...]]
    all: frozenset[tuple[str, ...]]  # words as fold leaves them; several for what is written without blanks
    longest: int


def _is_thanks(words: list[str], language: _Language) -> bool:
    """Whether the words can be taken apart into those of the language, with one that thanks among them."""
    thanked, place = False, 0
    while place < len(words):
        sizes = range(min(language.longest, len(words) - place), 0, -1)
        taken = next((size for size in sizes if tuple(words[place : place + size]) in language.all), 0)
        if not taken:
            return False
        said = tuple(words[place : place + taken])
        thanked = thanked or said in language.thanks or any((word,) in language.thanks for word in said)
        place += taken
    return thanked


@cache
def _languages() -> Mapping[str, _Language]:
    data = tomllib.loads(files("store.cases").joinpath("thanks.toml").read_text(encoding="utf-8"))
    return {name: _language(lists) for name, lists in data.items()}


def _language(lists: Mapping[str, list[str]]) -> _Language:
    thanks = frozenset(tuple(fold(word).split()) for word in lists["thanks"])
    every = thanks | frozenset(tuple(fold(word).split()) for word in lists["beside"])
    return _Language(thanks, every, max(map(len, every)))
