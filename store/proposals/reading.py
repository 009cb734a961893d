"""Reading which mails wait to be compared with the records, and what is known of who wrote them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, literal_column, select, update

from store.chunks import chunked
from store.domains import is_free_mail
from store.linking.facts import SignatureField
from store.linking.refused_mail import DOMAIN, SENDER
from store.names.index import find_names
from store.proposals.facts import KnownAccount, KnownPerson, Sender
from store.queries.own import own_addresses, own_domains
from store.records.state import Stored, read_states
from store.schema.activities import Activity, ActivityParty
from store.schema.knowledge import Clue, FormerAddress
from store.schema.ledger import Operation, OperationChange
from store.schema.links import LinkRefusal
from store.schema.mail import Email
from store.schema.records import Account, AccountDomain, Lead, Record, RecordAddress

_SAME_NAME = 0.955
_DONE = "done"
# Literally as in the partial index, which is not used for a parameter.
_WAITING = Clue.proposing == literal_column("'pending'")


def unproposed(tx: Connection, *, limit: int) -> list[int]:
    """Mails and meetings whose signatures were not compared with the records yet, and that are decided."""
    decided = select(Clue.id).join(Activity, Activity.id == Clue.id).where(_WAITING, Activity.link_state == _DONE)
    return list(tx.execute(decided.order_by(Clue.id).limit(limit)).scalars())


def propose_again(tx: Connection, activity_ids: Collection[int]) -> None:
    """Their signatures are compared with the records once more."""
    for portion in chunked(activity_ids):
        tx.execute(update(Clue).where(Clue.id.in_(portion)).values(proposing="pending"))


def set_proposed(tx: Connection, activity_ids: Collection[int]) -> None:
    """Their signatures were compared with the records."""
    for portion in chunked(activity_ids):
        tx.execute(update(Clue).where(Clue.id.in_(portion)).values(proposing=_DONE))


def read_senders(tx: Connection, activity_ids: Collection[int]) -> list[Sender]:
    """Those of these mails that a person outside wrote to us, with their senders; oldest first."""
    rows = _mails(tx, activity_ids)
    emails = {row.email for row in rows}
    known, holders = _holders(tx, emails)
    accounts = _accounts_by_domain(tx, {row.domain for row in rows if row.domain and not is_free_mail(row.domain)})
    named = _accounts_by_name(tx, {value for row in rows for value in _values(row.fields, "company")})
    people = _people(tx, {uid for uids in holders.values() for uid in uids})
    return [
        Sender(
            activity_id=row.id,
            occurred_at=row.occurred_at,
            email=row.email,
            name=row.name,
            fields=tuple(SignatureField(each["field"], each["value"], each["quote"]) for each in row.fields),
            is_known=row.email in known,
            known_as=tuple(people[uid] for uid in holders.get(row.email, ()) if uid in people),
            accounts=accounts.get(row.domain, ()),
            named=tuple(dict.fromkeys(one for value in _values(row.fields, "company") for one in named.get(value, ()))),
        )
        for row in rows
    ]


def said_later(tx: Connection, email: str, field: str, since: datetime) -> bool:
    """Whether a later mail of this sender has such a part in its signature, so that it is asked instead."""
    later = (
        select(Clue.fields)
        .join(Activity, Activity.id == Clue.id)
        .join(ActivityParty, ActivityParty.activity_id == Clue.id)
        .where(ActivityParty.email == email, ActivityParty.role == "from", Activity.occurred_at > since)
        .order_by(Activity.occurred_at.desc())
        .limit(10)
    )
    return any(each["field"] == field for fields in tx.execute(later).scalars() for each in fields)


def _mails(tx: Connection, activity_ids: Collection[int]) -> list[Any]:
    ours, own = own_addresses(tx), own_domains(tx)
    found: list[Any] = []
    for portion in chunked(activity_ids):
        found += tx.execute(
            select(
                Activity.id,
                Activity.occurred_at,
                ActivityParty.email,
                ActivityParty.domain,
                ActivityParty.name,
                Clue.fields,
            )
            .join(Email, Email.id == Activity.id)
            .join(Clue, Clue.id == Activity.id)
            .join(ActivityParty, ActivityParty.activity_id == Activity.id)
            .where(
                Activity.id.in_(portion),
                Activity.direction == "in",
                Activity.private.is_(False),
                Activity.deleted_at.is_(None),
                Email.noise == "",
                ActivityParty.role == "from",
                ActivityParty.position == 0,
            )
        ).all()
    refused = _refused(tx)
    outside = [
        row
        for row in found
        if row.email and row.email not in ours and row.domain not in own and not refused & {row.email, row.domain}
    ]
    return sorted(outside, key=lambda row: (row.occurred_at, row.id))


def _refused(tx: Connection) -> frozenset[str]:
    """The addresses and domains that people never want linked: nobody of them is proposed."""
    whole = (LinkRefusal.scope.in_((SENDER, DOMAIN)), LinkRefusal.record_id.is_(None))
    return frozenset(tx.execute(select(LinkRefusal.subject).where(*whole)).scalars())


def _values(fields: Collection[Mapping[str, Any]], name: str) -> list[str]:
    return [each["value"] for each in fields if each["field"] == name]


def _holders(tx: Connection, emails: Collection[str]) -> tuple[set[str], dict[str, list[str]]]:
    """The addresses that any record has or had, deleted ones included, and the living people (by uid) who have them. A
    lead that became something is nobody beside it."""
    known: set[str] = set()
    people: dict[str, list[str]] = defaultdict(list)
    for portion in chunked(emails):
        known.update(tx.execute(select(FormerAddress.email).where(FormerAddress.email.in_(portion))).scalars())
        rows = tx.execute(
            select(RecordAddress.email, Record.uid, Record.kind, Record.deleted_at, Lead.became_contact_id)
            .join(Record, Record.id == RecordAddress.record_id)
            .outerjoin(Lead, Lead.id == Record.id)
            .where(RecordAddress.email.in_(portion))
            .order_by(Record.id)
        )
        for row in rows:
            known.add(row.email)
            if row.deleted_at is None and row.kind in ("contact", "lead") and row.became_contact_id is None:
                people[row.email].append(row.uid)
    return known, people


def _accounts_by_domain(tx: Connection, domains: Collection[str]) -> dict[str, tuple[KnownAccount, ...]]:
    found: dict[str, tuple[KnownAccount, ...]] = {}
    for portion in chunked(domains):
        rows = tx.execute(
            select(AccountDomain.domain, Record.id, Record.uid, Record.title, Account.phone)
            .join(Record, Record.id == AccountDomain.account_id)
            .join(Account, Account.id == Record.id)
            .where(AccountDomain.domain.in_(portion), Record.deleted_at.is_(None))
            .order_by(Record.id)
        )
        for domain, record_id, uid, title, phone in rows:
            found[domain] = (*found.get(domain, ()), KnownAccount(record_id, uid, title, phone))
    return found


def _accounts_by_name(tx: Connection, names: Collection[str]) -> dict[str, tuple[KnownAccount, ...]]:
    found = find_names(tx, names, kinds=("account",), limit=3)
    alike = {name: [each.record_id for each in hits if each.score >= _SAME_NAME] for name, hits in found.items()}
    accounts = _accounts(tx, {key for keys in alike.values() for key in keys})
    return {name: tuple(accounts[key] for key in keys if key in accounts) for name, keys in alike.items()}


def _accounts(tx: Connection, record_ids: Collection[int]) -> dict[int, KnownAccount]:
    found: dict[int, KnownAccount] = {}
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(Record.id, Record.uid, Record.title, Account.phone)
            .join(Account, Account.id == Record.id)
            .where(Record.id.in_(portion), Record.deleted_at.is_(None))
        )
        found.update({row.id: KnownAccount(*row) for row in rows})
    return found


def _people(tx: Connection, uids: Collection[str]) -> dict[str, KnownPerson]:
    stored = read_states(tx, uids)
    edited = _edited(tx, uids)
    account_uids = {one.state["account"] for one in stored.values() if one.state.get("account")}
    keys = {one.uid: one.record_id for one in read_states(tx, account_uids).values()}
    accounts = _accounts(tx, keys.values())
    return {
        uid: _person(one, accounts.get(keys.get(one.state.get("account", ""), 0)), edited[uid])
        for uid, one in stored.items()
    }


def _person(one: Stored, account: KnownAccount | None, edited: Mapping[str, datetime]) -> KnownPerson:
    values = {name: value for name, value in one.state.items() if isinstance(value, str)}
    company = account.title if account else values.get("company", "")
    return KnownPerson(one.record_id, one.uid, one.kind, one.state.get("title", ""), values, company, account, edited)


def _edited(tx: Connection, uids: Collection[str]) -> dict[str, dict[str, datetime]]:
    """By uid and field, when a person last wrote it."""
    found: dict[str, dict[str, datetime]] = {uid: {} for uid in uids}
    for portion in chunked(uids):
        rows = tx.execute(
            select(OperationChange.uid, OperationChange.after, Operation.at)
            .join(Operation, Operation.id == OperationChange.operation_id)
            .where(OperationChange.uid.in_(portion), Operation.user_id.is_not(None))
            .order_by(Operation.id)
        )
        for row in rows:
            found[row.uid] |= dict.fromkeys(row.after or {}, row.at)
    return found
