"""Regular expressions that cannot hang, whatever a mail says. Pure.

A pattern is a small part of Python's: letters, escapes, classes, groups, `|`, `.`, `^`, `$` and the repeats `?`, `*`,
`+`, `{m,n}`. What makes matching exponential is refused: a repeat or a choice within a repeat, looking around,
referring back. `*` and `+` reach as far as `REACH`, and the steps that a pattern can take at one place of a text are
counted and bounded; texts are bounded too (`facts.MOST_TEXT`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

REACH = 40  # times that an open repeat repeats at most
MOST_STEPS = 18_000  # at one place of a text: room for two open repeats and a word behind them
LONGEST = 200  # characters of a pattern
_DEEPEST = 10  # groups within groups

_TURKISH = "iIıİ"
_CLASSES = frozenset("dDwWsSbBnt")
_COUNTED = re.compile(r"\{(\d{1,4})(,(\d{1,4})?)?\}", re.ASCII)


class UnsafePattern(ValueError):
    """What is wrong with a pattern: the end of a sentence that begins with it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern. `ways` in which it can fit at one place, `steps` until it was tried in all of them;
    `fixed`: it repeats and chooses nothing. `letter` is what it stands for where that is one character, caseless;
    `needs` the longest run of those that every text it fits has."""

    text: str
    ways: int = 1
    steps: int = 1
    fixed: bool = True
    letter: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that cannot hang."""

    expression: re.Pattern[str]
    needs: str

    def fits(self, plain: str, caseless: str) -> bool:
        """Whether it is found in a text, which comes twice: as it is and casefolded. Looking for what it needs is many
        times as fast as trying it everywhere."""
        return self.needs in caseless and self.expression.search(plain) is not None


def compile_pattern(written: str) -> Pattern:
    """A pattern without its slashes, for letters of any case and line by line. Raises UnsafePattern."""
    if len(written) > LONGEST:
        raise UnsafePattern(f"is longer than {LONGEST} characters")
    part = _Reader(unicodedata.normalize("NFC", written)).read()
    if part.steps > MOST_STEPS:
        raise UnsafePattern("repeats too much; at most two of *, + and {m,} go together, with little behind them")
    try:
        pattern = re.compile(part.text, re.IGNORECASE | re.MULTILINE)
    except re.error as error:
        raise UnsafePattern(f"cannot be read: {error.msg}") from error
    if pattern.search("") is not None:
        raise UnsafePattern("fits every text")
    return Pattern(pattern, part.needs)


def _literal(letter: str) -> _Part:
    # Python takes the i for equal to two letters of Turkish that casefold to others.
    return _Part(re.escape(letter), letter="" if letter in _TURKISH else letter.casefold())


