"""Random keys of this store, made when they are first needed and never changed."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select

from store.schema.outbox import StoreKey
from store.upsert import upsert

#: Signs the tokens in sent mail.
MAIL_TOKENS = "mail tokens"
_BYTES = 32


def find_key(tx: Connection, name: str) -> bytes | None:
    """The key, None while nobody needed it."""
    value = tx.execute(select(StoreKey.value).where(StoreKey.name == name)).scalar()
    return None if value is None else bytes(value)


def key_for(tx: Connection, name: str) -> bytes:
    """The key, made now where there is none. Must run inside a writing transaction."""
    tx.execute(upsert(tx, StoreKey).on_conflict_do_nothing(), {"name": name, "value": secrets.token_bytes(_BYTES)})
    return bytes(tx.execute(select(StoreKey.value).where(StoreKey.name == name)).scalar_one())
