"""What is shown beside a list of mail: a mail and its customer at a glance, read before the cursor comes there."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from store.actor import Actor
from store.errors import NotFound
from store.queries.activities import ActivityDetail, activity_detail
from store.queries.glance import Glance, glance
from store.queries.paging import Page
from store.queries.triage_list import TriageRow, Waiting, triage_list


@dataclass(frozen=True, slots=True)
class Ahead:
    """A mail with its customer."""

    detail: ActivityDetail
    glance: Glance


@dataclass(frozen=True, slots=True)
class PageAhead:
    """A page of what waits, with the mail that the cursor comes to."""

    page: Page[TriageRow]
    ahead: dict[int, Ahead]


def page_ahead(
    tx: Any, wanted: Waiting, *, cursor: Hashable, held: Collection[int], by: Actor, **keyset: Any
) -> PageAhead:
    """A page; a first one with the mail `cursor` where it is on it, else with its first mail, unless it is `held`."""
    page = triage_list(tx, wanted, by=by, **keyset)
    if keyset.keys() != {"limit"}:
        return PageAhead(page, {})
    ids = [row.activity_id for row in page.rows]
    comes_to = [cursor] if cursor in ids else ids[:1]
    return PageAhead(page, read_ahead(tx, [key for key in comes_to if key not in held], by=by))


def read_ahead(tx: Any, activity_ids: Sequence[int], *, by: Actor) -> dict[int, Ahead]:
    """These mails; what is gone meanwhile is left out."""
    found: dict[int, Ahead] = {}
    for activity_id in activity_ids:
        try:
            found[activity_id] = Ahead(activity_detail(tx, activity_id, by=by), glance(tx, activity_id, by=by))
        except NotFound:
            continue
    return found
