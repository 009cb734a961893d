"""What the people of a mail wrote about before: the records that their earlier mail is linked to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, literal, select

from store.chunks import chunked
from store.dates import shifted
from store.linking.facts import KnownRecord, LastWord, Party
from store.linking.recent import HISTORY, MOST_MAILS, MOST_PEOPLE, SENDERS, speaks_for
from store.queries.linking.records import Regarding, regarding_of
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link

_MOST_BETWEEN = 1_000  # per address, from the time that one batch spans


@dataclass(frozen=True, slots=True)
class _Earlier:
    occurred_at: datetime
    activity_id: int


class Histories:
    """The histories of all who take part in a batch of activities, to be asked oldest first: what was decided of the
    batch itself is told by `decided` and counts for what comes later in it."""

    def __init__(
        self, tx: Connection, activities: Sequence[Row[Any]], parties: Mapping[int, tuple[Party, ...]]
    ) -> None:
        self._people = {row.id: people_of(parties.get(row.id, ())) for row in activities}
        self._at = {row.id: row.occurred_at for row in activities}
        emails = {email for found in self._people.values() for email in found}
        self._mails = _linked_mails(tx, emails, self._at) if activities else {}
        found = {mail.activity_id for mails in self._mails.values() for mail in mails}
        self._regarding: Regarding = regarding_of(tx, found)

    def decided(self, activity_id: int, regarding: tuple[KnownRecord, ...]) -> None:
        """The activity is regarding these records now, whatever the store said before."""
        self._regarding[activity_id] = regarding
        if regarding:
            for email in self._people[activity_id]:
                self._mails.setdefault(email, []).append(_Earlier(self._at[activity_id], activity_id))

    def of(self, activity_id: int) -> dict[str, tuple[LastWord, ...]]:
        """What the people of this activity wrote about before it, by address, the latest first."""
        before = self._at[activity_id]
        words = {email: self._last_words(self._mails.get(email, ()), before) for email in self._people[activity_id]}
        return {email: found for email, found in words.items() if found}

    def _last_words(self, mails: Sequence[_Earlier], before: datetime) -> tuple[LastWord, ...]:
        times: dict[KnownRecord, int] = {}
        last: dict[KnownRecord, datetime] = {}
        since = shifted(before, -HISTORY)
        recent = [mail for mail in mails if since <= mail.occurred_at < before]
        recent.sort(key=lambda mail: (mail.occurred_at, mail.activity_id), reverse=True)
        for mail in recent[:MOST_MAILS]:
            for record in self._regarding.get(mail.activity_id, ()):
                times[record] = times.get(record, 0) + 1
                last.setdefault(record, mail.occurred_at)
        return tuple(LastWord(record, times[record], last[record]) for record in last)


def people_of(parties: Sequence[Party]) -> tuple[str, ...]:
    """The outside addresses whose history counts: the sender's, and the others' of mail that is no announcement."""
    outside = [party for party in parties if not party.own and party.email]
    senders = dict.fromkeys(party.email for party in outside if party.role in SENDERS)
    everybody = senders | dict.fromkeys(party.email for party in outside)
    return tuple(senders if len(everybody) > MOST_PEOPLE else everybody)


def _linked_mails(tx: Connection, emails: Collection[str], batch: Mapping[int, datetime]) -> dict[str, list[_Earlier]]:
    """By address the linked mails, none of the batch, that are the last ones before some mail of the batch."""
    first, end = min(batch.values()), max(batch.values())
    found: dict[str, list[_Earlier]] = defaultdict(list)
    for portion in chunked(emails):
        took_part = (
            select(ActivityParty.email, Activity.id, Activity.occurred_at)
            .join(Activity, Activity.id == ActivityParty.activity_id)
            .where(
                ActivityParty.email.in_(portion),
                Activity.occurred_at >= shifted(first, -HISTORY),
                Activity.occurred_at < end,
                Activity.deleted_at.is_(None),
                Activity.id.not_in(list(batch)),
                speaks_for(ActivityParty),
                select(literal(1)).where(Link.activity_id == Activity.id, Link.state == "linked").exists(),
            )
            .distinct()
            .subquery()
        )
        between = took_part.c.occurred_at >= first
        latest_first = (took_part.c.occurred_at.desc(), took_part.c.id.desc())
        rank = func.row_number().over(partition_by=(took_part.c.email, between), order_by=latest_first)
        ranked = select(took_part, rank.label("rank"), between.label("between")).subquery()
        allowed = case((ranked.c.between, _MOST_BETWEEN), else_=MOST_MAILS)
        chosen = select(ranked.c.email, ranked.c.id, ranked.c.occurred_at).where(ranked.c.rank <= allowed)
        for email, activity_id, occurred_at in tx.execute(chosen):
            found[email].append(_Earlier(occurred_at, activity_id))
    return found
