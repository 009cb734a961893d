"""Mail as what it is regarding bears on the later mail of the same people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection, bindparam, func, select, update

from store.chunks import chunked
from store.dates import shifted
from store.schema.activities import Activity, ActivityParty
from store.schema.people import OwnAddress, OwnDomain

#: How long what somebody wrote about bears on their later mail.
HISTORY = timedelta(days=180)

#: Mail with more people from outside is an announcement: it says what its sender writes about, not what others do.
MOST_PEOPLE = 12

_INSTANT = Activity.__table__.c.occurred_at.type


def reopen_later(tx: Connection, activity_ids: Collection[int]) -> None:
    """What these activities are regarding changed: later ones with the same people from outside are decided again."""
    since: list[dict[str, object]] = []
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(ActivityParty.email, func.min(Activity.occurred_at), func.max(Activity.occurred_at))
            .join(Activity, Activity.id == ActivityParty.activity_id)
            .where(
                ActivityParty.activity_id.in_(portion),
                ActivityParty.email != "",
                ActivityParty.role != "reply_to",
                ActivityParty.email.not_in(select(OwnAddress.email)),
                ActivityParty.domain.not_in(select(OwnDomain.domain)),
            )
            .group_by(ActivityParty.email)
        )
        since += [{"email": row[0], "since": row[1], "until": shifted(row[2], HISTORY)} for row in rows]
    if since:
        involved = select(ActivityParty.activity_id).where(ActivityParty.email == bindparam("email"))
        tx.execute(
            update(Activity)
            .where(
                Activity.id.in_(involved.scalar_subquery()),
                Activity.occurred_at > bindparam("since", type_=_INSTANT),
                Activity.occurred_at <= bindparam("until", type_=_INSTANT),
                Activity.link_state == "done",
            )
            .values(link_state="again"),
            since,
        )
