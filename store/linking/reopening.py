"""Reopening decisions: what became known about addresses, domains and records may change what mail is regarding.

Decisions of people are never touched by the linking that follows.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from store.chunks import chunked
from store.linking.pending import look_again
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.search import newest_activities
from store.search_text import parse_query

MOST_MENTIONING = 1_000


def requeue_addresses(tx: Connection, emails: Collection[str]) -> None:
    """Mail and meetings in which one of these addresses took part are decided again."""
    for portion in chunked({email.lower() for email in emails}):
        _requeue_with(tx, ActivityParty.email.in_(portion))


def requeue_domains(tx: Connection, domains: Collection[str]) -> None:
    """Mail and meetings with somebody of one of these registrable domains are decided again."""
    for portion in chunked({domain.lower() for domain in domains}):
        _requeue_with(tx, ActivityParty.domain.in_(portion))


def requeue_records(tx: Connection, record_ids: Collection[int]) -> None:
    """What a rule linked to one of these records, or suggested for it, is decided again."""
    for portion in chunked(record_ids):
        linked = select(Link.activity_id).where(Link.record_id.in_(portion), Link.decided_by == "rule")
        look_again(tx, Activity.id.in_(linked))


def requeue_mentions(tx: Connection, numbers: Collection[str]) -> None:
    """Mail that writes one of these record numbers is decided again, the newest `MOST_MENTIONING` for each."""
    for number in numbers:
        phrases = parse_query(f'"{number}"')
        if phrases:
            found = newest_activities(tx, phrases, before=None, limit=MOST_MENTIONING).subquery()
            look_again(tx, Activity.id.in_(select(found.c.activity_id)))


def _requeue_with(tx: Connection, party: ColumnElement[bool]) -> None:
    involved = select(ActivityParty.activity_id).where(party)
    look_again(tx, Activity.id.in_(involved))
