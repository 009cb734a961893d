"""Texts that are all the rest of a request, whatever words they are of."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.parts import DIVIDING, TIMES, Range, is_slot, parts
from assistant.chat.understanding.values import Shape

_LEADING = (":", ",", "-", "–", "—", "that", "(", "if", "whether")
_A_DRAFT = 7  # words at most in "do not send it, keep it as a draft"
_AN_ORDER = 4  # words at most in "please log that", behind the text
_FOLLOWED = ("find_mail", "find_records", "create_lead")  # other arguments follow their texts


def whole(shape: Shape, items: Sequence[Item], first: int, there: Range, words: Lexicon) -> Range:
    """The text with what was taken for something else behind it, and before it up to a mark of punctuation.

    Not for tools that need a time, which may follow."""
    if shape.name in _FOLLOWED or any(one.required and one.type in TIMES for one in shape.arguments):
        return there
    start, end = there
    if start == first or items[start - 1].text not in _LEADING:
        return there
    if items[start - 1].text == ":":
        return start, _without_draft(shape, items, start, len(items), words)
    start = _begun(shape, items, first, start, words)
    if end < len(items) and items[end].text in (*DIVIDING, ".", "!", "?") and len(items) - end - 1 <= _AN_ORDER:
        return start, end
    return start, _ended(shape, items, start, words)


def _begun(shape: Shape, items: Sequence[Item], first: int, start: int, words: Lexicon) -> int:
    """Where the text begins, if what stands before it is words and nothing else, as in "rang Jane, no answer, ..."."""
    if items[start - 1].text not in DIVIDING:
        return start
    before = [each for each in parts(items[:start], first) if each[1] < start]
    for begin, end in reversed(before[1:]):
        part = items[begin:end]
        if any(item.kind == "span" or item.text == ":" for item in part) or is_slot(shape, part, words):
            break
        start = begin
    return start


def _without_draft(shape: Shape, items: Sequence[Item], start: int, last: int, words: Lexicon) -> int:
    """Without "dont send, just a draft" at the end."""
    if shape.argument("draft") is None:
        return last
    ends = [
        at for at in range(start + 1, last) if items[at].kind == "mark" and items[at].text in (*DIVIDING, ".", "!", ";")
    ]
    drafts = {word for phrase in words.choices["draft"]["true"] for word in phrase}
    for at in ends:
        rest = [item.text for item in items[at:last] if item.kind == "word"]
        if len(rest) <= _A_DRAFT and not drafts.isdisjoint(rest):
            return at
    return last


def _ended(shape: Shape, items: Sequence[Item], start: int, words: Lexicon) -> int:
    """Where the text ends: before the last parts that are an argument of their own, or a word of courtesy."""
    last = _without_draft(shape, items, start, len(items), words)
    while last - 1 > start and (
        items[last - 1].text in ("please", "pls", "thanks", "thx") or items[last - 1].text in (".", "!")
    ):
        last -= 1
    found = parts(items[:last], start)
    while len(found) > 1 and is_slot(shape, items[slice(*found[-1])], words):
        found.pop()
    return found[-1][1]
