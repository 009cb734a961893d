"""Links and refusals as undo sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from store.cases.mails import follow_links as follow_cases
from store.chunks import chunked
from store.following.keeping import read_again
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
    for portion in chunked([change.uid for change in changes]):
        tx.execute(delete(Link).where(Link.uid.in_(portion)))
    states = {
        change.uid: {**held.get(change.uid, {}), **change.after} for change in changes if change.after is not None
    }
    touched = {state["activity"] for state in (*held.values(), *states.values())}
    keys = _Keys(tx, touched, states.values())
    links = _Links(tx, keys.activities.values())
    for uid, state in states.items():
        links.put(uid, keys.row(state))
    links.write(tx)
    ids = sorted(keys.activities.values())
    refresh_timelines(tx, ids)
    show_links(tx, ids, now=now)
    reopen(tx, ids)
    reopen_following(tx, ids)
    follow_cases(tx, ids, now=now)
    read_again(tx, ids)


class _Keys:
    """The keys of what links name by uid."""

    def __init__(self, tx: Connection, activities: Collection[str], states: Collection[Mapping[str, Any]]) -> None:
        self.activities = _by_uid(tx, Activity, activities)
        self._records = _by_uid(tx, Record, {state["record"] for state in states})
        self._users = _by_uid(tx, User, {state["user"] for state in states if state.get("user")})

    def row(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """The row of a link as the ledger keeps it."""
        plain = {name: value for name, value in state.items() if name not in ("activity", "record", "user")}
        return plain | {
            "activity_id": self.activities[state["activity"]],
            "record_id": self._records[state["record"]],
            "user_id": self._users[state["user"]] if state.get("user") else None,
            "decided_at": datetime.fromisoformat(state["decided_at"]),
        }


class _Links:
    """The links of some activities as they stand, while others are put back among them; `write` writes the outcome."""

    def __init__(self, tx: Connection, activity_ids: Collection[int]) -> None:
        self._by_record: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._primary: set[int] = set()
        self._known: set[int] = set()
        columns = (Link.id, Link.activity_id, Link.record_id, Link.decided_by, Link.state, Link.is_primary)
        for portion in chunked(activity_ids):
            for row in tx.execute(select(*columns).where(Link.activity_id.in_(portion))).mappings():
                self._by_record[row["activity_id"]][row["record_id"]] = dict(row)
                self._known.add(row["id"])
                if row["is_primary"]:
                    self._primary.add(row["id"])

    def put(self, uid: str, row: dict[str, Any]) -> None:
        """What rules decided since yields: the link to the same record, and being first. What people decided since does
        not yield to a rule: then the row is not wanted, or not as the first."""
        others = self._by_record[row["activity_id"]]
        if row["decided_by"] == "rule":
            theirs = [one for one in others.values() if one["decided_by"] == "user"]
            if any(one["record_id"] == row["record_id"] for one in theirs):
                return
            first = any(one["state"] == "linked" and one["is_primary"] for one in theirs)
            row["is_primary"] = row["is_primary"] and not first
        if row["is_primary"]:
            for one in others.values():
                one["is_primary"] = False
        others[row["record_id"]] = {"uid": uid, **row}

    def write(self, tx: Connection) -> None:
        stands = [one for others in self._by_record.values() for one in others.values()]
        kept = {one["id"]: one for one in stands if "id" in one}
        for portion in chunked(self._known - kept.keys()):
            tx.execute(delete(Link).where(Link.id.in_(portion)))
        for portion in chunked([key for key in self._primary & kept.keys() if not kept[key]["is_primary"]]):
            tx.execute(update(Link).where(Link.id.in_(portion)).values(is_primary=False))
        fresh: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for one in stands:
            if "id" not in one:
                fresh[tuple(sorted(one))].append(one)
        for rows in fresh.values():
            tx.execute(insert(Link), rows)


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


def _by_uid(tx: Connection, table: type[Activity | Record | User], uids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for portion in chunked(uids):
        found.update({row.uid: row.id for row in tx.execute(select(table.uid, table.id).where(table.uid.in_(portion)))})
    return found
