"""Records by their names, also where these are misspelt, shortened, turned round, glued together or split.

Three steps. The words of a text lead to words of the dictionary, by their pieces where they are misspelt. Those lead
to the records whose names have them, the rarest first. The few best of these are compared name by name
(store.names.compare), which alone decides. Everyone's records are found: callers show what their reader may see.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from math import log
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils
from sqlalchemy import Connection, bindparam, func, select

from store.chunks import chunked
from store.names.compare import company_score, person_score
from store.names.dictionary import Similar, similar_words
from store.names.fold import company_key, person_key
from store.names.indexing import ACCOUNT, COMPANIES, CONTACT, LEAD, LEAD_COMPANY
from store.names.nicknames import other_names
from store.names.packed import unpack
from store.names.pieces import index_words
from store.schema.names import NamePosting, NameWord
from store.schema.records import Lead, Record

_PARTS = {"account": (ACCOUNT,), "contact": (CONTACT,), "lead": (LEAD, LEAD_COMPANY)}
_TEXTS = 50  # looked up together
_WORDS = 12  # of one text
_COMMON = 100  # companies that have a word of which nobody asks whether it is misspelt
_COMPOSED = 0.95  # what a word counts that was glued together or split
_RARE = 2_000  # records that have a word which finds them by itself
_COMPARED = 40  # names that are compared with a text
_WEIGHED = 15  # of these carefully
_WORTH = 0.5  # of what speaks for the best of them speaks for each
_EVERYTHING = 5e6  # records; what a word's rarity is measured against

# Built once: putting a statement together takes longer than running it.
_KNOWN = (
    select(NameWord.word, NameWord.id, NamePosting.part, NamePosting.records)
    .outerjoin(
        NamePosting,
        (NamePosting.word_id == NameWord.id) & NamePosting.part.in_(bindparam("parts", expanding=True)),
    )
    .where(NameWord.word.in_(bindparam("words", expanding=True)))
)
_POSTINGS = select(NamePosting.word_id, NamePosting.records).where(
    NamePosting.word_id.in_(bindparam("words", expanding=True)), NamePosting.part == bindparam("part")
)
_NAMED = (
    select(Record.kind, Record.title, func.coalesce(Lead.company, ""), Record.id)
    .outerjoin(Lead, Lead.id == Record.id)
    .where(Record.id.in_(bindparam("ids", expanding=True)), Record.deleted_at.is_(None))
)


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
            _Asked(text, part, index_words(key)[:_WORDS])
            for kind in kinds
            for part in _PARTS[kind]
            for text in portion
            if (key := company_key(text) if part in COMPANIES else person_key(text))
        ]
        found |= _find(tx, asked, limit)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as a name that stands in one part of the index."""

    text: str
    part: int
    words: tuple[str, ...]

    @property
    def is_company(self) -> bool:
        return self.part in COMPANIES


@dataclass(frozen=True, slots=True)
class _Resembling:
    """A word of the dictionary that may be meant: how much it resembles, from 0 to 1, and which of a text it covers."""

    word_id: int
    alike: float
    place: int


#: Kind, title, company of leads, and key of a record.
_Named = tuple[str, str, str, int]
#: (word, part) -> the records that have it
_Postings = dict[tuple[int, int], "array[int]"]


def _find(tx: Connection, asked: Sequence[_Asked], limit: int) -> dict[str, tuple[FoundName, ...]]:
    postings: _Postings = {}
    meant = _meant(tx, asked, postings)
    candidates = [_candidates(each, ones, postings) for each, ones in zip(asked, meant, strict=True)]
    named = _named(tx, {record_id for some in candidates for record_id in some})
    found: dict[str, dict[int, FoundName]] = defaultdict(dict)
    for each, some in zip(asked, candidates, strict=True):
        compare = company_score if each.is_company else person_score
        for name, record_id in _likely(each, [named[record_id] for record_id in some if record_id in named]):
            kind, title, _, _ = named[record_id]
            score = compare(each.text, name)
            known = found[each.text].get(record_id)
            if score > 0 and (known is None or known.score < score):
                found[each.text][record_id] = FoundName(record_id, kind, title, score, name)
    return {
        text: tuple(sorted(ones.values(), key=lambda one: (-one.score, one.record_id))[:limit])
        for text, ones in found.items()
        if ones
    }


def _likely(asked: _Asked, named: Iterable[_Named]) -> list[tuple[str, int]]:
    """The names that are worth a careful comparison, with their records."""
    names = {record_id: company if asked.part == LEAD_COMPANY else title for _, title, company, record_id in named}
    if len(names) <= _WEIGHED:
        return [(name, record_id) for record_id, name in names.items()]
    best = process.extract(asked.text, names, scorer=fuzz.token_ratio, processor=utils.default_process, limit=_WEIGHED)
    return [(name, record_id) for name, _, record_id in best]


def _meant(tx: Connection, asked: Sequence[_Asked], postings: _Postings) -> list[list[_Resembling]]:
    """The words of the dictionary that each text may mean; fills in which records have them."""
    spellings = {word for each in asked for word in _spellings(each)}
    known = _load_known(tx, spellings, {each.part for each in asked}, postings)
    unsure = [
        [word for word in each.words if word not in known or not _is_common(each, known[word], postings)]
        for each in asked
    ]
    similar = similar_words(tx, {word for words in unsure for word in words})
    meant = [_resembling(each, known, similar, words) for each, words in zip(asked, unsure, strict=True)]
    _load(tx, {(one.word_id, each.part) for each, ones in zip(asked, meant, strict=True) for one in ones}, postings)
    return meant


def _is_common(asked: _Asked, word_id: int, postings: _Postings) -> bool:
    # Family names that differ by a letter are all common, so of people's names every word may be misspelt.
    return asked.is_company and len(postings.get((word_id, asked.part), ())) > _COMMON


