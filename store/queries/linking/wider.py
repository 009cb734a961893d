"""The whole store, for what the people who take part do not explain: records whose words or addresses a mail has.

Only rare words are looked up; a word that many records have says nothing. Everything found existed when the mail came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
_FEW = 6  # records that a word may have to be a name of one customer
_WORDS = 16  # of one mail that are looked up
_MATTERS = 15
_NAMED = 8
_MATTER_KINDS = ("case", "opportunity", "lead")
_ALIKE = 0.82  # a name that resembles less is somebody else's


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for on behalf of one mail. `words` are its telling words, the most telling first, `subject` those of
    them that stand in the subject; `names` are texts that may be names, with where each stands (display name,
    signature, subject)."""

    facts: ActivityFacts
    words: Sequence[str]
    subject: Sequence[str]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    """What speaks for records anywhere in the store, on behalf of one mail: matters that have its words, and whom it
    names."""

    facts: ActivityFacts
    matters: Sequence[KnownRecord]
    named: Sequence[NameHit]

    @property
    def hit(self) -> Customers:
        return Customers.of(each.record for each in self.named)

    @property
    def customers(self) -> Customers:
        """Whose work comes into question."""
        hit = self.hit
        return Customers(
            accounts=hit.accounts | {record.account_id for record in self.matters if record.account_id is not None},
            contacts=hit.contacts,
            leads=hit.leads | {record.record_id for record in self.matters if record.kind == "lead"},
        )


@dataclass(frozen=True, slots=True)
class _More:
    """What looking further added for one mail."""

    named: Sequence[NameHit]
    work: Sequence[Work]
    spoken_of: frozenset[int]


