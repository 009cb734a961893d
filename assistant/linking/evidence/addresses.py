"""Exact addresses: of contacts, leads and accounts, now and formerly, and the domains of accounts."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.linking.evidence.finding import Finding, concerned, role, weight_of
from assistant.linking.evidence.people import is_full_name
from store.linking.facts import ActivityFacts, KnownRecord, Party

_PERSONS = ("contact", "lead")


def address(facts: ActivityFacts) -> Iterator[Finding]:
    """An address that exactly one contact or lead has. Shared by several, it only suggests them."""
    for party in concerned(facts):
        known = [record for record in facts.people.get(party.email, ()) if record.kind in _PERSONS]
        yield from _held(facts, party, known, "address", "has the address of")


def former_address(facts: ActivityFacts) -> Iterator[Finding]:
    """An address that a contact or lead had until it was changed."""
    for party in concerned(facts):
        if party.email not in facts.people:
            known = [record for record in facts.former.get(party.email, ()) if record.kind in _PERSONS]
            yield from _held(facts, party, known, "former_address", "writes from a former address of")


def employer(facts: ActivityFacts) -> Iterator[Finding]:
    """The account where a participating contact worked at that time."""
    for finding in (*address(facts), *former_address(facts)):
        account = facts.employers.get(finding.record.record_id)
        if account is not None and finding.rule != "shared_address":
            source = f"{finding.record.title} works there"
            rule = "employer_beside" if finding.rule.endswith("_beside") else "employer"
            yield Finding(account, rule, finding.strength, finding.quote, source, exact=finding.exact)


def account_address(facts: ActivityFacts) -> Iterator[Finding]:
    """A role address that an account itself is known by."""
    for party in concerned(facts):
        known = [record for record in facts.people.get(party.email, ()) if record.kind == "account"]
        yield from _held(facts, party, known, "address", "has the address of")


def domain(facts: ActivityFacts) -> Iterator[Finding]:
    """A registrable domain that exactly one account has. Own and free-mail domains are never an account's.

    Where somebody is known to work is said by their address already, and better.
    """
    for party in concerned(facts):
        if any(known.record_id in facts.employers for known in facts.people.get(party.email, ())):
            continue
        accounts = facts.accounts.get(party.domain, ())
        for account in accounts:
            rule = "domain" if len(accounts) == 1 else "shared_domain"
            yield Finding(
                account,
                "domain_of_a_guest" if rule == "domain" and _is_known_elsewhere(party, account, facts) else rule,
                weight_of(party, facts) / len(accounts),
                party.domain,
                f"{role(party)} writes from {party.domain}",
                exact=len(accounts) == 1,
            )


def _is_known_elsewhere(party: Party, account: KnownRecord, facts: ActivityFacts) -> bool:
    """Somebody is called like a contact of another account: two companies became one, or the person changed."""
    return any(
        hit.words == party.name and hit.record.kind == "contact" and hit.record.account_id != account.record_id
        for hit in facts.hits
        if hit.where == "display name" and is_full_name(hit)
    )


def _held(facts: ActivityFacts, party: Party, known: list[KnownRecord], rule: str, words: str) -> Iterator[Finding]:
    """Whom a party's address belongs to. Somebody copied counts by a rule of its own: the mail is less about them."""
    alone = len(known) == 1
    weight = weight_of(party, facts)
    for record in known:
        yield Finding(
            record,
            (rule if weight == 1.0 else f"{rule}_beside") if alone else "shared_address",
            1.0 if alone else weight / len(known),
            party.email,
            f"{role(party)} {words} {record.title}" + ("" if alone else f", as have {len(known) - 1} others"),
            exact=alone and rule == "address",
        )
