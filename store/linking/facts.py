"""What linking may know about an activity: plain values, gathered in bulk by `store.queries.linking.gather`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record as evidence sees it. `account_id` is the customer's account (the record itself for an account)."""

    record_id: int
    kind: str
    number: str
    title: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """One participant. `own` says that the address is of our own company."""

    role: str
    email: str
    domain: str
    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class Ancestor:
    """An earlier mail that this one answers. `found_by` is In-Reply-To, References or Thread-Index.

    `audience` are the outside addresses that took part in it; `regarding` its linked records, primary first.
    """

    activity_id: int
    found_by: str
    subject: str
    occurred_at: datetime
    audience: frozenset[str]
    regarding: tuple[KnownRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that was written here, known by its token. `audience` are the addresses it went to; `regarding` is what
    its writer chose."""

    subject: str
    sent_at: datetime
    audience: frozenset[str]
    regarding: KnownRecord


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """Everything a decision rests on. Only mail from before `occurred_at` is in here, whatever arrived first."""

    activity_id: int
    kind: str
    occurred_at: datetime
    direction: str
    noise: str
    private: bool
    subject: str
    mentions: tuple[str, ...]
    parties: tuple[Party, ...]
    ancestors: tuple[Ancestor, ...] = ()
    people: Mapping[str, tuple[KnownRecord, ...]] = field(default_factory=dict)  # by e-mail address
    accounts: Mapping[str, tuple[KnownRecord, ...]] = field(default_factory=dict)  # by registrable domain
    employers: Mapping[int, KnownRecord] = field(default_factory=dict)  # account at that time, by contact id
    numbered: Mapping[str, KnownRecord] = field(default_factory=dict)  # by record number
    decided: tuple[KnownRecord, ...] = ()  # what people linked it to, primary first
    refused: frozenset[int] = frozenset()  # records a person refused for this mail, thread or sender
    refused_all: bool = False  # a person said: this is regarding nothing
    tracked: bool = False  # a person put the category Regarding on it
    sent: tuple[SentMail, ...] = ()  # the mail that was written here and came back as this one
    tokens: tuple[SentMail, ...] = ()  # mails written here whose tokens this one repeats, nearest first

    @property
    def records(self) -> dict[int, KnownRecord]:
        """Every record that is mentioned in these facts."""
        found = [*self.decided, *self.employers.values(), *self.numbered.values()]
        found += [mail.regarding for mail in (*self.sent, *self.tokens)]
        for group in (*self.people.values(), *self.accounts.values(), *(each.regarding for each in self.ancestors)):
            found += group
        return {record.record_id: record for record in found}

    @property
    def outside(self) -> tuple[Party, ...]:
        """The participants who are not of our own company."""
        return tuple(party for party in self.parties if not party.own and party.email)

    @property
    def sender(self) -> Party | None:
        return next((party for party in self.parties if party.role in ("from", "organizer")), None)
