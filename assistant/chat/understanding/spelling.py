"""Words of the grammar where they are misspelt."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon

_SHORTEST = 4  # letters
_ALIKE = 0.79  # one slip in five letters
_TURNED = 0.74  # two letters in the wrong order, of four


def with_corrections(items: Sequence[Item], words: Lexicon) -> list[Item]:
    return [item.meaning(corrected(item.text, words)) if _is_unknown(item, words) else item for item in items]


def _is_unknown(item: Item, words: Lexicon) -> bool:
    return item.kind == "word" and len(item.text) >= _SHORTEST and item.text not in words.vocabulary


def corrected(word: str, words: Lexicon) -> frozenset[str]:
    """The word of the grammar that may be meant, or several that are as near; nothing where none is near."""
    if word.endswith("s") and word[:-1] in words.vocabulary:
        return frozenset({word[:-1]})
    found = process.extract(word, words.spellings, scorer=OSA.normalized_similarity, score_cutoff=_TURNED, limit=6)
    near = [(one, alike) for one, alike, _ in found if one[0] == word[0] and (alike >= _ALIKE or _is_turned(one, word))]
    return frozenset(one for one, alike in near if alike == near[0][1])


def _is_turned(one: str, word: str) -> bool:
    """Whether only the order of letters is wrong."""
    return sorted(one) == sorted(word)
