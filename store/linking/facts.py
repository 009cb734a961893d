"""What linking may know about an activity: plain values, gathered in bulk by `store.queries.linking.gather`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: The probability from which something is suggested that is rather so than not.
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record as evidence sees it. `account_id` is the customer's account (the record itself for an account), or where
    the contact `contact_id` works, whose case or opportunity it is."""

    record_id: int
    kind: str
    number: str
    title: str
    account_id: int | None = None
    contact_id: int | None = None


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

    `audience` are the outside addresses that took part in it; `regarding` its linked records, primary first. `refused`
    are records that a person rejected for it or for a later mail on the way: it does not pass them on.
    """

    activity_id: int
    found_by: str
    subject: str
    occurred_at: datetime
    audience: frozenset[str]
    regarding: tuple[KnownRecord, ...] = ()
    refused: frozenset[int] = frozenset()

    @property
    def passed_on(self) -> tuple[KnownRecord, ...]:
        """What answers to it may be regarding, because it is."""
        return tuple(record for record in self.regarding if record.record_id not in self.refused)


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that was written here, known by its token. `audience` are the addresses it went to; `regarding` is what
    its writer chose."""

    subject: str
    sent_at: datetime
    audience: frozenset[str]
    regarding: KnownRecord


@dataclass(frozen=True, slots=True)
class SignatureField:
    """One part of a signature. `field` is name, title, company, phone, mobile, email, website, street or city; `quote`
    is the line it was found in."""

    field: str
    value: str
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the text of a mail or meeting says: what its writer wrote now, without quotation and signature (its
    beginning), and what stands in the signature. `forwarded`: it passes on a mail of somebody else, of which
    `passed_on` is the beginning; `mentioned` are the e-mail addresses written in either."""

    new_text: str = ""
    signature: str = ""
    fields: tuple[SignatureField, ...] = ()
    forwarded: bool = False
    passed_on: str = ""
    mentioned: tuple[str, ...] = ()

    def values(self, field: str) -> tuple[str, ...]:
        return tuple(each.value for each in self.fields if each.field == field)


@dataclass(frozen=True, slots=True)
class Quoted:
    """An earlier mail whose lines this one quotes: how many of the quoted lines it says, and the longest of them."""

    mail: Ancestor
    lines: int
    share: float  # 0 to 1, of the quoted lines that any known mail says
    quote: str


@dataclass(frozen=True, slots=True)
class Work:
    """A case, an opportunity or a lead of somebody who takes part, with the words by which a mail may mean it.

    `opened_at` and `closed_at` are instants (None: still open when the mail came). What was opened up to 90 days after
    the mail is in the facts too: a case is often written down after the mail that tells of it.
    `products` are names and codes of the products it is about, `places` cities and streets of its customer.
    """

    record: KnownRecord
    contact_id: int | None
    title: str
    description: str
    products: tuple[str, ...]
    serial: str
    places: tuple[str, ...]
    owner_email: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A contact or lead as far as a name, a phone or a title can tell that a mail is from them."""

    record: KnownRecord
    names: tuple[str, ...]  # as written: the full name, and names that corrections taught
    job_title: str
    phones: tuple[str, ...]  # digits only, with country code where known


@dataclass(frozen=True, slots=True)
class NameHit:
    """A record of the whole store whose name fits words of the mail. `where` is display name, signature, subject,
    body or domain; `score` is 0 to 1 from the name index."""

    record: KnownRecord
    words: str
    where: str
    score: float


@dataclass(frozen=True, slots=True)
class LastWord:
    """What one outside party's earlier mail was regarding: a record, how often, and when last."""

    record: KnownRecord
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """A pattern that a correction taught and that fits this mail: `kind` is address, domain, name or phrase."""

    record: KnownRecord
    kind: str
    value: str


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
    refused_itself: frozenset[int] = frozenset()  # those of them that were refused for this very mail
    refused_all: bool = False  # a person said: this is regarding nothing
    refused_mail: bool = False  # a person said so of this very mail, not only of its thread or its people
    tracked: bool = False  # a person put the category Regarding on it
    link_internal: bool = False  # all mailboxes that hold it want mail among ourselves linked too
    sent: tuple[SentMail, ...] = ()  # the mail that was written here and came back as this one
    tokens: tuple[SentMail, ...] = ()  # mails written here whose tokens this one repeats, nearest first
    said: Said = Said()
    location: str = ""  # of a meeting
    quoted: tuple[Quoted, ...] = ()  # earlier mails whose lines it quotes, the strongest first
    work: tuple[Work, ...] = ()  # of the records in `people`, `former`, `accounts`, `employers`; open first
    colleagues: Mapping[int, tuple[Colleague, ...]] = field(default_factory=dict)  # by the id of a known account
    former: Mapping[str, tuple[KnownRecord, ...]] = field(default_factory=dict)  # by an address used until it changed
    hits: tuple[NameHit, ...] = ()  # from the whole store, only where the parties are not known
    spoken_of: frozenset[int] = frozenset()  # accounts that alone have a word of the subject, found with the hits
    history: Mapping[str, tuple[LastWord, ...]] = field(default_factory=dict)  # by e-mail address, the latest first
    lessons: tuple[Lesson, ...] = ()
    owners: tuple[str, ...] = ()  # addresses of our own people in whose mailboxes it lies
    company_first: bool = True  # people file what is about no matter under the company, not the person

    @property
    def records(self) -> dict[int, KnownRecord]:
        """Every record that is mentioned in these facts."""
        found = [*self.decided, *self.employers.values(), *self.numbered.values()]
        found += [mail.regarding for mail in (*self.sent, *self.tokens)]
        found += [each.record for each in self.work]
        found += [each.record for each in self.hits]
        found += [each.record for each in self.lessons]
        found += [each.record for group in self.colleagues.values() for each in group]
        found += [each.record for group in self.history.values() for each in group]
        people = (*self.people.values(), *self.former.values(), *self.accounts.values())
        earlier = (*self.ancestors, *(each.mail for each in self.quoted))
        for group in (*people, *(each.regarding for each in earlier)):
            found += group
        return {record.record_id: record for record in found}

    @property
    def outside(self) -> tuple[Party, ...]:
        """The participants who are not of our own company."""
        return tuple(party for party in self.parties if not party.own and party.email)

    @property
    def sender(self) -> Party | None:
        return next((party for party in self.parties if party.role in ("from", "organizer")), None)
