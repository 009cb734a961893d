"""Record numbers that a mail writes."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.linking.evidence.finding import Finding, is_known, named
from mail_sync.mime.subjects import bare_subject
from store.linking.facts import ActivityFacts, KnownRecord

_ANOTHER_CUSTOMERS = 0.4
_A_LIST = 3  # numbers of records in one mail, which then is an overview of them


def record_number(facts: ActivityFacts) -> Iterator[Finding]:
    """A number counts only from a sender we know: anybody can type one. Another customer's number only suggests."""
    sender = facts.sender
    if sender is None or not is_known(sender, facts):
        return
    listed = len(facts.numbered) >= _A_LIST
    for number in facts.mentions:
        record = facts.numbered.get(number)
        if record is not None:
            fits = sender.own or _fits_customer(record, facts)
            inherited = _is_inherited(number, facts)
            source = f"{number} is written in the mail and {named(sender)} is known"
            if inherited:
                source = f"{number} stands in the subject of the thread"
            strength = 1.0 if fits else _ANOTHER_CUSTOMERS
            rule = "number_in_list" if listed else "number_in_thread" if inherited else "number"
            yield Finding(record, rule, strength, number, source, exact=fits and rule == "number")


def _is_inherited(number: str, facts: ActivityFacts) -> bool:
    """It stands only in the subject, and that is the one of a mail that is answered: nobody wrote it now."""
    if number.casefold() in facts.said.new_text.casefold():
        return False
    return bool(facts.ancestors) or bare_subject(facts.subject) != facts.subject.strip()


def _fits_customer(record: KnownRecord, facts: ActivityFacts) -> bool:
    """The record's customer takes part, as far as the record has one."""
    if record.account_id is None and record.contact_id is None:
        return True
    if any(known.record_id == record.contact_id for found in facts.people.values() for known in found):
        return True
    accounts = {found.account_id for known in facts.people.values() for found in known}
    accounts |= {found.record_id for known in facts.accounts.values() for found in known}
    accounts |= {account.record_id for account in facts.employers.values()}
    return record.account_id is not None and record.account_id in accounts
