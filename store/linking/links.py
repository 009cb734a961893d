"""Links between activities and records: what linking decides, what people decide, and the timelines that follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from store.cases.mails import follow_links as follow_cases
from store.chunks import chunked
from store.following.keeping import happened, read_again
from store.leads.mails import follow_links as follow_leads
from store.linking.decided import DecidedLink
from store.linking.following import reopen_following
from store.linking.pending import set_done
from store.linking.shown import show_links
from store.linking.timelines import refresh_timelines
from store.schema.links import Link
from store.triage.states import settle_by_itself
from store.types import new_uid

_SHOWN_DIGITS = 2  # of a score


@dataclass(frozen=True, slots=True)
class KnownLink:
    uid: str
    record_id: int
    state: str
    is_primary: bool
    rule: str
    decided_by: str
    evidence: tuple[Mapping[str, Any], ...]
    score: float


def links_of(tx: Connection, activity_ids: Collection[int]) -> dict[int, list[KnownLink]]:
    """All links, rejections included, of each activity."""
    found: dict[int, list[KnownLink]] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(
                Link.activity_id,
                Link.uid,
                Link.record_id,
                Link.state,
                Link.is_primary,
                Link.rule,
                Link.decided_by,
                Link.evidence,
                Link.score,
            )
            .where(Link.activity_id.in_(portion))
            .order_by(Link.id)
        )
        for row in rows:
            found.setdefault(row.activity_id, []).append(_known(row))
    return found


def _known(row: Any) -> KnownLink:
    _, uid, record_id, state, is_primary, rule, decided_by, evidence, score = row
    return KnownLink(uid, record_id, state, is_primary, rule, decided_by, tuple(evidence), score)


def store_decisions(
    tx: Connection, decisions: Mapping[int, Sequence[DecidedLink]], *, engine_version: int, now: datetime
) -> int:
    """Replace what rules decided for these activities before; returns how many are linked now and were not before.

    Links and rejections made by people stay as they are. What depends on a mail, its rows in timelines, its categories
    and later mail, hears of it only where what it is regarding changed, not for other words, scores or suggestions.
    """
    known = links_of(tx, decisions)
    allowed = {key: _allowed(links, known.get(key, ())) for key, links in decisions.items()}
    changed = [key for key, links in allowed.items() if _told(_by_rule(known.get(key, ()))) != _told(links)]
    moved = [key for key in changed if _regarding(_by_rule(known.get(key, ()))) != _regarding(allowed[key])]
    for portion in chunked(changed):
        tx.execute(delete(Link).where(Link.activity_id.in_(portion), Link.decided_by == "rule"))
    # A link that is decided again keeps its uid, by which undo knows it.
    uids = {(activity_id, link.record_id): link.uid for activity_id, found in known.items() for link in found}
    rows = [
        _row(activity_id, link, uids.get((activity_id, link.record_id)) or new_uid(), engine_version, now)
        for activity_id in changed
        for link in allowed[activity_id]
    ]
    if rows:
        tx.execute(insert(Link), rows)
    refresh_timelines(tx, list(decisions))
    show_links(tx, moved, now=now)
    reopen_following(tx, moved)
    # Also where the links stay: to whom a mail went may be known by now.
    follow_leads(tx, decisions, now=now)
    follow_cases(tx, decisions, now=now)
    read_again(tx, moved)
    happened(tx, decisions.keys() - set(moved))
    set_done(tx, decisions)
    settle_by_itself(tx, moved)
    return _newly_linked(tx, known, changed)


def _allowed(links: Sequence[DecidedLink], known: Sequence[KnownLink]) -> list[DecidedLink]:
    """What may be written beside the decisions of people: nothing they decided on, and no second primary."""
    theirs = {link.record_id for link in known if link.decided_by == "user"}
    taken = any(link.is_primary and link.state == "linked" for link in known if link.decided_by == "user")
    return [
        DecidedLink(link.record_id, link.state, link.is_primary and not taken, link.score, link.rule, link.evidence)
        for link in links
        if link.record_id not in theirs
    ]


def _by_rule(known: Sequence[KnownLink]) -> list[KnownLink]:
    return [link for link in known if link.decided_by == "rule"]


def _told(links: Sequence[KnownLink | DecidedLink]) -> set[tuple[object, ...]]:
    """All that people see of links, in any order; scores as far as they are shown."""
    return {
        (
            link.record_id,
            link.state,
            link.is_primary,
            link.rule,
            round(link.score, _SHOWN_DIGITS),
            repr([dict(entry) for entry in link.evidence]),
        )
        for link in links
    }


def _regarding(links: Sequence[KnownLink | DecidedLink]) -> set[tuple[int, bool]]:
    """What others are told of an activity: the records it is linked to, and which of them comes first."""
    return {(link.record_id, link.is_primary) for link in links if link.state == "linked"}


def _row(activity_id: int, link: DecidedLink, uid: str, engine_version: int, now: datetime) -> dict[str, Any]:
    return {
        "uid": uid,
        "activity_id": activity_id,
        "record_id": link.record_id,
        "state": link.state,
        "is_primary": link.is_primary,
        "score": link.score,
        "rule": link.rule,
        "evidence": [dict(entry) for entry in link.evidence],
        "engine_version": engine_version,
        "decided_by": "rule",
        "decided_at": now,
    }


def _newly_linked(tx: Connection, known: Mapping[int, Sequence[KnownLink]], changed: Collection[int]) -> int:
    now_linked: set[int] = set()
    for portion in chunked(changed):
        linked = select(Link.activity_id).where(Link.activity_id.in_(portion), Link.state == "linked")
        now_linked.update(tx.execute(linked).scalars())
    return sum(not any(link.state == "linked" for link in known.get(each, ())) for each in now_linked)
