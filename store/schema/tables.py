"""Importing this module loads every table into `metadata`."""

from __future__ import annotations

from store.schema import activities, ledger, links, mail, people, records, search, search_index
from store.schema.base import Base

__all__ = ["activities", "ledger", "links", "mail", "metadata", "people", "records", "search", "search_index"]

metadata = Base.metadata
