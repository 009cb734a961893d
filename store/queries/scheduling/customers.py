"""Bookings as their customers know them: which service, when and where, by whom, and how the customer is reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.queries.paging import AnyRow
from store.queries.refs import REF_COLUMNS, RecordRef
from store.queries.scheduling.bookings import BookedResource, booking_facts
from store.queries.scheduling.whereabouts import whereabouts
from store.scheduling.notices import SiteNotices, notices_of
from store.scheduling.said import clocks_said, day_said, time_said, when_said
from store.schema.people import Mailbox
from store.schema.records import Contact, Record, RecordAddress
from store.schema.scheduling import Booking, Resource, Site, Waiting

#: Where it is done when the booking does not say it.
AT_CUSTOMERS = "at your place"
_SOMEBODY = "our team"


@dataclass(frozen=True, slots=True)
class Team:
    """The site that does it, in whose `zone` the customer reads times; `email` and `name` are those of its scheduling
    mailbox, `mailbox_id` None where it has none."""

    site: str
    zone: str
    notices: SiteNotices
    mailbox_id: int | None = None
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class CustomerBooking:
    """`status` is cancelled for one that was deleted. `place` is where the booking or its room says it is, '' for at
    the customer's; `where` is what the customer reads. `offered`: it is held for somebody on the wait list. `email` is
    '' where nobody knows one. `uids` and `emails` are all of its contact and its account."""

    booking: RecordRef
    deleted: bool
    service: str
    status: str
    starts_at: datetime
    ends_at: datetime
    place: str
    where: str
    who: str
    offered: bool
    team: Team
    customer: RecordRef | None
    greeting: str
    email: str
    uids: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()

    def is_for(self, uid: str, email: str) -> bool:
        """Whether it is for the customer with this uid, or whom this address belongs to by now."""
        return uid in self.uids or email in self.emails

    def formerly_for(self, uid: str, name: str, email: str) -> CustomerBooking:
        """As it is to somebody for whom it was once, and is not any more."""
        was = RecordRef(0, uid, "", "", name)
        return replace(self, status="cancelled", customer=was, greeting=name, email=email)


def customer_bookings(tx: Connection, record_ids: Collection[int]) -> dict[int, CustomerBooking]:
    """These bookings by the keys of their records, deleted ones included; others are left out."""
    found: dict[int, CustomerBooking] = {}
    for portion in chunked(record_ids):
        found |= _portion(tx, portion)
    return found


def booking_values(tx: Connection, record_id: int) -> dict[str, str]:
    """The values of a template's fields about a booking, by names like booking.when."""
    one = customer_bookings(tx, [record_id])[record_id]
    return {f"booking.{name}": value for name, value in said_of(one).items()}


def said_of(one: CustomerBooking) -> dict[str, str]:
    """What can be said of a booking to its customer, by the names of fields."""
    zone = one.team.zone
    return {
        "number": one.booking.number,
        "service": one.service,
        "when": when_said(one.starts_at, one.ends_at, zone),
        "day": day_said(one.starts_at, zone),
        "time": time_said(one.starts_at, zone),
        "clocks": clocks_said(one.starts_at, zone),
        "place": one.where,
        "who": one.who,
        "customer": one.greeting,
        "team": one.team.name or one.team.site,
    }


def _portion(tx: Connection, record_ids: Collection[int]) -> dict[int, CustomerBooking]:
    columns = (*REF_COLUMNS, Record.deleted_at, Booking.status, Booking.starts_at, Booking.ends_at, Booking.place)
    wanted = select(*columns, Booking.account_id, Booking.contact_id).join(Record, Record.id == Booking.id)
    rows: Sequence[AnyRow] = tx.execute(wanted.where(Booking.id.in_(record_ids))).all()
    facts = booking_facts(tx, [row.id for row in rows])
    first = {fact.resources[0].resource_id for fact in facts.values() if fact.resources}
    rooms = {each.resource_id for fact in facts.values() for each in fact.resources if each.kind == "facility"}
    teams = _teams(tx, first | rooms)
    customers = _Customers(tx, rows)
    offers = select(Waiting.booking_id).where(Waiting.booking_id.in_(record_ids), Waiting.status == "offered")
    offered = set(tx.execute(offers.where(Waiting.deleted_at.is_(None))).scalars())
    found = {}
    for row in rows:
        fact = facts[row.id]
        if not fact.resources:
            continue
        team = teams[fact.resources[0].resource_id]
        place = row.place or _room(fact.resources, teams)
        found[row.id] = CustomerBooking(
            RecordRef(row.id, row.uid, row.kind, row.number, row.title),
            row.deleted_at is not None,
            fact.service,
            "cancelled" if row.deleted_at is not None else row.status,
            row.starts_at,
            row.ends_at,
            place,
            place or customers.address(row) or AT_CUSTOMERS,
            _who(fact.resources),
            row.id in offered,
            team,
            customers.ref(row),
            customers.greeting(row),
            customers.email(row),
            customers.uids(row),
            customers.emails(row),
        )
    return found


