"""Conversations as the engine of follow-ups reads them: the mails of threads, whose they are, and who takes part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from store.chunks import chunked
from store.following.facts import Conversation, Person, ThreadMail
from store.following.grounds import ended
from store.linking.facts import Party
from store.queries.linking.mails import Own, parties_of
from store.queries.linking.records import Known, known_records, regarding_of
from store.schema.activities import Activity, Attachment
from store.schema.knowledge import Clue
from store.schema.mail import Email, MailboxItem
from store.schema.people import Mailbox, OwnAddress, User
from store.schema.records import Case, Opportunity
from store.triage.acknowledged import is_acknowledgement

MOST_MAILS = 40  # of a conversation, the latest: what was said before is long settled
_LOOKED_AT = 200  # of a conversation, those that came last
_OFFER_STAGES = ("propose", "close")
_FRESH = ("pending", "done")
_ALWAYS = datetime.max.replace(tzinfo=UTC)  # closed, nobody knows when
_TO, _COPIED = ("to",), ("cc", "bcc")


def threads_of(tx: Connection, activity_ids: Collection[int]) -> list[int]:
    """The threads of these mails."""
    found: set[int] = set()
    for portion in chunked(activity_ids):
        found.update(tx.execute(select(Email.thread_id).where(Email.id.in_(portion))).scalars())
    return sorted(found)


def conversations(tx: Connection, thread_ids: Collection[int]) -> tuple[Conversation, ...]:
    """The mails of these threads that are there, the latest of each, oldest first."""
    # Each by itself, those that came last: a machine may write thousands of mails in one thread.
    newest = _MAILS.where(Email.thread_id == bindparam("thread_id")).order_by(Email.id.desc()).limit(_LOOKED_AT)
    by_thread: dict[int, list[Any]] = {key: [*tx.execute(newest, {"thread_id": key})] for key in thread_ids}
    kept = {key: sorted(rows, key=_by_time)[-MOST_MAILS:] for key, rows in by_thread.items()}
    mails = {mail.activity_id: mail for mail in thread_mails(tx, [row for rows in kept.values() for row in rows])}
    return tuple(Conversation(key, tuple(mails[row.id] for row in rows)) for key, rows in sorted(kept.items()))


def _by_time(row: Row[Any]) -> tuple[datetime, int]:
    return row.occurred_at, row.id


def mails_by_id(tx: Connection, activity_ids: Collection[int]) -> list[ThreadMail]:
    """These mails, as far as they are there, by themselves."""
    rows: list[Any] = []
    for portion in chunked(activity_ids):
        rows += tx.execute(_MAILS.where(Email.id.in_(portion))).all()
    return thread_mails(tx, rows)


def thread_mails(tx: Connection, rows: Sequence[Row[Any]]) -> list[ThreadMail]:
    """What the engine knows of the mails of these rows."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    parties = parties_of(tx, ids, Own(tx))
    people = People(tx, rows, parties)
    users = _Users(tx, ids)
    regarding = regarding_of(tx, ids)
    about = {found[0].record_id for found in regarding.values() if found}
    offered, over = _offered(tx, about), _ended(tx, about)
    files = _files(tx, [row.id for row in rows if row.attachments])
    # Our own server's report is internal, and tells what became of a mail to people outside.
    sides = {row.id: "in" if row.direction == "internal" else row.direction for row in rows}
    return [
        ThreadMail(
            row.id,
            row.uid,
            row.occurred_at,
            sides[row.id],
            row.noise,
            row.subject,
            "" if row.private else row.new_text or "",
            users.whose(row, parties.get(row.id, ())),
            people.in_roles(parties.get(row.id, ()), ("from",) if sides[row.id] == "in" else _TO),
            people.in_roles(parties.get(row.id, ()), () if sides[row.id] == "in" else _COPIED),
            files.get(row.id, ()),
            row.follow_state in _FRESH,
            row.private,
            row.is_automatic,
            regarding.get(row.id, ()),
            any(one.record_id in offered for one in regarding.get(row.id, ())[:1]),
            row.reported_status,
            next((over[one.record_id] for one in regarding.get(row.id, ())[:1] if one.record_id in over), None),
        )
        for row in rows
    ]


