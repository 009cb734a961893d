"""Records that rest, as the engine of follow-ups reads them: a stretch of keys at a time, each by its own key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.following.facts import Resting, RunningOut
from store.queries.paging import AnyRow
from store.records.fields import CASE_CLOSED
from store.schema.activities import Activity
from store.schema.following import FollowUp
from store.schema.links import Timeline
from store.schema.people import Mailbox, User
from store.schema.records import TABLES, Account, Case, Opportunity, Record
from store.schema.service import CaseEvent, Entitlement

CONTACT = "There was contact again"
STRETCH = 1_500  # records whose keys are looked at in one go
_CONTACTS = ("email", "phone_call", "appointment")
_FIRST_READ = timedelta(days=1)
_YEAR = timedelta(days=365)
_LATELY = timedelta(days=2)  # clocks that warned earlier were found when they did
_ACTIVE = ("new", "in_progress", "waiting")  # a case on hold rests on purpose
_MOST_CLOCKS = 1_000


def is_unsettled(tx: Connection, *, now: datetime) -> bool:
    """Whether nobody knows yet with whom there was contact: new activities wait to be linked, or a mailbox that was
    connected within a day was never read to its end."""
    waits = select(Activity.id).where(Activity.link_state == "pending").limit(1)
    new = (Mailbox.provider != "files", Mailbox.last_success_at.is_(None), Mailbox.created_at > now - _FIRST_READ)
    return any(tx.execute(query).first() is not None for query in (waits, select(Mailbox.id).where(*new).limit(1)))


def stretch(tx: Connection, kind: str, after_id: int) -> tuple[int, int | None]:
    """The last key of the next stretch of records of a kind, and the same where more follow, else None."""
    key = TABLES[kind].__table__.c.id
    keys = select(key).where(key > after_id).order_by(key).limit(STRETCH).subquery()
    last, count = tx.execute(select(func.max(keys.c.id), func.count())).one()
    return last or after_id, last if count == STRETCH else None


def resting(
    tx: Connection, kind: str, after_id: int, last_id: int, *, quiet_since: datetime, today: date, now: datetime
) -> list[Resting]:
    """The living records of a kind in this stretch with an active owner that were quiet since then, or whose day has
    passed; none of users whose mailboxes were never read to their end."""
    table: Any = TABLES[kind]
    last_active = func.coalesce(Record.last_activity_at, Record.created_at)
    wanted: list[ColumnElement[bool]] = [last_active < quiet_since]
    more: tuple[Any, ...] = ()
    if kind == "opportunity":
        more = (Opportunity.close_date, Opportunity.amount)
        wanted.append(Opportunity.close_date < today)
    rows = tx.execute(
        select(Record.id, Record.uid, Record.title, Record.owner_id, Record.created_at, *more)
        .select_from(table)
        .join(Record, Record.id == table.id)
        .join(User, User.id == Record.owner_id)
        .where(table.id > after_id, table.id <= last_id, Record.deleted_at.is_(None), User.active.is_(True))
        .where(_matters(kind, today, now), or_(*wanted), ~_unread(User.id))
    ).all()
    contacts = _contacts(tx, [row.id for row in rows], now)
    return [
        Resting(row.id, row.uid, kind, row.title, row.owner_id, row.created_at, contacts.get(row.id, ()), *_deal(row))
        for row in rows
    ]


def running_out(tx: Connection, *, now: datetime) -> list[RunningOut]:
    """The clocks of open cases with an active owner that warned lately, or were late, and still run."""
    answered = and_(CaseEvent.value == "first_response", Case.first_response_at.is_not(None))
    rows = tx.execute(
        select(CaseEvent.kind, CaseEvent.value, CaseEvent.at, Record.id, Record.uid, Record.number, Record.title,
               Record.owner_id)
        .join(Case, Case.id == CaseEvent.record_id)
        .join(Record, Record.id == Case.id)
        .join(User, User.id == Record.owner_id)
        .where(CaseEvent.kind.in_(("warned", "breached")), CaseEvent.at > now - _LATELY, CaseEvent.counts.is_(True))
        .where(Case.status.not_in(CASE_CLOSED), ~answered, Record.deleted_at.is_(None), User.active.is_(True))
        .order_by(CaseEvent.at, CaseEvent.id)
        .limit(_MOST_CLOCKS)
    ).all()  # fmt: skip
    found: dict[tuple[int, str], RunningOut] = {}
    for row in rows:
        before = found.get((row.id, row.value))
        since = before.since if before is not None else min(row.at, now)
        late = row.kind == "breached" or (before is not None and before.late)
        found[row.id, row.value] = RunningOut(
            row.id, row.uid, row.number, row.title, row.owner_id, row.value, since, late
        )
    return list(found.values())


def standing_on(tx: Connection, kind: str, after_id: int, last_id: int, kinds: Collection[str]) -> dict[int, str]:
    """The identities of open follow-ups of these kinds about the records of a kind in a stretch, by their keys; none
    where nobody knows whether they still rest: `resting` leaves out the same users."""
    rows = tx.execute(
        select(FollowUp.id, FollowUp.identity)
        .join(TABLES[kind], TABLES[kind].__table__.c.id == FollowUp.record_id)
        .join(Record, Record.id == FollowUp.record_id)
        .where(
            ~_unread(Record.owner_id),
            FollowUp.record_id > after_id,
            FollowUp.record_id <= last_id,
            FollowUp.kind.in_(sorted(kinds)),
            FollowUp.state.in_(("proposed", "open")),
        )
    )
    return {row.id: row.identity for row in rows}


def over_by_now(tx: Connection) -> dict[int, str]:
    """Open follow-ups about what rested or ran out and does not any more, and what is said of that."""
    standing = FollowUp.state.in_(("proposed", "open"))
    moved = (
        select(FollowUp.id)
        .join(Record, Record.id == FollowUp.record_id)
        .where(standing, FollowUp.kind.in_(("cold_opportunity", "cold_case", "cold_account")))
        .where(Record.last_activity_at > FollowUp.made_at)
    )
    answered = (
        select(FollowUp.id)
        .join(Case, Case.id == FollowUp.record_id)
        .where(standing, FollowUp.kind == "sla", FollowUp.identity.like("%:first_response"))
        .where(Case.first_response_at.is_not(None))
    )
    found = dict.fromkeys(tx.execute(moved).scalars(), CONTACT)
    return found | dict.fromkeys(tx.execute(answered).scalars(), "It was answered")


def _matters(kind: str, today: date, now: datetime) -> ColumnElement[bool]:
    """Open opportunities, cases somebody works on, and customers who bought within a year or have a contract, as far as
    they have no open opportunity: that tells of itself."""
    if kind == "opportunity":
        return Opportunity.status == "open"
    if kind == "case":
        return Case.status.in_(_ACTIVE)
    deal, contract = aliased(Opportunity), Entitlement
    of_account = deal.account_id == Account.id
    under_contract = exists().where(
        contract.account_id == Account.id,
        contract.deleted_at.is_(None),
        contract.starts_on <= today,
        or_(contract.ends_on.is_(None), contract.ends_on >= today),
    )
    bought = exists().where(of_account, deal.status == "won", deal.closed_at > now - _YEAR)
    return and_(or_(under_contract, bought), ~exists().where(of_account, deal.status == "open"))


def _unread(user_id: Any) -> ColumnElement[bool]:
    """Whether a mailbox of the user is still being read for the first time."""
    return exists().where(Mailbox.owner_id == user_id, Mailbox.provider != "files", Mailbox.last_success_at.is_(None))


def _deal(row: AnyRow) -> Sequence[Any]:
    return (row.close_date, float(row.amount or 0)) if "close_date" in row._fields else ()


def _contacts(tx: Connection, record_ids: Collection[int], now: datetime) -> dict[int, tuple[datetime, ...]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    for portion in chunked(record_ids):
        lately = (Timeline.occurred_at > now - _YEAR, Timeline.occurred_at <= now)
        with_them = (Timeline.subject_id.in_(portion), Timeline.kind.in_(_CONTACTS))
        for key, at in tx.execute(select(Timeline.subject_id, Timeline.occurred_at).where(*with_them, *lately)):
            found[key].append(at)
    return {key: tuple(sorted(times)) for key, times in found.items()}
