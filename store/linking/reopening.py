"""Reopening decisions: what became known about addresses, domains and records may change what mail is regarding.

Decisions of people are never touched by the linking that follows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select

from store.chunks import chunked
from store.linking.pending import look_again
from store.names.fold import company_key
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link, Timeline
from store.schema.records import Record
from store.search import newest_activities
from store.search_text import fold, parse_query

MOST_MENTIONING = 1_000
MOST_UNEXPLAINED = 2_000
MOST_OF_CUSTOMER = 1_000

#: Names that are looked for one by one. Who brings more at once brings so many that what is unexplained is looked at.
_FEW_NAMES = 20

_READ_KINDS = ("email", "appointment")


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
        _requeue_saying(tx, f'"{number}"')


def requeue_names(tx: Connection, names: Collection[str]) -> None:
    """Mail that says one of these names of people or companies is decided again, the newest `MOST_MENTIONING` for each;
    where there are many names, mail that is linked to nothing instead."""
    wanted = {words for name in names if (words := _telling_words(name))}
    if len(wanted) > _FEW_NAMES:
        requeue_unexplained(tx)
        return
    for words in sorted(wanted):
        _requeue_saying(tx, " ".join(f'"{word}"' for word in words))


def requeue_unexplained(tx: Connection) -> None:
    """Mail that is linked to nothing is decided again, the newest `MOST_UNEXPLAINED`."""
    linked = select(Link.id).where(Link.activity_id == Activity.id, Link.state == "linked")
    newest = (
        select(Activity.id)
        .where(Activity.kind == "email", Activity.private.is_(False), ~linked.exists())
        .order_by(Activity.occurred_at.desc())
        .limit(MOST_UNEXPLAINED)
    )
    look_again(tx, Activity.id.in_(newest))


def requeue_customers(tx: Connection, record_ids: Collection[int], *, since: datetime) -> None:
    """What is on the timelines of these accounts and contacts since then is decided again, the newest
    `MOST_OF_CUSTOMER` of each, except where a person decided."""
    by_hand = select(Link.id).where(Link.activity_id == Activity.id, Link.decided_by == "user", Link.is_primary)
    for record_id in _with_timeline(tx, record_ids, since):
        newest = (
            select(Timeline.activity_id)
            .where(Timeline.subject_id == record_id, Timeline.occurred_at >= since)
            .order_by(Timeline.occurred_at.desc())
            .limit(MOST_OF_CUSTOMER)
        )
        look_again(tx, and_(Activity.id.in_(newest), Activity.kind.in_(_READ_KINDS), ~by_hand.exists()))


def _with_timeline(tx: Connection, record_ids: Collection[int], since: datetime) -> list[int]:
    """Those that have something on their timelines: most have nothing when a table of customers comes in."""
    lately = select(Timeline.activity_id).where(Timeline.subject_id == Record.id, Timeline.occurred_at >= since)
    found: list[int] = []
    for portion in chunked(record_ids):
        found += tx.execute(select(Record.id).where(Record.id.in_(portion), lately.exists())).scalars()
    return found


def _requeue_saying(tx: Connection, query: str) -> None:
    phrases = parse_query(query)
    if phrases:
        found = newest_activities(tx, phrases, before=None, limit=MOST_MENTIONING).subquery()
        look_again(tx, and_(Activity.id.in_(select(found.c.activity_id)), Activity.kind.in_(_READ_KINDS)))


def _telling_words(name: str) -> tuple[str, ...]:
    """The words of a name as the index holds them, without the legal form behind it."""
    words, key = fold(name).split(), company_key(name)
    for count in range(1, len(words)):
        if company_key(" ".join(words[:count])) == key:
            return tuple(words[:count])
    return tuple(words)


def _requeue_with(tx: Connection, party: ColumnElement[bool]) -> None:
    involved = select(ActivityParty.activity_id).where(party)
    look_again(tx, Activity.id.in_(involved))
