"""Which records may be the same as given ones: by exact keys and by the name index, never all with all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Boolean, ColumnElement, Connection, bindparam, literal_column, select, update
from sqlalchemy.orm import InstrumentedAttribute

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.domains import is_free_mail, registrable_domain
from store.duplicates.facts import Compared
from store.names.index import find_names
from store.phones import phone_digits, phone_key
from store.schema.knowledge import FormerAddress
from store.schema.records import Account, AccountDomain, Contact, Lead, Record, RecordAddress
from store.search import records_with_words
from store.search_text import title_key

KINDS = ("account", "contact", "lead")
#: Candidates of one record that are compared with it.
MOST = 60

_BY_NAME = 12  # of these by resembling names
_LEAST_SCORE = 0.7
_PER_KEY = 20  # records that share one key; more of them tell nobody apart


def uncompared(tx: Connection, *, limit: int) -> dict[int, int]:
    """The versions, by key, of records that changed since they were last compared with others, oldest first."""
    # Literally as in the partial index, which is not used for anything else.
    changed: ColumnElement[bool] = literal_column("compared_version <> version", Boolean())
    rows = tx.execute(select(Record.id, Record.version).where(changed).order_by(Record.id).limit(limit))
    return {row.id: row.version for row in rows}


def set_compared(tx: Connection, versions: Mapping[int, int]) -> None:
    """These were compared as they were in these versions."""
    statement = update(Record).where(Record.id == bindparam("key")).values(compared_version=bindparam("as_version"))
    if versions:
        tx.execute(statement, [{"key": each, "as_version": version} for each, version in versions.items()])


def compare_again(tx: Connection, number: str) -> None:
    """The record with this number is compared anew."""
    tx.execute(update(Record).where(Record.number == number).values(compared_version=0))


def compare_all_again(tx: Connection) -> None:
    """Every record is compared anew."""
    tx.execute(update(Record).where(Record.kind.in_(KINDS), Record.deleted_at.is_(None)).values(compared_version=0))


def read_compared(tx: Connection, record_ids: Collection[int], *, by: Actor) -> dict[int, Compared]:
    """The living ones of these records that `by` sees and that are accounts, contacts or leads."""
    found: dict[int, Compared] = {}
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(*_COLUMNS)
            .select_from(Record)
            .outerjoin(Account, Account.id == Record.id)
            .outerjoin(Contact, Contact.id == Record.id)
            .outerjoin(Lead, Lead.id == Record.id)
            .where(Record.id.in_(portion), Record.kind.in_(KINDS), Record.deleted_at.is_(None), sees_record(by))
        ).all()
        emails = _lists(tx, RecordAddress.record_id, RecordAddress.email, portion)
        former = _lists(tx, FormerAddress.record_id, FormerAddress.email, portion)
        domains = _lists(tx, AccountDomain.account_id, AccountDomain.domain, portion)
        companies = _titles(tx, {row.account_id for row in rows if row.account_id is not None})
        for row in rows:
            found[row.id] = Compared(
                record_id=row.id,
                kind=row.kind,
                title=row.title,
                emails=emails.get(row.id, ()),
                former_emails=former.get(row.id, ()),
                domains=with_website(domains.get(row.id, ()), row.website or ""),
                phones=digits(row.account_phone, row.contact_phone, row.lead_phone),
                mobiles=digits(row.mobile),
                account_id=row.account_id,
                company=row.company or companies.get(row.account_id, ""),
                parent_id=row.parent_id,
                job_title=row.contact_job or row.lead_job or "",
                street=row.account_street or row.contact_street or "",
                city=row.account_city or row.contact_city or row.lead_city or "",
                country=row.account_country or row.contact_country or row.lead_country or "",
            )
    return found


def candidates(tx: Connection, records: Sequence[Compared]) -> list[tuple[int, ...]]:
    """For each record, the keys of others that share an address, a domain or the name, are called alike, or have the
    same telephone number; at most `MOST` of each. By number, some may be of another kind."""
    found: list[dict[int, None]] = [{} for _ in records]
    for place, keys in enumerate(_by_keys(tx, records)):
        found[place] |= dict.fromkeys(keys)
    for kind in KINDS:
        places = [place for place, one in enumerate(records) if one.kind == kind and one.title.strip()]
        named = find_names(tx, [records[place].title for place in places], kinds=(kind,), limit=_BY_NAME)
        for place in places:
            alike = (each for each in named.get(records[place].title, ()) if each.score >= _LEAST_SCORE)
            found[place] |= dict.fromkeys(each.record_id for each in alike)
    for place, keys in enumerate(_by_phone(tx, records)):
        found[place] |= dict.fromkeys(keys)
    return [tuple(key for key in keys if key != one.record_id)[:MOST] for one, keys in zip(records, found, strict=True)]


def _by_phone(tx: Connection, records: Sequence[Compared]) -> list[list[int]]:
    """Those with the same number; one that many have, as a switchboard's, tells nobody apart."""
    numbers = [{phone_key(each) for each in (*one.phones, *one.mobiles)} - {""} for one in records]
    holders = records_with_words(tx, sorted(set().union(*numbers)), limit=_PER_KEY + 1)
    return [
        [key for number in sorted(each) if len(held := holders.get(number, ())) <= _PER_KEY for key in held]
        for each in numbers
    ]


