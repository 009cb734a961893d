"""The facts that linking decides on, gathered for many activities at once."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, literal_column, or_, select

from store.chunks import chunked
from store.facts import ActivityFacts, Ancestor, KnownRecord, Party, SentMail
from store.links import KnownLink, links_of
from store.mail_tokens import verified_uids
from store.schema.activities import Activity, ActivityParty
from store.schema.links import LinkRefusal
from store.schema.mail import Email, EmailReference, MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import OwnAddress, OwnDomain
from store.schema.records import (
    Account,
    AccountDomain,
    Case,
    Contact,
    Employment,
    Opportunity,
    Record,
    RecordAddress,
)
from store.store_keys import MAIL_TOKENS, find_key
from store.tracking import is_shown

#: Ancestors looked at per mail; a thread longer than this has said what it is regarding by then.
MOST_ANCESTORS = 50


@dataclass(frozen=True, slots=True)
class _Known:
    """Look-ups shared by a whole batch."""

    people: dict[str, tuple[KnownRecord, ...]]
    accounts: dict[str, tuple[KnownRecord, ...]]
    numbered: dict[str, KnownRecord]
    employments: dict[int, list[tuple[date | None, date | None, KnownRecord]]]


def gather(tx: Connection, activity_ids: Sequence[int]) -> list[ActivityFacts]:
    """Facts for each activity, oldest first, so that an answer is decided after what it answers."""
    activities = _activities(tx, activity_ids)
    own = _Own(tx)
    parties = _parties(tx, activity_ids, own)
    lines = _ancestor_lines(tx, activity_ids)
    ancestors = _ancestors(tx, activities, lines, own)
    known = _known(tx, activities, parties)
    people = _People(tx, activities)
    facts = [_facts(row, parties.get(row.id, ()), ancestors[row.id], known, people) for row in activities]
    return _with_mailboxes(tx, facts, activities, lines)


def _facts(
    row: Row[Any],
    parties: tuple[Party, ...],
    ancestors: tuple[Ancestor, ...],
    known: _Known,
    decisions: _People,
) -> ActivityFacts:
    emails = {party.email for party in parties if not party.own}
    domains = {party.domain for party in parties if not party.own}
    people = {email: known.people[email] for email in emails if email in known.people}
    refused, refused_all = decisions.refused(row, parties)
    return ActivityFacts(
        activity_id=row.id,
        kind=row.kind,
        occurred_at=row.occurred_at,
        direction=row.direction,
        noise=row.noise or "",
        private=row.private,
        subject=row.subject,
        mentions=tuple(row.mentions),
        parties=parties,
        ancestors=ancestors,
        people=people,
        accounts={name: known.accounts[name] for name in domains if name in known.accounts},
        employers=_employers(people, known, row.occurred_at),
        numbered={number: known.numbered[number] for number in row.mentions if number in known.numbered},
        decided=decisions.linked(row.id),
        refused=refused,
        refused_all=refused_all,
    )


def _activities(tx: Connection, activity_ids: Sequence[int]) -> list[Row[Any]]:
    rows: list[Any] = []
    for portion in chunked(activity_ids):
        rows += tx.execute(
            select(
                Activity.id,
                Activity.kind,
                Activity.occurred_at,
                Activity.direction,
                Activity.private,
                Activity.subject,
                Activity.mentions,
                Activity.uid,
                Email.noise,
                Email.thread_id,
                Email.conversation,
                Email.message_id,
                Email.stamp,
            )
            .outerjoin(Email, Email.id == Activity.id)
            .where(Activity.id.in_(portion))
        ).all()
    return sorted(rows, key=lambda row: (row.occurred_at, row.id))


def _with_mailboxes(
    tx: Connection, facts: Sequence[ActivityFacts], activities: Sequence[Row[Any]], lines: Mapping[int, Sequence[str]]
) -> list[ActivityFacts]:
    """The facts with what the mailboxes say: whether the mail is tracked, and which mails written here it names."""
    held = _held(tx, [row.id for row in activities])
    tokens = _Tokens(tx)
    own = {row.id: [*tokens.named(row.message_id, row.stamp), *held.stamps.get(row.id, ())] for row in activities}
    repeated = {row.id: tokens.named(*lines.get(row.id, ())) for row in activities}
    sent = _sent(tx, {uid for found in (*own.values(), *repeated.values()) for uid in found})
    if not sent and not held.tracked:
        return list(facts)

    def mails(uids: Iterable[str], own_uids: Sequence[str] = ()) -> tuple[SentMail, ...]:
        return tuple(sent[uid] for uid in dict.fromkeys(uids) if uid in sent and uid not in own_uids)

    return [
        replace(
            each,
            tracked=each.activity_id in held.tracked,
            sent=mails(own[each.activity_id]),
            tokens=mails(repeated[each.activity_id], own[each.activity_id]),
        )
        for each in facts
    ]


@dataclass(frozen=True, slots=True)
class _Held:
    """What the mailboxes that hold these mails say of them."""

    tracked: frozenset[int]
    stamps: Mapping[int, Sequence[str]]


def _held(tx: Connection, activity_ids: Collection[int]) -> _Held:
    tracked: set[int] = set()
    stamps: dict[int, list[str]] = defaultdict(list)
    said = or_(MailboxItem.tracked != "", MailboxItem.stamp != "")
    for portion in chunked(activity_ids):
        columns = (MailboxItem.activity_id, MailboxItem.tracked, MailboxItem.stamp)
        for row in tx.execute(select(*columns).where(MailboxItem.activity_id.in_(portion), said)):
            if row.tracked and not is_shown(row.tracked) and row.activity_id is not None:
                tracked.add(row.activity_id)
            if row.stamp and row.activity_id is not None:
                stamps[row.activity_id].append(row.stamp)
    return _Held(frozenset(tracked), stamps)


class _Tokens:
    """Reads the tokens of mails written here; what is forged or somebody else's names nothing."""

    def __init__(self, tx: Connection) -> None:
        self._key = find_key(tx, MAIL_TOKENS)

    def named(self, *texts: str | None) -> tuple[str, ...]:
        return verified_uids(self._key, filter(None, texts)) if self._key is not None else ()


