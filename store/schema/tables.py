"""Importing this module loads every table into `metadata`."""

from __future__ import annotations

from store.schema import (
    activities,
    chat,
    following,
    knowledge,
    ledger,
    links,
    mail,
    merging,
    names,
    outbox,
    people,
    proposals,
    records,
    scheduling,
    search,
    search_index,
    service,
    triage,
)
from store.schema.base import POSTGRESQL_WHERE, Base

__all__ = [
    "activities",
    "chat",
    "following",
    "knowledge",
    "ledger",
    "links",
    "mail",
    "merging",
    "metadata",
    "names",
    "outbox",
    "people",
    "proposals",
    "records",
    "scheduling",
    "search",
    "search_index",
    "service",
    "triage",
]

metadata = Base.metadata

for _table in metadata.tables.values():
    for _index in _table.indexes:
        if POSTGRESQL_WHERE in _index.info:
            _index.dialect_options["postgresql"]["where"] = _index.info[POSTGRESQL_WHERE]
