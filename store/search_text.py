"""Turning text into the words that the index holds, the same on every database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Characters of one document that are indexed; the rest of a very long mail is found by its beginning.
INDEXED = 64_000

_LONGEST_KEY = 500  # characters; more would not fit an index row of PostgreSQL
_LONGEST_WORD = 80  # characters; longer ones are encoded data, which nobody types, and would swell the index
_MOST_PHRASES = 12
_MOST_WORDS = 16  # in one phrase

_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_WORDS = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_TOO_LONG = re.compile(rf"[^ ]{{{_LONGEST_WORD + 1},}}")
# Scripts written without spaces: each character is a word of its own, and a query for several is a phrase.
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af])")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side; with `prefix` the last one may be only the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool


def fold(text: str) -> str:
    """Lower-case words without diacritics, separated by single blanks; one CJK character is one word."""
    text = text[:INDEXED]
    if text.isascii():
        # Every mail passes here: a table is five times as fast as the expression that other scripts need.
        return " ".join(text.translate(_ASCII_WORDS).split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(c for c in decomposed if not unicodedata.combining(c))
    text = _CJK.sub(r" \1 ", unicodedata.normalize("NFC", text))
    return _NOT_WORD.sub(" ", text.lower()).strip()


def title_key(title: str) -> str:
    """What records are sorted and found by: the folded title, as far as an index holds it."""
    return fold(title)[:_LONGEST_KEY]


def indexed(text: str) -> str:
    """What the index holds of a text: its folded words without the very long ones."""
    return _TOO_LONG.sub(lambda word: word[0][:_LONGEST_WORD], fold(text))


def parse_query(text: str) -> tuple[Phrase, ...]:
    """The phrases a person typed; no text raises, and a text without any word gives none.

    Words in quotation marks, and the words of an address or a number such as a@b.com or CAS-01042, stand side by side.
    The last word may be a beginning, from its second letter on, unless a closed quotation mark or a blank says that it
    is complete. (A single letter begins a tenth of all words, and one CJK character is a word.)
    """
    found = re.findall(r'"([^"]*)("?)|([^\s"]+)', text)
    phrases = [
        Phrase(tuple(word[:_LONGEST_WORD] for word in words[:_MOST_WORDS]), prefix=False)
        for quoted, _, plain in found
        if (words := fold(quoted or plain).split())
    ]
    open_ended = bool(found) and not found[-1][1] and not text[-1].isspace()
    if phrases and open_ended and len(phrases[-1].words[-1]) > 1:
        phrases[-1] = Phrase(phrases[-1].words, prefix=True)
    return tuple(phrases[-_MOST_PHRASES:])


def is_one_letter(phrases: tuple[Phrase, ...]) -> bool:
    """So little was typed that only the beginnings of names are worth looking at."""
    return len(phrases) == 1 and len(phrases[0].words) == 1 and len(phrases[0].words[0]) == 1
