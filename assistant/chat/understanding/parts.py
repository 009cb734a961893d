"""The parts of a request between marks of punctuation, and which of them are only an argument."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.values import Shape

DIVIDING = (",", "-", "–", "—", "(", ")", ";")
TIMES = ("when", "day", "repeat", "period", "duration")
_SLOT_WORDS = 4  # plain words at most in a part that is only a price, a time or a priority

Range = tuple[int, int]


def parts(items: Sequence[Item], first: int) -> list[Range]:
    """The ranges between marks of punctuation; at least one."""
    cuts = [at for at in range(first, len(items)) if items[at].kind == "mark" and items[at].text in DIVIDING]
    starts = [first, *(at + 1 for at in cuts)]
    return [(start, end) for start, end in zip(starts, [*cuts, len(items)], strict=True) if start < end] or [
        (first, first)
    ]


def is_slot(shape: Shape, part: Sequence[Item], words: Lexicon) -> bool:
    types = {one.type for one in shape.arguments}
    if sum(item.kind == "word" for item in part) > _SLOT_WORDS:
        return False
    timed = bool(types & set(TIMES)) and any("time" in item.marks for item in part)
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
