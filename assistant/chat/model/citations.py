"""What of a model's words is shown: sentences that cite lines it was shown, and say no figure that is not in them.
Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mail_sync.mime.plain import visible_line

_MARK = r"\[\d{1,3}(?:\s*[,;–-]\s*\[?\d{1,3}\]?)*\]"
_MARKS = re.compile(_MARK)
_CITED = re.compile(r"\d{1,3}")
_RANGE = re.compile(r"(\d{1,3})\]?\s*[–-]\s*\[?(\d{1,3})")
_END = re.compile(rf"[.!?…]+[\"'”’)*]*(?:\s*{_MARK}[.]?)*(?=\s+[\w\"'“‘*(])|\n")
_BULLET = re.compile(r"^\s*(?:[-*•#>|]+|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,:'/-]\d+)*")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|Ing|Mag|St|Co|Inc|Ltd|Corp|No|Nr|vs|ca|approx|e\.g|i\.e))\.$"
)
_NUMBERED_ITEM = re.compile(r"^\s*\d{1,2}[.)]$")
_LONGEST = 600  # characters of a sentence
_MOST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Source:
    """A line that a tool returned, under the number it was shown by. `seen` is False where the model was not told its
    words; then it may point at the line, and say nothing about it."""

    text: str
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence with the numbers of the lines that it rests on; `text` is '' where those lines are shown instead."""

    text: str
    rests_on: tuple[int, ...]


class Statements:
    """Sentences out of words that come in pieces. `left_out` counts those that rest on nothing."""

    def __init__(self, sources: Mapping[int, Source], known: frozenset[str] = frozenset()) -> None:
        self._sources = sources
        self._known = known
        self._rest = ""
        self.left_out = 0

    def feed(self, piece: str) -> Iterator[Stated]:
        """What is whole now, and may be shown. `known` figures (the year) need no line."""
        self._rest += piece
        at = 0
        for end in _END.finditer(self._rest):
            if end.end() >= len(self._rest.rstrip()) and not end[0].endswith("\n"):
                break  # a mark may still follow
            said = self._rest[at : end.end()].strip()
            if _ABBREVIATED.search(said) or _NUMBERED_ITEM.match(said):
                continue
            at = end.end()
            yield from self._checked(said)
        self._rest = self._rest[at:]

    def end(self) -> Iterator[Stated]:
        said, self._rest = self._rest.strip(), ""
        yield from self._checked(said)

    def _checked(self, said: str) -> Iterator[Stated]:
        cited = cited_in(said)
        plain = plain_text(said)
        if not plain and not cited:
            return
        if not cited or any(one not in self._sources for one in cited):
            self.left_out += bool(cited) or not plain.endswith(":")  # "Here is what I found:" is no loss
            return
        seen = [self._sources[one].text for one in cited if self._sources[one].seen]
        if len(plain) > _LONGEST or not seen or not self._supported(plain, " ".join(seen), len(cited)):
            self.left_out += bool(plain)
            yield Stated("", cited)
            return
        yield Stated(plain, cited)

    def _supported(self, said: str, lines: str, count: int) -> bool:
        """Whether its figures, links and addresses stand in the lines that it cites."""
        if any(found[0].rstrip(".,;:!?)").lower() not in lines.lower() for found in _LINK.finditer(said)):
            return False
        there = {one for found in _FIGURE.finditer(lines) for one in _forms(found[0])} | {str(count)} | self._known
        return all(_forms(found[0])[0] in there for found in _FIGURE.finditer(said))


def _forms(figure: str) -> tuple[str, ...]:
    """A figure as its digits, and each part of it: 24.11. is 24 and 11, 1,000 is 1000, and 09:00 is 900."""
    return tuple(re.sub(r"\D", "", one).lstrip("0") for one in (figure, *re.split(r"\D", figure)))


def cited_in(said: str) -> tuple[int, ...]:
    """The numbers in [3], [1, 2], [1][2] and [1-3], each once, in their order."""
    found: list[int] = []
    for marks in _MARKS.finditer(said):
        spans = _RANGE.search(marks[0])
        if spans and 0 < int(spans[2]) - int(spans[1]) <= _MOST_RANGE:
            found += range(int(spans[1]), int(spans[2]) + 1)
        else:
            found += (int(one) for one in _CITED.findall(marks[0]))
    return tuple(dict.fromkeys(found))


def plain_text(said: str) -> str:
    """Words without marks, bullets and emphasis; harmless, on one line."""
    text = _EMPHASIS.sub("", _BULLET.sub("", _MARKS.sub("", said)))
    flat = " ".join(visible_line(text).split())
    return re.sub(r"\s+([.,;:!?])", r"\1", flat).strip() if re.search(r"\w", flat) else ""
