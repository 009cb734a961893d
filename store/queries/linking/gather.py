"""The facts that linking decides on, gathered for many activities at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from store.linking.facts import ActivityFacts, Ancestor, KnownRecord, Party
from store.linking.links import links_of
from store.queries.linking.mailboxes import with_mailboxes
from store.queries.linking.mails import Own, activity_rows, ancestor_lines, ancestors_of, parties_of
from store.queries.linking.records import Known, employers_at, known_records, records_of
from store.schema.links import LinkRefusal


def gather(tx: Connection, activity_ids: Sequence[int]) -> list[ActivityFacts]:
    """Facts for each activity, oldest first, so that an answer is decided after what it answers."""
    activities = activity_rows(tx, activity_ids)
    own = Own(tx)
    parties = parties_of(tx, activity_ids, own)
    lines = ancestor_lines(tx, activity_ids)
    ancestors = ancestors_of(tx, activities, lines, own)
    known = known_records(tx, activities, parties)
    people = _Decisions(tx, activities)
    facts = [_facts(row, parties.get(row.id, ()), ancestors[row.id], known, people) for row in activities]
    return with_mailboxes(tx, facts, activities, lines)


def _facts(
    row: Row[Any],
    parties: tuple[Party, ...],
    ancestors: tuple[Ancestor, ...],
    known: Known,
    decisions: _Decisions,
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
        employers=employers_at(people, known, row.occurred_at),
        numbered={number: known.numbered[number] for number in row.mentions if number in known.numbered},
        decided=decisions.linked(row.id),
        refused=refused,
        refused_all=refused_all,
    )


class _Decisions:
    """What people decided: links and rejections of these activities, refusals for a mail, a thread or a sender."""

    def __init__(self, tx: Connection, activities: Sequence[Row[Any]]) -> None:
        links = links_of(tx, [row.id for row in activities])
        self._links = {
            activity_id: sorted(
                (link for link in found if link.decided_by == "user"), key=lambda link: not link.is_primary
            )
            for activity_id, found in links.items()
        }
        self._records = records_of(tx, {link.record_id for found in self._links.values() for link in found})
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
