"""Carrying decisions out: what is pending in the store gets decided and stored, a batch per transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from assistant.linking.decide import ENGINE_VERSION, decide
from assistant.linking.further import looks_further, names_to_look_up, words_to_look_up
from mail_sync.clues import READER_VERSION, Clues, read_clues
from mail_sync.marks import shared_line
from store.engine import Store
from store.linking.clues import missing_clues, store_clues
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts, Ancestor, KnownRecord
from store.linking.links import store_decisions
from store.linking.pending import pending_activities, pending_among
from store.linking.quotations import requeue_quoting
from store.queries.linking.gather import gather
from store.queries.linking.wider import Wider

BATCH = 200


def link_pending(store: Store, *, now: datetime, again: bool = True) -> int:
    """Decide everything that is pending; returns how many decisions ended in a link. Safe to run anywhere, any time.

    Without `again` only what is new: what was decided before waits until somebody has time for it.
    """
    linked = 0
    while True:
        # Looked up and read without the write lock, which others need while nothing waits or texts are read.
        with store.read() as tx:
            waiting = pending_activities(tx, limit=BATCH, again=again)
            unread = missing_clues(tx, waiting, READER_VERSION)
        if not waiting:
            return linked
        clues = {each.activity_id: read_clues(each.subject, each.text, each.new_text_size) for each in unread}
        with store.write() as tx:
            keep_clues(tx, clues)
            linked += link_batch(tx, pending_among(tx, waiting), now=now)


def keep_clues(tx: Connection, clues: Mapping[int, Clues]) -> None:
    """Keep what was read; mail that quotes words which nobody was known to say is decided again."""
    requeue_quoting(tx, store_clues(tx, clues, READER_VERSION))


def link_batch(tx: Connection, activity_ids: Sequence[int], *, now: datetime) -> int:
    """Decide these activities, oldest first; a later one sees what was decided a moment ago for earlier ones."""
    decisions: dict[int, tuple[DecidedLink, ...]] = {}
    regarding: dict[int, tuple[KnownRecord, ...]] = {}
    gathered = gather(tx, activity_ids, line_of=shared_line)
    wider = Wider(tx)
    for facts in gathered.facts:
        key = facts.activity_id
        current = replace(
            facts,
            ancestors=tuple(_as_decided(each, regarding) for each in facts.ancestors),
            quoted=tuple(replace(each, mail=_as_decided(each.mail, regarding)) for each in facts.quoted),
            history=gathered.histories.of(key),
        )
        links = decide(current)
        if looks_further(current, links):
            current = wider.look(current, words_to_look_up(current), names_to_look_up(current))
            links = decide(current)
        decisions[key] = links
        regarding[key] = _regarding(current, links)
        gathered.histories.decided(key, regarding[key])
    return store_decisions(tx, decisions, engine_version=ENGINE_VERSION, now=now)


def _as_decided(earlier: Ancestor, regarding: dict[int, tuple[KnownRecord, ...]]) -> Ancestor:
    decided = regarding.get(earlier.activity_id)
    return earlier if decided is None else replace(earlier, regarding=decided)


def _regarding(facts: ActivityFacts, links: Sequence[DecidedLink]) -> tuple[KnownRecord, ...]:
    by_rule = sorted((link for link in links if link.state == "linked"), key=lambda link: not link.is_primary)
    records = facts.records if by_rule else {}
    return tuple(dict.fromkeys((*facts.decided, *(records[link.record_id] for link in by_rule))))
