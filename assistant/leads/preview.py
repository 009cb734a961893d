"""What would become of a lead: shown before it is qualified, with the records that it may be already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from assistant.duplicates.checking import Lookalike, would_look_like
from store.actor import Actor
from store.leads.becoming import Wanted, account_values, contact_values, domains_of, proposed
from store.leads.qualifying import visible_lead
from store.queries.refs import RecordRef, refs
from store.records.checks import claimed_domains
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.records import Contact

#: From this likeness on a record is taken rather than made a second time.
_LIKELY = 0.8


@dataclass(frozen=True, slots=True)
class Preview:
    """`anew` makes everything; `likely` takes the records that it is very likely already. `accounts` and `contacts`
    are all that it looks like, the likeliest first. `carried` counts by kind the activities that go along."""

    lead: RecordRef
    anew: Wanted
    likely: Wanted
    accounts: tuple[Lookalike, ...]
    contacts: tuple[Lookalike, ...]
    carried: Mapping[str, int]


def preview_qualification(tx: Connection, record_id: int, *, by: Actor) -> Preview:
    """Raises NotFound, and Invalid for a record of another kind."""
    lead = visible_lead(tx, record_id, by)
    anew = _unclaimed(tx, proposed(lead.state))
    contacts = would_look_like(tx, "contact", _person(lead.state), by=by)
    accounts = _accounts(tx, lead.state, contacts, by)
    likely = replace(
        anew,
        account=next((each.record.record_id for each in accounts if each.score >= _LIKELY), anew.account),
        contact=next((each.record.record_id for each in contacts if each.score >= _LIKELY), anew.contact),
    )
    ref = RecordRef(lead.record_id, lead.uid, lead.kind, lead.number, lead.state["title"])
    return Preview(ref, anew, likely, accounts, contacts, _carried(tx, record_id))


def _person(lead: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is compared with contacts; the company by its name."""
    person = contact_values(lead)
    return {**person, "account": lead["company"]} if person and lead.get("company") else person


def _accounts(
    tx: Connection, lead: Mapping[str, Any], contacts: tuple[Lookalike, ...], by: Actor
) -> tuple[Lookalike, ...]:
    """Accounts that look like the company, and those where the contacts work whom the lead looks like."""
    company = account_values(lead) or {"domains": domains_of(lead.get("emails", ()))}
    found = {each.record.record_id: each for each in would_look_like(tx, "account", company, by=by)}
    for each, account in _employers(tx, contacts, by):
        sentence = f"{each.record.title} works at {account.number} {account.title}"
        found.setdefault(account.record_id, Lookalike(account, each.score, sentence))
    return tuple(sorted(found.values(), key=lambda each: -each.score))


def _employers(tx: Connection, contacts: tuple[Lookalike, ...], by: Actor) -> list[tuple[Lookalike, RecordRef]]:
    keys = [each.record.record_id for each in contacts]
    rows = tx.execute(
        select(Contact.id, Contact.account_id).where(Contact.id.in_(keys), Contact.account_id.is_not(None))
    )
    accounts = {row.id: row.account_id for row in rows}
    known = refs(tx, set(accounts.values()), by=by)
    found = ((each, known.get(accounts.get(each.record.record_id, 0))) for each in contacts)
    return [(each, account) for each, account in found if account is not None]


def _unclaimed(tx: Connection, wanted: Wanted) -> Wanted:
    """A domain that is another account's does not become that of a second one."""
    if not isinstance(wanted.account, Mapping) or "domains" not in wanted.account:
        return wanted
    claimed = claimed_domains(tx, wanted.account["domains"])
    domains = [domain for domain in wanted.account["domains"] if domain not in claimed]
    return replace(wanted, account={**wanted.account, "domains": domains})


def _carried(tx: Connection, record_id: int) -> dict[str, int]:
    counts = (
        select(Activity.kind, func.count())
        .join(Link, Link.activity_id == Activity.id)
        .where(Link.record_id == record_id, Link.state == "linked", Activity.deleted_at.is_(None))
        .group_by(Activity.kind)
        .order_by(Activity.kind)
    )
    return dict(tx.execute(counts).all())
