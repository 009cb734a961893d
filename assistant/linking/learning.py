"""What a correction could teach: patterns of the corrected mail that stand for the record it was linked to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.linking.wording import telling_words
from mail_sync.mime.subjects import bare_subject
from store.domains import is_free_mail
from store.linking.facts import ActivityFacts, KnownRecord, Party
from store.names.compare import company_score, person_score
from store.search_text import fold

_KNOWN_BY_NAME = 0.9  # from this likeness on a name is found without a lesson
_PHRASES = 3  # offered at most
_LONGEST = 3  # words of a phrase
_ALONE = 6  # letters of a word that may stand for a record by itself
_WHOLE = ("contact", "account", "lead")  # an address stands for one of these, never for a single case


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern (kinds as in `store.schema.knowledge.Learned`), the record it would stand for, and where it was found
    in the mail."""

    kind: str
    value: str
    record: KnownRecord
    source: str


def patterns(facts: ActivityFacts, chosen: KnownRecord, *, customer: KnownRecord | None = None) -> tuple[Pattern, ...]:
    """What the correction "this mail is regarding `chosen`" could teach, the most telling first, each once.

    `customer` is the account that the chosen record belongs to: addresses, domains and companies stand for it where the
    record itself is a piece of work.
    """
    found = [*_address(facts, chosen, customer), *_domain(facts, chosen, customer), *_names(facts, chosen, customer)]
    return tuple(dict.fromkeys([*found, *_phrases(facts, chosen)]))


def _address(facts: ActivityFacts, chosen: KnownRecord, customer: KnownRecord | None) -> Iterator[Pattern]:
    party, target = _other_side(facts), chosen if chosen.kind in _WHOLE else customer
    if party is not None and target is not None and not facts.people.get(party.email):
        yield Pattern("address", party.email, target, "the address is not known")


def _domain(facts: ActivityFacts, chosen: KnownRecord, customer: KnownRecord | None) -> Iterator[Pattern]:
    party, target = _other_side(facts), _company(chosen, customer)
    if party is None or target is None or not party.domain or is_free_mail(party.domain):
        return
    if not facts.accounts.get(party.domain):
        yield Pattern("domain", party.domain, target, "no company is known by this domain")


def _names(facts: ActivityFacts, chosen: KnownRecord, customer: KnownRecord | None) -> Iterator[Pattern]:
    party, company = _other_side(facts), _company(chosen, customer)
    if party is None or facts.people.get(party.email):
        return
    if chosen.kind in _WHOLE and party.name and party.name.lower() != party.email:
        alike = person_score if chosen.kind != "account" else company_score
        if alike(party.name, chosen.title) < _KNOWN_BY_NAME:
            yield Pattern("name", party.name, chosen, "the name beside the address")
    for name in facts.said.values("company"):
        if company is not None and company_score(name, company.title) < _KNOWN_BY_NAME:
            yield Pattern("name", name, company, "the company in the signature")


def _phrases(facts: ActivityFacts, chosen: KnownRecord) -> Iterator[Pattern]:
    """Words side by side in the subject; first those that the record says, none that another open one says too."""
    own = _words(facts, chosen)
    rivals = [
        frozenset(telling_words(f"{work.title} {work.description} {' '.join(work.products)}"))
        for work in facts.work
        if work.closed_at is None and work.record.record_id != chosen.record_id
    ]
    offered = [words for words in _side_by_side(facts.subject) if not any(rival >= _told(words) for rival in rivals)]
    offered.sort(key=lambda words: (not own >= _told(words), abs(len(words) - 2)))
    for words in offered[:_PHRASES]:
        yield Pattern("phrase", " ".join(words), chosen, "words of the subject")


def _side_by_side(subject: str) -> Iterator[tuple[str, ...]]:
    """Neighbouring words that begin and end with a telling one; a single one only if it is long or holds a digit."""
    words = tuple(fold(bare_subject(subject)).split())
    telling = set(telling_words(" ".join(words)))
    for size in range(1, _LONGEST + 1):
        for start in range(len(words) - size + 1):
            some = words[start : start + size]
            if some[0] in telling and some[-1] in telling and (size > 1 or _tells_alone(some[0])):
                yield some


def _tells_alone(word: str) -> bool:
    return len(word) >= _ALONE or (len(word) >= _ALONE // 2 and any(c.isdigit() for c in word))


def _told(words: Sequence[str]) -> frozenset[str]:
    return frozenset(telling_words(" ".join(words)))


def _words(facts: ActivityFacts, chosen: KnownRecord) -> frozenset[str]:
    work = next((each for each in facts.work if each.record.record_id == chosen.record_id), None)
    text = f"{work.title} {work.description} {' '.join(work.products)}" if work else chosen.title
    return frozenset(telling_words(text))


def _company(chosen: KnownRecord, customer: KnownRecord | None) -> KnownRecord | None:
    return chosen if chosen.kind in ("account", "lead") else customer


def _other_side(facts: ActivityFacts) -> Party | None:
    """Who wrote to us, or whom we wrote to."""
    sender = facts.sender
    if sender is not None and not sender.own and sender.email:
        return sender
    return next(iter(facts.outside), None)
