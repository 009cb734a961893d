"""A day in the sample store: follow-ups of each kind that a person meets, and one that waits for a yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from store.actor import actor_for
from store.engine import Store
from store.following.acts import write_reminder
from store.following.finding import bring
from store.following.values import Found, Kind
from store.schema.activities import Activity
from store.schema.following import FollowUp
from store.schema.links import Link
from store.schema.records import Record
from tests.tui.world import ME, NOW

OFFER = "I'll send you the revised offer by Tuesday."
ANSWER = "Could you confirm the delivery date for the second lift?"
PLAN = "We will let you know about the budget next week."


def fill_day(store: Store) -> dict[str, int]:
    """Follow-ups of the first user, brought up today; returns their keys by kind, 'proposed' for what waits."""
    with store.write() as tx:
        me = actor_for(tx, ME)
        assert me.user_id is not None
        accounts = tx.execute(select(Record.id).where(Record.kind == "account").order_by(Record.id).limit(4)).scalars()
        first, second, third, fourth = accounts
        linked = select(Activity.id).join(Link, Link.activity_id == Activity.id).where(
            Activity.kind == "email", Link.state == "linked"
        )  # fmt: skip
        mails = tx.execute(linked.order_by(Activity.occurred_at.desc()).limit(3)).scalars().all()
        wall = NOW.replace(tzinfo=None, hour=9, minute=0)

        def found(
            kind: Kind, days: int, record: int, facts: dict[str, Any], said: str = "", mail: int | None = None
        ) -> Found:
            due, sure = wall + timedelta(days=days), kind is not Kind.THEIR_PROMISE
            return Found(
                f"{kind}:{days}", kind, me.user_id or 0, due, "UTC", record, mail, "", said, facts, is_certain=sure
            )

        who = {"who": "Miriam Lund", "on": "2026-10-29"}
        cold = {"title": "Adatum Hotels", "last": "2026-09-20", "usual_days": 14}
        bring(
            tx,
            [
                found(Kind.PROMISE, 0, first, {**who, "by": "2026-11-03"}, OFFER, mails[0]),
                found(Kind.AWAITING_REPLY, -2, second, {**who, "subject": "Lift", "usual_days": 2}, ANSWER, mails[1]),
                found(Kind.COLD_ACCOUNT, -1, third, cold),
                found(Kind.THEIR_PROMISE, 1, fourth, {**who, "by": "2026-11-04"}, PLAN, mails[2]),
            ],
            now=NOW,
        )
        tx.execute(update(FollowUp).where(FollowUp.state == "open").values(brought_on=NOW.date()))
        write_reminder(tx, "Send Greta the list", wall.replace(hour=15), "UTC", record_id=first, by=me, now=NOW)
        rows = tx.execute(select(FollowUp.id, FollowUp.kind, FollowUp.state))
        return {row.kind if row.state == "open" else row.state: row.id for row in rows}
