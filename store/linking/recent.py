"""Mail as what it is regarding bears on the later mail of the same people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.dates import shifted
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.people import OwnAddress, OwnDomain

#: How long what somebody wrote about bears on their later mail.
HISTORY = timedelta(days=180)

#: Linked mails per address that are looked at, the latest before the mail in question.
MOST_MAILS = 30

#: Mail with more people from outside is an announcement: it says what its sender writes about, not what others do.
MOST_PEOPLE = 12

SENDERS = ("from", "organizer")

_INSTANT = Activity.__table__.c.occurred_at.type


def speaks_for(party: Any) -> ColumnElement[bool]:
    """Whether what a mail is regarding says what this participant writes about."""
    other = aliased(ActivityParty)
    everybody = select(other.email).where(other.activity_id == party.activity_id, _from_outside(other)).distinct()
    # As EXISTS: in a scalar subquery SQLite takes no notice of the offset beside DISTINCT.
    one_more = everybody.limit(1).offset(MOST_PEOPLE).correlate(party).exists()
    return or_(*(party.role == role for role in SENDERS), ~one_more)


def reopen_later(tx: Connection, activity_ids: Collection[int]) -> None:
    """What these activities are regarding changed: later ones with the same people from outside are decided again.

    Only those that look back as far: for each address up to the mail with `MOST_MAILS` linked ones in between. What
    comes after them hears of it when one of them comes out differently.
    """
    told: list[dict[str, object]] = []
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(ActivityParty.email, func.min(Activity.occurred_at), func.max(Activity.occurred_at))
            .join(Activity, Activity.id == ActivityParty.activity_id)
            .where(
                ActivityParty.activity_id.in_(portion),
                _from_outside(ActivityParty),
                speaks_for(ActivityParty),
            )
            .group_by(ActivityParty.email)
        )
        told += [
            {"email": email, "first": first, "last": last, "until": shifted(last, HISTORY)}
            for email, first, last in rows
        ]
    if told:
        involved = select(ActivityParty.activity_id).where(ActivityParty.email == bindparam("email"))
        until = bindparam("until", type_=_INSTANT)
        tx.execute(
            update(Activity)
            .where(
                Activity.id.in_(involved.scalar_subquery()),
                Activity.occurred_at > bindparam("first", type_=_INSTANT),
                Activity.occurred_at <= until,
                Activity.occurred_at <= func.coalesce(_looking_back(), until),
                Activity.link_state == "done",
            )
            .values(link_state="again"),
            told,
        )


def _looking_back() -> Any:
    """When the last mail of an address was that looks back as far as `last`; None where fewer came after it."""
    party, mail = aliased(ActivityParty), aliased(Activity)
    return (
        select(mail.occurred_at)
        .join(party, party.activity_id == mail.id)
        .where(
            party.email == bindparam("email"),
            mail.occurred_at > bindparam("last", type_=_INSTANT),
            mail.deleted_at.is_(None),
            exists().where(Link.activity_id == mail.id, Link.state == "linked"),
            speaks_for(party),
        )
        .order_by(mail.occurred_at)
        .limit(1)
        .offset(MOST_MAILS - 1)
        .scalar_subquery()
    )


def _from_outside(party: Any) -> ColumnElement[bool]:
    return and_(
        party.email != "",
        party.role != "reply_to",
        party.email.not_in(select(OwnAddress.email)),
        party.domain.not_in(select(OwnDomain.domain)),
    )
