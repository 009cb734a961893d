"""What every decision of a person about links needs: may they decide, what stood before, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, or_, select, update

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.cases.mails import follow_links as follow_cases
from store.chunks import chunked
from store.errors import NotFound
from store.following.keeping import read_again
from store.history.ledger import Change
from store.leads.mails import follow_links as follow_leads
from store.linking.decided import BESIDE, BY_PERSON, BY_TRIAGE
from store.linking.following import reopen_following
from store.linking.shown import show_links
from store.linking.timelines import refresh_timelines
from store.linking.undo import link_states
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.records import Record
from store.triage.states import settle

#: The engine version of a decision that no engine made.
BY_HAND = 0

_SOURCES = {BY_PERSON: "decided by hand", BY_TRIAGE: "decided by a triage rule"}

States = dict[str, dict[str, Any]]

#: What a mail is about first of all, where several links remain: a piece of work, then a person, then a company.
_FIRST = {"case": 0, "opportunity": 0, "lead": 0, "contact": 1}


def seen_activity(tx: Connection, activity_id: int, by: Actor) -> str:
    """The subject of a mail or activity that they may decide about, shortened, for what everybody reads in the
    history: of a private one it says only that it is private. Raises NotFound."""
    wanted = (Activity.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by))
    row = tx.execute(select(Activity.subject, Activity.private).where(*wanted)).one_or_none()
    if row is None:
        raise NotFound("no such mail or activity")
    return "private" if row.private else row.subject[:80]


def seen_record(tx: Connection, record_id: int, by: Actor) -> tuple[str, str]:
    """Number and title of a record that they may see. Raises NotFound."""
    row = tx.execute(
        select(Record.number, Record.title).where(Record.id == record_id, Record.deleted_at.is_(None), sees_record(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such record")
    return row.number, row.title


def decision(by: Actor, now: datetime, because: Mapping[str, str] | None = None) -> dict[str, object]:
    """The columns of a link that say that a person, or a triage rule that a person wrote, decided, and why."""
    said = BY_PERSON if by.rule_id is None else BY_TRIAGE
    evidence = dict(because or {"rule": said, "quote": by.name, "source": _SOURCES[said]})
    return {
        "decided_by": "user",
        "user_id": by.user_id,
        "decided_at": now,
        "rule": evidence["rule"],
        "score": 1.0,
        "evidence": [evidence],
        "engine_version": BY_HAND,
    }


def held_links(tx: Connection, activity_ids: Collection[int]) -> States:
    """All links of these activities, as the ledger keeps them."""
    uids: list[str] = []
    for portion in chunked(activity_ids):
        uids += tx.execute(select(Link.uid).where(Link.activity_id.in_(portion))).scalars()
    return link_states(tx, uids)


def settled(tx: Connection, activity_ids: Collection[int], before: States, *, now: datetime) -> list[Change]:
    """Let everything follow the links of these activities as they are now; what changed of them since `before`."""
    _promote(tx, activity_ids)
    refresh_timelines(tx, activity_ids)
    show_links(tx, activity_ids, now=now)
    reopen_following(tx, activity_ids)
    follow_leads(tx, activity_ids, now=now)
    follow_cases(tx, activity_ids, now=now)
    read_again(tx, activity_ids)
    made = changes(before, held_links(tx, activity_ids), "link")
    return made + settle(tx, activity_ids, taken_off=_taken_off(made), now=now)


def _taken_off(made: Collection[Change]) -> set[str]:
    """The activities, by uid, that lost a link."""
    return {
        change.before["activity"]
        for change in made
        if change.before is not None
        and change.before["state"] == "linked"
        and (change.after or {}).get("state") != "linked"
    }


def changes(before: States, after: States, table: str) -> list[Change]:
    """What differs between two states of the same things."""
    return [
        Change(table, uid, before.get(uid), after.get(uid))
        for uid in dict.fromkeys([*before, *after])
        if before.get(uid) != after.get(uid)
    ]


def _promote(tx: Connection, activity_ids: Collection[int]) -> None:
    """Where the primary link went, the strongest of the rest takes its place, if it is not of somebody only copied."""
    rest: dict[int, list[Any]] = {}
    rank = case(_FIRST, value=Record.kind, else_=len(_FIRST))
    for portion in chunked(activity_ids):
        linked = (
            select(Link.id, Link.activity_id, Link.is_primary)
            .join(Record, Record.id == Link.record_id)
            .where(Link.activity_id.in_(portion), Link.state == "linked")
            .where(or_(Link.decided_by == "user", ~Link.rule.endswith(BESIDE, autoescape=True)))
        )
        for row in tx.execute(linked.order_by(rank, Link.score.desc(), Link.id)):
            rest.setdefault(row.activity_id, []).append(row)
    chosen = [rows[0].id for rows in rest.values() if not any(row.is_primary for row in rows)]
    for portion in chunked(chosen):
        tx.execute(update(Link).where(Link.id.in_(portion)).values(is_primary=True))
