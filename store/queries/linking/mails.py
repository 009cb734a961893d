"""Activities as linking sees them: who takes part, and which earlier mails each one answers."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, literal_column, select

from store.chunks import chunked
from store.linking.facts import Ancestor, Party
from store.queries.linking.records import regarding_of
from store.schema.activities import Activity, ActivityParty
from store.schema.mail import Email, EmailReference
from store.schema.people import OwnAddress, OwnDomain

#: Ancestors looked at per mail; a thread longer than this has said what it is regarding by then.
MOST_ANCESTORS = 50


class Own:
    """Our own addresses and domains."""

    def __init__(self, tx: Connection) -> None:
        self.emails = set(tx.execute(select(OwnAddress.email)).scalars())
        self.domains = set(tx.execute(select(OwnDomain.domain)).scalars())

    def holds(self, email: str, domain: str) -> bool:
        return email in self.emails or domain in self.domains


def activity_rows(tx: Connection, activity_ids: Sequence[int]) -> list[Row[Any]]:
    """These activities with what their mails say of themselves, oldest first."""
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


def parties_of(tx: Connection, activity_ids: Collection[int], own: Own) -> dict[int, tuple[Party, ...]]:
    """Who takes part in each activity, and who of them is ours."""
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


def ancestor_lines(tx: Connection, activity_ids: Sequence[int]) -> dict[int, list[str]]:
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


def answered(
    tx: Connection, activities: Sequence[Row[Any]], lines: Mapping[int, Sequence[str]]
) -> dict[int, dict[int, str]]:
    """For each mail the earlier ones that it answers, nearest first, with the name each was found by."""
    named = _bearers(tx, {name for names in lines.values() for name in names})
    return {row.id: _nearest(row.occurred_at, lines.get(row.id, ()), named) for row in activities}


class EarlierMails:
    """Mails that others answer or quote, with what they are regarding, loaded at once."""

    def __init__(self, tx: Connection, activity_ids: Collection[int], own: Own) -> None:
        self._parties = parties_of(tx, activity_ids, own)
        self._regarding = regarding_of(tx, activity_ids)
        self._rows = {row.id: row for row in activity_rows(tx, list(activity_ids))}

    def answered(self, picked: Mapping[int, str]) -> tuple[Ancestor, ...]:
        """These mails, each with the name it was found by."""
        return tuple(
            self.mail(key, "Thread-Index" if name == self._rows[key].conversation else "References")
            for key, name in picked.items()
        )

    def mail(self, activity_id: int, found_by: str) -> Ancestor:
        """One of the mails."""
        row = self._rows[activity_id]
        parties = self._parties.get(activity_id, ())
        return Ancestor(
            activity_id=row.id,
            found_by=found_by,
            # What somebody linked by hand although it is private passes on what it is regarding, not what it says.
            subject="" if row.private else row.subject,
            occurred_at=row.occurred_at,
            audience=frozenset(party.email for party in parties if not party.own and party.email),
            regarding=self._regarding.get(activity_id, ()),
        )


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
