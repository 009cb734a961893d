"""Records by their names, also where these are misspelt, shortened, turned round, glued together or split.

Three steps. The words of a text lead to words of the dictionary, by their pieces where they are misspelt. Those lead
to the records whose names have them, the rarest first. The few best of these are compared name by name
(store.names.compare), which alone decides. Everyone's records are found: callers show what their reader may see.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from math import log
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, select

from store.chunks import chunked
from store.names.compare import company_score, person_score
from store.names.fold import company_key, person_key
from store.names.indexing import COMPANY, PERSON
from store.names.nicknames import other_names
from store.names.packed import unpack
from store.names.pieces import index_words, lookup_pieces
from store.schema.names import NamePiece, NamePosting, NameWord, RecordName
from store.schema.records import Lead, Record

_PARTS = {"account": (COMPANY,), "contact": (PERSON,), "lead": (COMPANY, PERSON)}
_TEXTS = 50  # looked up together
_WORDS = 12  # of one text
_RESEMBLING = 80  # words of the dictionary that are compared with one of a text
_SHARED = 0.3  # of its pieces a misspelt word keeps at least
_ALIKE = 0.6  # how much a word of the dictionary resembles the one that stands in a text
_COMPOSED = 0.95  # what a word counts that was glued together or split
_GATHERED = 20_000  # records after which further words only tell those found already apart
_COMPARED = 150  # names that are compared with a text
_WEIGHED = 20  # of these, by the best measure
_EVERYTHING = 5e6  # records; what a word's rarity is measured against


class FoundName(NamedTuple):
    """A record whose name resembles a text; `score` is that of store.names.compare. `name` is what was compared: the
    title, or the company of a lead."""

    record_id: int
    kind: str
    title: str
    score: float
    name: str


def find_names(
    tx: Connection, texts: Collection[str], *, kinds: Collection[str], limit: int = 5
) -> dict[str, tuple[FoundName, ...]]:
    """For each text the records of these kinds (account, contact, lead) whose names it resembles, the best first.

    Texts that name nobody are left out.
    """
    found: dict[str, tuple[FoundName, ...]] = {}
    for portion in chunked(list(dict.fromkeys(texts)), _TEXTS):
        asked = [
            _Asked(text, part, key, index_words(key)[:_WORDS])
            for part, fold in ((COMPANY, company_key), (PERSON, person_key))
            if any(part in _PARTS[kind] for kind in kinds)
            for text in portion
            if (key := fold(text))
        ]
        found |= _find(tx, asked, frozenset(kinds), limit)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as a company's or a person's name."""

    text: str
    part: int
    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Resembling:
    """A word of the dictionary that may be meant: how much it resembles, from 0 to 1, and which of a text it covers."""

    word_id: int
    alike: float
    place: int


def _find(
    tx: Connection, asked: Sequence[_Asked], kinds: frozenset[str], limit: int
) -> dict[str, tuple[FoundName, ...]]:
    meant = _meant(tx, asked)
    postings = _postings(
        tx, {(one.word_id, each.part) for each, ones in zip(asked, meant, strict=True) for one in ones}
    )
    candidates = [_candidates(each, ones, postings) for each, ones in zip(asked, meant, strict=True)]
    keys = _keys(tx, {record_id for some in candidates for record_id in some})
    best = [_best(each, some, keys, kinds) for each, some in zip(asked, candidates, strict=True)]
    titles = _titles(tx, {record_id for some in best for record_id in some})
    found: dict[str, dict[int, FoundName]] = defaultdict(dict)
    for each, some in zip(asked, best, strict=True):
        for record_id in some:
            kind, title, company = titles[record_id]
            name = company if kind == "lead" and each.part == COMPANY else title
            score = (company_score if each.part == COMPANY else person_score)(each.text, name)
            known = found[each.text].get(record_id)
            if score > 0 and (known is None or known.score < score):
                found[each.text][record_id] = FoundName(record_id, kind, title, score, name)
    return {
        text: tuple(sorted(ones.values(), key=lambda one: (-one.score, one.record_id))[:limit])
        for text, ones in found.items()
        if ones
    }


def _meant(tx: Connection, asked: Sequence[_Asked]) -> list[list[_Resembling]]:
    """The words of the dictionary that each text may mean."""
    written = {word for each in asked for word in each.words}
    named = {(word, each.part): _exactly(word, each.part) for each in asked for word in each.words}
    composed = {word for each in asked for pair in _composed(each.words) for word in pair[0]}
    known = _dictionary(tx, written | composed | {other for others in named.values() for other in others})
    similar = _similar(tx, written)
    meant: list[list[_Resembling]] = []
    for each in asked:
        ones: dict[tuple[int, int], float] = {}
        for place, word in enumerate(each.words):
            exact = [(known[other], alike) for other, alike in named[word, each.part].items() if other in known]
            for key, alike in (*similar[word], *exact):
                ones[key, place] = max(alike, ones.get((key, place), 0.0))
        for parts, place in _composed(each.words):
            if all(part in known for part in parts):
                # The second half gets a place of its own, beyond those of the text.
                ones |= {(known[part], place + i * _WORDS): _COMPOSED for i, part in enumerate(parts)}
        meant.append([_Resembling(key, alike, place) for (key, place), alike in ones.items()])
    return meant


def _exactly(word: str, part: int) -> dict[str, float]:
    """The word itself, and for a person what else somebody of that name is called."""
    return {word: 1.0} | (dict.fromkeys(other_names(word), 0.9) if part == PERSON else {})


