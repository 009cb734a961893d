"""A text cut into items: words, punctuation, and marked spans (times, names, numbers ...) in place of their words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_", re.UNICODE)
_NOT_FOLDED = re.compile(r"['’]")


@dataclass(frozen=True, slots=True)
class Item:
    """`text` is folded; `kind` is word, mark (of punctuation) or span. A span has `marks`, what it can be, and a
    `value`. `corrected` are the words that a misspelt one may mean."""

    text: str
    start: int
    end: int
    kind: str = "word"
    marks: frozenset[str] = frozenset()
    value: Any = None
    corrected: frozenset[str] = frozenset()

    def meaning(self, words: frozenset[str]) -> Item:
        return replace(self, corrected=words)

    @property
    def words(self) -> frozenset[str]:
        """What it may say: the word itself, and those that a misspelt one may mean."""
        return self.corrected | {self.text}


def cut(text: str) -> list[Item]:
    """The items of a text, nothing marked yet. Apostrophes are left out of words ("what's" is "whats")."""
    items: list[Item] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        kind = "word" if word[0].isalnum() else "mark"
        items.append(Item(_NOT_FOLDED.sub("", word.lower()), match.start(), match.end(), kind))
    return items


def with_spans(items: list[Item], spans: list[Item]) -> list[Item]:
    """The items with each span in place of what it covers; spans do not overlap."""
    found: list[Item] = []
    waiting = sorted(spans, key=lambda span: span.start)
    for item in items:
        while waiting and waiting[0].start <= item.start:
            found.append(waiting.pop(0))
        if not found or found[-1].end <= item.start or found[-1].kind != "span":
            found.append(item)
    found += waiting
    return found
