"""Which case or opportunity is meant, by its customer and by words of its title."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

from assistant.chat.understanding.items import Item, cut
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.values import Named, Naming

_ALIKE = 0.8
_SHORTEST = 3
_CLOSE = 0.5  # words by which one title has to be ahead of another
_ENOUGH = 1.9  # words of a title that find it without its customer


def the_matter(
    items: Sequence[Item],
    names: Sequence[int],
    kinds: Sequence[str],
    naming: Naming,
    words: Lexicon,
    inside: Collection[int],
) -> tuple[list[Named], list[int]]:
    """What is meant, or several; and the places of the names that led there."""
    customers = [one for at in names if "name" in items[at].marks for one in items[at].value]
    numbers = [one.number for one in customers if one.kind in ("account", "contact") and one.number]
    found = [one for kind in kinds if kind != "lead" for one in naming.matters(kind, numbers)]
    said = [item.text for at, item in enumerate(items) if item.kind == "word" and _counts(item.text)]
    said += [word for at in names for word in items[at].text.split()]
    rated = sorted(((_shared(said, one.title, words), one) for one in found), key=lambda each: -each[0])
    if not rated:
        return [], []
    best = rated[0][0]
    if numbers and best < _ENOUGH:
        return [one for score, one in rated if score >= best - _CLOSE], list(names)
    if best < _ENOUGH:
        return [], []
    return [one for score, one in rated if score >= best - _CLOSE], []


def _counts(word: str) -> bool:
    """Short words say nothing; figures do ("Turnstile 3")."""
    return len(word) >= _SHORTEST or any(char.isdigit() for char in word)


def _shared(said: Sequence[str], title: str, words: Lexicon) -> float:
    """How many words of a title were said; those of the grammar count little."""
    total = 0.0
    for word in {item.text for item in cut(title) if _counts(item.text)}:
        alike = max((OSA.normalized_similarity(word, one) for one in said), default=0.0)
        if alike >= _ALIKE:
            total += 0.1 if word in words.prepositions else alike
    return total