def _spellings(asked: _Asked) -> Iterable[str]:
    """What is looked for in the dictionary as it is."""
    yield from asked.words
    for parts, _ in _composed(asked.words):
        yield from parts
    if not asked.is_company:
        for word in asked.words:
            yield from other_names(word)


def _resembling(
    asked: _Asked, known: Mapping[str, int], similar: Mapping[str, Sequence[Similar]], unsure: Collection[str]
) -> list[_Resembling]:
    ones: dict[tuple[int, int], float] = {}

    def add(word_id: int | None, place: int, alike: float) -> None:
        if word_id is not None and alike > ones.get((word_id, place), 0.0):
            ones[word_id, place] = alike

    for place, word in enumerate(asked.words):
        add(known.get(word), place, 1.0)
        for one in similar[word] if word in unsure else ():
            add(one.word_id, place + one.half * _WORDS, one.alike)
        for other in other_names(word) if not asked.is_company else ():
            add(known.get(other), place, 0.9)
    for parts, place in _composed(asked.words):
        if all(part in known for part in parts):
            for half, part in enumerate(parts):
                # The second half gets a place of its own, beyond those of the text.
                add(known[part], place + half * _WORDS, _COMPOSED)
    return [_Resembling(word_id, alike, place) for (word_id, place), alike in ones.items()]


def _composed(words: Sequence[str]) -> Iterable[tuple[tuple[str, ...], int]]:
    """Words as they would be if two were glued together, or one split, with the place of the first."""
    for place, (first, second) in enumerate(pairwise(words)):
        yield (first + second,), place
    if len(words) <= 3:
        for place, word in enumerate(words):
            for size in range(3, len(word) - 2):
                yield (word[:size], word[size:]), place


def _load_known(tx: Connection, words: Collection[str], parts: Collection[int], postings: _Postings) -> dict[str, int]:
    """The keys of those words that stand in the dictionary; fills in which records have them."""
    known: dict[str, int] = {}
    for portion in chunked(words):
        for word, word_id, part, data in tx.execute(_KNOWN, {"words": portion, "parts": list(parts)}).all():
            known[word] = word_id
            if data is not None:
                postings.setdefault((word_id, part), array("I")).extend(unpack(data))
    return known


def _load(tx: Connection, wanted: Collection[tuple[int, int]], postings: _Postings) -> None:
    """Read which records have these words in names of that part, where that is not known yet."""
    missing = [place for place in wanted if place not in postings]
    for part in {part for _, part in missing}:
        for portion in chunked([word for word, its in missing if its == part]):
            for word, data in tx.execute(_POSTINGS, {"words": portion, "part": part}).all():
                postings.setdefault((word, part), array("I")).extend(unpack(data))


def _candidates(asked: _Asked, meant: Sequence[_Resembling], postings: _Postings) -> list[int]:
    """The records whose names have the most and the rarest of the words that are meant, the best first."""
    weights: dict[int, float] = {}
    common: list[_Having] = []
    for having in sorted(_having(asked, meant, postings), key=lambda each: each.size):
        if having.size > _RARE:
            common.append(having)
        else:
            for record_id, weight in having.weights().items():
                weights[record_id] = weights.get(record_id, 0.0) + weight
    if common:
        _add_common(weights, common)
    least = max(weights.values(), default=0.0) * _WORTH
    worth = {record_id: weight for record_id, weight in weights.items() if weight >= least}
    return nlargest(_COMPARED, worth, key=worth.__getitem__)


@dataclass(frozen=True, slots=True)
class _Having:
    """The records that have one of the words that a place of a text may mean, by what that says, the least first."""

    groups: tuple[tuple[float, array[int]], ...]

    @property
    def size(self) -> int:
        return sum(len(records) for _, records in self.groups)

    @property
    def most(self) -> float:
        """What speaks for a record that has the best of the words."""
        return self.groups[-1][0]

    def weights(self, among: Set[int] | None = None) -> dict[int, float]:
        """What speaks for each record, or only for each of those `among` them."""
        weights: dict[int, float] = {}
        for weight, records in self.groups:
            weights.update(dict.fromkeys(records if among is None else among & set(records), weight))
        return weights


def _having(asked: _Asked, meant: Sequence[_Resembling], postings: _Postings) -> list[_Having]:
    groups: dict[int, list[tuple[float, array[int]]]] = defaultdict(list)
    for one in meant:
        if records := postings.get((one.word_id, asked.part)):
            groups[one.place].append((one.alike**2 * log(_EVERYTHING / len(records)), records))
    return [_Having(tuple(sorted(some, key=lambda each: each[0]))) for some in groups.values()]


def _add_common(weights: dict[int, float], common: Sequence[_Having]) -> None:
    """Common words tell those apart that rarer ones found. Where these say less, two common words together find, too,
    and the rarest of them where there is nothing else."""
    for having in common:
        for record_id, weight in having.weights(weights.keys()).items():
            weights[record_id] += weight
    if max(weights.values(), default=0.0) >= sum(having.most for having in common):
        return
    first = common[0].weights()
    if len(common) > 1:
        second = common[1].weights(first.keys())
        for record_id in second.keys() - weights.keys():
            weights[record_id] = first[record_id] + second[record_id]
    if not weights:
        weights |= first


def _named(tx: Connection, record_ids: Collection[int]) -> dict[int, _Named]:
    """The living ones of these records; one that was erased without `forget_names` is still found by its words."""
    found: dict[int, _Named] = {}
    for portion in chunked(record_ids):
        for kind, title, company, record_id in tx.execute(_NAMED, {"ids": portion}).all():
            found[record_id] = (kind, title, company, record_id)
    return found
