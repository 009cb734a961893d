"""Carrying decisions out: what is pending in the store gets decided and stored, a batch per transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from assistant.linking.decide import ENGINE_VERSION, decide
from store.engine import Store
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts, Ancestor, KnownRecord
from store.linking.links import store_decisions
from store.linking.pending import pending_activities
from store.queries.linking.gather import gather

BATCH = 200


def link_pending(store: Store, *, now: datetime) -> int:
    """Decide everything that is pending; returns how many decisions ended in a link. Safe to run anywhere, any time."""
    linked = 0
    while _anything_waits(store):
        with store.write() as tx:
            linked += link_batch(tx, pending_activities(tx, limit=BATCH), now=now)
    return linked


def _anything_waits(store: Store) -> bool:
    """Looked up without the write lock, which others need while nothing waits."""
    with store.read() as tx:
        return bool(pending_activities(tx, limit=1))


def link_batch(tx: Connection, activity_ids: Sequence[int], *, now: datetime) -> int:
    """Decide these activities, oldest first; an answer sees what was decided a moment ago for what it answers."""
    decisions: dict[int, tuple[DecidedLink, ...]] = {}
    regarding: dict[int, tuple[KnownRecord, ...]] = {}
    for facts in gather(tx, activity_ids):
        current = replace(facts, ancestors=tuple(_as_decided(each, regarding) for each in facts.ancestors))
        links = decide(current)
        decisions[facts.activity_id] = links
        regarding[facts.activity_id] = _regarding(current, links)
    return store_decisions(tx, decisions, engine_version=ENGINE_VERSION, now=now)


def _as_decided(ancestor: Ancestor, regarding: dict[int, tuple[KnownRecord, ...]]) -> Ancestor:
    decided = regarding.get(ancestor.activity_id)
    return ancestor if decided is None else replace(ancestor, regarding=decided)


def _regarding(facts: ActivityFacts, links: Sequence[DecidedLink]) -> tuple[KnownRecord, ...]:
    records = facts.records
    by_rule = sorted((link for link in links if link.state == "linked"), key=lambda link: not link.is_primary)
    return tuple(dict.fromkeys((*facts.decided, *(records[link.record_id] for link in by_rule))))