def with_website(domains: Sequence[str], website: str) -> tuple[str, ...]:
    """The domains of a company with that of its website."""
    host = re.sub(r"^[a-z]+://", "", website.strip().lower()).split("/")[0]
    own = registrable_domain(host)
    return tuple(dict.fromkeys((*domains, *([own] if own and not is_free_mail(own) else []))))


def digits(*numbers: str | None) -> tuple[str, ...]:
    """The numbers that are there, digits only."""
    return tuple(found for number in numbers if number and (found := phone_digits(number)))


_COLUMNS = (
    Record.id,
    Record.kind,
    Record.title,
    Account.parent_id,
    Account.website,
    Account.phone.label("account_phone"),
    Account.street.label("account_street"),
    Account.city.label("account_city"),
    Account.country.label("account_country"),
    Contact.account_id,
    Contact.phone.label("contact_phone"),
    Contact.mobile,
    Contact.job_title.label("contact_job"),
    Contact.street.label("contact_street"),
    Contact.city.label("contact_city"),
    Contact.country.label("contact_country"),
    Lead.company,
    Lead.job_title.label("lead_job"),
    Lead.phone.label("lead_phone"),
    Lead.city.label("lead_city"),
    Lead.country.label("lead_country"),
)


def _by_keys(tx: Connection, records: Sequence[Compared]) -> list[list[int]]:
    emails = {email for one in records for email in (*one.emails, *one.former_emails)}
    domains = {domain for one in records for domain in one.domains}
    titles = {title_key(one.title) for one in records if title_key(one.title)}
    holders: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for what, held_by, value, values in (
        ("email", RecordAddress.record_id, RecordAddress.email, emails),
        ("email", FormerAddress.record_id, FormerAddress.email, emails),
        ("domain", AccountDomain.account_id, AccountDomain.domain, domains),
        ("title", Record.id, Record.title_key, titles),
    ):
        for portion in chunked(values):
            rows = select(value, Record.kind, Record.id).where(
                value.in_(portion), Record.kind.in_(KINDS), Record.deleted_at.is_(None)
            )
            joined = rows if value.class_ is Record else rows.join_from(held_by.class_, Record, Record.id == held_by)
            for written, kind, key in tx.execute(joined.order_by(Record.id)):
                if len(holders[what, written, kind]) < _PER_KEY:
                    holders[what, written, kind].append(key)
    return [
        [
            key
            for what, values in (
                ("email", (*one.emails, *one.former_emails)),
                ("domain", one.domains),
                ("title", (title_key(one.title),)),
            )
            for value in values
            for key in holders.get((what, value, one.kind), ())
        ]
        for one in records
    ]


def _lists(
    tx: Connection, key: InstrumentedAttribute[int], value: InstrumentedAttribute[str], ids: Collection[int]
) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for record_id, text in tx.execute(select(key, value).where(key.in_(ids)).order_by(key, value)):
        found[record_id] = (*found.get(record_id, ()), text)
    return found


def _titles(tx: Connection, record_ids: Collection[int]) -> dict[int | None, str]:
    rows = tx.execute(select(Record.id, Record.title).where(Record.id.in_(record_ids)))
    return {row.id: row.title for row in rows}
