"""Turning text into the words that the index holds, the same on every database."""

from __future__ import annotations

import re
import unicodedata

#: Characters of one document that are indexed; the rest of a very long mail is found by its beginning.
INDEXED = 64_000

_NOT_WORD = re.compile(r"[\W_]+")
# Scripts written without spaces: each character is a word of its own, and a query for several is a phrase.
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af])")


def fold(text: str) -> str:
    """Lower-case words without diacritics, separated by single blanks; one CJK character is one word."""
    text = text[:INDEXED]
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
        text = _CJK.sub(r" \1 ", unicodedata.normalize("NFC", text))
    return _NOT_WORD.sub(" ", text.lower()).strip()


def query_words(text: str) -> list[list[str]]:
    """The phrases a person typed: each is a list of words, and the last word of the last one may be a beginning."""
    phrases: list[list[str]] = []
    for quoted, plain in re.findall(r'"([^"]*)"?|([^\s"]+)', text):
        words = fold(quoted or plain).split()
        if words:
            phrases.append(words)
    return phrases