def _sent(tx: Connection, uids: Collection[str]) -> dict[str, SentMail]:
    """The mails written here for which somebody chose what they are regarding, by their uid."""
    rows: list[Any] = []
    columns = (Outgoing.uid, Outgoing.payload, Outgoing.record_id, Outgoing.created_at, Outgoing.done_at)
    for portion in chunked(uids):
        rows += tx.execute(select(*columns).where(Outgoing.uid.in_(portion), Outgoing.record_id.is_not(None))).all()
    records = _records(tx, {row.record_id for row in rows})
    return {
        row.uid: SentMail(
            subject=str(row.payload.get("subject", "")),
            sent_at=row.done_at or row.created_at,
            audience=frozenset(
                str(one[0]).lower() for name in ("to", "cc", "bcc") for one in row.payload.get(name, ())
            ),
            regarding=records[row.record_id],
        )
        for row in rows
        if row.record_id in records
    }


class _Own:
    """Our own addresses and domains."""

    def __init__(self, tx: Connection) -> None:
        self.emails = set(tx.execute(select(OwnAddress.email)).scalars())
        self.domains = set(tx.execute(select(OwnDomain.domain)).scalars())

    def holds(self, email: str, domain: str) -> bool:
        return email in self.emails or domain in self.domains


def _parties(tx: Connection, activity_ids: Collection[int], own: _Own) -> dict[int, tuple[Party, ...]]:
    found: dict[int, list[Party]] = defaultdict(list)
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(
                ActivityParty.activity_id,
                ActivityParty.role,
                ActivityParty.email,
                ActivityParty.domain,
                ActivityParty.name,
            )
            .where(ActivityParty.activity_id.in_(portion), ActivityParty.role != "reply_to")
            .order_by(ActivityParty.activity_id, ActivityParty.role, ActivityParty.position)
        )
        for activity_id, role, email, domain, name in rows:
            found[activity_id].append(Party(role, email, domain, name, own.holds(email, domain)))
    return {activity_id: tuple(parties) for activity_id, parties in found.items()}


def _ancestor_lines(tx: Connection, activity_ids: Sequence[int]) -> dict[int, list[str]]:
    """For each mail the names it answers, nearest first."""
    lines: dict[int, list[str]] = defaultdict(list)
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(EmailReference.activity_id, EmailReference.message_id)
            .where(EmailReference.activity_id.in_(portion), EmailReference.position < MOST_ANCESTORS)
            .order_by(EmailReference.activity_id, EmailReference.position)
        )
        for activity_id, name in rows:
            lines[activity_id].append(name)
    return lines


