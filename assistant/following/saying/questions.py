"""Whether a sentence asks its reader for an answer, or for a thing. Pure.

A question mark asks in every language. Requests without one are known by the words of a language (words/).
"""

from __future__ import annotations

import re

from assistant.following.saying.wording import Wording, folded

_MARK = re.compile(r"(?<![?？؟])[?？؟][!?؟？]{0,2}(?![!?؟？\"”»)\]])\W{0,4}\Z")  # in quotes or brackets it asks nobody
_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_FEWEST = 2  # words; a name with a question mark argues more often than it asks
_SPACELESS = re.compile(r"[぀-ヿ㐀-鿿]{4}")  # Chinese and Japanese part no words


def asks(sentence: str, words: Wording | None) -> bool:
    """`words` are None where the language is not known."""
    low = folded(_ADDRESS.sub("", sentence))
    if _MARK.search(low):
        told = len(_WORD.findall(low.rpartition(": ")[2])) >= _FEWEST or _SPACELESS.search(low) is not None
        return told and not (words and words.rhetorical.search(low))
    return words is not None and words.asks.search(low) is not None and words.no_question.search(low) is None
