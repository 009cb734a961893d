"""Follow-ups and the records that they are about: a follow-up goes with its ground, and comes back with it.

What rests on a record alone is closed when the record is, moves with its owner, and is opened again when the record is.
What rests on mail is read anew: the conversation decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, select, update

from store.chunks import chunked
from store.following.customers import customers_of
from store.following.finding import close_follow_ups, reopen
from store.following.keeping import IN_MAIL, NO_LONGER, wait_again
from store.following.values import CLOSED, OPEN, STANDING, Kind
from store.mail.withheld import PURGED
from store.schema.activities import Activity
from store.schema.following import FollowUp
from store.schema.links import Link
from store.schema.mail import Email, MailboxItem
from store.schema.people import User

#: What rests on a record and on time, not on one mail.
ON_RECORDS = (Kind.COLD_OPPORTUNITY, Kind.COLD_CASE, Kind.COLD_ACCOUNT, Kind.CLOSE_DATE, Kind.SLA)
DELETED, MOVED = "It was deleted", "The close date was moved"
MAIL_DELETED, MAIL_PRIVATE = "The mail was deleted", "The mail is private now"
LEFT = "They do not work here any more"
_ENDED: Mapping[str, str] = {
    "won": "The opportunity was won",
    "lost": "The opportunity was lost",
    "resolved": "The case was resolved",
    "cancelled": "The case was cancelled",
}
_BY_GROUND = (*_ENDED.values(), DELETED, MOVED)
_LOOKED_AT = ("opportunity", "case", "account")
_BELONGS_TO = ("account", "contact")
_MOST = 500


class ChangedRecord(Protocol):
    """A record before and after, as the ledger names its fields; None where it did not exist or was deleted."""

    @property
    def record_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def before(self) -> Mapping[str, Any] | None: ...
    @property
    def after(self) -> Mapping[str, Any] | None: ...


def ended(status: str) -> str:
    """What is said of an opportunity or case that is closed; '' for one that is not."""
    return _ENDED.get(status, "")


def follow_records(tx: Connection, changes: Sequence[ChangedRecord], *, now: datetime) -> None:
    """Carry changes of records to the follow-ups about them."""
    _change_customers(tx, [one.record_id for one in changes if _has_other_customer(one)])
    told = [one for one in changes if one.kind in _LOOKED_AT and one.before != one.after]
    back = _that_were_known(tx, [one.record_id for one in told if one.before is None])
    told = [one for one in told if one.before is not None or one.record_id in back]
    if not told:
        return
    _read_mail_anew(tx, [one.record_id for one in told], back)
    about = _with_follow_ups(tx, [one.record_id for one in told])
    for one in (each for each in told if each.record_id in about):
        over = _why_over(one.after)
        mine = (FollowUp.record_id == one.record_id, FollowUp.kind.in_([kind.value for kind in ON_RECORDS]))
        if over:
            close_follow_ups(tx, _ids(tx, *mine, FollowUp.state.in_(STANDING)), over, now=now)
        elif _why_over(one.before):
            _open_again(tx, (*mine, FollowUp.closed_why != MOVED))
        if one.before is not None and one.after is not None:
            _moved(tx, mine, one.before, one.after, now)


def lost(tx: Connection) -> dict[int, str]:
    """The open follow-ups that lost the mail they rest on, or their user, and what is said of that. It costs as much as
    there are open ones."""
    buried = select(MailboxItem.id).where(MailboxItem.activity_id == Activity.id, MailboxItem.buried_at.is_not(None))
    held = select(MailboxItem.id).where(MailboxItem.activity_id == Activity.id, MailboxItem.buried_at.is_(None))
    gone = (
        select(FollowUp.id)
        .join(Activity, Activity.id == FollowUp.activity_id)
        .outerjoin(Email, Email.id == Activity.id)
        .where(FollowUp.state.in_(STANDING))
        .where(Activity.deleted_at.is_not(None) | (Email.text_digest == PURGED) | (buried.exists() & ~held.exists()))
    )
    left = (
        select(FollowUp.id)
        .join(User, User.id == FollowUp.user_id)
        .where(FollowUp.state.in_(STANDING), User.active.is_(False))
    )
    hidden = (
        select(FollowUp.id)
        .join(Activity, Activity.id == FollowUp.activity_id)
        .where(
            FollowUp.state.in_(STANDING),
            FollowUp.kind.in_([kind.value for kind in IN_MAIL]),
            Activity.private.is_(True),
        )
    )
    found = dict.fromkeys(tx.execute(hidden.limit(_MOST)).scalars(), MAIL_PRIVATE)
    found |= dict.fromkeys(tx.execute(gone.limit(_MOST)).scalars(), MAIL_DELETED)
    return found | dict.fromkeys(tx.execute(left.limit(_MOST)).scalars(), LEFT)


def users_are_back(tx: Connection, user_ids: Collection[int]) -> None:
    """What was closed because these users had left is open again; what rests on mail is read anew."""
    for portion in chunked(user_ids):
        closed = (FollowUp.user_id.in_(portion), FollowUp.state == CLOSED)
        # A conversation that went on meanwhile asked nothing of them.
        moot = (*closed, FollowUp.closed_why.in_((LEFT, NO_LONGER)), FollowUp.activity_id.is_not(None))
        wait_again(tx, Email.id.in_(select(FollowUp.activity_id).where(*moot)))
        reopen(tx, _ids(tx, *closed, FollowUp.closed_why == LEFT))


def _why_over(state: Mapping[str, Any] | None) -> str:
    if state is None:
        return DELETED
    return ended(str(state.get("status", "")))


def _has_other_customer(one: ChangedRecord) -> bool:
    before, after = one.before, one.after
    return before is not None and after is not None and any(before.get(each) != after.get(each) for each in _BELONGS_TO)


def _change_customers(tx: Connection, record_ids: Collection[int]) -> None:
    for record_id, customer_id in customers_of(tx, record_ids).items():
        mine = (FollowUp.record_id == record_id, FollowUp.customer_id != customer_id)
        tx.execute(update(FollowUp).where(*mine).values(customer_id=customer_id))


def _with_follow_ups(tx: Connection, record_ids: Collection[int]) -> set[int]:
    """Most records have none: thousands that are changed together cost a look at what there is."""
    found: set[int] = set()
    for portion in chunked(record_ids):
        named = select(FollowUp.record_id).where(FollowUp.record_id.in_(portion)).distinct()
        found |= {key for key in tx.execute(named).scalars() if key}
    return found


def _that_were_known(tx: Connection, record_ids: Collection[int]) -> set[int]:
    """Those of these records that were deleted and are there again: a new one has neither follow-ups nor mail."""
    found = _with_follow_ups(tx, record_ids)
    for portion in chunked(record_ids):
        found |= set(tx.execute(select(Link.record_id).where(Link.record_id.in_(portion)).distinct()).scalars())
    return found


def _read_mail_anew(tx: Connection, record_ids: Collection[int], back: Collection[int]) -> None:
    """What is found in mail is about something else while its record is deleted: `back` are there again."""
    for portion in chunked(record_ids):
        about = (FollowUp.record_id.in_(portion), FollowUp.state.in_((*STANDING, CLOSED)))
        mails = select(FollowUp.activity_id).where(*about, FollowUp.activity_id.is_not(None))
        wait_again(tx, Email.id.in_(mails))
    for portion in chunked(back):
        wait_again(tx, Email.id.in_(select(Link.activity_id).where(Link.record_id.in_(portion))))


def _open_again(tx: Connection, mine: Sequence[ColumnElement[bool]]) -> None:
    values = {"state": OPEN, "closed_why": "", "closed_by_id": None, "closed_at": None}
    by_ground = (*mine, FollowUp.state == CLOSED, FollowUp.closed_why.in_(_BY_GROUND))
    tx.execute(update(FollowUp).where(*by_ground).values(version=FollowUp.version + 1, **values))


def _moved(
    tx: Connection,
    mine: Sequence[ColumnElement[bool]],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    if before.get("close_date") != after.get("close_date") and not _why_over(after):
        this_day = FollowUp.identity.endswith(f":{after.get('close_date')}", autoescape=True)
        days = (*mine, FollowUp.kind == Kind.CLOSE_DATE.value)
        close_follow_ups(tx, _ids(tx, *days, ~this_day, FollowUp.state.in_(STANDING)), MOVED, now=now)
        _open_again(tx, (*days, this_day))
    if before.get("owner") != after.get("owner"):
        named = select(User.id).where(User.uid == after.get("owner"), User.active.is_(True))
        user_id = tx.execute(named).scalar()
        standing = (*mine, FollowUp.state.in_(STANDING))
        if user_id is None:
            close_follow_ups(tx, _ids(tx, *standing), "Nobody looks after it now", now=now)
        else:
            values = {"user_id": user_id, "brought_on": None, "version": FollowUp.version + 1}
            tx.execute(update(FollowUp).where(*standing).values(values))


def _ids(tx: Connection, *conditions: ColumnElement[bool]) -> list[int]:
    return list(tx.execute(select(FollowUp.id).where(*conditions)).scalars())
