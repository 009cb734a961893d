"""What the engine found, kept: new facts become follow-ups, those that changed are told as they are, those that were
answered are closed, and what closed them may turn out not to hold.

What a person did about a follow-up always stands: done, dismissed, snoozed and given to a colleague stay so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update

from store.chunks import chunked
from store.following.customers import customers_of
from store.following.facts import Fact
from store.following.finding import bring, close_follow_ups, reopen
from store.following.values import CLOSED, STANDING, Found, Kind
from store.schema.following import FollowUp
from store.schema.links import Timeline
from store.schema.mail import Email

#: What is found in mail; the rest follows from records and time.
IN_MAIL = (Kind.AWAITING_REPLY, Kind.OFFER, Kind.PROMISE, Kind.THEIR_PROMISE)
NO_LONGER = "This is not asked or promised there any more"


@dataclass(frozen=True, slots=True)
class _Kept:
    follow_up_id: int
    state: str
    values: Mapping[str, Any]


def keep(tx: Connection, facts: Sequence[Fact], *, now: datetime) -> int:
    """Let follow-ups be as these facts say; returns how many are new. What was over when it was found is not kept."""
    kept = _kept(tx, [fact.found.identity for fact in facts])
    new = [one.found for one in facts if not one.closed_why and one.found.identity not in kept]
    again = [one for one in facts if not one.closed_why and one.found.identity in kept]
    over = [one for one in facts if one.closed_why and one.found.identity in kept]
    reopen(tx, [held.follow_up_id for one in again if (held := kept[one.found.identity]).state == CLOSED])
    _tell_anew(tx, [(kept[one.found.identity], one.found) for one in again])
    for one in over:
        held = kept[one.found.identity]
        if held.state in STANDING:
            close_follow_ups(tx, [held.follow_up_id], one.closed_why, one.closed_by_id, now=now)
    return bring(tx, new, now=now)


def news(tx: Connection, facts: Sequence[Fact]) -> list[Fact]:
    """Those of these facts, none of which is over, for which `keep` has something to do."""
    kept = _kept(tx, [fact.found.identity for fact in facts])
    return [fact for fact in facts if _is_news(fact.found, kept.get(fact.found.identity))]


def _is_news(found: Found, held: _Kept | None) -> bool:
    if held is None or held.state == CLOSED:
        return True
    return held.state in STANDING and _values(found) != held.values


def close_others(tx: Connection, activity_ids: Collection[int], identities: Collection[str], *, now: datetime) -> int:
    """Close what was found in these mails and is none of these facts; returns how many were open."""
    wanted = set(identities)
    gone: list[int] = []
    for portion in chunked(sorted(activity_ids)):
        standing = (
            FollowUp.activity_id.in_(portion),
            FollowUp.state.in_(STANDING),
            FollowUp.kind.in_([kind.value for kind in IN_MAIL]),
        )
        rows = tx.execute(select(FollowUp.id, FollowUp.identity).where(*standing))
        gone += [row.id for row in rows if row.identity not in wanted]
    return close_follow_ups(tx, gone, NO_LONGER, now=now)


def read_again(tx: Connection, activity_ids: Collection[int]) -> None:
    """These mails are linked otherwise: what was read in them is looked at anew."""
    for portion in chunked(sorted(activity_ids)):
        wait_again(tx, Email.id.in_(portion))
    happened(tx, activity_ids)


def happened(tx: Connection, activity_ids: Collection[int]) -> None:
    """These mails, meetings and calls are new, linked otherwise, or say something else: what waits for their customers
    is looked at anew, for it may have happened, and so is what one of them closed, for it may not have."""
    for portion in chunked(sorted(activity_ids)):
        customers = select(Timeline.subject_id).where(Timeline.activity_id.in_(portion))
        waits = and_(FollowUp.customer_id.in_(customers), FollowUp.state.in_(STANDING))
        closed = and_(FollowUp.closed_by_id.in_(portion), FollowUp.state == CLOSED)
        for about in (waits, closed):
            mails = select(FollowUp.activity_id).where(about, FollowUp.activity_id.is_not(None))
            wait_again(tx, Email.id.in_(mails))


def wait_again(tx: Connection, mails: ColumnElement[bool]) -> None:
    """Those of these mails that were read are looked at anew; those that were not recent when they came never are."""
    tx.execute(update(Email).where(mails, Email.follow_state == "done").values(follow_state="pending"))


def pending_mails(tx: Connection, *, limit: int) -> list[int]:
    """Mails that wait to be read for what is asked and promised in them."""
    waiting = select(Email.id).where(Email.follow_state == "pending").order_by(Email.id).limit(limit)
    return list(tx.execute(waiting).scalars())


def still_pending(tx: Connection, activity_ids: Collection[int]) -> list[int]:
    """Those of these mails that nobody has read meanwhile."""
    found: list[int] = []
    for portion in chunked(activity_ids):
        found += tx.execute(select(Email.id).where(Email.id.in_(portion), Email.follow_state == "pending")).scalars()
    return found


def set_read(tx: Connection, activity_ids: Iterable[int]) -> None:
    """They wait no more."""
    for portion in chunked(list(activity_ids)):
        tx.execute(update(Email).where(Email.id.in_(portion)).values(follow_state="done"))


def _kept(tx: Connection, identities: Collection[str]) -> dict[str, _Kept]:
    found: dict[str, _Kept] = {}
    columns = (FollowUp.due_wall, FollowUp.zone, FollowUp.record_id, FollowUp.sentence, FollowUp.facts, FollowUp.text)
    for portion in chunked(identities):
        query = select(FollowUp.id, FollowUp.state, FollowUp.identity, *columns)
        for row in tx.execute(query.where(FollowUp.identity.in_(portion))):
            found[row.identity] = _Kept(row.id, row.state, {column.key: getattr(row, column.key) for column in columns})
    return found


def _tell_anew(tx: Connection, pairs: Sequence[tuple[_Kept, Found]]) -> None:
    """Write what is told otherwise now: when it comes back, what it is about, and the facts."""
    changed = [(held, found) for held, found in pairs if _values(found) != held.values]
    customers = customers_of(tx, {found.record_id for _, found in changed if found.record_id is not None})
    for held, found in changed:
        key = found.record_id
        more = {"customer_id": None if key is None else customers[key], "due_at": found.due_at}
        own = (FollowUp.id == held.follow_up_id, FollowUp.state.in_(STANDING))
        tx.execute(update(FollowUp).where(*own).values(version=FollowUp.version + 1, **_values(found), **more))


def _values(found: Found) -> dict[str, Any]:
    return {
        "due_wall": found.due_wall.isoformat(timespec="minutes"),
        "zone": found.zone,
        "record_id": found.record_id,
        "sentence": found.sentence,
        "facts": dict(found.facts),
        "text": found.text,
    }