class _Reader:
    """Reads a pattern from left to right and writes it again with bounded repeats."""

    def __init__(self, written: str) -> None:
        self._written, self._at = written, 0

    def read(self) -> _Part:
        part = self._choice(0)
        if self._at < len(self._written):
            raise UnsafePattern("closes a group that is not open")
        return part

    def _next(self) -> str:
        return self._written[self._at : self._at + 1]

    def _take(self) -> str:
        taken = self._next()
        self._at += 1
        return taken

    def _choice(self, depth: int) -> _Part:
        parts = [self._sequence(depth)]
        while self._next() == "|":
            self._at += 1
            parts.append(self._sequence(depth))
        if len(parts) == 1:
            return parts[0]
        ways, steps = sum(each.ways for each in parts), sum(each.steps for each in parts)
        return _Part("|".join(each.text for each in parts), ways, steps, fixed=False)

    def _sequence(self, depth: int) -> _Part:
        text, ways, steps, fixed, needs, run = "", 1, 0, True, "", ""
        while self._next() not in ("", "|", ")"):
            part = self._repeated(self._piece(depth))
            text, steps, ways = text + part.text, steps + ways * part.steps, ways * part.ways
            fixed = fixed and part.fixed
            run = run + part.letter if part.letter else ""
            needs = max(needs, run, part.needs, key=len)
        return _Part(text, ways, steps, fixed, needs=needs)

    def _piece(self, depth: int) -> _Part:
        match taken := self._take():
            case "(":
                return self._group(depth + 1)
            case "[":
                return _Part(self._class())
            case "\\":
                escaped = self._next()
                text = self._escape()
                return _Part(text) if escaped.isalpha() else _literal(escaped)
            case "*" | "+" | "?" | "{":
                raise UnsafePattern(f"has a {taken} with nothing to repeat; write \\{taken} for the character")
            case "." | "^" | "$":
                return _Part(taken)
        return _literal(taken)

    def _group(self, depth: int) -> _Part:
        if depth > _DEEPEST:
            raise UnsafePattern(f"has more than {_DEEPEST} groups within each other")
        if self._written.startswith("?:", self._at):
            self._at += 2
        elif self._next() == "?":
            raise UnsafePattern("has a group that begins with (?, of which only (?: can be used")
        inner = self._choice(depth)
        if self._take() != ")":
            raise UnsafePattern("opens a group and does not close it")
        return _Part(f"(?:{inner.text})", inner.ways, inner.steps, inner.fixed, needs=inner.needs)

    def _class(self) -> str:
        text = "["
        if self._next() == "^":
            text += self._take()
        first = True
        while (taken := self._take()) != "]" or first:
            first = False
            if not taken:
                raise UnsafePattern("opens a class with [ and does not close it")
            if taken == "\\":
                text += self._escape(in_class=True)
            elif taken == "-":
                text += "-" if self._is_range(text) else r"\-"
            else:
                text += re.escape(taken)
        return text + "]"

    def _is_range(self, text: str) -> bool:
        """Whether the hyphen that was just taken stands between two characters."""
        return text not in ("[", "[^") and self._next() not in ("]", "-")

    def _escape(self, *, in_class: bool = False) -> str:
        taken = self._take()
        if not taken:
            raise UnsafePattern("ends in a \\")
        if taken.isdigit():
            raise UnsafePattern(f"refers back with \\{taken}, which cannot be used")
        if taken.isalpha() and (taken not in _CLASSES or (in_class and taken in "bB")):
            raise UnsafePattern(f"says \\{taken}, which means nothing here")
        return f"\\{taken}" if taken.isalpha() else re.escape(taken)

    def _repeated(self, part: _Part) -> _Part:
        bounds = self._bounds()
        if bounds is None:
            return part
        low, high = bounds
        lazy = "?" if self._next() == "?" else ""
        self._at += len(lazy)
        if self._next() in ("*", "+", "?") or _COUNTED.match(self._written, self._at):
            raise UnsafePattern("repeats a repeat")
        if (low, high) == (0, 1):
            return _Part(f"{part.text}?{lazy}", part.ways + 1, part.steps + 1, fixed=False)
        if not part.fixed:
            raise UnsafePattern("has a repeat or a choice within a repeat, which a long text could make it hang on")
        return _Part(f"{part.text}{{{low},{high}}}{lazy}", high - low + 1, high * part.steps + 1, fixed=False)

    def _bounds(self) -> tuple[int, int] | None:
        """How often at least and at most the last piece is repeated; None where no repeat follows."""
        if (sign := self._next()) in ("?", "*", "+") and sign:
            self._at += 1
            return {"?": (0, 1), "*": (0, REACH), "+": (1, REACH)}[sign]
        counted = _COUNTED.match(self._written, self._at)
        if counted is None:
            return None
        self._at = counted.end()
        low = int(counted[1])
        high = low if not counted[2] else int(counted[3]) if counted[3] else REACH
        if not low <= high <= REACH:
            raise UnsafePattern(f"repeats {counted[0]} times; from 0 to {REACH} can be used, the smaller one first")
        return low, high
