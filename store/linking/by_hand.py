"""What people decide about links: this mail is regarding that record, or is not. A decision of a person stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.history.ledger import Change, record_operation
from store.linking.pending import reopen_answers
from store.linking.shown import show_links
from store.linking.timelines import refresh_timelines
from store.linking.undo import link_states
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.records import Record
from store.types import new_uid

#: The engine version of a decision that no engine made.
_BY_HAND = 0


def set_link(
    tx: Connection,
    activity_id: int,
    record_id: int,
    *,
    because: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """The activity is regarding this record, first of all; returns the operation's uid. Raises NotFound.

    `because` is the evidence (rule, quote, source) where the person said so elsewhere, as by a category in Outlook.
    """
    subject = _activity(tx, activity_id, by)
    number, title = _record(tx, record_id, by)
    changes = link_by_hand(tx, activity_id, record_id, because=because, by=by, now=now)
    return record_operation(tx, "set_link", f"Linked “{subject}” to {number} {title}", changes, by=by, now=now)


def link_by_hand(
    tx: Connection,
    activity_id: int,
    record_id: int,
    *,
    because: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> list[Change]:
    """Link as `set_link` does, as part of another act; returns what changed for its operation. Raises NotFound."""
    _record(tx, record_id, by)
    before = _links(tx, activity_id)
    tx.execute(
        update(Link)
        .where(Link.activity_id == activity_id, Link.is_primary.is_(True), Link.record_id != record_id)
        .values(is_primary=False)
    )
    values = {"state": "linked", "is_primary": True, **_decision(by, now, because)}
    known = tx.execute(select(Link.id).where(Link.activity_id == activity_id, Link.record_id == record_id)).scalar()
    if known is None:
        tx.execute(insert(Link).values(uid=new_uid(), activity_id=activity_id, record_id=record_id, **values))
    else:
        tx.execute(update(Link).where(Link.id == known).values(**values))
    return _settled(tx, activity_id, before, now=now)


def linked_by_hand(tx: Connection, activity_id: int) -> list[int]:
    """The records that people linked an activity to, what it is regarding last."""
    hand = (Link.activity_id == activity_id, Link.state == "linked", Link.decided_by == "user")
    return list(tx.execute(select(Link.record_id).where(*hand).order_by(Link.is_primary, Link.id)).scalars())


def remove_link(tx: Connection, activity_id: int, record_id: int, *, by: Actor, now: datetime) -> str:
    """The activity is not regarding this record, and never will be by rule; returns the operation's uid.

    Raises NotFound, and Invalid where it is not linked to it.
    """
    subject = _activity(tx, activity_id, by)
    number, title = _record(tx, record_id, by)
    before = _links(tx, activity_id)
    changed = tx.execute(
        update(Link)
        .where(Link.activity_id == activity_id, Link.record_id == record_id, Link.state != "rejected")
        .values(state="rejected", is_primary=False, **_decision(by, now))
    )
    if not changed.rowcount:
        raise Invalid(f"“{subject}” is not linked to {number} {title}.")
    _promote(tx, activity_id)
    changes = _settled(tx, activity_id, before, now=now)
    return record_operation(tx, "remove_link", f"Unlinked “{subject}” from {number} {title}", changes, by=by, now=now)


def _promote(tx: Connection, activity_id: int) -> None:
    """When the primary link went, the strongest of the rest takes its place."""
    linked = select(Link.id, Link.is_primary).where(Link.activity_id == activity_id, Link.state == "linked")
    rest = tx.execute(linked.order_by(Link.score.desc(), Link.id)).all()
    if rest and not any(row.is_primary for row in rest):
        tx.execute(update(Link).where(Link.id == rest[0].id).values(is_primary=True))


def _settled(tx: Connection, activity_id: int, before: dict[str, dict[str, object]], *, now: datetime) -> list[Change]:
    """Let everything follow the links as they are now; what changed of them."""
    refresh_timelines(tx, [activity_id])
    show_links(tx, [activity_id], now=now)
    reopen_answers(tx, [activity_id])
    after = _links(tx, activity_id)
    return [
        Change("link", uid, before.get(uid), after.get(uid))
        for uid in dict.fromkeys([*before, *after])
        if before.get(uid) != after.get(uid)
    ]


def _links(tx: Connection, activity_id: int) -> dict[str, dict[str, object]]:
    uids = tx.execute(select(Link.uid).where(Link.activity_id == activity_id)).scalars().all()
    return link_states(tx, uids)


def _decision(by: Actor, now: datetime, because: Mapping[str, str] | None = None) -> dict[str, object]:
    evidence = dict(because or {"rule": "person", "quote": by.name, "source": "decided by hand"})
    return {
        "decided_by": "user",
        "user_id": by.user_id,
        "decided_at": now,
        "rule": evidence["rule"],
        "score": 1.0,
        "evidence": [evidence],
        "engine_version": _BY_HAND,
    }


def _activity(tx: Connection, activity_id: int, by: Actor) -> str:
    subject = tx.execute(
        select(Activity.subject).where(Activity.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by))
    ).scalar()
    if subject is None:
        raise NotFound("no such mail or activity")
    return subject[:80]


def _record(tx: Connection, record_id: int, by: Actor) -> tuple[str, str]:
    row = tx.execute(
        select(Record.number, Record.title).where(Record.id == record_id, Record.deleted_at.is_(None), sees_record(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such record")
    return row.number, row.title
