"""Names in a text: runs of words that the index of names knows, the best first, none over another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.values import Named, Naming

_LONGEST = 5  # words of a name
_WORTH = {
    "account": 0.7, "contact": 0.57, "lead": 0.57, "colleague": 0.57, "resource": 0.57, "service": 0.8, "mailbox": 0.57,
}  # fmt: skip
_PEOPLE = ("contact", "lead", "colleague", "resource")
_TIED = 0.025
_SURE = 0.9
_SHORTEST_OWNER = 3
_ALIKE = 0.75  # letters of a word that are those of another
_OWN_WORD = 0.595  # what one word says of a person's name, where it is exactly one of its words


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    last: int
    text: str

    @property
    def without_s(self) -> str:
        """ "evas" may be Eva's."""
        return self.text[:-1] if self.text.endswith("s") and len(self.text) > _SHORTEST_OWNER else ""


def mark_names(text: str, items: Sequence[Item], naming: Naming, words: Lexicon) -> list[Item]:
    runs = list(_runs(text, items, words))
    known = naming.named(list(dict.fromkeys(said for run in runs for said in (run.text, run.without_s) if said)))
    rated = [(run, good) for run in runs if (good := _good(run, items, known, words))]
    rated.sort(key=lambda one: (-_rank(*one), one[0].first))
    taken: set[int] = set()
    spans: list[Item] = []
    for run, good in rated:
        places = set(range(run.first, run.last))
        if taken.isdisjoint(places):
            taken |= places
            marks = frozenset({"name", *(one.kind for one in good)})
            start, end = items[run.first].start, items[run.last - 1].end
            spans.append(Item(text[start:end].lower(), start, end, "span", marks, good))
    return spans


def is_sure(span: Item) -> bool:
    """A name of several words, nearly as it is written, is one whatever else its words say ("annual inspection")."""
    return " " in span.text and max(one.score for one in span.value) >= _SURE


def _runs(text: str, items: Sequence[Item], words: Lexicon) -> list[_Run]:
    found: list[_Run] = []
    for first in range(len(items)):
        for last in range(first + 1, min(first + _LONGEST, len(items)) + 1):
            if not _joins(items[last - 1], last - 1 == first):
                break
            run = items[first:last]
            if run[-1].kind == "word" and any(_may_name(one, words) for one in run) and _edges(run, words):
                found.append(_Run(first, last, _bare(text[run[0].start : run[-1].end])))
    return found


def _joins(item: Item, first: bool) -> bool:
    return item.kind == "word" or (item.kind == "mark" and not first and item.text in ".&-")


def _may_name(item: Item, words: Lexicon) -> bool:
    return item.kind == "word" and item.text not in words.vocabulary and not item.text.isdigit() and len(item.text) > 1


def _edges(run: Sequence[Item], words: Lexicon) -> bool:
    """A name neither begins nor ends with a word that only joins others."""
    edges = (run[0], run[-1])
    return all(one.text not in words.prepositions and one.text not in words.filler for one in edges)


def _bare(text: str) -> str:
    for ending in ("'s", "’s"):
        text = text.removesuffix(ending)
    return text


def _good(run: _Run, items: Sequence[Item], known: Mapping[str, Sequence[Named]], words: Lexicon) -> tuple[Named, ...]:
    """What the run may name, the likely ones: per kind the best, and what is as good."""
    ones = (*known.get(run.text, ()), *known.get(run.without_s, ()))
    edges = [item.text for item in (items[run.first], items[run.last - 1]) if item.text in words.vocabulary]
    found = [one for one in ones if one.score >= _WORTH.get(one.kind, 1.0) and _has(one, edges) and _says(one, run)]
    if run.last - run.first == 1 and items[run.first].corrected:
        # A word of the grammar that is misspelt is one, unless it is exactly a name.
        found = [one for one in found if one.score >= (0.8 if one.kind in ("account", "service") else _OWN_WORD)]
    if any((item.text,) in words.joiners for item in items[run.first : run.last]):
        found = [one for one in found if one.kind not in _PEOPLE]  # two people
    best: dict[str, float] = {}
    for one in found:
        best[one.kind] = max(best.get(one.kind, 0.0), one.score)
    if best.get("service", 0.0) > best.get("resource", 0.0):
        found = [one for one in found if one.kind != "resource"]
    person = max((score for kind, score in best.items() if kind in _PEOPLE), default=0.0)
    return tuple(
        dict.fromkeys(one for one in found if one.score >= (person if one.kind in _PEOPLE else best[one.kind]) - _TIED)
    )


def _has(one: Named, edges: Sequence[str]) -> bool:
    """Whether ordinary words at the edges of a run are words of the name: "mail from Per" is not Per."""
    own = [word.casefold() for word in one.title.split()]
    return all(any(OSA.normalized_similarity(edge, word) >= _ALIKE for word in own) for edge in edges)


def _says(one: Named, run: _Run) -> bool:
    """Of a service at least half of its words: "snow" alone is not the snow gun service."""
    return one.kind != "service" or 2 * (run.last - run.first) >= len(one.title.split())


def _rank(run: _Run, good: Sequence[Named]) -> float:
    """How much a run says: a name of two words that fits is more than one of its words."""
    return max(one.score for one in good) + 0.02 * (run.last - run.first)
