"""What somebody on the wait list asks for, as a request of the search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.rules import Order, Request, Service
from store.scheduling.reading import Setup


def request_of(
    state: Mapping[str, Any], setup: Setup, service: Service, start: datetime, end: datetime | None = None
) -> Request | None:
    """The request of an entry in this state, within its time and between these moments; None where that is too short
    for the service."""
    ids = {uid: each.id for uid, each in setup.resources.items()}
    wished = {
        name: frozenset(ids[uid] for uid in state["wishes"].get(name, ()) if uid in ids)
        for name in ("preferred", "excluded")
    }
    first, last = (datetime.fromisoformat(state[name]) for name in ("earliest", "latest"))
    first, last = max(first, start), last if end is None else min(last, end)
    if last - first < service.window * MINUTE:
        return None
    return Request(service, first, last, state["area"], state["units"], order=Order.EARLIEST, limit=1, **wished)
