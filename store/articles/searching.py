"""Finding the article that answers: by the words that are typed, also mistyped ones, or by those of the case. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Generic, Protocol, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from store.search_text import fold

_IN_TITLE, _IN_TEXT = 1.0, 0.6
_BEGINNING = 0.9  # what a word counts that only begins as it was typed
_MISTYPED = 0.7  # what a word counts that is nearly as it was typed
_SLIPS = ((3, 1), (6, 2))  # from so many letters on, so many may be wrong, missing or swapped
_OTHER_QUEUE, _OWN_QUEUE = 0.8, 1.1


class Findable(Protocol):
    """What is found by its `folded` words (store.articles.fields)."""

    @property
    def folded(self) -> str: ...

    @property
    def queue_id(self) -> int | None: ...


FoundT = TypeVar("FoundT", bound=Findable)


class Shelf(Generic[FoundT]):
    """Articles by their words. Made once for a dialog, asked at every key."""

    def __init__(self, articles: Sequence[FoundT], *, queue_id: int | None = None) -> None:
        """`queue_id` is the queue that is answered for: its own articles come before those of other queues."""
        self.articles = tuple(articles)
        self._places: dict[str, dict[int, float]] = defaultdict(dict)
        for place, article in enumerate(self.articles):
            title, _, rest = article.folded.partition("\n")
            for word in rest.split():
                self._places[word][place] = _IN_TEXT
            for word in title.split():
                self._places[word][place] = _IN_TITLE
        self._words = sorted(self._places)
        self._favours = [_favour(article, queue_id) for article in self.articles]

    def find(self, typed: str) -> tuple[FoundT, ...]:
        """Those that have every word, or something like it, the best first; where none has all, those that have most.

        Without a word all of them, in their order.
        """
        words = list(dict.fromkeys(fold(typed).split()))
        if not words:
            return self.articles
        hits = [self._weighed(word) for word in words]
        whole = set(hits[0]).intersection(*hits[1:])
        return self._ranked(hits, whole or {place for hit in hits for place in hit})

    def about(self, text: str) -> tuple[FoundT, ...]:
        """All of them, those first that have most of the telling words of a text, such as the title of a case."""
        hits = [self._weighed(word) for word in dict.fromkeys(fold(text).split())]
        return self._ranked(hits, range(len(self.articles)))

    def _weighed(self, word: str) -> dict[int, float]:
        """What each article has to say about a word: the rarer the word is, the more."""
        found: dict[int, float] = {}
        for known, likeness in self._meant(word).items():
            for place, weight in self._places[known].items():
                found[place] = max(found.get(place, 0.0), likeness * weight)
        rarity = log(1 + len(self.articles) / len(found)) if found else 0.0
        return {place: weight * rarity for place, weight in found.items()}

    def _meant(self, word: str) -> Mapping[str, float]:
        """The words of the articles that a typed one may mean, and how surely, 0 to 1."""
        meant = dict.fromkeys(self._beginning_with(word), _BEGINNING) if len(word) > 1 else {}
        if word in self._places:
            meant[word] = 1.0
        slips = max((allowed for letters, allowed in _SLIPS if len(word) >= letters), default=0)
        if not meant and slips:
            alike = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=slips, limit=None)
            meant = {known: _MISTYPED / distance for known, distance, _ in alike}
        return meant

    def _beginning_with(self, word: str) -> Iterable[str]:
        return self._words[bisect_left(self._words, word) : bisect_left(self._words, word + "\U0010ffff")]

    def _ranked(self, hits: Sequence[Mapping[int, float]], places: Iterable[int]) -> tuple[FoundT, ...]:
        scores = {place: self._favours[place] * sum(each.get(place, 0.0) for each in hits) for place in places}
        return tuple(self.articles[place] for place in sorted(scores, key=lambda place: (-scores[place], place)))


def _favour(article: Findable, queue_id: int | None) -> float:
    if queue_id is None or article.queue_id is None:
        return 1.0
    return _OWN_QUEUE if article.queue_id == queue_id else _OTHER_QUEUE
