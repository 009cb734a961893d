"""Stores on both databases, as the store's own tests have them."""

from __future__ import annotations

from tests.store.conftest import empty_url, new_postgresql_url, postgresql_server

__all__ = ["empty_url", "new_postgresql_url", "postgresql_server"]
