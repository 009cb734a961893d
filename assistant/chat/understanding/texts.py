"""Free texts in a request: where they stand, and what at their edges is not part of them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.understanding.edges import learned, span
from assistant.chat.understanding.features import token
from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.marking import Marked
from assistant.chat.understanding.parts import TIMES, Range, is_slot, parts
from assistant.chat.understanding.quoting import quoted
from assistant.chat.understanding.resting import whole
from assistant.chat.understanding.values import DESCRIBED, TEXTS, Argument, Shape

_LEADING = ("to", "that", ":", "re", "about", "of")  # words and marks that lead to a text
_LEAST = 2  # words of a text that was not recognised as one
_STRIPPED = " ,;:-–—()\"'“”"


def texts_of(shape: Shape, marked: Marked, first: int, words: Lexicon) -> dict[str, Range]:
    """Where the texts of a tool stand, by the words around them."""
    tokens, score = [token(item) for item in marked.items], learned()
    found = quoted(shape, marked)
    for one in shape.arguments:
        if one.name in found:
            continue
        if one.type not in (*TEXTS, *DESCRIBED):
            continue
        key = f"{shape.name}.{one.name}"
        there = span(key, one.type, tokens, first, score)
        if there is None and one.required and one.type in ("text", "title"):
            begins = [at for at in range(first + 1, len(tokens)) if tokens[at - 1] in _LEADING]
            there = span(key, one.type, tokens, first, score, begins) if begins else None
            there = there if there and there[1] - there[0] >= _LEAST else None
        if there is not None:
            if one.type == "text":
                there = whole(shape, marked.items, first, there, words)
            bounds = _trimmed(shape, one, there, marked, words)
            if bounds[0] < bounds[1]:
                found[one.name] = bounds
    return found


def as_text(marked: Marked, bounds: Range) -> str:
    return marked.said(*bounds).strip(_STRIPPED).rstrip(".!")


def _trimmed(shape: Shape, argument: Argument, bounds: Range, marked: Marked, words: Lexicon) -> Range:
    """Without marks at the edges; a title also without what is an argument of its own, and nothing of it where only a
    name is left."""
    first, last = _stripped(marked.items, bounds)
    if argument.type == "text" and _has_all_times(shape, marked.items, first, last):
        first, last = _without_times(marked.items, first, last, words)
    if argument.type in ("title", "name"):
        first, last = _without_slots(shape, marked.items, first, last, words)
        if argument.type == "name":
            first, last = parts(marked.items[:last], first)[0] if first < last else (first, last)
        if any(one.type in TIMES for one in shape.arguments):
            first, last = _without_times(marked.items, first, last, words)
        if argument.type == "title" and all(
            item.kind == "span" or item.text in words.prepositions for item in marked.items[first:last]
        ):
            return last, last
    return _stripped(marked.items, (first, last))


def _has_all_times(shape: Shape, items: Sequence[Item], first: int, last: int) -> bool:
    """Whether the tool needs a time and the only one that is said ends the text."""
    needed = any(one.required and one.type in TIMES for one in shape.arguments)
    return needed and not any("time" in item.marks for item in (*items[:first], *items[last:]))


def _without_slots(shape: Shape, items: Sequence[Item], first: int, last: int, words: Lexicon) -> Range:
    """Without parts at the end that are arguments of their own: ", EUR 90,000, by Friday", ", prio high"."""
    some = parts(items[:last], first)
    while len(some) > 1 and is_slot(shape, items[slice(*some[-1])], words):
        some.pop()
    return (first, some[-1][1]) if some else (first, last)


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