_MAILS = (
    select(
        Activity.id,
        Activity.uid,
        Activity.occurred_at,
        Activity.direction,
        Activity.subject,
        Activity.private,
        Activity.attachments,
        Activity.mentions,
        Email.thread_id,
        Email.noise,
        Email.follow_state,
        Email.reported_status,
        Clue.new_text,
        is_acknowledgement(Activity.id).label("is_automatic"),
    )
    .join(Email, Email.id == Activity.id)
    .outerjoin(Clue, Clue.id == Activity.id)
    .where(Activity.deleted_at.is_(None), or_(Activity.direction.in_(("in", "out")), Email.noise == "bounce"))
)


class People:
    """The people outside who take part in activities, with what is known of their addresses."""

    def __init__(self, tx: Connection, rows: Sequence[Row[Any]], parties: Mapping[int, tuple[Party, ...]]) -> None:
        self._known = known_records(tx, rows, dict(parties))

    def in_roles(self, parties: Iterable[Party], roles: Collection[str]) -> tuple[Person, ...]:
        """Those in these roles, each once."""
        found = {one.email: one for one in reversed([*parties]) if one.role in roles and not one.own and one.email}
        return tuple(person_of(one, self._known) for one in reversed(found.values()))


def person_of(party: Party, known: Known) -> Person:
    """A participant with the records that their address says they are."""
    records = (*known.people.get(party.email, ()), *known.former.get(party.email, ()))
    accounts = {one.account_id for one in records if one.account_id is not None}
    accounts |= {one.record_id for one in known.accounts.get(party.domain, ())}
    people = [one for one in records if one.kind in ("contact", "lead")]
    name = party.name or next((one.title for one in people), "")
    return Person(party.email, name, party.domain, frozenset(one.record_id for one in people), frozenset(accounts))


class _Users:
    """Which user each of our addresses belongs to, and in whose mailboxes mails lie."""

    def __init__(self, tx: Connection, activity_ids: Collection[int]) -> None:
        active = User.active.is_(True)
        aliases = (
            select(OwnAddress.email, User.id)
            .join(Mailbox, Mailbox.id == OwnAddress.mailbox_id)
            .join(User, User.id == Mailbox.owner_id)
            .where(active)
        )
        self._by_email: dict[str, int] = {row.email: row.id for row in tx.execute(aliases)}
        own = tx.execute(select(User.email, User.id).where(active, User.email.is_not(None)))
        self._by_email |= {email: key for email, key in own if email}
        self._holders: dict[int, int] = {}
        for portion in chunked(activity_ids):
            held = (
                select(MailboxItem.activity_id, User.id)
                .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
                .join(User, User.id == Mailbox.owner_id)
                .where(MailboxItem.activity_id.in_(portion), active)
                .order_by(MailboxItem.id.desc())
            )
            self._holders |= {row.activity_id: row.id for row in tx.execute(held)}

    def whose(self, row: Row[Any], parties: Iterable[Party]) -> int | None:
        """Who of us wrote a mail, also in the name of a mailbox that is nobody's; to whom of us it came, first of all
        by name, else in whose mailbox it lies."""
        roles = ("from", "on_behalf") if row.direction == "out" else ("to", "cc")
        for role in roles:
            for one in parties:
                if one.role == role and one.email in self._by_email:
                    return self._by_email[one.email]
        return None if row.direction == "out" else self._holders.get(row.id)


def _offered(tx: Connection, record_ids: Collection[int]) -> frozenset[int]:
    found: set[int] = set()
    for portion in chunked(record_ids):
        offers = (Opportunity.id.in_(portion), or_(Opportunity.status != "open", Opportunity.stage.in_(_OFFER_STAGES)))
        found.update(tx.execute(select(Opportunity.id).where(*offers)).scalars())
    return frozenset(found)


def _ended(tx: Connection, record_ids: Collection[int]) -> dict[int, tuple[str, datetime]]:
    """Those of these records that are closed: what is said of it, and since when."""
    found: dict[int, tuple[str, datetime]] = {}
    for portion in chunked(record_ids):
        deals = select(Opportunity.id, Opportunity.status, Opportunity.closed_at).where(Opportunity.id.in_(portion))
        cases = select(Case.id, Case.status, Case.resolved_at).where(Case.id.in_(portion))
        for key, status, at in (*tx.execute(deals), *tx.execute(cases)):
            if why := ended(status):
                found[key] = (why, at or _ALWAYS)
    return found


def _files(tx: Connection, activity_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    for portion in chunked(activity_ids):
        attached = (Attachment.activity_id.in_(portion), Attachment.inline.is_(False))
        rows = select(Attachment.activity_id, Attachment.filename).where(*attached).order_by(Attachment.position)
        for key, name in tx.execute(rows):
            found[key].append(name or "a file")
    return {key: tuple(names) for key, names in found.items()}
