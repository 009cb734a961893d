"""The language a mail is written in, guessed from its script, its commonest words and its letters. Pure.

It is a guess for rules ("what is German goes to Vienna"), so it answers '' rather than a language it is unsure of:
for very short texts, for mixtures, and for languages it does not know. Scripts, letters and some words stand in
`language.toml`, the other words in `assistant/linking/stop_words.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

#: Every language that can be guessed: those of both files.
LANGUAGES = tuple("ar bg cs da de el en es fi fr he hu it ja ko nl no pl pt ru sk sr sv tr uk zh".split())  # noqa: SIM905

_LOOKED_AT = 1_000  # characters; more would tell nothing new
_LEAST = 1.6  # what has to speak for a language at least: about two words that no other has
_AHEAD = 1.4  # times what speaks for the next one
_RARE = 0.03  # of all words: a language has more common ones, so foreign words in a text do not decide
_LETTER = 0.5  # what a letter of one language weighs, beside a word of its own
_MOST_LETTERS = 4
_SCRIPT = 0.3  # of all letters
_KANA = 0.05  # Japanese is told from Chinese by a few of its own letters
_LAST_LATIN = 0x036F
_NOT_LANGUAGES = ("calendar", "nordic", "ja")  # lists of stop words for other purposes

_WORD = re.compile(r"[^\W\d_]+'?")


@dataclass(frozen=True, slots=True)
class Script:
    """`ranges` are its first and last code points; with one of the letters `others` it is another language."""

    language: str
    ranges: tuple[tuple[int, int], ...]
    others: frozenset[str]


@dataclass(frozen=True, slots=True)
class Clues:
    """What each word and letter says for which languages, and the scripts that one language is written in."""

    words: Mapping[str, tuple[tuple[str, float], ...]]
    letters: Mapping[str, tuple[tuple[str, float], ...]]
    scripts: tuple[Script, ...]


def guess_language(text: str) -> str:
    """The code of the language (ISO 639-1), '' where that is not clear."""
    text = text[:_LOOKED_AT].casefold()
    return (not text.isascii() and _by_script(text)) or _by_words(text)


def _by_script(text: str) -> str:
    letters = {c: count for c, count in Counter(text).items() if c.isalpha()}
    total = sum(letters.values())
    foreign = [(c, count) for c, count in letters.items() if ord(c) > _LAST_LATIN]
    shares = {
        script.language: sum(count for c, count in foreign if _is_in(script, c)) / total
        for script in load_clues().scripts
        if foreign
    }
    if shares.get("ja", 0) > _KANA and shares["ja"] + shares["zh"] > _SCRIPT:
        return "ja"
    best = max(shares, key=lambda language: shares[language], default="")
    script = next((each for each in load_clues().scripts if each.language == best), None)
    if script is None or shares[best] < _SCRIPT or script.others & letters.keys():
        return ""
    return best


def _is_in(script: Script, letter: str) -> bool:
    return any(low <= ord(letter) <= high for low, high in script.ranges)


def _by_words(text: str) -> str:
    clues = load_clues()
    words = _WORD.findall(text.replace("’", "'"))  # of a word with an apostrophe both parts, the first with it
    odds: dict[str, float] = {}
    for word, count in Counter(words).items():
        for language, weight in clues.words.get(word, ()):
            odds[language] = odds.get(language, 0.0) + weight * count
    for letter in clues.letters.keys() & set(text):
        for language, weight in clues.letters[letter]:
            odds[language] = odds.get(language, 0.0) + weight * min(text.count(letter), _MOST_LETTERS)
    ranked = sorted(odds.items(), key=lambda each: -each[1])
    (best, most), (_, second) = (*ranked[:2], ("", 0.0), ("", 0.0))[:2]
    return best if most >= max(_LEAST, _AHEAD * second, _RARE * len(words)) else ""


@cache
def load_clues() -> Clues:
    """What both files say, read once."""
    own: dict[str, Any] = tomllib.loads(_read("assistant.triage", "language.toml"))
    words: dict[str, set[str]] = {}
    for language, listed in (*_stop_words().items(), *own["words"].items()):
        words.setdefault(language, set()).update(word.casefold() for word in listed)
    return Clues(
        words=_weights(words, 1.0),
        letters=_weights({language: set(letters) for language, letters in own["letters"].items()}, _LETTER),
        scripts=tuple(
            Script(each["language"], tuple(map(tuple, each["ranges"])), frozenset(each.get("others", "")))
            for each in own["script"]
        ),
    )


def _stop_words() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = tomllib.loads(_read("assistant.linking", "stop_words.toml"))
    return {language: words for language, words in lists.items() if language not in _NOT_LANGUAGES}


def _read(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")


def _weights(lists: Mapping[str, set[str]], full: float) -> dict[str, tuple[tuple[str, float], ...]]:
    """By word the languages that have it; what several share says less for each."""
    by_word: dict[str, list[str]] = {}
    for language, words in lists.items():
        for word in words:
            by_word.setdefault(word, []).append(language)
    return {word: tuple((language, full / len(some)) for language in some) for word, some in by_word.items()}
