"""Customers by the ten thousand and the mail they write, made by a seeded generator: what linking is measured on.

Mail is new or an answer, with or without the headers that say so, from known people, from unknown colleagues of theirs
who sign, from private addresses, from strangers and from newsletters; about open work, about closed work, or nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from store.actor import SYSTEM
from store.engine import Store
from store.records.values import read_values
from store.records.writing import insert_records
from store.sync.mailboxes import add_mailbox
from tests.benchmarks.words import Writer

US = "anna@alpineskihouse.example"
BEGINNING = datetime(2026, 1, 5, 8, tzinfo=UTC)
_AT_ONCE = 1_000  # records inserted by one act
_FORMS = ("GmbH", "Ltd", "S.r.l.", "A/S", "Oy", "Inc.", "B.V.", "AG")
#: Kinds of mail and how many of a hundred there are.
_KINDS = {"work": 36, "answer": 24, "quoting": 10, "small talk": 8, "colleague": 8, "private address": 5,
          "stranger": 6, "newsletter": 3}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records of each sort; `open_work` are cases and opportunities in equal parts."""

    contacts: int = 100_000
    accounts: int = 20_000
    open_work: int = 10_000


@dataclass(slots=True)
class Person:
    """A contact of an account, by the number of the account."""

    name: str
    email: str
    account: int


