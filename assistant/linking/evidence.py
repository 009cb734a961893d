"""Kinds of exact evidence, each a pure function from facts to findings.

A finding names a record, the rule, how sure it is (0 to 1), and the words and place it was found in. To add a kind of
evidence, write a function of this shape and name it in `EVIDENCE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from store.linking.facts import ActivityFacts, Ancestor, KnownRecord, Party


@dataclass(frozen=True, slots=True)
class Finding:
    """`certain` findings link, others suggest. `rank` orders findings that compete for primary: lower is better."""

    record: KnownRecord
    rule: str
    strength: float
    quote: str
    source: str
    rank: int
    certain: bool = True


#: One mail to more people than this is an announcement; its recipients are not all its subject.
MOST_PEOPLE = 12

_WORK = ("case", "opportunity")


def written_here(facts: ActivityFacts) -> Iterator[Finding]:
    """What the writer chose when the mail was written here. The stamp travels to recipients, so it alone proves
    nothing: the mail has to be ours and to go to somebody it was written to."""
    sender = facts.sender
    for mail in facts.sent:
        if sender is not None and sender.own and _meets(facts, mail.audience):
            yield Finding(mail.regarding, "sent", 1.0, mail.subject, "chosen when the mail was written", -1)


def token(facts: ActivityFacts) -> Iterator[Finding]:
    """An answer that repeats the signed token of a mail of ours, if somebody takes part whom that mail went to.

    A token can be copied into any mail; only the nearest one counts.
    """
    mail = next((one for one in facts.tokens if any(party.email in one.audience for party in facts.outside)), None)
    if mail is not None:
        yield Finding(
            mail.regarding,
            "token",
            0.99,
            mail.subject,
            f"answers our mail of {mail.sent_at:%Y-%m-%d} and repeats its token",
            0 if mail.regarding.kind in _WORK else 2,
        )


def record_number(facts: ActivityFacts) -> Iterator[Finding]:
    """A number counts only from a sender we know: anybody can type one."""
    sender = facts.sender
    if sender is None or not _is_known(sender, facts):
        return
    for number in facts.mentions:
        record = facts.numbered.get(number)
        if record is not None:
            fits = sender.own or _fits_customer(record, facts)
            yield Finding(
                record,
                "number",
                0.99 if fits else 0.6,
                number,
                f"{number} is written in the mail and {_named(sender)} is known",
                0 if record.kind in _WORK else 2,
                certain=fits,
            )


def thread(facts: ActivityFacts) -> Iterator[Finding]:
    """The nearest earlier mail that is regarding something passes it on, unless the audience is a new one."""
    ancestor = next((found for found in facts.ancestors if found.regarding), None)
    if ancestor is None or not _same_audience(facts, ancestor):
        return
    record = ancestor.regarding[0]
    yield Finding(
        record,
        "thread",
        0.97,
        ancestor.subject,
        f"answers the mail of {ancestor.occurred_at:%Y-%m-%d} ({ancestor.found_by})",
        1 if record.kind in _WORK else 5,
    )


def address(facts: ActivityFacts) -> Iterator[Finding]:
    """An address that exactly one contact or lead has. Shared by several, it only suggests them."""
    for party in _concerned(facts):
        known = [record for record in facts.people.get(party.email, ()) if record.kind in ("contact", "lead")]
        alone = len(known) == 1
        for record in known:
            yield Finding(
                record,
                "address",
                0.98 if alone else 0.4,
                party.email,
                f"{_role(party)} has the address of {record.title}"
                + ("" if alone else f", as have {len(known) - 1} others"),
                3 if party.role in ("from", "organizer") else 4,
                certain=alone,
            )


def employer(facts: ActivityFacts) -> Iterator[Finding]:
    """The account where a participating contact worked at that time."""
    for finding in address(facts):
        account = facts.employers.get(finding.record.record_id)
        if account is not None and finding.certain:
            yield Finding(
                account, "employer", 0.95, finding.quote, f"{finding.record.title} works there", finding.rank + 4
            )


def account_address(facts: ActivityFacts) -> Iterator[Finding]:
    """A role address that an account itself is known by."""
    for party in _concerned(facts):
        known = [record for record in facts.people.get(party.email, ()) if record.kind == "account"]
        for record in known:
            yield Finding(
                record,
                "address",
                0.95 if len(known) == 1 else 0.4,
                party.email,
                f"{_role(party)} has the address of {record.title}",
                7,
                certain=len(known) == 1,
            )


def domain(facts: ActivityFacts) -> Iterator[Finding]:
    """A registrable domain that exactly one account has. Own and free-mail domains are never an account's."""
    for party in _concerned(facts):
        accounts = facts.accounts.get(party.domain, ())
        for account in accounts:
            yield Finding(
                account,
                "domain",
                0.9 if len(accounts) == 1 else 0.4,
                party.domain,
                f"{_role(party)} writes from {party.domain}",
                8,
                certain=len(accounts) == 1,
            )


def answered_mail(facts: ActivityFacts) -> Iterator[Finding]:
    """A bounce or an out-of-office belongs wherever the mail it answers belongs."""
    ancestor = next(iter(facts.ancestors), None)
    if ancestor is not None:
        for rank, record in enumerate(ancestor.regarding):
            yield Finding(
                record,
                "answers",
                0.97,
                ancestor.subject,
                f"reports on the mail of {ancestor.occurred_at:%Y-%m-%d}",
                rank,
            )


EVIDENCE: tuple[Callable[[ActivityFacts], Iterator[Finding]], ...] = (
    written_here,
    token,
    record_number,
    thread,
    address,
    employer,
    account_address,
    domain,
)


def _concerned(facts: ActivityFacts) -> tuple[Party, ...]:
    """Whom from outside it concerns: everybody, but of an announcement only the sender."""
    if len({party.email for party in facts.outside}) <= MOST_PEOPLE:
        return facts.outside
    return tuple(party for party in facts.outside if party == facts.sender)


def _is_known(sender: Party, facts: ActivityFacts) -> bool:
    return sender.own or bool(facts.people.get(sender.email)) or bool(facts.accounts.get(sender.domain))


def _fits_customer(record: KnownRecord, facts: ActivityFacts) -> bool:
    """The record's customer takes part, as far as the record has one."""
    if record.account_id is None:
        return True
    accounts = {found.account_id for known in facts.people.values() for found in known}
    accounts |= {found.record_id for known in facts.accounts.values() for found in known}
    accounts |= {account.record_id for account in facts.employers.values()}
    return record.account_id in accounts


def _same_audience(facts: ActivityFacts, ancestor: Ancestor) -> bool:
    """Somebody from outside who took part before takes part again. Mail among ourselves is no audience at all."""
    return any(party.email in ancestor.audience for party in facts.outside)


def _meets(facts: ActivityFacts, audience: frozenset[str]) -> bool:
    return any(party.email in audience for party in facts.parties if party != facts.sender)


def _named(party: Party) -> str:
    return party.name or party.email


def _role(party: Party) -> str:
    words = {"from": "The sender", "to": "A recipient", "cc": "A copied recipient", "organizer": "The organizer"}
    return words.get(party.role, "An attendee")
