"""The one loop of import, sync and demo: something was stored, now everything that follows from it is done.

Each step reads what is pending in the store, so a step that was killed is simply done again.
"""

from __future__ import annotations

from datetime import datetime

from assistant.linking.worker import link_pending
from calendar_sync.invitations import take_invitations
from store.engine import Store


def follow_up(store: Store, *, now: datetime) -> int:
    """Put meetings that came by mail into the calendar, then decide what everything new is regarding.

    Returns how many mails and meetings are linked that were not before.
    """
    take_invitations(store, now=now)
    return link_pending(store, now=now)
