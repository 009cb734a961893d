"""What one kind of evidence says about one record."""

from __future__ import annotations

from dataclasses import dataclass

from store.linking.facts import ActivityFacts, KnownRecord, Party

#: One mail to more people than this is an announcement; its recipients are not all its subject.
MOST_PEOPLE = 12

WORK = ("case", "opportunity")


@dataclass(frozen=True, slots=True)
class Finding:
    """A record, the rule that names it, how well it fits (0 to 1), and the words and the place it was found in.

    `exact` says that it rests on something that was compared letter by letter and belongs to one record only; nothing
    that mails a person may rest on less.
    """

    record: KnownRecord
    rule: str
    strength: float
    quote: str
    source: str
    exact: bool = False


def concerned(facts: ActivityFacts) -> tuple[Party, ...]:
    """Whom from outside it concerns: everybody, but of an announcement only the sender."""
    if len({party.email for party in facts.outside}) <= MOST_PEOPLE:
        return facts.outside
    return tuple(party for party in facts.outside if party == facts.sender)


def weight_of(party: Party, facts: ActivityFacts) -> float:
    """How much a mail is about this party: the other side first, whoever is copied last."""
    if party.role in ("from", "organizer"):
        return 1.0
    if party.role in ("to", "required"):
        return 1.0 if _is_written_to(facts) else 0.85
    return 0.8


def is_known(sender: Party, facts: ActivityFacts) -> bool:
    """Whether a sender is one of ours, has a known address, now or formerly, or writes from a known company."""
    records = (facts.people.get(sender.email), facts.former.get(sender.email), facts.accounts.get(sender.domain))
    return sender.own or any(records)


def named(party: Party) -> str:
    return party.name or party.email


def role(party: Party) -> str:
    words = {"from": "The sender", "to": "A recipient", "cc": "A copied recipient", "organizer": "The organizer"}
    return words.get(party.role, "An attendee")


def _is_written_to(facts: ActivityFacts) -> bool:
    """Our own people wrote it, so its recipients are the other side."""
    return facts.sender is None or facts.sender.own
