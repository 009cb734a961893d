"""Free texts in a request: where they stand, and what at their edges is not part of them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.understanding.edges import learned, span
from assistant.chat.understanding.features import token
from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.marking import Marked
from assistant.chat.understanding.values import DESCRIBED, TEXTS, Argument, Shape

_STRIPPED = " ,;:-–—()\"'“”"
_DIVIDING = (",", "-", "–", "—", "(", ")", ";")
_SLOT_WORDS = 4  # plain words at most in a part that is only a price, a time or a priority
_TIMES = ("when", "day", "repeat", "period", "duration")

Range = tuple[int, int]


def texts_of(shape: Shape, marked: Marked, first: int, words: Lexicon) -> dict[str, Range]:
    """Where the texts of a tool stand, by the words around them."""
    tokens, score = [token(item) for item in marked.items], learned()
    found: dict[str, Range] = {}
    for one in shape.arguments:
        if one.type in (*TEXTS, *DESCRIBED) and (
            there := span(f"{shape.name}.{one.name}", one.type, tokens, first, score)
        ):
            if one.type == "text" and _is_all_that_follows(shape, tokens, there[0]):
                there = there[0], len(tokens)
            bounds = _trimmed(shape, one, there, marked, words)
            if bounds[0] < bounds[1]:
                found[one.name] = bounds
    return found


def _is_all_that_follows(shape: Shape, tokens: Sequence[str], start: int) -> bool:
    """Behind a colon all of it is text, unless the tool needs a time, which may follow."""
    return (
        start > 0
        and tokens[start - 1] == ":"
        and not any(one.required and one.type in _TIMES for one in shape.arguments)
    )


def as_text(marked: Marked, bounds: Range) -> str:
    return marked.said(*bounds).strip(_STRIPPED).rstrip(".!")


def _parts(items: Sequence[Item], first: int) -> list[Range]:
    """The ranges between marks of punctuation; at least one."""
    cuts = [at for at in range(first, len(items)) if items[at].kind == "mark" and items[at].text in _DIVIDING]
    starts = [first, *(at + 1 for at in cuts)]
    return [(start, end) for start, end in zip(starts, [*cuts, len(items)], strict=True) if start < end] or [
        (first, first)
    ]


def _trimmed(shape: Shape, argument: Argument, bounds: Range, marked: Marked, words: Lexicon) -> Range:
    """Without marks at the edges; a title also without what is an argument of its own, and nothing of it where only a
    name is left."""
    first, last = _stripped(marked.items, bounds)
    if argument.type in ("title", "name"):
        first, last = _without_slots(shape, marked.items, first, last, words)
        if argument.type == "name":
            first, last = _parts(marked.items[:last], first)[0] if first < last else (first, last)
        if any(one.type in _TIMES for one in shape.arguments):
            first, last = _without_times(marked.items, first, last, words)
        if argument.type == "title" and all(
            item.kind == "span" or item.text in words.prepositions for item in marked.items[first:last]
        ):
            return last, last
    return _stripped(marked.items, (first, last))


def _without_slots(shape: Shape, items: Sequence[Item], first: int, last: int, words: Lexicon) -> Range:
    """Without parts at the end that are arguments of their own: ", EUR 90,000, by Friday", ", prio high"."""
    parts = _parts(items[:last], first)
    while len(parts) > 1 and _is_slot(shape, items[slice(*parts[-1])], words):
        parts.pop()
    return (first, parts[-1][1]) if parts else (first, last)


def _is_slot(shape: Shape, part: Sequence[Item], words: Lexicon) -> bool:
    types = {one.type for one in shape.arguments}
    if sum(item.kind == "word" for item in part) > _SLOT_WORDS:
        return False
    timed = bool(types & set(_TIMES)) and any("time" in item.marks for item in part)
    filled = any(types & item.marks for item in part) or timed
    chosen = [
        phrase
        for one in shape.arguments
        if one.type == "choice"
        for some in words.choices.get(one.name, {}).values()
        for phrase in some
    ]
    texts = [item.text for item in part]
    return filled or any(set(phrase) <= set(texts) for phrase in chosen if len(texts) <= 3)


def _stripped(items: Sequence[Item], bounds: Range) -> Range:
    first, last = bounds
    while first < last and (items[first].text in ("that", "to", "and") or _is_edge(items[first])):
        first += 1
    while first < last and _is_edge(items[last - 1]):
        last -= 1
    return first, last


def _is_edge(item: Item) -> bool:
    return item.kind == "mark" and item.text in ",;:-–—(). !\"'“”"


def _without_times(items: Sequence[Item], first: int, last: int, words: Lexicon) -> Range:
    trailing = words.before["trailing"]
    end = last
    while end - 1 > first and "time" in items[end - 1].marks:
        end -= 1
        while end - 1 > first and items[end - 1].text in trailing:
            end -= 1
    start = first
    while start + 1 < end and "time" in items[start].marks:
        start += 1
        while start + 1 < end and items[start].text in ("to", ",", ":", "that", "-"):
            start += 1
    return start, end
