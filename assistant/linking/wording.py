"""How well the words of a mail fit the words of a record: telling words, misspelt ones included. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz.fuzz import ratio

from store.search_text import fold

_LONG_ENOUGH = 2
_FUZZY_FROM = 5  # letters; shorter words are compared exactly
_ALIKE = 84.0  # percent, rapidfuzz ratio
_STEM = 5  # letters that two forms of one word share at least
_OTHER_END = 3  # letters by which their lengths differ at most
_SAME_STEM = 0.8
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


@lru_cache(maxsize=256)
def rarity(texts: tuple[tuple[str, ...], ...]) -> Mapping[str, float]:
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
        weight = weights.get(word)
        if weight is None:
            weight = _own_weight(word)
        total += weight
        likeness = 1.0 if word in heard.exact else heard.likeness(word)
        if likeness:
            got += weight * likeness
            found.append(word)
    return Fit(got / total if total else 0.0, tuple(found), len(wanted))


def _tells(word: str) -> bool:
    return len(word) >= _LONG_ENOUGH or not word.isascii()


@lru_cache(maxsize=20_000)
def _own_weight(word: str) -> float:
    return _NUMBERS if any(c.isdigit() for c in word) else 1.0


class _Heard:
    """The words that are said, and those long enough to be misspelt by their first letter."""

    __slots__ = ("_alike", "_by_initial", "exact")

    def __init__(self, said: Sequence[str]) -> None:
        self.exact = frozenset(said)
        self._by_initial: dict[str, list[str]] = {}
        for word in said:
            if len(word) >= _FUZZY_FROM:
                self._by_initial.setdefault(word[0], []).append(word)
        # Several kinds of evidence ask for the same words, and they again once more is known of a mail.
        self._alike: dict[str, float] = {}

    def likeness(self, word: str) -> float:
        """How much a word that is not said resembles one that is, 0 to 1; 0 of what is too short to be misspelt."""
        found = self._alike.get(word)
        if found is None:
            found = self._alike[word] = self._most_alike(word) if _may_be_misspelt(word) else 0.0
        return found

    def _most_alike(self, word: str) -> float:
        best = 0.0
        stem, length = word[:_STEM], len(word)
        for other in self._by_initial.get(word[0], ()):
            if other.startswith(stem) and abs(length - len(other)) <= _OTHER_END:
                best = max(best, _SAME_STEM)
            alike = ratio(word, other, score_cutoff=_ALIKE)
            if alike:
                best = max(best, alike / 100)
        return best


@lru_cache(maxsize=256)  # a batch; each keeps every word it was compared with
def _heard(said: tuple[str, ...]) -> _Heard:
    return _Heard(said)


@lru_cache(maxsize=20_000)
def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _FUZZY_FROM and not any(c.isdigit() for c in word)
