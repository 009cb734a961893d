"""What corrections taught, as far as it fits a mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from store.linking.facts import KnownRecord, Lesson, Party, Said
from store.queries.linking.records import records_of
from store.schema.knowledge import Learned
from store.search_text import fold

Pattern = tuple[str, str, int]  # kind, value, record


class Lessons:
    """Every pattern that was learned; people teach them one by one, so there are few."""

    def __init__(self, tx: Connection, besides: Sequence[Pattern] = ()) -> None:
        self._exact: dict[tuple[str, str], list[Pattern]] = defaultdict(list)
        self._phrases: dict[str, list[tuple[str, Pattern]]] = defaultdict(list)
        patterns = select(Learned.kind, Learned.value, Learned.record_id).order_by(Learned.id)
        for kind, value, record_id in (*tx.execute(patterns), *besides):
            folded = fold(value)
            if kind == "phrase" and folded:
                self._phrases[folded.split()[0]].append((f" {folded} ", (kind, value, record_id)))
            elif kind == "name":
                self._exact[kind, folded].append((kind, value, record_id))
            else:
                self._exact[kind, value.lower()].append((kind, value, record_id))
        known = {each[2] for found in self._exact.values() for each in found}
        known |= {each[2] for found in self._phrases.values() for _, each in found}
        self._records: Mapping[int, KnownRecord] = records_of(tx, known)

    def fitting(self, row: Row[Any], parties: Sequence[Party], said: Said) -> tuple[Lesson, ...]:
        """The patterns that fit this mail, once each."""
        if not self._records:
            return ()
        found = dict.fromkeys((*self._by_party(parties, said), *self._by_phrase(row.subject, said.new_text)))
        return tuple(Lesson(self._records[key], kind, value) for kind, value, key in found if key in self._records)

    def _by_party(self, parties: Sequence[Party], said: Said) -> Iterator[Pattern]:
        for party in parties:
            if not party.own:
                yield from self._exact.get(("address", party.email), ())
                yield from self._exact.get(("domain", party.domain), ())
                yield from self._exact.get(("name", fold(party.name)), ())
        for each in said.fields:
            if each.field in ("name", "company"):
                yield from self._exact.get(("name", fold(each.value)), ())

    def _by_phrase(self, *texts: str) -> Iterator[Pattern]:
        if not self._phrases:
            return
        for text in texts:
            words = f" {fold(text)} "
            for word in dict.fromkeys(words.split()):
                yield from (pattern for phrase, pattern in self._phrases.get(word, ()) if phrase in words)
