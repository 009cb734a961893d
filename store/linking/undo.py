"""Links and refusals as undo sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from store.cases.mails import follow_links as follow_cases
from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.linking.following import reopen_following
from store.linking.pending import reopen
from store.linking.refused_mail import decide_refused_again
from store.linking.shown import show_links
from store.linking.timelines import refresh_timelines
from store.schema.activities import Activity
from store.schema.links import Link, LinkRefusal
from store.schema.people import User
from store.schema.records import Record


def link_states(tx: Connection, uids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The links with these uids that exist, as the ledger keeps them: activity, record and user by uid."""
    found: dict[str, dict[str, Any]] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(
                Link.uid,
                Activity.uid.label("activity"),
                Record.uid.label("record"),
                Link.state,
                Link.is_primary,
                Link.score,
                Link.rule,
                Link.evidence,
                Link.engine_version,
                Link.decided_by,
                User.uid.label("user"),
                Link.decided_at,
            )
            .join(Activity, Activity.id == Link.activity_id)
            .join(Record, Record.id == Link.record_id)
            .outerjoin(User, User.id == Link.user_id)
            .where(Link.uid.in_(portion))
        )
        for row in rows.mappings():
            state = {**row, "decided_at": row["decided_at"].isoformat()}
            found[state.pop("uid")] = state
    return found


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The links as they stand; a removed one has no row and can always come back."""
    states = link_states(tx, uids)
    return {uid: Standing("the link", states.get(uid)) for uid in uids}


def yields(change: Change, state: Mapping[str, Any] | None) -> bool:
    """What rules say comes and goes; only what people decided stands in the way of taking something back."""
    return _is_rules(change.after) and _is_rules(state)


def _is_rules(state: Mapping[str, Any] | None) -> bool:
    return state is None or state["decided_by"] == "rule"


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring links to what `after` says and the timelines with them."""
    held = link_states(tx, [change.uid for change in changes])
    touched: set[str] = {state["activity"] for state in held.values()}
    for portion in chunked([change.uid for change in changes]):
        tx.execute(delete(Link).where(Link.uid.in_(portion)))
    for change in changes:
        if change.after is None:
            continue
        state = {**held.get(change.uid, {}), **change.after}
        touched.add(state["activity"])
        row = _row(tx, state)
        if _makes_way(tx, row):
            tx.execute(insert(Link).values(uid=change.uid, **row))
    ids = [one for portion in chunked(touched) for one in _activity_ids(tx, portion)]
    refresh_timelines(tx, ids)
    show_links(tx, ids, now=now)
    reopen(tx, ids)
    reopen_following(tx, ids)
    follow_cases(tx, ids, now=now)


def _makes_way(tx: Connection, row: dict[str, Any]) -> bool:
    """What rules decided since yields: the link to the same record, and being first. What people decided since does not
    yield to a rule: then the row is not wanted, or not as the first."""
    others = Link.activity_id == row["activity_id"]
    same = (others, Link.record_id == row["record_id"])
    if row["decided_by"] == "rule":
        theirs = (others, Link.decided_by == "user")
        if tx.execute(select(Link.id).where(*theirs, Link.record_id == row["record_id"])).first():
            return False
        first = select(Link.id).where(*theirs, Link.state == "linked", Link.is_primary.is_(True))
        row["is_primary"] = row["is_primary"] and tx.execute(first).first() is None
    tx.execute(delete(Link).where(*same))
    if row["is_primary"]:
        tx.execute(update(Link).where(others, Link.is_primary.is_(True)).values(is_primary=False))
    return True


def refusals_standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The refusals as they stand; a withdrawn one has no row."""
    states = refusal_states(tx, uids)
    return {uid: Standing("the refusal", states.get(uid)) for uid in uids}


def refusal_states(tx: Connection, uids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The refusals with these uids that exist, as the ledger keeps them."""
    found: dict[str, dict[str, Any]] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(
                LinkRefusal.uid,
                LinkRefusal.scope,
                LinkRefusal.subject,
                Record.uid.label("record"),
                User.uid.label("user"),
                LinkRefusal.created_at,
            )
            .outerjoin(Record, Record.id == LinkRefusal.record_id)
            .outerjoin(User, User.id == LinkRefusal.user_id)
            .where(LinkRefusal.uid.in_(portion))
        )
        for row in rows.mappings():
            state = {**row, "created_at": row["created_at"].isoformat()}
            found[state.pop("uid")] = state
    return found


def restore_refusals(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring refusals to what `after` says; what they keep from being linked is decided again."""
    for portion in chunked([change.uid for change in changes]):
        tx.execute(delete(LinkRefusal).where(LinkRefusal.uid.in_(portion)))
    for change in changes:
        if change.after is not None:
            tx.execute(insert(LinkRefusal).values(uid=change.uid, **_refusal_row(tx, change.after)))
    states = (change.after or change.before or {} for change in changes)
    decide_refused_again(tx, {(state["scope"], state["subject"]) for state in states})


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of a link."""
    return name.replace("_", " ")


def _row(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in state.items() if name not in ("activity", "record", "user", "decided_at")}
    return plain | {
        "activity_id": tx.execute(select(Activity.id).where(Activity.uid == state["activity"])).scalar_one(),
        "record_id": tx.execute(select(Record.id).where(Record.uid == state["record"])).scalar_one(),
        "user_id": _user_id(tx, state.get("user")),
        "decided_at": datetime.fromisoformat(state["decided_at"]),
    }


def _refusal_row(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    record = state.get("record")
    return {
        "scope": state["scope"],
        "subject": state["subject"],
        "record_id": tx.execute(select(Record.id).where(Record.uid == record)).scalar_one() if record else None,
        "user_id": _user_id(tx, state.get("user")),
        "created_at": datetime.fromisoformat(state["created_at"]),
    }


def _user_id(tx: Connection, uid: str | None) -> int | None:
    return tx.execute(select(User.id).where(User.uid == uid)).scalar_one() if uid else None


def _activity_ids(tx: Connection, uids: Iterable[str]) -> list[int]:
    return list(tx.execute(select(Activity.id).where(Activity.uid.in_(list(uids)))).scalars())
