"""Splitting a thread: from a mail on, its answers are a topic of their own, and what came before is no evidence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from store.actor import Actor
from store.errors import Invalid
from store.history.ledger import record_operation
from store.linking.refused_mail import SPLIT
from store.linking.refusing import activity_uid, lift, refusals_of, refuse, seen_mail


def split_thread(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """A mail begins a topic of its own; returns the operation's uid. Raises NotFound, and Invalid where it does so
    already. Links that people made stay."""
    subject, _ = seen_mail(tx, activity_id, by)
    changes = refuse(tx, SPLIT, activity_uid(tx, activity_id), by=by, now=now)
    if not changes:
        raise Invalid(f"“{subject}” begins a topic of its own already.")
    return record_operation(tx, "split_thread", f"Split off “{subject}”", changes, by=by, now=now)


def join_thread(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """A mail that was split off continues its thread again; returns the operation's uid. Raises NotFound, Invalid."""
    subject, _ = seen_mail(tx, activity_id, by)
    changes = lift(tx, refusals_of(tx, SPLIT, [activity_uid(tx, activity_id)]), now=now)
    if not changes:
        raise Invalid(f"“{subject}” was not split off.")
    return record_operation(tx, "join_thread", f"Joined “{subject}” to its thread again", changes, by=by, now=now)
