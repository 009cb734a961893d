"""What is shown beside a list of mail: a mail and its customer at a glance, read before the cursor comes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.actor import Actor
from store.errors import NotFound
from store.queries.activities import ActivityDetail, activity_detail
from store.queries.glance import Glance, glance


@dataclass(frozen=True, slots=True)
class Ahead:
    """A mail with its customer."""

    detail: ActivityDetail
    glance: Glance


def read_ahead(tx: Any, activity_ids: Sequence[int], *, by: Actor) -> dict[int, Ahead]:
    """These mails; what is gone meanwhile is left out."""
    found: dict[int, Ahead] = {}
    for activity_id in activity_ids:
        try:
            found[activity_id] = Ahead(activity_detail(tx, activity_id, by=by), glance(tx, activity_id, by=by))
        except NotFound:
            continue
    return found
