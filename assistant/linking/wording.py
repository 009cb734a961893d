"""How well the words of a mail fit the words of a record: telling words, misspelt ones included. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

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


def together(*texts: tuple[str, ...]) -> tuple[str, ...]:
    """The telling words of texts that stand one behind the other, of which these are the telling words."""
    return tuple(dict.fromkeys(word for words in texts for word in words))[:_MOST_WORDS]


def rarity(texts: tuple[tuple[str, ...], ...]) -> Mapping[str, float]:
    """The weight of each word: what few of these texts say tells most."""
    counts: dict[str, int] = {}
    for words in texts:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return {word: _own_weight(word) / count for word, count in counts.items()}


def fit(wanted: Collection[str], said: tuple[str, ...], weights: Mapping[str, float]) -> Fit:
    """How much of `wanted` is said, by weight; a misspelt or inflected word counts as far as it is alike."""
    heard = _heard(said)
    exact, alike = heard.exact, heard.alike
    total = got = 0.0
    found: list[str] = []
    for word in wanted:
        weight = weights.get(word)
        if weight is None:
            weight = _own_weight(word)
        total += weight
        if word in exact:
            likeness = 1.0
        elif (likeness := alike.get(word, -1.0)) < 0.0:
            likeness = heard.likeness(word)
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

    __slots__ = ("_said", "_spelt", "alike", "exact")

    def __init__(self, said: tuple[str, ...]) -> None:
        self._said = said
        self._spelt: _Spelt | None = None
        self.exact = frozenset(said)
        # Several kinds of evidence ask for the same words, and they again once more is known of a mail.
        self.alike: dict[str, float] = {}

    def likeness(self, word: str) -> float:
        """How much a word that is not said resembles one that is, 0 to 1; 0 of what is too short to be misspelt."""
        if self._spelt is None:
            self._spelt = _Spelt(self._said)
        found = self.alike[word] = self._spelt.likeness(word) if _may_be_misspelt(word) else 0.0
        return found


class _Spelt:
    """Words that are long enough to be misspelt, by their first letter, and how long those of one stem are."""

    __slots__ = ("_by_initial", "_lengths")

    def __init__(self, words: Collection[str]) -> None:
        self._by_initial: dict[str, list[str]] = {}
        self._lengths: dict[str, list[int]] = {}
        for word in words:
            if len(word) >= _FUZZY_FROM:
                self._by_initial.setdefault(word[0], []).append(word)
                self._lengths.setdefault(word[:_STEM], []).append(len(word))

    def likeness(self, word: str) -> float:
        others = self._by_initial.get(word[0])
        if others is None:
            return 0.0
        closest = extractOne(word, others, scorer=ratio, score_cutoff=_ALIKE)
        if closest is not None:
            return closest[1] / 100  # more than a stem says
        return _SAME_STEM if self._is_form(word) else 0.0

    def _is_form(self, word: str) -> bool:
        """Whether it seems to be another form of one of the words."""
        return any(abs(len(word) - length) <= _OTHER_END for length in self._lengths.get(word[:_STEM], ()))


@lru_cache(maxsize=256)  # a batch; each keeps every word it was compared with
def _heard(said: tuple[str, ...]) -> _Heard:
    return _Heard(said)


@lru_cache(maxsize=20_000)
def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _FUZZY_FROM and not any(c.isdigit() for c in word)
