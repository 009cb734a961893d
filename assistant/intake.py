"""The one loop of import, sync and demo: something was stored, now everything that follows from it is done.

Each step reads what is pending in the store, so a step that was killed is simply done again.
"""

from __future__ import annotations

from datetime import datetime

from assistant.linking.worker import link_pending
from store.engine import Store


def follow_up(store: Store, *, now: datetime) -> int:
    """Decide what newly stored mail and meetings are regarding; returns how many got a link. Rules come after this."""
    return link_pending(store, now=now)
