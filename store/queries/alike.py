"""Records whose names resemble what somebody typed, where no name has these words."""

from __future__ import annotations

from sqlalchemy import Connection

from store.actor import Actor
from store.names.index import find_names
from store.queries.refs import RecordRef, refs

_KINDS = ("account", "contact", "lead")
_LOOKED_AT = 40  # more than are shown: some belong to others


def records_alike(tx: Connection, text: str, *, by: Actor, kind: str = "", limit: int = 20) -> tuple[RecordRef, ...]:
    """Companies and people whose names resemble a text, the best first: of one kind, or of every kind with names."""
    kinds = _KINDS if not kind else (kind,) if kind in _KINDS else ()
    if not kinds or not text.strip():
        return ()
    found = [one.record_id for one in find_names(tx, [text], kinds=kinds, limit=_LOOKED_AT).get(text, ())]
    known = refs(tx, found, by=by)
    return tuple(known[record_id] for record_id in found if record_id in known)[:limit]
