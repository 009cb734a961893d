"""Sites, resources, groups and services as they are. They are no secrets among colleagues."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from store.errors import Ambiguous, NotFound
from store.kept.sorts import Sort, read_states
from store.scheduling.sorts import GROUP, RESOURCE, SERVICE, SITE
from store.scheduling.stored import Worked, worked_from
from store.schema.base import Base
from store.schema.outbox import MailTemplate
from store.schema.people import Mailbox, User
from store.schema.scheduling import TravelTime

_NAMED = 8  # of those that there are, in the sentence about one that there is not


@dataclass(frozen=True, slots=True)
class Thing:
    """One site, resource, group or service: its values as the ledger keeps them, others by uid."""

    id: int
    uid: str
    name: str
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setup:
    """All that is kept for scheduling, each by uid in the order of names; what colleagues, mailboxes and
    templates for everybody are called."""

    sites: Mapping[str, Thing]
    resources: Mapping[str, Thing]
    groups: Mapping[str, Thing]
    services: Mapping[str, Thing]
    users: Mapping[str, str]
    mailboxes: Mapping[str, str]
    travel: Mapping[tuple[str, str], int]
    templates: Mapping[str, str]

    def zone_of(self, resource: Thing) -> str:
        """The time zone of a resource: its own, else that of its site."""
        return str(resource.state["zone"] or self.sites[resource.state["site"]].state["zone"])

    def area_of(self, resource: Thing) -> str:
        """Where a resource is at home: its own area, else that of its site."""
        return str(resource.state["area"] or self.sites[resource.state["site"]].state["area"])

    def hours_of(self, resource: Thing) -> Worked:
        """The hours of a resource."""
        return worked_from(resource.state["hours"])


def read_setup(tx: Connection) -> Setup:
    """All that is kept for scheduling."""
    users = {row.uid: row.name for row in tx.execute(select(User.uid, User.name))}
    mailboxes = {row.uid: row.address for row in tx.execute(select(Mailbox.uid, Mailbox.address))}
    shared = select(MailTemplate.uid, MailTemplate.name).where(MailTemplate.owner_id.is_(None))
    templates = {row.uid: row.name for row in tx.execute(shared.where(MailTemplate.deleted_at.is_(None)))}
    sites, resources, groups, services = (_things(tx, sort) for sort in (SITE, RESOURCE, GROUP, SERVICE))
    return Setup(sites, resources, groups, services, users, mailboxes, travel(tx), templates)


def travel(tx: Connection) -> dict[tuple[str, str], int]:
    """Minutes from one area to another; from '' to '' where nothing else is known."""
    rows = tx.execute(select(TravelTime.from_area, TravelTime.to_area, TravelTime.minutes))
    return {(row.from_area, row.to_area): row.minutes for row in rows}


def thing_called(tx: Connection, sort: Sort, name: str) -> Thing:
    """The one of this sort that a person means by its name, upper or lower case, or by its uid.

    Raises NotFound, Ambiguous.
    """
    wanted, columns = " ".join(name.split()), sort.columns
    found = tx.execute(_meant(sort, wanted).limit(2)).all()
    if len(found) > 1:
        raise Ambiguous(f"There is more than one {sort.noun} {wanted}.")
    if not found:
        known = [row.name for row in tx.execute(_living(sort).order_by(columns.name).limit(_NAMED + 1))]
        raise NotFound(_missing(sort.noun, wanted, known))
    stored = read_states(tx, sort, [found[0].uid])[found[0].uid]
    return Thing(stored.id, stored.uid, stored.state["name"], stored.state)


def is_there(tx: Connection, sort: Sort, name: str) -> bool:
    """Whether anything of this sort is meant by the name."""
    return tx.execute(_meant(sort, " ".join(name.split())).limit(1)).first() is not None


def names_of(tx: Connection, table: type[Base], uids: Collection[str]) -> dict[str, str]:
    """The names of these, deleted ones included, by uid."""
    columns = table.__table__.c
    rows = tx.execute(select(columns.uid, columns.name).where(columns.uid.in_(sorted(uids))))
    return {row.uid: row.name for row in rows}


def _things(tx: Connection, sort: Sort) -> dict[str, Thing]:
    columns = sort.columns
    living = select(columns.uid).where(columns.deleted_at.is_(None)).order_by(func.lower(columns.name), columns.id)
    uids = list(tx.execute(living).scalars())
    stored = read_states(tx, sort, uids)
    return {uid: Thing(stored[uid].id, uid, stored[uid].state["name"], stored[uid].state) for uid in uids}


def _living(sort: Sort) -> Select[str, str]:
    columns = sort.columns
    return select(columns.uid, columns.name).where(columns.deleted_at.is_(None))


def _meant(sort: Sort, wanted: str) -> Select[str, str]:
    columns = sort.columns
    return _living(sort).where((func.lower(columns.name) == wanted.lower()) | (columns.uid == wanted))


def _missing(noun: str, wanted: str, known: Collection[str]) -> str:
    if not known:
        return f"no {noun} {wanted}; there is none yet"
    more = " and others" if len(known) > _NAMED else ""
    return f"no {noun} {wanted}; there are {', '.join(list(known)[:_NAMED])}{more}"