def _ancestors(
    tx: Connection, activities: Sequence[Row[Any]], lines: Mapping[int, Sequence[str]], own: _Own
) -> dict[int, tuple[Ancestor, ...]]:
    """For each mail the earlier ones that it answers, nearest first, with what they are regarding."""
    named = _bearers(tx, {name for names in lines.values() for name in names})
    chosen = {row.id: _nearest(row.occurred_at, lines.get(row.id, ()), named) for row in activities}
    ids = {activity_id for picked in chosen.values() for activity_id in picked}
    parties = _parties(tx, ids, own)
    links = links_of(tx, ids)
    records = _records(tx, {link.record_id for found in links.values() for link in found})
    rows = {row.id: row for row in _activities(tx, list(ids))}
    return {
        answering: tuple(
            _ancestor(name, rows[each], parties.get(each, ()), links.get(each, ()), records)
            for each, name in picked.items()
        )
        for answering, picked in chosen.items()
    }


def _bearers(tx: Connection, names: Collection[str]) -> dict[str, list[tuple[datetime, int]]]:
    """Who bears each name, a Message-ID or that of a conversation: instants and ids of mails, oldest first."""
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for portion in chunked(names):
        # Two look-ups, because databases use an index for each but none for both in one.
        for name, condition in (
            (Email.message_id, Email.message_id.in_(portion)),
            (Email.conversation, and_(Email.conversation != literal_column("''"), Email.conversation.in_(portion))),
        ):
            rows = tx.execute(
                select(name, Activity.occurred_at, Email.id).join(Activity, Activity.id == Email.id).where(condition)
            )
            for bearer, occurred_at, activity_id in rows:
                found[bearer].append((occurred_at, activity_id))
    return {name: sorted(bearers) for name, bearers in found.items()}


def _nearest(before: datetime, names: Sequence[str], named: Mapping[str, list[tuple[datetime, int]]]) -> dict[int, str]:
    """The mails before that instant, the nearest first, with the name each was found by."""
    picked: dict[int, str] = {}
    for name in names:
        bearers = named.get(name, [])
        earlier = bearers[: bisect_left(bearers, (before, 0))]
        # Several mails of one conversation: the latest before this one is the one it answers.
        for _, activity_id in earlier[: -MOST_ANCESTORS - 1 : -1]:
            picked.setdefault(activity_id, name)
        if len(picked) >= MOST_ANCESTORS:
            break
    return picked


def _ancestor(
    name: str,
    row: Row[Any],
    parties: Iterable[Party],
    links: Iterable[KnownLink],
    records: dict[int, KnownRecord],
) -> Ancestor:
    linked = sorted((link for link in links if link.state == "linked"), key=lambda link: not link.is_primary)
    return Ancestor(
        activity_id=row.id,
        found_by="Thread-Index" if name == row.conversation else "References",
        # What somebody linked by hand although it is private passes on what it is regarding, not what it says.
        subject="" if row.private else row.subject,
        occurred_at=row.occurred_at,
        audience=frozenset(party.email for party in parties if not party.own and party.email),
        regarding=tuple(records[link.record_id] for link in linked if link.record_id in records),
    )


def _known(tx: Connection, activities: Sequence[Row[Any]], parties: dict[int, tuple[Party, ...]]) -> _Known:
    outside = [party for found in parties.values() for party in found if not party.own]
    people = _people(tx, {party.email for party in outside if party.email})
    contacts = [record.record_id for found in people.values() for record in found if record.kind == "contact"]
    return _Known(
        people=people,
        accounts=_accounts_by_domain(tx, {party.domain for party in outside if party.domain}),
        numbered=_numbered(tx, {number for row in activities for number in row.mentions}),
        employments=_employments(tx, contacts),
    )


def _people(tx: Connection, emails: Collection[str]) -> dict[str, tuple[KnownRecord, ...]]:
    pairs: list[tuple[str, int]] = []
    for portion in chunked(emails):
        rows = tx.execute(
            select(RecordAddress.email, RecordAddress.record_id)
            .where(RecordAddress.email.in_(portion))
            .order_by(RecordAddress.record_id)
        )
        pairs += [(row.email, row.record_id) for row in rows]
    return _grouped(pairs, _records(tx, {record_id for _, record_id in pairs}))


def _accounts_by_domain(tx: Connection, domains: Collection[str]) -> dict[str, tuple[KnownRecord, ...]]:
    pairs: list[tuple[str, int]] = []
    for portion in chunked(domains):
        rows = tx.execute(
            select(AccountDomain.domain, AccountDomain.account_id)
            .where(AccountDomain.domain.in_(portion))
            .order_by(AccountDomain.account_id)
        )
        pairs += [(row.domain, row.account_id) for row in rows]
    return _grouped(pairs, _records(tx, {record_id for _, record_id in pairs}))


