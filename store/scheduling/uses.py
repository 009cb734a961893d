"""What would be left hanging without a site, a resource, a group or a service, in words."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from store.kept.sorts import Sort
from store.scheduling.lifecycle import OPEN
from store.scheduling.rules import named_in
from store.schema.records import Record
from store.schema.scheduling import (
    Booking,
    BookingResource,
    Resource,
    ResourceGroup,
    ResourceGroupMember,
    Service,
    Waiting,
)


def site_uses(tx: Connection, _sort: Sort, key: int) -> str:
    """ "the resource Ann belongs to it"."""
    named = select(Resource.name).where(Resource.site_id == key, Resource.deleted_at.is_(None)).order_by(Resource.name)
    name = tx.execute(named.limit(1)).scalar()
    return "" if name is None else f"the resource {name} belongs to it"


def resource_uses(tx: Connection, sort: Sort, key: int) -> str:
    """ "3 open bookings need it", "the group Technicians holds it", "the service Repair asks for it"."""
    needing = select(BookingResource.booking_id).where(BookingResource.resource_id == key)
    return (
        _open_bookings(tx, Booking.id.in_(needing))
        or _holding(tx, ResourceGroupMember.resource_id == key)
        or _asked_for(tx, "resource", sort, key)
    )


def group_uses(tx: Connection, sort: Sort, key: int) -> str:
    """ "the group Technicians holds it", "the service Repair asks for it"."""
    return _holding(tx, ResourceGroupMember.member_group_id == key) or _asked_for(tx, "group", sort, key)


def service_uses(tx: Connection, _sort: Sort, key: int) -> str:
    """ "3 open bookings need it", "2 on the wait list ask for it"."""
    return _open_bookings(tx, Booking.service_id == key) or _waited_for(tx, key)


def _open_bookings(tx: Connection, condition: ColumnElement[bool]) -> str:
    bookings = select(func.count()).select_from(Booking).join(Record, Record.id == Booking.id)
    wanted = bookings.where(condition, Booking.status.in_(OPEN), Record.deleted_at.is_(None))
    count = tx.execute(wanted).scalar_one()
    return f"{count:,} open booking{'' if count == 1 else 's'} need{'s' if count == 1 else ''} it" if count else ""


def _waited_for(tx: Connection, service_id: int) -> str:
    asking = select(func.count()).select_from(Waiting).where(Waiting.service_id == service_id)
    count = tx.execute(asking.where(Waiting.status == "waiting", Waiting.deleted_at.is_(None))).scalar_one()
    return f"{count:,} on the wait list ask{'s' if count == 1 else ''} for it" if count else ""


def _holding(tx: Connection, condition: ColumnElement[bool]) -> str:
    holders = select(ResourceGroup.name).join(ResourceGroupMember, ResourceGroupMember.group_id == ResourceGroup.id)
    name = tx.execute(holders.where(condition, ResourceGroup.deleted_at.is_(None)).limit(1)).scalar()
    return "" if name is None else f"the group {name} holds it"


def _asked_for(tx: Connection, noun: str, sort: Sort, key: int) -> str:
    uid: str = tx.execute(select(sort.columns.uid).where(sort.columns.id == key)).scalar_one()
    services = select(Service.name, Service.rule).where(Service.deleted_at.is_(None)).order_by(Service.name)
    for name, rule in tx.execute(services):
        if (noun, uid) in named_in(rule):
            return f"the service {name} asks for it"
    return ""
