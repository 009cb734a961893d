"""A text cut into tokens, with what every rule needs: the words, the moment, the user's habits, and what was found.

A rule is a function (scan, index of a token) that gives what it found there and the index after it, or None. Rules
that others ask again are remembered, so that reading takes time linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from assistant.chat.times.lexicon import TOKEN, Lexicon
from assistant.chat.times.values import Habits

_DEEPEST = 40  # rules inside of rules; nobody writes more

_UNASKED: Any = object()

T = TypeVar("T")
P = ParamSpec("P")
Found = tuple[T, int] | None


@dataclass(frozen=True, slots=True)
class Token:
    text: str  # folded
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """`now` is wall time in the user's zone; `moment` the same, aware."""

    text: str
    tokens: list[Token]
    words: Lexicon
    moment: datetime
    now: datetime
    habits: Habits
    memo: dict[tuple[str, int], Any] = field(default_factory=dict)
    asking: list[int] = field(default_factory=list)  # the places of rules that wait for others

    def word(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def glued(self, index: int) -> bool:
        """Whether a token follows the one before it without a space."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start

    def phrase(self, index: int, table: str) -> Found[str]:
        """The longest phrase of a table that stands here, with what it means."""
        tokens = self.tokens
        if not 0 <= index < len(tokens):
            return None
        found = self.words.tables[table].get(tokens[index].text)
        if found is None:
            return None
        for phrase, meaning in found:
            size = len(phrase)
            if size == 1:
                return meaning, index + 1
            if index + size <= len(tokens) and all(tokens[index + n].text == phrase[n] for n in range(1, size)):
                return meaning, index + size
        return None

    def skip(self, index: int, table: str) -> int:
        """The index after a phrase of the table, or the same where none stands here."""
        found = self.phrase(index, table)
        return found[1] if found else index

    def abbreviated(self, index: int) -> int:
        """The index after a full stop that belongs to the short word before it ("Fri."), if more follows or not."""
        return index + 1 if self.word(index) == "." and self.glued(index) and len(self.word(index - 1)) < 5 else index


def scanned(text: str, words: Lexicon, moment: datetime, habits: Habits) -> Scan:
    folded = "".join(low if len(low := char.lower()) == 1 else char for char in text)  # keeps the offsets
    tokens = [Token(match.group(), match.start(), match.end()) for match in TOKEN.finditer(folded)]
    return Scan(folded, tokens, words, moment, moment.replace(tzinfo=None), habits)


def remembered(rule: Callable[[Scan, int], Found[T]]) -> Callable[[Scan, int], Found[T]]:
    """The rule, asked once for each place of a text."""
    name = f"{rule.__module__}.{rule.__qualname__}"

    @wraps(rule)
    def asked(scan: Scan, index: int) -> Found[T]:
        key, memo = (name, index), scan.memo
        found: Found[T] = memo.get(key, _UNASKED)
        if found is not _UNASKED:
            return found
        memo[key] = found = None  # a rule that comes back to itself at the same place finds nothing there
        if index < len(scan.tokens) and len(scan.asking) < _DEEPEST:
            scan.asking.append(index)
            memo[key] = found = rule(scan, index)
            scan.asking.pop()
        return found

    return asked
