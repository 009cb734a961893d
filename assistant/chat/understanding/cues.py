"""Cues: short patterns over marked words, which speak for a tool and say where free text stands.

A cue is words with spaces between them:
    log|note       one of these words          @move        one of a class of words
    <person,when>  something marked so         the?         may be left out
    ..             up to six items             {text}       free text, up to what follows or to the end
    ^  $           begins, ends here           +4  -2       more or less weight than the words give it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from assistant.chat.understanding.items import Item

_GAP = 6
_WEIGHTS = {"word": 3.0, "mark": 2.0, "start": 1.5, "end": 1.0, "text": 0.5, "gap": 0.0}


@dataclass(frozen=True, slots=True)
class Element:
    """`what`: word, mark, gap, text, start, end."""

    what: str
    words: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    optional: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    text: str
    elements: tuple[Element, ...]
    bonus: float

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for one in self.elements if one.what == "word" for word in one.words)

    @property
    def anchored(self) -> bool:
        return bool(self.elements) and self.elements[0].what == "start"


@dataclass(frozen=True, slots=True)
class Match:
    """Which items a cue covers, from `start` up to `end`, and the free texts in it, as (first, last) of items."""

    cue: Cue
    weight: float
    start: int
    end: int
    texts: Mapping[str, tuple[int, int]]
    used: frozenset[int]


def parse_cue(text: str, classes: Mapping[str, frozenset[str]], parsed: dict[str, Element]) -> Cue:
    """The cue that a text means; `parsed` keeps what its parts mean, for other cues of the language."""
    elements: list[Element] = []
    bonus = 0.0
    for part in text.split():
        if part[0] in "+-" and part[1:].isdigit():
            bonus += float(part)
        else:
            if part not in parsed:
                parsed[part] = _element(part, classes)
            elements.append(parsed[part])
    return Cue(text, tuple(elements), bonus)


def _element(part: str, classes: Mapping[str, frozenset[str]]) -> Element:
    if part in ("^", "$", ".."):
        return Element({"^": "start", "$": "end", "..": "gap"}[part])
    optional = len(part) > 1 and part.endswith("?")
    bare = part[:-1] if optional else part
    if bare.startswith("{"):
        return Element("text", optional=optional, name=bare.strip("{}"))
    words: set[str] = set()
    marks: set[str] = set()
    for one in bare.split("|"):
        if one.startswith("<"):
            marks |= set(one.strip("<>").split(","))
        else:
            words |= classes[one[1:]] if one.startswith("@") else {one}
    return Element("word" if words else "mark", frozenset(words), frozenset(marks), optional)


def may_match(cue: Cue, words: Set[str], marks: Set[str]) -> bool:
    """Whether every part that a cue needs stands somewhere; quickly told for most cues."""
    return all(
        not one.words.isdisjoint(words) or not one.marks.isdisjoint(marks)
        for one in cue.elements
        if one.what in ("word", "mark") and not one.optional
    )


def best_match(cue: Cue, items: Sequence[Item], first: int) -> Match | None:
    """The way of this cue through the items that weighs most; `first` is where the clause begins behind its filler."""
    found = (match for start in _starts(cue, items, first) for match in _from(cue, items, start))
    return max(found, key=lambda one: (one.weight, -one.start), default=None)


def _starts(cue: Cue, items: Sequence[Item], first: int) -> Iterator[int]:
    if cue.anchored:
        yield from range(first + 1)  # words that are skipped may be meant all the same
    else:
        yield from range(len(items))


def _from(cue: Cue, items: Sequence[Item], start: int) -> Iterator[Match]:
    elements = cue.elements[1:] if cue.anchored else cue.elements
    weight = cue.bonus + (_WEIGHTS["start"] if cue.anchored else 0.0)
    for end, more, texts, used in _walk(elements, items, start):
        yield Match(cue, weight + more, start, end, dict(texts), frozenset(used))


_Way = tuple[int, float, tuple[tuple[str, tuple[int, int]], ...], tuple[int, ...]]


def _walk(elements: Sequence[Element], items: Sequence[Item], at: int) -> Iterator[_Way]:
    if not elements:
        yield at, 0.0, (), ()
        return
    one, rest = elements[0], elements[1:]
    match one.what:
        case "end":
            if all(item.kind == "mark" for item in items[at:]):
                yield from _added(_walk(rest, items, at), _WEIGHTS["end"])
        case "gap":
            for skipped in range(min(_GAP, len(items) - at) + 1):
                yield from _added(_walk(rest, items, at + skipped), -0.15 * skipped)
        case "text":
            yield from _texts(one, rest, items, at)
        case _:
            if at < len(items) and _is(one, items[at]):
                weight = _WEIGHTS["mark" if one.what == "mark" else "word"]
                yield from _added(_walk(rest, items, at + 1), weight, used=(at,))
    if one.optional:
        yield from _walk(rest, items, at)


def _texts(one: Element, rest: Sequence[Element], items: Sequence[Item], at: int) -> Iterator[_Way]:
    if at >= len(items):
        return
    ends = range(at + 1, len(items) + 1) if rest else [len(items)]
    for end in ends:
        text = ((one.name, (at, end)),)
        yield from _added(_walk(rest, items, end), _WEIGHTS["text"] - 0.02 * (end - at if rest else 0), text)


def _added(
    ways: Iterator[_Way], weight: float, texts: tuple[tuple[str, tuple[int, int]], ...] = (), used: tuple[int, ...] = ()
) -> Iterator[_Way]:
    for end, more, others, also in ways:
        yield end, weight + more, (*texts, *others), (*used, *also)


def _is(one: Element, item: Item) -> bool:
    if item.kind == "span":
        return bool(one.marks & item.marks)
    return not one.words.isdisjoint(item.words)
