"""Triage rules as they are kept: in an order for each kind, each as the text of one entry in TOML.

What a text says is known above the store (assistant/triage); here a rule has a name, a place and a switch.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from store.chunks import chunked
from store.leads.scores import forget_scores
from store.schema.triage import Rule

MAIL, LEAD, SCORE = "mail", "lead", "score"
KINDS = (MAIL, LEAD, SCORE)


@dataclass(frozen=True, slots=True)
class RuleState:
    """A rule without its keys. `position` orders the rules of a kind; mail that came before `since` is not its
    business: it was made, rewritten or switched on then."""

    kind: str
    position: int
    name: str
    enabled: bool
    written: str
    since: datetime


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as it is kept."""

    rule_id: int
    uid: str
    state: RuleState
    deleted: bool = False

    @property
    def name(self) -> str:
        return self.state.name


_COLUMNS = (
    Rule.id,
    Rule.uid,
    Rule.kind,
    Rule.position,
    Rule.name,
    Rule.enabled,
    Rule.written,
    Rule.since,
    Rule.deleted_at,
)


def stored_rules(tx: Connection, kinds: Sequence[str] = KINDS) -> tuple[StoredRule, ...]:
    """The rules of these kinds, each kind in its order, switched off or not."""
    wanted = select(*_COLUMNS).where(Rule.kind.in_(kinds), Rule.deleted_at.is_(None))
    rows = tx.execute(wanted.order_by(Rule.position, Rule.id)).all()
    return tuple(sorted(map(_stored, rows), key=lambda rule: KINDS.index(rule.state.kind)))


def rules_by_uid(tx: Connection, uids: Collection[str]) -> dict[str, StoredRule]:
    """The rules with these uids, deleted ones too."""
    found: dict[str, StoredRule] = {}
    for portion in chunked(uids):
        rows = tx.execute(select(*_COLUMNS).where(Rule.uid.in_(portion)))
        found.update({rule.uid: rule for rule in map(_stored, rows)})
    return found


def write_rules(tx: Connection, states: Mapping[str, RuleState | None], *, now: datetime) -> None:
    """Bring the rules with these uids to these states: None deletes one, one that was not there is made."""
    known = rules_by_uid(tx, states)
    fresh = [{"uid": uid, **_columns(state)} for uid, state in states.items() if state is not None and uid not in known]
    for uid in known:
        state = states[uid]
        values = {"deleted_at": now} if state is None else {**_columns(state), "deleted_at": None}
        tx.execute(update(Rule).where(Rule.uid == uid).values(values))
    if fresh:
        tx.execute(insert(Rule), fresh)
    written = (*states.values(), *(rule.state for rule in known.values()))
    if any(state is not None and state.kind == SCORE for state in written):
        forget_scores(tx)


def to_ledger(state: RuleState | None) -> dict[str, Any] | None:
    """A state as JSON."""
    return None if state is None else {**_columns(state), "since": state.since.isoformat()}


def from_ledger(values: Mapping[str, Any]) -> RuleState:
    """The state of `to_ledger`."""
    return replace(RuleState(**values), since=datetime.fromisoformat(values["since"]))


def _stored(row: Row[*tuple[Any, ...]]) -> StoredRule:
    return StoredRule(row.id, row.uid, RuleState(*row[2:8]), row.deleted_at is not None)


def _columns(state: RuleState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in ("kind", "position", "name", "enabled", "written", "since")}
