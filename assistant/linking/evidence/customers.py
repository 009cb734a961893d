"""Whose case, opportunity or lead it is, whether it was open, who looks after it, and what was last written about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from assistant.linking.evidence.finding import Finding
from store.linking.facts import ActivityFacts, LastWord

_FRESH = timedelta(days=7)
_FADES = timedelta(days=14)  # after so long a last word tells half as much
_OF_ANOTHER = 0.3  # of what an owner tells: mail of others lies in the same mailbox
_LONG = timedelta(days=14)  # after so long what was closed is seldom taken up again under its old name


def own_contact(facts: ActivityFacts) -> Iterator[Finding]:
    """The contact of the case or opportunity takes part."""
    present = {known.record_id: party for party in facts.outside for known in facts.people.get(party.email, ())}
    for work in facts.work:
        party = present.get(work.contact_id) if work.contact_id is not None else None
        if party is not None:
            strength = 1.0 if party == facts.sender or facts.direction == "out" else 0.6
            strength /= len(facts.people[party.email])
            yield Finding(work.record, "own_contact", strength, party.name or party.email, "is its contact")


def customer(facts: ActivityFacts) -> Iterator[Finding]:
    """It is of the company that takes part; the more others that company has open, the less that says."""
    accounts = _participating(facts)
    still_open = Counter(work.record.account_id for work in facts.work if work.closed_at is None)
    for work in facts.work:
        if work.closed_at is None and work.record.account_id in accounts:
            rivals = still_open[work.record.account_id]
            source = (
                "the only open one of the customer" if rivals == 1 else f"one of {rivals} open ones of the customer"
            )
            yield Finding(work.record, "customer", 1 / rivals, work.record.title, source)


def closed(facts: ActivityFacts) -> Iterator[Finding]:
    """It was over before the mail came."""
    for work in facts.work:
        if work.closed_at is not None and work.closed_at <= facts.occurred_at:
            since = facts.occurred_at - work.closed_at
            rule, strength = ("long_closed", 1.0) if since >= _LONG else ("closed", 0.3 + since.days / 60)
            yield Finding(work.record, rule, strength, f"{work.closed_at:%Y-%m-%d}", "was closed before")


def fresh(facts: ActivityFacts) -> Iterator[Finding]:
    """It was opened shortly before the mail came."""
    for work in facts.work:
        if work.closed_at is None and abs(facts.occurred_at - work.opened_at) <= _FRESH:
            yield Finding(work.record, "fresh", 1.0, f"{work.opened_at:%Y-%m-%d}", "was opened a few days before")


def last_word(facts: ActivityFacts) -> Iterator[Finding]:
    """What the people who take part last wrote about, the latest most."""
    for party in facts.outside:
        words = facts.history.get(party.email, ())
        latest = max((word.last_at for word in words), default=None)
        for word in words:
            when = f"{word.last_at:%A}" if facts.occurred_at - word.last_at < _FRESH else f"{word.last_at:%Y-%m-%d}"
            source = f"{party.name or party.email} last wrote about it on {when}"
            yield Finding(word.record, "last_word", _faded(word, facts), word.record.title, source)
            if word.last_at == latest:
                yield Finding(word.record, "latest", _faded(word, facts), word.record.title, source)


def owner(facts: ActivityFacts) -> Iterator[Finding]:
    """The mail lies in the mailbox of the one who looks after it; of a customer's who takes no part that tells less."""
    accounts = _participating(facts)
    present = {known.record_id for people in facts.people.values() for known in people}
    for work in facts.work:
        if work.owner_email and work.owner_email in facts.owners:
            theirs = work.record.account_id in accounts or not present.isdisjoint(
                (work.contact_id, work.record.record_id)
            )
            strength = 1.0 if theirs else _OF_ANOTHER
            yield Finding(work.record, "owner", strength, work.owner_email, "who has the mail looks after it")


def lesson(facts: ActivityFacts) -> Iterator[Finding]:
    """What an earlier correction taught."""
    for found in facts.lessons:
        source = f"you said so before: this {found.kind} stands for {found.record.title}"
        yield Finding(found.record, f"learned_{found.kind}", 1.0, found.value, source)


def _participating(facts: ActivityFacts) -> set[int]:
    """The accounts of which somebody takes part."""
    return {account.record_id for known in (*facts.accounts.values(), facts.employers.values()) for account in known}


def _faded(word: LastWord, facts: ActivityFacts) -> float:
    age = max(timedelta(0), facts.occurred_at - word.last_at)
    return float(0.5 ** (age / _FADES))