@dataclass(slots=True)
class Customers:
    """The records of a world; `keys` are their keys in the store, in order. `work` are numbers of accounts and titles
    with the serial number of a case."""

    companies: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    work: list[tuple[int, str, str]] = field(default_factory=list)
    staff: dict[int, list[Person]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail. `about` is the title of the work that it names, '' for none; `sender` is its writer's name, `company` the
    one they sign for, '' for none."""

    raw: bytes
    kind: str
    message_id: str
    about: str
    sender: str
    company: str


def make_customers(sizes: Sizes, writer: Writer, seed: int = 11) -> Customers:
    """The customers, not yet stored."""
    rng = random.Random(seed)
    made = Customers()
    for number in range(sizes.accounts):
        name = writer.name()
        made.companies.append(f"{name} {rng.choice(_FORMS)}")
        made.domains.append(f"{name.lower().replace(' ', '')}{number}.example")
    for number in range(sizes.contacts):
        account = number % sizes.accounts
        name = writer.name()
        email = f"{name.lower().replace(' ', '.')}.{number}@{made.domains[account]}"
        person = Person(name, email, account)
        made.people.append(person)
        made.staff.setdefault(account, []).append(person)
    for number in range(sizes.open_work):
        title = " ".join(rng.sample(writer.words[300:8_000], 4))
        made.work.append((rng.randrange(sizes.accounts), title, f"SN{number:06}" if number % 2 else ""))
    return made


def store_customers(store: Store, made: Customers, writer: Writer) -> None:
    """Store them as somebody's import would, in portions."""
    now = BEGINNING - timedelta(days=30)
    with store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", now=now)
    accounts = [
        {"title": title, "domains": [domain], "city": "Bolzano"}
        for title, domain in zip(made.companies, made.domains, strict=True)
    ]
    keys = _insert(store, "account", accounts, now)
    people = [
        {"title": each.name, "emails": [each.email], "account": keys[each.account], "phone": f"+39 0471 {at:06}"}
        for at, each in enumerate(made.people)
    ]
    contacts = dict(zip((each.email for each in made.people), _insert(store, "contact", people, now), strict=True))
    cases, deals = [], []
    for account, title, serial in made.work:
        staff = made.staff.get(account)
        values: dict[str, Any] = {"title": title, "account": keys[account], "description": writer.text(20)}
        if staff:
            values["contact"] = contacts[staff[0].email]
        if serial:
            cases.append(values | {"serial": serial})
        else:
            deals.append(values)
    _insert(store, "case", cases, now)
    _insert(store, "opportunity", deals, now)


def _insert(store: Store, kind: str, rows: Sequence[dict[str, Any]], now: datetime) -> list[int]:
    keys: list[int] = []
    for start in range(0, len(rows), _AT_ONCE):
        states = [read_values(kind, row) for row in rows[start : start + _AT_ONCE]]
        with store.write() as tx:
            inserted, _ = insert_records(tx, kind, states, by=SYSTEM, now=now)
        keys += [one.record_id for one in inserted]
    return keys


def write_mails(made: Customers, writer: Writer, count: int, seed: int = 13) -> Iterator[Written]:
    """Mails a few minutes apart, the oldest first."""
    correspondence = _Correspondence(made, writer, random.Random(seed))
    for number in range(count):
        yield correspondence.next_mail(number)


@dataclass(slots=True)
class _Sent:
    """A mail that may be answered."""

    message_id: str
    subject: str
    text: str
    person: Person
    about: str


class _Correspondence:
    """Writes one mail after the other; most writers write often, as in life."""

    def __init__(self, made: Customers, writer: Writer, rng: random.Random) -> None:
        self._made, self._writer, self._rng = made, writer, rng
        self._sent: list[_Sent] = []
        self._kinds = [kind for kind, share in _KINDS.items() for _ in range(share)]
        self._busy = [work for work in made.work if made.staff.get(work[0])][: max(20, len(made.work) // 4)]

    def next_mail(self, number: int) -> Written:
        kind = self._rng.choice(self._kinds)
        if kind in ("answer", "quoting") and self._sent:
            return self._answer(number, kind, self._rng.choice(self._sent[-300:]))
        if kind == "newsletter":
            headers = {"List-Id": "<news.stranger.example>", "List-Unsubscribe": "<mailto:x@stranger.example>"}
            return self._write(number, kind, "News", "news@stranger.example", self._writer.text(6), headers=headers)
        if kind == "stranger":
            name = self._writer.name()
            email = f"{name.lower().replace(' ', '.')}@unheard{number}.example"
            return self._write(number, kind, name, email, self._writer.text(5), signed="Unheard Of Ltd")
        account, title, serial = self._rng.choice(self._busy)
        person = self._rng.choice(self._made.staff[account])
        subject = f"{title} {serial}".strip() if kind != "small talk" else self._writer.text(3)
        about = title if kind != "small talk" else ""
        if kind == "colleague":
            name = self._writer.name()
            person = Person(name, f"{name.lower().replace(' ', '_')}@{self._made.domains[account]}", account)
        if kind == "private address":
            person = Person(person.name, f"{person.name.lower().replace(' ', '')}@gmail.com", account)
        mail = self._write(
            number, kind, person.name, person.email, subject, about=about, signed=self._made.companies[account]
        )
        self._sent.append(_Sent(mail.message_id, subject, self._last_text, person, about))
        return mail

    def _answer(self, number: int, kind: str, before: _Sent) -> Written:
        """An answer of ours or of theirs; one that only quotes has lost its headers, as from some web mailers."""
        named = {"In-Reply-To": before.message_id, "References": before.message_id} if kind == "answer" else {}
        quoted = "\n".join(f"> {line}" for line in before.text.splitlines())
        subject = before.subject if before.subject.startswith("Re: ") else f"Re: {before.subject}"
        who = before.person
        mail = self._write(
            number, kind, who.name, who.email, subject, about=before.about, headers=named,
            signed=self._made.companies[who.account], below=f"\n\nOn Monday {who.name} wrote:\n{quoted}",
        )  # fmt: skip
        self._sent.append(_Sent(mail.message_id, subject, self._last_text, who, before.about))
        return mail

    def _write(
        self, number: int, kind: str, name: str, email: str, subject: str, *, about: str = "",
        headers: dict[str, str] | None = None, signed: str = "", below: str = "",
    ) -> Written:  # fmt: skip
        rng, at = self._rng, BEGINNING + timedelta(minutes=7 * number)
        self._last_text = "\n".join(self._writer.text(11).capitalize() + "." for _ in range(rng.randint(3, 14)))
        signature = f"\n\nBest regards\n\n{name}\nSales Manager\n{signed}\n+39 0471 {number:06}" if signed else ""
        message = EmailMessage()
        message["From"], message["To"] = f"{name} <{email}>", f"Anna Hofer <{US}>"
        message["Subject"], message["Date"] = subject, format_datetime(at)
        message["Message-ID"] = f"<{number}@mail.example>"
        for header, value in (headers or {}).items():
            message[header] = value
        message.set_content(f"Dear Anna,\n\n{self._last_text}{signature}{below}\n")
        return Written(message.as_bytes(), kind, message["Message-ID"], about, name, signed)
