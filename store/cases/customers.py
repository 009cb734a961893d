"""Which mails about cases go to their customers, or come from them: a mail to a supplier about a case is no answer to
it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.queries.paging import AnySelect
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.records import AccountDomain, Case, Contact, RecordAddress

_ADDRESSED = ("to", "cc", "bcc")


def written_to_customers(tx: Connection, mails: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these mails, by mail and case, that went to somebody of the case's customer: its contact, its account,
    or who wrote about it. Where nobody is known every mail does."""
    if not mails:
        return set()
    customers = _customers(tx, {record_id for _, record_id in mails})
    addressed: dict[int, set[str]] = defaultdict(set)
    for portion in chunked({activity_id for activity_id, _ in mails}):
        columns = (ActivityParty.activity_id, ActivityParty.email, ActivityParty.domain)
        went_to = (ActivityParty.activity_id.in_(portion), ActivityParty.role.in_(_ADDRESSED))
        for activity_id, email, domain in tx.execute(select(*columns).where(*went_to)):
            addressed[activity_id] |= {email, domain} - {""}
    return {
        (activity_id, record_id)
        for activity_id, record_id in mails
        if not customers[record_id] or addressed[activity_id] & customers[record_id]
    }


def written_by_customer(tx: Connection, activity_id: int, record_id: int) -> bool:
    """Whether somebody of the case's customer wrote this mail: anybody can type its number. Where nobody is known
    everybody may be."""
    customers = _customers(tx, {record_id})[record_id]
    wrote = (ActivityParty.activity_id == activity_id, ActivityParty.role == "from")
    names = {
        name for row in tx.execute(select(ActivityParty.email, ActivityParty.domain).where(*wrote)) for name in row
    }
    if not customers or names & customers:
        return True
    asked = aliased(Contact)
    account_id = func.coalesce(Case.account_id, asked.account_id)
    whose = select(account_id).select_from(Case).outerjoin(asked, asked.id == Case.contact_id)
    colleague = (
        select(Contact.id)
        .join(RecordAddress, RecordAddress.record_id == Contact.id)
        .where(RecordAddress.email.in_(names - {""}))
        .where(Contact.account_id == whose.where(Case.id == record_id).scalar_subquery())
    )
    return tx.execute(colleague.limit(1)).first() is not None


def _customers(tx: Connection, record_ids: Collection[int]) -> dict[int, set[str]]:
    """The addresses and domains of the customers of these cases."""
    found: dict[int, set[str]] = defaultdict(set)
    for portion in chunked(record_ids):
        known: dict[int, set[int]] = defaultdict(set)  # contact or account -> its cases
        account_id = func.coalesce(Case.account_id, Contact.account_id)
        cases = select(Case.id, Case.contact_id, account_id).outerjoin(Contact, Contact.id == Case.contact_id)
        for case_id, *others in tx.execute(cases.where(Case.id.in_(portion))):
            for other in others:
                if other is not None:
                    known[other].add(case_id)
        emails = select(RecordAddress.record_id, RecordAddress.email).where(RecordAddress.record_id.in_(list(known)))
        domains = select(AccountDomain.account_id, AccountDomain.domain).where(
            AccountDomain.account_id.in_(list(known))
        )
        for record_id, name in (*tx.execute(emails), *tx.execute(domains)):
            for case_id in known[record_id]:
                found[case_id].add(name)
        for case_id, email in tx.execute(_writers().where(Link.record_id.in_(portion))):
            found[case_id].add(email)
    return found


def _writers() -> AnySelect:
    return (
        select(Link.record_id, ActivityParty.email)
        .join(Activity, Activity.id == Link.activity_id)
        .join(ActivityParty, ActivityParty.activity_id == Activity.id)
        .where(Link.state == "linked", Activity.direction == "in")
        .where(ActivityParty.role == "from", ActivityParty.email != "")
        .distinct()
    )