def _composed(words: Sequence[str]) -> Iterable[tuple[tuple[str, ...], int]]:
    """Words as they would be if two were glued together, or one split, with the place of the first."""
    for place, (first, second) in enumerate(pairwise(words)):
        yield (first + second,), place
    if len(words) <= 3:
        for place, word in enumerate(words):
            for size in range(3, len(word) - 2):
                yield (word[:size], word[size:]), place


def _dictionary(tx: Connection, words: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for portion in chunked(words):
        found.update(tx.execute(select(NameWord.word, NameWord.id).where(NameWord.word.in_(portion))).all())
    return found


def _similar(tx: Connection, words: Collection[str]) -> dict[str, list[tuple[int, float]]]:
    """The words of the dictionary that resemble each word, with how much."""
    by_word = {word: lookup_pieces(word) for word in words}
    with_piece: dict[str, list[array[int]]] = defaultdict(list)
    for portion in chunked({piece for some in by_word.values() for piece in some}):
        rows = tx.execute(select(NamePiece.piece, NamePiece.words).where(NamePiece.piece.in_(portion)))
        for piece, data in rows:
            with_piece[piece].append(unpack(data))
    sharing = {word: _sharing(some, with_piece) for word, some in by_word.items()}
    spelt: dict[int, str] = {}
    for portion_of_ids in chunked({key for keys in sharing.values() for key in keys}):
        spelt.update(tx.execute(select(NameWord.id, NameWord.word).where(NameWord.id.in_(portion_of_ids))).all())
    return {word: _resembling(word, {key: spelt[key] for key in keys}) for word, keys in sharing.items()}


def _sharing(some: Sequence[str], with_piece: Mapping[str, Sequence[array[int]]]) -> list[int]:
    counted: Counter[int] = Counter()
    for piece in some:
        for keys in with_piece.get(piece, ()):
            counted.update(keys)
    least = max(1, int(len([piece for piece in some if piece[0] != "="]) * _SHARED))
    return [key for key, count in nlargest(_RESEMBLING, counted.items(), key=lambda item: item[1]) if count >= least]


def _resembling(word: str, spelt: Mapping[int, str]) -> list[tuple[int, float]]:
    rows = process.extract(word, spelt, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, limit=30)
    return [(key, float(alike)) for _, alike, key in rows]


def _postings(tx: Connection, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], array[int]]:
    """The records that have each word in names of that part."""
    found: dict[tuple[int, int], array[int]] = {}
    for part in {part for _, part in wanted}:
        for portion in chunked([word for word, its in wanted if its == part]):
            query = select(NamePosting.word_id, NamePosting.records).where(
                NamePosting.word_id.in_(portion), NamePosting.part == part
            )
            for word, data in tx.execute(query):
                found.setdefault((word, part), array("I")).extend(unpack(data))
    return found


def _candidates(
    asked: _Asked, meant: Sequence[_Resembling], postings: Mapping[tuple[int, int], array[int]]
) -> list[int]:
    """The records whose names have the most and the rarest of the words that are meant."""
    by_place: dict[int, list[_Resembling]] = defaultdict(list)
    for one in meant:
        if (one.word_id, asked.part) in postings:
            by_place[one.place].append(one)
    sizes = {place: sum(len(postings[one.word_id, asked.part]) for one in ones) for place, ones in by_place.items()}
    weights: dict[int, float] = {}
    for place in sorted(by_place, key=sizes.__getitem__):
        own: dict[int, float] = {}
        for one in sorted(by_place[place], key=lambda one: one.alike):
            records = postings[one.word_id, asked.part]
            own.update(dict.fromkeys(records, one.alike**2 * log(_EVERYTHING / len(records))))
        if len(weights) > _GATHERED:
            for record_id in weights.keys() & own.keys():
                weights[record_id] += own[record_id]
        else:
            for record_id, weight in own.items():
                weights[record_id] = weights.get(record_id, 0.0) + weight
    return [record_id for record_id, _ in nlargest(_COMPARED, weights.items(), key=lambda item: item[1])]


def _keys(tx: Connection, record_ids: Collection[int]) -> dict[tuple[int, int], tuple[str, str]]:
    """The kind and the folded name of each record and part."""
    found: dict[tuple[int, int], tuple[str, str]] = {}
    columns = (RecordName.record_id, RecordName.part, RecordName.kind, RecordName.key)
    for portion in chunked(record_ids):
        for record_id, part, kind, key in tx.execute(select(*columns).where(RecordName.record_id.in_(portion))):
            found[record_id, part] = (kind, key)
    return found


def _best(
    asked: _Asked,
    candidates: Sequence[int],
    keys: Mapping[tuple[int, int], tuple[str, str]],
    kinds: frozenset[str],
) -> list[int]:
    named = {
        record_id: keys[record_id, asked.part][1]
        for record_id in candidates
        if keys.get((record_id, asked.part), ("", ""))[0] in kinds
    }
    return [key for _, _, key in process.extract(asked.key, named, scorer=fuzz.WRatio, limit=_WEIGHED)]


def _titles(tx: Connection, record_ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
    """Kind, title and, of leads, company."""
    found: dict[int, tuple[str, str, str]] = {}
    for portion in chunked(record_ids):
        query = select(Record.id, Record.kind, Record.title, Lead.company).outerjoin(Lead, Lead.id == Record.id)
        for record_id, kind, title, company in tx.execute(query.where(Record.id.in_(portion))):
            found[record_id] = (kind, title, company or "")
    return found
