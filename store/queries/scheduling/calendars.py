"""In whose calendars resources stand: their own mailboxes, else those of the colleagues that they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.functions import coalesce

from store.schema.people import Mailbox
from store.schema.scheduling import Resource, Site
from store.sync.mailboxes import FILES


@dataclass(frozen=True, slots=True)
class ResourceCalendar:
    """The mailbox in whose calendar a resource stands, with its settings, and the time zone that the resource lives
    in."""

    mailbox_id: int
    has_server: bool
    settings: Mapping[str, Any]
    zone: str


def mailbox_of_resource() -> coalesce[int | None]:
    """In a query of resources, the key of the mailbox whose calendar counts: the resource's own, else the first that
    its colleague owns, of those with a server where there are some; null for none."""
    return coalesce(Resource.mailbox_id, _owned(Mailbox.provider != FILES), _owned())


def resource_calendars(tx: Connection) -> dict[int, ResourceCalendar]:
    """The calendars of all resources that stand in one, by the keys of the resources."""
    query: Select[Any] = (
        select(
            Resource.id,
            Mailbox.id,
            Mailbox.provider != FILES,
            Mailbox.settings,
            coalesce(func.nullif(Resource.zone, ""), Site.zone),
        )
        .join(Site, Site.id == Resource.site_id)
        .join(Mailbox, Mailbox.id == mailbox_of_resource())
        .where(Resource.deleted_at.is_(None))
    )
    return {key: ResourceCalendar(*rest) for key, *rest in tx.execute(query)}


def _owned(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """The first such mailbox that the colleague of a resource owns."""
    first = select(func.min(Mailbox.id)).where(Mailbox.owner_id == Resource.user_id, *conditions)
    return first.correlate(Resource).scalar_subquery()
