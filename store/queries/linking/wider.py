"""The whole store, for what the people who take part do not explain: records whose words or addresses a mail has.

Only rare words are looked up; a word that many records have says nothing. Everything found existed when the mail came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest

from sqlalchemy import Connection

from store.domains import registrable_domain
from store.linking.facts import ActivityFacts, KnownRecord, NameHit, Work
from store.names.fold import company_key
from store.names.index import find_names
from store.queries.linking.records import records_by_address, records_by_domain, records_of
from store.queries.linking.work import AllWork, Customers
from store.search import records_with_words
from store.search_text import fold

#: Records that may have a word before it tells nothing.
COMMON = 40
_WORDS = 16  # of one mail that are looked up
_MATTERS = 15
_NAMED = 8
_MATTER_KINDS = ("case", "opportunity", "lead")
_ALIKE = 0.82  # a name that resembles less is somebody else's


class Wider:
    """Looks further for one mail after the other of a batch, and remembers what it looked up."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._bearers: dict[str, tuple[int, ...]] = {}
        self._names: dict[str, tuple[NameHit, ...]] = {}

    def look(self, facts: ActivityFacts, words: Sequence[str], names: Mapping[str, str]) -> ActivityFacts:
        """The facts with more work and name hits. `words` are telling words of the mail, the most telling first;
        `names` are texts that may be names, with where each stands (display name, signature, subject)."""
        mentioned = self._mentioned(facts)
        found = self._with_words(words[:_WORDS])
        named = [*self._named(found, facts), *self._resembling(names), *mentioned]
        records = {record.record_id: record for record, _ in found if record.kind in _MATTER_KINDS}
        work = self._work(facts, list(records.values())[:_MATTERS], named)
        return replace(facts, hits=(*facts.hits, *named), work=(*facts.work, *work))

    def _mentioned(self, facts: ActivityFacts) -> list[NameHit]:
        """Whom the addresses written in the mail belong to."""
        parties = {party.email for party in facts.parties}
        emails = [email for email in facts.said.mentioned if email not in parties]
        people = records_by_address(self._tx, emails)
        domains = {registrable_domain(email.rpartition("@")[2]) for email in emails}
        accounts = records_by_domain(self._tx, domains - {"", *(party.domain for party in facts.parties)})
        return [
            NameHit(record, key, "address", 1.0)
            for found in (people, accounts)
            for key, records in found.items()
            if len(records) == 1
            for record in records
        ]

    def _with_words(self, words: Sequence[str]) -> list[tuple[KnownRecord, float]]:
        """Records that have some of these words, those with the rarest first."""
        unknown = [word for word in words if word not in self._bearers]
        found = records_with_words(self._tx, unknown, limit=COMMON + 1)
        for word in unknown:
            bearers = found.get(word, ())
            self._bearers[word] = bearers if len(bearers) <= COMMON else ()
        points: defaultdict[int, float] = defaultdict(float)
        for word in words:
            bearers = self._bearers[word]
            for record_id in bearers:
                points[record_id] += 1 / len(bearers)
        best = nlargest(_MATTERS + _NAMED, points, key=lambda record_id: (points[record_id], record_id))
        records = records_of(self._tx, best)
        return [(records[key], points[key]) for key in best if key in records]

    def _named(self, found: Iterable[tuple[KnownRecord, float]], facts: ActivityFacts) -> list[NameHit]:
        """Accounts whose whole name stands in the subject or the text."""
        texts = {"subject": company_key(facts.subject), "body": company_key(_read(facts))}
        hits: list[NameHit] = []
        for record, _ in found:
            key = company_key(record.title) if record.kind == "account" else ""
            where = next((name for name, text in texts.items() if key and f" {key} " in f" {text} "), "")
            if where and len(key) > 3:
                hits.append(NameHit(record, key, where, 1.0))
        return hits[:_NAMED]

    def _resembling(self, names: Mapping[str, str]) -> list[NameHit]:
        """Records whose names resemble one of these texts, as misspelt as they may be."""
        unknown = [text for text in names if text not in self._names]
        if unknown:
            found = find_names(self._tx, unknown, kinds=("account", "contact", "lead"), limit=3)
            records = records_of(self._tx, {hit.record_id for hits in found.values() for hit in hits})
            for text in unknown:
                close = (hit for hit in found.get(text, ()) if hit.score >= _ALIKE and hit.record_id in records)
                self._names[text] = tuple(NameHit(records[hit.record_id], text, "", hit.score) for hit in close)
        return [replace(hit, where=where) for text, where in names.items() for hit in self._names[text]]

    def _work(self, facts: ActivityFacts, matters: Sequence[KnownRecord], named: Sequence[NameHit]) -> list[Work]:
        """The work found by its words, and all work of the accounts and people that are named."""
        at = facts.occurred_at
        hit = Customers.of(each.record for each in named)
        owners = Customers(
            accounts=hit.accounts | {record.account_id for record in matters if record.account_id is not None},
            contacts=hit.contacts,
            leads=hit.leads | {record.record_id for record in matters if record.kind == "lead"},
        )
        ids = {record.record_id for record in matters}
        known = {each.record.record_id for each in facts.work}
        return [
            each
            for each in AllWork(self._tx, [owners], [at]).of(owners, at)
            if each.record.record_id not in known
            and (each.record.record_id in ids or each.record.account_id in hit.accounts or _is_of(each, hit))
        ]


def _is_of(work: Work, customers: Customers) -> bool:
    return work.contact_id in customers.contacts or work.record.record_id in customers.leads


def _read(facts: ActivityFacts) -> str:
    return fold(f"{facts.said.new_text} {facts.said.passed_on}")
