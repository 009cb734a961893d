"""Proposals as undo sees them: what was decided is asked again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.schema.proposals import Proposal
from store.schema.records import Record

_OPEN = "open"


def proposal_states(tx: Connection, uids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The state of each proposal and the record that it is about, as the ledger keeps them."""
    found: dict[str, dict[str, Any]] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(Proposal.uid, Proposal.state, Record.uid.label("record"))
            .outerjoin(Record, Record.id == Proposal.record_id)
            .where(Proposal.uid.in_(portion))
        )
        found.update({row.uid: {"state": row.state, "record": row.record} for row in rows})
    return found


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The proposals as they stand."""
    return {uid: Standing("the proposal", state) for uid, state in proposal_states(tx, uids).items()}


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring proposals to the state that `after` says."""
    for change in changes:
        after = change.after or {"state": _OPEN, "record": None}
        record = select(Record.id).where(Record.uid == after["record"]).scalar_subquery() if after["record"] else None
        values = {"state": after["state"], "record_id": record, "decided_at": None if after["state"] == _OPEN else now}
        tx.execute(update(Proposal).where(Proposal.uid == change.uid).values(values))


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of a proposal."""
    return name
