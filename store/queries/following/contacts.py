"""What the people of a conversation did elsewhere: other mails of theirs, meetings with them, and how long they took to
answer before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.following.facts import Met, Person, ThreadMail
from store.queries.following.conversations import People, mails_by_id
from store.queries.linking.mails import Own, parties_of
from store.schema.activities import Activity, ActivityParty, Appointment
from store.schema.knowledge import FormerAddress
from store.schema.links import Timeline
from store.schema.mail import Email, EmailReference
from store.schema.records import RecordAddress

_MOST_MAILS = 60  # of one address, those that came last
_MOST_ANSWERS = 40
_INVITED = ("organizer", "required", "optional", "to")


def addresses_of(tx: Connection, people: Iterable[Person]) -> set[str]:
    """All addresses by which these people are or were known."""
    everybody = list(people)
    found = {one.email for one in everybody}
    contacts = {key for one in everybody for key in one.contacts}
    for portion in chunked(sorted(contacts)):
        for table in (RecordAddress, FormerAddress):
            found.update(tx.execute(select(table.email).where(table.record_id.in_(portion))).scalars())
    return found


def mails_from(tx: Connection, emails: Collection[str], *, since: datetime) -> list[ThreadMail]:
    """What these addresses wrote since then, as far as it is among the last of theirs that came."""
    return _mails(tx, emails, ("from",), since)


def mails_to(tx: Connection, emails: Collection[str], *, since: datetime) -> list[ThreadMail]:
    """What was written to these addresses since then, as far as it is among the last that came."""
    return _mails(tx, emails, ("to", "cc"), since)


def _mails(tx: Connection, emails: Collection[str], roles: Collection[str], since: datetime) -> list[ThreadMail]:
    ids: set[int] = set()
    for email in sorted(emails):
        newest = (
            select(ActivityParty.activity_id)
            .where(ActivityParty.email == email, ActivityParty.role.in_(roles))
            .order_by(ActivityParty.activity_id.desc())
            .limit(_MOST_MAILS)
            .subquery()
        )
        later = select(Activity.id).join(newest, newest.c.activity_id == Activity.id)
        ids.update(tx.execute(later.where(Activity.occurred_at > since, Activity.kind == "email")).scalars())
    return mails_by_id(tx, sorted(ids))


def meetings_with(
    tx: Connection, emails: Collection[str], record_ids: Collection[int], *, since: datetime
) -> list[Met]:
    """Single meetings that stand, with one of these addresses, that begin after `since`, and calls logged since then
    with one of these people or companies."""
    ids: set[int] = set()
    about: dict[int, set[int]] = defaultdict(set)
    for portion in chunked(sorted(emails)):
        with_them = (ActivityParty.email.in_(portion), ActivityParty.role.in_(_INVITED))
        ids.update(
            tx.execute(
                select(Activity.id)
                .join(ActivityParty, ActivityParty.activity_id == Activity.id)
                .where(*with_them, Activity.kind == "appointment", Activity.occurred_at > since)
            ).scalars()
        )
    for some in chunked(sorted(record_ids)):
        logged = (Timeline.subject_id.in_(some), Timeline.kind == "phone_call", Timeline.occurred_at > since)
        for key, record_id in tx.execute(select(Timeline.activity_id, Timeline.subject_id).where(*logged)):
            about[key].add(record_id)
    return _met(tx, sorted(ids | about.keys()), about)


def _met(tx: Connection, activity_ids: Collection[int], about: Mapping[int, Collection[int]]) -> list[Met]:
    rows: list[Any] = []
    booked_at = func.coalesce(Appointment.modified_at, Activity.created_at)
    for portion in chunked(activity_ids):
        rows += tx.execute(
            select(
                Activity.id,
                Activity.kind,
                Activity.subject,
                Activity.occurred_at,
                Activity.private,
                Activity.mentions,
                booked_at.label("booked_at"),
            )
            .outerjoin(Appointment, Appointment.id == Activity.id)
            .where(Activity.id.in_(portion), Activity.deleted_at.is_(None))
            .where(
                func.coalesce(Appointment.status, "") != "cancelled",
                func.coalesce(Appointment.recurring, False).is_(False),
            )
        ).all()
    parties = parties_of(tx, [row.id for row in rows], Own(tx))
    people = People(tx, rows, parties)
    return [
        Met(
            row.id,
            row.kind,
            "private" if row.private else row.subject,
            row.occurred_at,
            row.booked_at,
            people.in_roles(parties.get(row.id, ()), _INVITED),
            frozenset(about.get(row.id, ())),
        )
        for row in rows
    ]


def answer_times(tx: Connection, email: str) -> list[tuple[datetime, datetime]]:
    """When mails of ours were sent that this address answered last, and when its answers came."""
    asked, original = aliased(Activity), aliased(Email)
    newest = (
        select(ActivityParty.activity_id)
        .where(ActivityParty.email == email, ActivityParty.role == "from")
        .order_by(ActivityParty.activity_id.desc())
        .limit(_MOST_ANSWERS)
        .subquery()
    )
    rows = tx.execute(
        select(asked.id, asked.occurred_at, Activity.occurred_at)
        .select_from(newest)
        .join(Activity, Activity.id == newest.c.activity_id)
        .join(Email, Email.id == Activity.id)
        .join(EmailReference, EmailReference.activity_id == Activity.id)
        .join(original, original.message_id == EmailReference.message_id)
        .join(asked, asked.id == original.id)
        .where(EmailReference.position == 0, Email.noise == "", Activity.direction == "in", asked.direction == "out")
    )
    first: dict[int, tuple[datetime, datetime]] = {}
    for key, sent, answered in rows:
        if sent < answered and (key not in first or answered < first[key][1]):
            first[key] = (sent, answered)
    return list(first.values())
