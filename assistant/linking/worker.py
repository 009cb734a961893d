"""Carrying decisions out: what is pending in the store gets decided and stored, a batch per transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from assistant.apart import LINKING, apart, give_up
from assistant.linking.decide import ENGINE_VERSION
from assistant.linking.in_order import decide_in_order
from assistant.linking.text_threads import join_by_text
from mail_sync.clues import READER_VERSION, Clues, read_clues
from mail_sync.marks import shared_line
from store.engine import Store
from store.linking.clues import missing_clues, store_clues
from store.linking.links import store_decisions
from store.linking.pending import pending_activities, pending_among, set_done, uid_and_kind
from store.linking.quotations import reopen_quoting
from store.queries.linking.gather import gather
from store.queries.linking.wider import Wider

BATCH = 300


def link_pending(store: Store, *, now: datetime, again: bool = True) -> int:
    """Decide everything that is pending; returns how many decisions ended in a link. Safe to run anywhere, any time.

    Without `again` only what is new: what was decided before waits until somebody has time for it.
    """
    linked, more = 0, True
    while more:
        newly, more = link_some(store, now=now, again=again)
        linked += newly
    return linked


def link_some(store: Store, *, now: datetime, again: bool = True) -> tuple[int, bool]:
    """Decide a batch of what is pending; returns how many decisions ended in a link, and whether more may wait."""
    # Looked up and read without the write lock, which others need while nothing waits or texts are read.
    with store.read() as tx:
        waiting = pending_activities(tx, limit=BATCH, again=again)
    if not waiting:
        return 0, False

    def fails(activity_id: int, error: Exception) -> None:
        with store.read() as tx:
            uid, kind = uid_and_kind(tx, activity_id)
        done = partial(set_done, activity_ids=[activity_id])
        give_up(store, f"{LINKING}{uid}", kind, "It could not be linked", error, done=done, now=now)

    return sum(apart(waiting, lambda portion: _link(store, portion, now), fails)), True


def _link(store: Store, waiting: Sequence[int], now: datetime) -> int:
    """Read and decide these activities; returns how many decisions ended in a link."""
    with store.read() as tx:
        unread = missing_clues(tx, waiting, READER_VERSION)
    clues = {each.activity_id: read_clues(each.subject, each.text, each.new_text_size) for each in unread}
    with store.write() as tx:
        keep_clues(tx, clues)
        join_by_text(tx, clues)
        return link_batch(tx, pending_among(tx, waiting), now=now)


def keep_clues(tx: Connection, clues: Mapping[int, Clues]) -> None:
    """Keep what was read; later mail that quotes what nobody was known to say is decided again."""
    reopen_quoting(tx, store_clues(tx, clues, READER_VERSION))


def link_batch(tx: Connection, activity_ids: Sequence[int], *, now: datetime) -> int:
    """Decide these activities, oldest first; a later one sees what was decided a moment ago for earlier ones."""
    decided = decide_in_order(gather(tx, activity_ids, line_of=shared_line), Wider(tx))
    decisions = {facts.activity_id: links for facts, links in decided}
    return store_decisions(tx, decisions, engine_version=ENGINE_VERSION, now=now)
