"""Which customers are still to be reminded of a booking soon. It is asked every minute, so little is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from store.chunks import chunked
from store.scheduling.notices import REMINDER, notices_of
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingNotice, BookingResource, Resource, Site

#: A reminder may go out so much earlier than it would by the minutes that a site says.
_EVENING_BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ToRemind:
    """A confirmed booking for the customer with this uid, who is reminded `ahead` of it, on the clocks of the zone."""

    booking_id: int
    starts_at: datetime
    ahead: timedelta
    zone: str
    customer: str


def bookings_to_remind(tx: Connection, *, now: datetime) -> list[ToRemind]:
    """The confirmed bookings for customers that begin before their site has to remind of later ones, by time, and of
    which nobody was reminded."""
    sites = tx.execute(select(Site.id, Site.zone, Site.notices)).all()
    ahead = {row.id: timedelta(minutes=minutes) for row in sites if (minutes := notices_of(row.notices).remind)}
    if not ahead:
        return []
    zones = {row.id: row.zone for row in sites}
    until = now + max(ahead.values()) + _EVENING_BEFORE
    customer = select(Record.uid).where(Record.id == func.coalesce(Booking.contact_id, Booking.account_id))
    living = select(Record.id).where(Record.id == Booking.id, Record.deleted_at.is_(None)).exists()
    wanted = (
        select(Booking.id, Booking.starts_at, Resource.site_id, customer.scalar_subquery().label("customer"))
        .join(BookingResource, (BookingResource.booking_id == Booking.id) & (BookingResource.position == 0))
        .join(Resource, Resource.id == BookingResource.resource_id)
        .where(Booking.status == "confirmed", Booking.starts_at > now, Booking.starts_at <= until, living)
        .where(Resource.site_id.in_(sorted(ahead)), func.coalesce(Booking.contact_id, Booking.account_id).is_not(None))
    )
    found = [
        ToRemind(row.id, row.starts_at, ahead[row.site_id], zones[row.site_id], row.customer)
        for row in tx.execute(wanted.order_by(Booking.starts_at, Booking.id))
    ]
    reminded = _reminded(tx, [one.booking_id for one in found])
    return [one for one in found if (one.starts_at.isoformat(), one.customer) not in reminded[one.booking_id]]


def _reminded(tx: Connection, booking_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """Of what time of these bookings which customers were reminded."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    told = select(BookingNotice.booking_id, BookingNotice.told).where(BookingNotice.kind == REMINDER)
    for portion in chunked(booking_ids):
        for row in tx.execute(told.where(BookingNotice.booking_id.in_(portion))):
            found[row.booking_id].add((row.told["starts_at"], row.told["customer"]))
    return found
