"""Triage rules as undo sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from store.history.ledger import Change
from store.history.undoable import Standing
from store.triage.rules import from_ledger, rules_by_uid, to_ledger, write_rules

_LABELS = {"written": "what it says", "position": "its place", "enabled": "switched on"}


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The rules as they stand."""
    return {
        uid: Standing(f"rule {rule.name}", None if rule.deleted else to_ledger(rule.state))
        for uid, rule in rules_by_uid(tx, uids).items()
    }


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring rules to what `after` says."""
    known = rules_by_uid(tx, [change.uid for change in changes])
    states = {
        change.uid: None
        if change.after is None
        else from_ledger({**(to_ledger(known[change.uid].state) or {}), **change.after})
        for change in changes
    }
    write_rules(tx, states, now=now)


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of a rule."""
    return _LABELS.get(name, name)