class Wider:
    """Looks further for the mails of a batch, and remembers what it looked up."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._bearers: dict[str, tuple[int, ...]] = {}
        self._names: dict[str, tuple[NameHit, ...]] = {}
        self._more: dict[int, _More] = {}

    def knows(self, activity_id: int) -> bool:
        """Whether it was asked about this mail."""
        return activity_id in self._more

    def ask(self, questions: Sequence[Question]) -> None:
        """Look further for these mails: together they cost little more than one."""
        self._look_up_words({word: None for each in questions for word in each.words[:_WORDS]})
        self._look_up_names({text: None for each in questions for text in each.names})
        points = [self._points(each.words[:_WORDS]) for each in questions]
        rare = [self._of_few(each.subject) for each in questions]
        looked_up = {record_id for found in points for record_id in found}
        records = records_of(self._tx, looked_up.union(*(ids for words in rare for ids in words)))
        mentioned = self._mentioned([each.facts for each in questions])
        found = [
            _found(each, [records[key] for key in some if key in records], self._resembling(each.names), hits)
            for each, some, hits in zip(questions, points, mentioned, strict=True)
        ]
        customers = [each.customers for each in found]
        work = AllWork(self._tx, customers, [each.facts.occurred_at for each in questions])
        for each, theirs, words in zip(found, customers, rare, strict=True):
            more = _work(each, work.of(theirs, each.facts.occurred_at))
            self._more[each.facts.activity_id] = _More(each.named, more, _spoken_of(words, records))

    def look(self, facts: ActivityFacts) -> ActivityFacts:
        """The facts with more work and name hits. It was asked about the mail before."""
        more = self._more[facts.activity_id]
        hits = (*facts.hits, *more.named) if more.named else facts.hits
        work = (*facts.work, *more.work) if more.work else facts.work
        return replace(facts, hits=hits, work=work, spoken_of=more.spoken_of)

    def _look_up_words(self, words: Iterable[str]) -> None:
        unknown = [word for word in words if word not in self._bearers]
        found = records_with_words(self._tx, unknown, limit=COMMON + 1)
        for word in unknown:
            bearers = found.get(word, ())
            self._bearers[word] = bearers if len(bearers) <= COMMON else ()

    def _points(self, words: Sequence[str]) -> list[int]:
        """Records that have some of these words, those with the rarest first."""
        points: defaultdict[int, float] = defaultdict(float)
        for word in words:
            bearers = self._bearers[word]
            for record_id in bearers:
                points[record_id] += 1 / len(bearers)
        return nlargest(_MATTERS + _NAMED, points, key=lambda record_id: (points[record_id], record_id))

    def _of_few(self, words: Iterable[str]) -> list[tuple[int, ...]]:
        """For each of these words that few records have, the records."""
        return [bearers for word in words if 0 < len(bearers := self._bearers.get(word, ())) <= _FEW]

    def _look_up_names(self, texts: Iterable[str]) -> None:
        unknown = [text for text in texts if text not in self._names]
        if not unknown:
            return
        found = find_names(self._tx, unknown, kinds=("account", "contact", "lead"), limit=3)
        records = records_of(self._tx, {hit.record_id for hits in found.values() for hit in hits})
        # What a qualified lead became has a name of its own.
        own = {key: record for key, record in records.items() if record.record_id == key}
        for text in unknown:
            close = (hit for hit in found.get(text, ()) if hit.score >= _ALIKE and hit.record_id in own)
            self._names[text] = tuple(NameHit(own[hit.record_id], text, "", hit.score) for hit in close)

    def _resembling(self, names: Mapping[str, str]) -> list[NameHit]:
        """Records whose names resemble one of these texts, as misspelt as they may be."""
        return [replace(hit, where=where) for text, where in names.items() for hit in self._names[text]]

    def _mentioned(self, mails: Sequence[ActivityFacts]) -> list[list[NameHit]]:
        """For each mail whom the addresses written in it belong to."""
        written = [_written_addresses(facts) for facts in mails]
        people = records_by_address(self._tx, {email for emails, _ in written for email in emails})
        accounts = records_by_domain(self._tx, {domain for _, domains in written for domain in domains})
        return [[*_sole(people, emails), *_sole(accounts, domains)] for emails, domains in written]


def _written_addresses(facts: ActivityFacts) -> tuple[list[str], list[str]]:
    """E-mail addresses that a mail writes, and their registrable domains, without those of who takes part."""
    parties = {party.email for party in facts.parties}
    emails = [email for email in facts.said.mentioned if email not in parties]
    theirs = {"", *(party.domain for party in facts.parties)}
    domains = dict.fromkeys(registrable_domain(email.rpartition("@")[2]) for email in emails)
    return emails, [domain for domain in domains if domain not in theirs]


def _sole(known: Mapping[str, tuple[KnownRecord, ...]], keys: Iterable[str]) -> list[NameHit]:
    """Those of these addresses or domains that one record alone has, the oldest record first."""
    hits = [NameHit(known[key][0], key, "address", 1.0) for key in keys if len(known.get(key, ())) == 1]
    return sorted(hits, key=lambda hit: hit.record.record_id)


def _found(
    question: Question, records: Sequence[KnownRecord], resembling: Sequence[NameHit], mentioned: Sequence[NameHit]
) -> _Found:
    named = [*_named(records, question.facts), *resembling, *mentioned]
    return _Found(question.facts, [one for one in records if one.kind in _MATTER_KINDS][:_MATTERS], named)


def _spoken_of(words: Iterable[Sequence[int]], records: Mapping[int, KnownRecord]) -> frozenset[int]:
    """The accounts that alone have one of these words, in their name or place and in what is theirs."""
    found = ([records[key] for key in bearers if key in records] for bearers in words)
    named = ({each.account_id for each in some} for some in found if any(each.kind == "account" for each in some))
    return frozenset(key for keys in named if len(keys) == 1 for key in keys if key is not None)


def _named(records: Iterable[KnownRecord], facts: ActivityFacts) -> list[NameHit]:
    """Accounts whose whole name stands in the subject or the text."""
    accounts = [record for record in records if record.kind == "account"]
    texts = {"subject": company_key(facts.subject), "body": company_key(_read(facts))} if accounts else {}
    hits: list[NameHit] = []
    for record in accounts:
        key = company_key(record.title)
        where = next((name for name, text in texts.items() if key and f" {key} " in f" {text} "), "")
        if where and len(key) > 3:
            hits.append(NameHit(record, key, where, 1.0))
    return hits[:_NAMED]


def _work(found: _Found, work: Iterable[Work]) -> list[Work]:
    """The work found by its words, and all work of the accounts and people that are named."""
    hit = found.hit
    ids = {record.record_id for record in found.matters}
    known = {each.record.record_id for each in found.facts.work}
    return [
        each
        for each in work
        if each.record.record_id not in known
        and (each.record.record_id in ids or each.record.account_id in hit.accounts or _is_of(each, hit))
    ]


def _is_of(work: Work, customers: Customers) -> bool:
    return work.contact_id in customers.contacts or work.record.record_id in customers.leads


def _read(facts: ActivityFacts) -> str:
    return fold(f"{facts.said.new_text} {facts.said.passed_on}")