def _room(resources: Collection[BookedResource], teams: Mapping[int, Team]) -> str:
    """Where customers come to: the room and its site; '' where somebody comes to them."""
    room = next((each for each in resources if each.kind == "facility"), None)
    return "" if room is None else f"{room.name}, {teams[room.resource_id].site}"


def _who(resources: Collection[BookedResource]) -> str:
    """The people who come; customers do not care for vans."""
    names = list(dict.fromkeys(each.name for each in resources if each.kind == "person"))
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or _SOMEBODY


def _teams(tx: Connection, resource_ids: Collection[int]) -> dict[int, Team]:
    """The site of each resource."""
    columns = (Resource.id, Site.name, Site.zone, Site.notices)
    wanted = select(*columns).join(Site, Site.id == Resource.site_id).where(Resource.id.in_(sorted(resource_ids)))
    rows = tx.execute(wanted).all()
    named = {row.id: notices_of(row.notices) for row in rows}
    uids = {each.mailbox for each in named.values() if each.mailbox}
    mailboxes = select(Mailbox.uid, Mailbox.id, Mailbox.address, Mailbox.name).where(Mailbox.uid.in_(sorted(uids)))
    known = {row.uid: row for row in tx.execute(mailboxes)} if uids else {}
    found = {}
    for row in rows:
        found[row.id] = Team(row.name, row.zone, named[row.id])
        if mailbox := known.get(named[row.id].mailbox or ""):
            found[row.id] = replace(found[row.id], mailbox_id=mailbox.id, email=mailbox.address, name=mailbox.name)
    return found


class _Customers:
    """Whom bookings are for: the contact, else the account, of those that are not deleted."""

    def __init__(self, tx: Connection, bookings: Collection[AnyRow]) -> None:
        contacts, accounts = (
            {getattr(row, name) for row in bookings} - {None} for name in ("contact_id", "account_id")
        )
        keys = sorted(contacts | accounts)
        named = select(*REF_COLUMNS, Contact.given_name, Record.deleted_at).outerjoin(Contact, Contact.id == Record.id)
        rows = tx.execute(named.where(Record.id.in_(keys))).all()
        self._uids = {row.id: row.uid for row in rows}
        self._known = {row.id: RecordRef(*row[:5]) for row in rows if row.deleted_at is None}
        self._given = {row.id: row.given_name for row in rows if row.given_name}
        addresses = select(RecordAddress.record_id, RecordAddress.email).where(RecordAddress.record_id.in_(keys))
        ordered = tx.execute(addresses.order_by(RecordAddress.position.desc(), RecordAddress.email)).all()
        self._emails = {row.record_id: row.email for row in ordered}
        self._all_emails: dict[int, set[str]] = defaultdict(set)
        for row in ordered:
            self._all_emails[row.record_id].add(row.email)
        self._places: Mapping[int | None, tuple[str, str]] = whereabouts(tx, contacts, accounts)

    def ref(self, row: AnyRow) -> RecordRef | None:
        return next(iter(self._of(row)), None)

    def greeting(self, row: AnyRow) -> str:
        """The given name of a person, else the whole name."""
        one = self.ref(row)
        return "" if one is None else self._given.get(one.record_id, one.title)

    def email(self, row: AnyRow) -> str:
        """The main address of the contact, else that of the account."""
        return next((self._emails[one.record_id] for one in self._of(row) if one.record_id in self._emails), "")

    def uids(self, row: AnyRow) -> frozenset[str]:
        return frozenset(self._uids[key] for key in (row.contact_id, row.account_id) if key in self._uids)

    def emails(self, row: AnyRow) -> frozenset[str]:
        return frozenset().union(*(self._all_emails[one.record_id] for one in self._of(row)))

    def address(self, row: AnyRow) -> str:
        return next((place for one in self._of(row) if (place := self._places.get(one.record_id, ("", ""))[1])), "")

    def _of(self, row: AnyRow) -> list[RecordRef]:
        return [self._known[key] for key in (row.contact_id, row.account_id) if key in self._known]
