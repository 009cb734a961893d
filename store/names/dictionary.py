"""The dictionary of the name index: words as they are written, and those that a misspelt one may stand for."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, bindparam, select

from store.chunks import chunked
from store.names.packed import unpack
from store.names.pieces import SHORTENED, lookup_pieces
from store.schema.names import NamePiece, NameWord

_ALIKE = 0.6  # how much a word resembles one that is written otherwise
_COMPARED = 50  # words that share the most pieces with a misspelt one
_FOUND = 20  # of these, by how much they resemble
_READ = 0.6  # share of a word's pieces that are looked at, the rarest ones
_FEW = 8  # pieces that are all looked at
_SHARED = 0.3  # share of these that a word has at least, and at least two
_GLUED = 9  # letters of a word that may be two of which one is misspelt
_PART = 82.0  # how much a part of such a word resembles a whole one, of 100

# Built once: putting a statement together takes longer than running it.
_KNOWN = select(NameWord.word, NameWord.id).where(NameWord.word.in_(bindparam("words", expanding=True)))
_PIECES = select(NamePiece.piece, NamePiece.words).where(NamePiece.piece.in_(bindparam("pieces", expanding=True)))
_SPELT = select(NameWord.id, NameWord.word).where(NameWord.id.in_(bindparam("ids", expanding=True)))


class Similar(NamedTuple):
    """A word of the dictionary that may be meant, and how much it resembles, from 0 to 1.

    `half` is 0, or 1 for the end of a word that seems to be two glued together.
    """

    word_id: int
    alike: float
    half: int


def known_words(tx: Connection, words: Collection[str]) -> dict[str, int]:
    """The keys of those words that stand in the dictionary."""
    found: dict[str, int] = {}
    for portion in chunked(words):
        found.update(tx.execute(_KNOWN, {"words": portion}).all())
    return found


def similar_words(tx: Connection, words: Collection[str]) -> dict[str, list[Similar]]:
    """For each of these words those of the dictionary that resemble it, itself included, the most alike first."""
    by_word = {word: lookup_pieces(word) for word in words}
    with_piece: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for portion in chunked({piece for some in by_word.values() for piece in some}):
        rows = tx.execute(_PIECES, {"pieces": portion}).all()
        for piece, data in rows:
            with_piece[piece].extend(unpack(data))
    sharing = {
        word: _sharing(
            [with_piece[piece] for piece in some if piece[0] != SHORTENED],
            [with_piece[piece] for piece in some if piece[0] == SHORTENED],
        )
        for word, some in by_word.items()
    }
    spelt: dict[int, str] = {}
    for wanted in chunked({key for some in sharing.values() for key in some}):
        spelt.update(tx.execute(_SPELT, {"ids": wanted}).all())
    return {word: _resembling(word, {key: spelt[key] for key in keys}) for word, keys in sharing.items()}


def _sharing(trigrams: Sequence[array[int]], shortened: Sequence[array[int]]) -> list[int]:
    """The words with the most of these pieces; words that differ by a letter from a short one come first."""
    rare = sorted(trigrams, key=len)[: max(_FEW, round(len(trigrams) * _READ))]
    counted: Counter[int] = Counter()
    for keys in rare:
        counted.update(keys)
    least = max(2, int(len(rare) * _SHARED))
    often = [(count, key) for key, count in counted.items() if count >= least]
    near = Counter(key for keys in shortened for key in keys)
    nearest = [key for key, _ in near.most_common(_COMPARED)] if len(near) > _COMPARED else list(near)
    return nearest + [key for _, key in nlargest(_COMPARED, often) if key not in near]


def _resembling(word: str, spelt: Mapping[int, str]) -> list[Similar]:
    rows = process.extract(word, spelt, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, limit=_FOUND)
    found = [Similar(key, float(alike), 0) for _, alike, key in rows]
    if len(word) >= _GLUED and (not found or found[0].alike < 0.8):
        found += _halves(word, spelt)
    return found


def _halves(word: str, spelt: Mapping[int, str]) -> list[Similar]:
    """Words that one end of a long one resembles, each with its end."""
    parts = {key: part for key, part in spelt.items() if 3 < len(part) <= len(word) - 3}
    found = []
    for part, alike, key in process.extract(word, parts, scorer=fuzz.partial_ratio, score_cutoff=_PART, limit=_FOUND):
        place = fuzz.partial_ratio_alignment(part, word)
        start = 0 if place is None else place.dest_start
        found.append(Similar(key, alike / 100 * 0.95, int(start + len(part) / 2 > len(word) / 2)))
    return found
