"""Names of companies, products and people compared as people compare them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from store.search_text import fold

#: Names this alike are shown as perhaps the same, in percent.
SIMILAR = 85.0
#: Products and colleagues are few, and a misspelt one is still meant when no other comes near.
MEANT = 88.0
_AHEAD = 5.0  # by which the best must lead the next


def name_key(name: str) -> str:
    """A company's name without case, punctuation, blanks, and the legal form at its end: one key, one company."""
    words = fold(name).split()
    # "S.p.A." and "B.V." fold into single letters.
    while len(words) > 2 and len(words[-1]) == 1 and len(words[-2]) == 1:
        words[-2:] = [words[-2] + words[-1]]
        if words[-1] not in _legal_forms() and len(words) > 2 and len(words[-2]) == 1:
            words[-2:] = [words[-2] + words[-1]]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in _legal_forms():
        words = words[:-1]
    return "".join(words)


@cache
def _legal_forms() -> frozenset[str]:
    return frozenset(files("assistant.tables").joinpath("legal_forms.txt").read_text("utf-8").split())


def plain_key(name: str) -> str:
    """Any name without case, punctuation and blanks: `GTXPro` is `GTX Pro`."""
    return fold(name).replace(" ", "")


def similar(key: str, known: Iterable[str]) -> tuple[str, float] | None:
    """The most alike of the keys and how alike it is in percent, if it is at all."""
    found = process.extractOne(key, list(known), scorer=fuzz.ratio, score_cutoff=SIMILAR)
    return None if found is None else (found[0], found[1])


def meant(key: str, known: Mapping[str, str]) -> str | None:
    """What a name in a file means among a few known ones: the same, or one that is alike and leads clearly."""
    if key in known:
        return known[key]
    best = process.extract(key, list(known), scorer=fuzz.ratio, score_cutoff=MEANT - _AHEAD, limit=2)
    if not best or best[0][1] < MEANT or (len(best) > 1 and best[0][1] - best[1][1] < _AHEAD):
        return None
    return known[best[0][0]]