def _numbered(tx: Connection, numbers: Collection[str]) -> dict[str, KnownRecord]:
    ids: list[int] = []
    for portion in chunked(numbers):
        ids += tx.execute(select(Record.id).where(Record.number.in_(portion))).scalars()
    return {record.number: record for record in _records(tx, ids).values()}


def _employments(
    tx: Connection, contact_ids: Collection[int]
) -> dict[int, list[tuple[date | None, date | None, KnownRecord]]]:
    rows: list[Any] = []
    for portion in chunked(contact_ids):
        rows += tx.execute(
            select(Employment.contact_id, Employment.since, Employment.until, Employment.account_id)
            .where(Employment.contact_id.in_(portion))
            .order_by(Employment.id)
        ).all()
    accounts = _records(tx, {row.account_id for row in rows})
    found: dict[int, list[tuple[date | None, date | None, KnownRecord]]] = defaultdict(list)
    for row in rows:
        if row.account_id in accounts:
            found[row.contact_id].append((row.since, row.until, accounts[row.account_id]))
    return found


def _employers(people: dict[str, tuple[KnownRecord, ...]], known: _Known, at: datetime) -> dict[int, KnownRecord]:
    """Where each contact worked on the day. Before the first known employment the first one counts."""
    day = at.date()
    employers: dict[int, KnownRecord] = {}
    for record in (record for found in people.values() for record in found):
        spans = known.employments.get(record.record_id, [])
        current = [
            account for since, until, account in spans if (since or day) <= day and (until is None or day < until)
        ]
        if current:
            employers[record.record_id] = current[-1]
        elif spans and all(since and since > day for since, _, _ in spans):
            employers[record.record_id] = spans[0][2]
    return employers


def _grouped(pairs: Iterable[tuple[str, int]], records: dict[int, KnownRecord]) -> dict[str, tuple[KnownRecord, ...]]:
    found: dict[str, list[KnownRecord]] = defaultdict(list)
    for name, record_id in pairs:
        if record_id in records:
            found[name].append(records[record_id])
    return {name: tuple(known) for name, known in found.items()}


def _records(tx: Connection, record_ids: Collection[int]) -> dict[int, KnownRecord]:
    """Living records with the account each belongs to."""
    account = func.coalesce(Contact.account_id, Opportunity.account_id, Case.account_id, Account.id)
    found: dict[int, KnownRecord] = {}
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(Record.id, Record.kind, Record.number, Record.title, account)
            .outerjoin(Contact, Contact.id == Record.id)
            .outerjoin(Opportunity, Opportunity.id == Record.id)
            .outerjoin(Case, Case.id == Record.id)
            .outerjoin(Account, Account.id == Record.id)
            .where(Record.id.in_(portion), Record.deleted_at.is_(None))
        )
        found.update({row[0]: KnownRecord(*row) for row in rows})
    return found


class _People:
    """What people decided: links and rejections of these activities, refusals for a mail, a thread or a sender."""

    def __init__(self, tx: Connection, activities: Sequence[Row[Any]]) -> None:
        links = links_of(tx, [row.id for row in activities])
        self._links = {
            activity_id: sorted(
                (link for link in found if link.decided_by == "user"), key=lambda link: not link.is_primary
            )
            for activity_id, found in links.items()
        }
        self._records = _records(tx, {link.record_id for found in self._links.values() for link in found})
        self._refusals: dict[tuple[str, str], list[int | None]] = defaultdict(list)
        for scope, subject, record_id in tx.execute(
            select(LinkRefusal.scope, LinkRefusal.subject, LinkRefusal.record_id)
        ):
            self._refusals[scope, subject].append(record_id)

    def linked(self, activity_id: int) -> tuple[KnownRecord, ...]:
        links = (link for link in self._links.get(activity_id, ()) if link.state == "linked")
        return tuple(self._records[link.record_id] for link in links if link.record_id in self._records)

    def refused(self, row: Row[Any], parties: Sequence[Party]) -> tuple[frozenset[int], bool]:
        """The records refused for this activity, and whether everything is."""
        sender = next((party.email for party in parties if party.role == "from"), "")
        said = [
            record_id
            for scope, subject in (("message", row.uid), ("thread", str(row.thread_id)), ("sender", sender))
            for record_id in self._refusals.get((scope, subject), ())
        ]
        rejected = {link.record_id for link in self._links.get(row.id, ()) if link.state == "rejected"}
        return frozenset(rejected | {record_id for record_id in said if record_id is not None}), None in said
