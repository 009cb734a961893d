"""Mail that came in, with what triage rules may look at, gathered for many mails at once.

Everything is as it is known today, except for open cases: a case that was closed after the mail came was open then.
Private mail is left out. What a person may not see, they are not told: neither mails nor records.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.chunks import chunked
from store.dates import shifted
from store.linking.facts import KnownRecord
from store.linking.links import links_of
from store.queries.linking.mails import Own
from store.queries.linking.records import records_by_address, records_by_domain, records_of
from store.queries.linking.said import said_by
from store.queries.paging import AnyRow
from store.queries.refs import refs
from store.queries.triage_mail import HOUR, CameWith, IncomingMail, LinkedTo, OwnPlace, ThreadCase
from store.queries.triage_service import Contracts, MailQueues
from store.records.fields import CASE_CLOSED
from store.schema.activities import Activity, ActivityParty, Attachment
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.people import Mailbox, OwnAddress
from store.schema.records import Case, Record

_SENDER, _ADDRESSED = "from", ("to", "cc")


def incoming_ids(tx: Connection, since: datetime, *, by: Actor, limit: int) -> tuple[tuple[int, ...], bool]:
    """The newest mails that came in since then, the newest first, and whether there are more."""
    wanted = (Activity.occurred_at >= since, *_incoming(), sees_activity(by))
    newest_first = (Activity.occurred_at.desc(), Activity.id.desc())
    found = tx.execute(select(Activity.id).where(*wanted).order_by(*newest_first).limit(limit + 1)).scalars().all()
    return tuple(found[:limit]), len(found) > limit


def incoming_mails(tx: Connection, activity_ids: Sequence[int], *, by: Actor) -> tuple[IncomingMail, ...]:
    """These mails, oldest first. What was deleted or became private meanwhile is left out."""
    rows = _rows(tx, activity_ids, by)
    keys = [row.id for row in rows]
    senders = _parties(tx, keys, (_SENDER,))
    addressed = _parties(tx, keys, _ADDRESSED)
    own = _OwnPlaces(tx)
    people = _People(tx, [sender[0] for sender in senders.values()], by)
    said, files = said_by(tx, keys), _files(tx, keys)
    links, cases = _links(tx, keys, by), _thread_cases(tx, {row.thread_id for row in rows}, by)
    queues = MailQueues(tx, keys)
    known = {key: people.known_as(sender[0].email, sender[0].domain) for key, sender in senders.items()}
    contracts = Contracts(tx, {party for parties in known.values() for party in parties})
    counts = _Counts(tx, rows, {sender[0].email for sender in senders.values()}, by)

    def mail(row: AnyRow) -> IncomingMail:
        sender = next(iter(senders.get(row.id, ())), None)
        email = "" if sender is None else sender.email
        text = said.get(row.id)
        sent_to = [party.email for party in addressed.get(row.id, ())]
        at_queues = queues.of(row.id, sent_to)
        calendar = queues.calendar(at_queues)
        parties = known.get(row.id, ())
        entitled, entitlement = contracts.covers(parties, row.occurred_at, calendar)
        return IncomingMail(
            activity_id=row.id,
            uid=row.uid,
            occurred_at=row.occurred_at,
            who=row.who,
            subject=row.subject,
            noise=row.noise,
            thread_id=row.thread_id,
            email=email,
            name="" if sender is None else sender.name,
            own_sender=sender is not None and own.holds(email, sender.domain),
            own_places=own.among(sent_to),
            new_text="" if text is None else text.new_text,
            files=tuple(files.get(row.id, ())),
            parties=parties,
            linked=links.get(row.id, ()),
            thread_cases=tuple(cases.get(row.thread_id, ())),
            within_hour=counts.around(email, row.occurred_at),
            meeting=row.calendar_state == "done",
            queues=at_queues,
            hours="" if calendar is None else "inside" if calendar.is_open(row.occurred_at) else "outside",
            entitled=entitled,
            entitlement=entitlement,
        )

    return tuple(map(mail, rows))


def _incoming() -> tuple[Any, ...]:
    return (
        Activity.kind == "email",
        Activity.direction == "in",
        Activity.private.is_(False),
        Activity.deleted_at.is_(None),
    )


def _rows(tx: Connection, activity_ids: Sequence[int], by: Actor) -> list[AnyRow]:
    columns = (Activity.id, Activity.uid, Activity.occurred_at, Activity.who, Activity.subject)
    found: list[AnyRow] = []
    for portion in chunked(activity_ids):
        found += tx.execute(
            select(*columns, Email.noise, Email.thread_id, Email.calendar_state)
            .join(Email, Email.id == Activity.id)
            .where(Activity.id.in_(portion), *_incoming(), sees_activity(by))
        ).all()
    return sorted(found, key=lambda row: (row.occurred_at, row.id))


def _parties(tx: Connection, activity_ids: Collection[int], roles: Collection[str]) -> dict[int, list[AnyRow]]:
    """Who takes part in these roles, in the order in which they are written."""
    columns = (ActivityParty.activity_id, ActivityParty.email, ActivityParty.domain, ActivityParty.name)
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(*columns)
            .where(ActivityParty.activity_id.in_(portion), ActivityParty.role.in_(roles), ActivityParty.email != "")
            .order_by(ActivityParty.activity_id, ActivityParty.role.desc(), ActivityParty.position)
        )
        for row in rows:
            found[row.activity_id].append(row)
    return found


class _OwnPlaces(Own):
    """Our own addresses, with the mailboxes they belong to."""

    def __init__(self, tx: Connection) -> None:
        super().__init__(tx)
        self._names = {place.address: place for place in own_places(tx)}

    def among(self, emails: Iterable[str]) -> tuple[OwnPlace, ...]:
        return tuple(self._names[email] for email in dict.fromkeys(emails) if email in self._names)


def own_places(tx: Connection) -> tuple[OwnPlace, ...]:
    """Every address that is ours. One that was known as a person's before it had a mailbox is that mailbox's, too."""
    rows = tx.execute(
        select(Mailbox.name, OwnAddress.email)
        .outerjoin(Mailbox, or_(Mailbox.id == OwnAddress.mailbox_id, Mailbox.address == OwnAddress.email))
        .order_by(OwnAddress.email)
    )
    return tuple(OwnPlace(name or "", email) for name, email in rows)


class _People:
    """As what the senders are known."""

    def __init__(self, tx: Connection, senders: Collection[AnyRow], by: Actor) -> None:
        self._by_address = records_by_address(tx, {sender.email for sender in senders})
        self._by_domain = records_by_domain(tx, {sender.domain for sender in senders if sender.domain})
        groups = (*self._by_address.values(), *self._by_domain.values())
        self._seen = _seen(tx, {record.record_id for group in groups for record in group}, by)

    def known_as(self, email: str, domain: str) -> tuple[KnownRecord, ...]:
        """Those who have the address, and the accounts that have its domain, each once."""
        found = (*self._by_address.get(email, ()), *self._by_domain.get(domain, ()))
        return tuple(record for record in dict.fromkeys(found) if record.record_id in self._seen)


def _seen(tx: Connection, record_ids: Collection[int], by: Actor) -> set[int]:
    return {key for portion in chunked(record_ids) for key in refs(tx, portion, by=by)}


def _files(tx: Connection, activity_ids: Collection[int]) -> dict[int, list[CameWith]]:
    found: dict[int, list[CameWith]] = defaultdict(list)
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(Attachment.activity_id, Attachment.filename, Attachment.media_type)
            .where(Attachment.activity_id.in_(portion), Attachment.inline.is_(False))
            .order_by(Attachment.activity_id, Attachment.position)
        )
        for activity_id, name, media_type in rows:
            found[activity_id].append(CameWith(name, media_type))
    return found


def _links(tx: Connection, activity_ids: Collection[int], by: Actor) -> dict[int, tuple[LinkedTo, ...]]:
    linked = {
        key: [link for link in links if link.state == "linked"] for key, links in links_of(tx, activity_ids).items()
    }
    record_ids = {link.record_id for links in linked.values() for link in links}
    seen = _seen(tx, record_ids, by)
    records = records_of(tx, seen)
    return {
        key: tuple(LinkedTo(records[link.record_id], link.evidence) for link in links if link.record_id in records)
        for key, links in linked.items()
    }


def _thread_cases(tx: Connection, thread_ids: Collection[int], by: Actor) -> dict[int, list[ThreadCase]]:
    closed_at = case((Case.status.in_(CASE_CLOSED), func.coalesce(Case.resolved_at, Record.modified_at)))
    found: dict[int, list[ThreadCase]] = defaultdict(list)
    for portion in chunked(thread_ids):
        rows = tx.execute(
            select(Email.thread_id, Case.id, func.min(Activity.occurred_at), closed_at)
            .select_from(Email)
            .join(Activity, Activity.id == Email.id)
            .join(Link, Link.activity_id == Email.id)
            .join(Case, Case.id == Link.record_id)
            .join(Record, Record.id == Case.id)
            .where(Email.thread_id.in_(portion), Activity.deleted_at.is_(None), Activity.private.is_(False))
            .where(Link.state == "linked", Record.deleted_at.is_(None), sees_record(by))
            .group_by(Email.thread_id, Case.id, Case.status, Case.resolved_at, Record.modified_at)
            .order_by(Case.id)
        )
        for thread_id, *values in rows:
            found[thread_id].append(ThreadCase(*values))
    return found


class _Counts:
    """How much the senders wrote around the instants of these mails."""

    def __init__(self, tx: Connection, rows: Sequence[AnyRow], emails: Collection[str], by: Actor) -> None:
        self._instants: dict[str, list[datetime]] = defaultdict(list)
        if not rows:
            return
        first, last = shifted(rows[0].occurred_at, -HOUR), shifted(rows[-1].occurred_at, HOUR)
        for portion in chunked(emails):
            found = tx.execute(
                select(ActivityParty.email, Activity.occurred_at)
                .join(Activity, Activity.id == ActivityParty.activity_id)
                .where(ActivityParty.email.in_(portion), ActivityParty.role == _SENDER)
                .where(Activity.occurred_at.between(first, last), *_incoming(), sees_activity(by))
                .order_by(Activity.occurred_at)
            )
            for email, at in found:
                self._instants[email].append(at)

    def around(self, email: str, at: datetime) -> int:
        """Mails of the sender within an hour of that instant, at least one."""
        found = self._instants.get(email, [])
        return max(1, bisect_right(found, shifted(at, HOUR)) - bisect_left(found, shifted(at, -HOUR)))
