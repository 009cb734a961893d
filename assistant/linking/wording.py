"""How well the words of a mail fit the words of a record: telling words, misspelt ones included. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz.fuzz import ratio

from store.search_text import fold

_LONG_ENOUGH = 2
_FUZZY_FROM = 5  # letters; shorter words are compared exactly
_ALIKE = 84.0  # percent, rapidfuzz ratio
_STEM = 5  # letters that two forms of one word share at least
_MOST_WORDS = 400  # of one text
_NUMBERS = 1.5  # how much more a word with digits tells


@dataclass(frozen=True, slots=True)
class Fit:
    """`share` is how much of the wanted words' weight was found, 0 to 1; `found` the wanted words that were."""

    share: float
    found: tuple[str, ...]
    wanted: int


@cache
def _stop_words() -> frozenset[str]:
    text = files("assistant.linking").joinpath("stop_words.toml").read_text(encoding="utf-8")
    return frozenset(fold(word) for words in tomllib.loads(text).values() for word in words)


@lru_cache(maxsize=4_096)
def telling_words(text: str) -> tuple[str, ...]:
    """The folded words of a text that tell something, each once, in order."""
    stop = _stop_words()
    words = (word for word in fold(text).split() if _tells(word) and word not in stop)
    return tuple(dict.fromkeys(words))[:_MOST_WORDS]


def rarity(texts: Iterable[Collection[str]]) -> Mapping[str, float]:
    """The weight of each word: what few of these texts say tells most."""
    counts: dict[str, int] = {}
    for words in texts:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return {word: _own_weight(word) / count for word, count in counts.items()}


def fit(wanted: Collection[str], said: Collection[str], weights: Mapping[str, float]) -> Fit:
    """How much of `wanted` is said, by weight; a misspelt or inflected word counts as far as it is alike."""
    heard = _heard(tuple(said))
    total = got = 0.0
    found: list[str] = []
    for word in wanted:
        weight = weights.get(word, _own_weight(word))
        total += weight
        likeness = 1.0 if word in heard.exact else _likeness(word, heard)
        if likeness:
            got += weight * likeness
            found.append(word)
    return Fit(got / total if total else 0.0, tuple(found), len(wanted))


def _tells(word: str) -> bool:
    return len(word) >= _LONG_ENOUGH or not word.isascii()


@lru_cache(maxsize=20_000)
def _own_weight(word: str) -> float:
    return _NUMBERS if any(c.isdigit() for c in word) else 1.0


@dataclass(frozen=True, slots=True)
class _Heard:
    """The words that are said, and those long enough to be misspelt by their first letter."""

    exact: frozenset[str]
    by_initial: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=512)
def _heard(said: tuple[str, ...]) -> _Heard:
    by_initial: dict[str, list[str]] = {}
    for word in said:
        if len(word) >= _FUZZY_FROM:
            by_initial.setdefault(word[0], []).append(word)
    return _Heard(frozenset(said), {initial: tuple(words) for initial, words in by_initial.items()})


@lru_cache(maxsize=20_000)
def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _FUZZY_FROM and not any(c.isdigit() for c in word)


def _likeness(word: str, heard: _Heard) -> float:
    if not _may_be_misspelt(word):
        return 0.0
    best = 0.0
    for other in heard.by_initial.get(word[0], ()):
        if word.startswith(other[:_STEM]) and abs(len(word) - len(other)) <= 3:
            best = max(best, 0.8)
        best = max(best, ratio(word, other, score_cutoff=_ALIKE) / 100)
    return best
