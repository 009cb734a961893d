"""What people and rules do with cases. Each act is one operation that can be undone (store.history.operations)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.cases.lifecycle import CANCELLED, IN_PROGRESS, RESOLVED, check_resolution, is_closed
from store.errors import Invalid, NotFound
from store.history.ledger import Change, record_operation
from store.queues.assigning import given
from store.records.fields import CASE_CLOSED
from store.records.merging import merge_records
from store.records.state import Stored, read_states
from store.records.values import read_values
from store.records.writing import change_records, visible_records
from store.schema.records import Case, Record

_NAMED = 3  # cases named in one sentence


def resolve_case(
    tx: Connection, record_id: int, resolution: str, *, with_parts: bool = False, by: Actor, now: datetime
) -> str:
    """Resolve a case and say how; returns the operation's uid. `with_parts` resolves its open parts with it.

    Raises NotFound, and Invalid without a resolution, where it is closed, or has parts that are open.
    """
    case = visible_case(tx, record_id, by)
    values = {"status": RESOLVED, "resolution": resolution}
    check_resolution(case.state, read_values("case", values))
    cases = [case, *_closing(tx, case, with_parts, by)]
    return _change_all(tx, "resolve_case", "Resolved", cases, values, by=by, now=now)


def cancel_case(tx: Connection, record_id: int, *, with_parts: bool = False, by: Actor, now: datetime) -> str:
    """Cancel a case, with its open parts where asked for; returns the operation's uid. Raises NotFound, and Invalid
    where it is closed or has parts that are open."""
    case = visible_case(tx, record_id, by)
    cases = [case, *_closing(tx, case, with_parts, by)]
    return _change_all(tx, "cancel_case", "Cancelled", cases, {"status": CANCELLED}, by=by, now=now)


def reopen_case(tx: Connection, record_id: int, *, by: Actor, now: datetime) -> str:
    """Open a closed case again; returns the operation's uid. Raises NotFound, and Invalid where it is open."""
    case = visible_case(tx, record_id, by)
    if not is_closed(case.state["status"]):
        raise Invalid(f"{case.number} is open already.")
    return _change_all(tx, "reopen_case", "Opened again", [case], {"status": IN_PROGRESS}, by=by, now=now)


def merge_cases(tx: Connection, record_id: int, into_id: int, *, by: Actor, now: datetime) -> str:
    """Make a case part of another one, which gets its mails and notes; its number leads there from now on. Returns the
    operation's uid. Raises NotFound, and Invalid for one case, and for an open one into a closed one."""
    for each in (record_id, into_id):
        visible_case(tx, each, by)
    return merge_records(tx, into_id, record_id, {}, by=by, now=now)


def assign_cases(
    tx: Connection,
    record_ids: Sequence[int],
    *,
    user_id: int | None = None,
    queue_id: int | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Give cases to a person, put them into a queue, or both; returns the operation's uid.

    In a queue without a person they are whose turn it is there, else nobody's. Raises NotFound, and Invalid for neither
    a person nor a queue, and for a queue of leads.
    """
    cases = _visible_cases(tx, record_ids, by)
    owners = [None if is_closed(case.state["status"]) else case.owner_id for case in cases]
    to = given(tx, "case", owners, user_id=user_id, queue_id=queue_id, now=now)
    wanted = list(zip(cases, to.values, strict=True))
    return _write(tx, "assign_cases", f"Gave {_named(cases)} to {to.goal}", wanted, by=by, now=now)


def set_priority(tx: Connection, record_ids: Sequence[int], priority: str, *, by: Actor, now: datetime) -> str:
    """Give cases a priority; returns the operation's uid. Raises NotFound, Invalid."""
    cases = _visible_cases(tx, record_ids, by)
    values = read_values("case", {"priority": priority})
    told = f"Set {_named(cases)} to priority {values['priority']}"
    return _write(tx, "set_priority", told, [(case, values) for case in cases], by=by, now=now)


def set_status(tx: Connection, record_ids: Sequence[int], status: str, *, by: Actor, now: datetime) -> str:
    """Set open cases to another status that is not closed; returns the operation's uid. Raises NotFound, Invalid."""
    cases = _visible_cases(tx, record_ids, by)
    values = read_values("case", {"status": status})
    if is_closed(str(values["status"])):
        raise Invalid("Cases are closed one by one, by resolving or cancelling them.")
    told = f"Set {_named(cases)} to {str(values['status']).replace('_', ' ')}"
    return _write(tx, "set_status", told, [(case, values) for case in cases], by=by, now=now)


def visible_case(tx: Connection, record_id: int, by: Actor) -> Stored:
    """A living case that `by` may see. Raises NotFound."""
    return _visible_cases(tx, [record_id], by)[0]


def _visible_cases(tx: Connection, record_ids: Sequence[int], by: Actor) -> list[Stored]:
    found = visible_records(tx, record_ids, by)
    for stored in found:
        if stored.kind != "case":
            raise NotFound(f"{stored.number} is no case")
    return found


def open_parts(tx: Connection, record_id: int) -> list[Stored]:
    """The open cases that are parts of a case, and parts of these, from the outside to the inside."""
    found: dict[str, Stored] = {}
    above: Collection[int] = [record_id]
    while above:
        living = (Record.deleted_at.is_(None), Case.parent_id.in_(above))
        # Sorted out here: asked for an order, SQLite would look through all records.
        uids = tx.execute(select(Record.uid).join(Case, Case.id == Record.id).where(*living)).scalars()
        below = sorted((one for one in read_states(tx, list(uids)).values() if one.uid not in found), key=_by_key)
        found |= {one.uid: one for one in below}
        above = [one.record_id for one in below]
    return [one for one in found.values() if one.state["status"] not in CASE_CLOSED]


def _by_key(case: Stored) -> int:
    return case.record_id


def _closing(tx: Connection, case: Stored, with_parts: bool, by: Actor) -> list[Stored]:
    """The parts that are closed with a case. Raises Invalid where it is closed, or parts stay open."""
    status = case.state["status"]
    if is_closed(status):
        raise Invalid(f"{case.number} is {status} already.")
    parts = open_parts(tx, case.record_id)
    if parts and not with_parts:
        raise Invalid(f"Open parts of {case.number} come first: {_listed(parts)}.")
    return _visible_cases(tx, [part.record_id for part in parts], by)


def _change_all(
    tx: Connection,
    name: str,
    verb: str,
    cases: Sequence[Stored],
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
) -> str:
    parts = f" and {len(cases) - 1} of its parts" if len(cases) > 1 else ""
    told = f"{verb} {_titled(cases[0])}{parts}"
    return _write(tx, name, told, [(case, values) for case in cases], by=by, now=now)


def _write(
    tx: Connection,
    name: str,
    summary: str,
    wanted: Sequence[tuple[Stored, Mapping[str, Any]]],
    *,
    by: Actor,
    now: datetime,
) -> str:
    written = change_records(tx, [(case, read_values("case", values)) for case, values in wanted], by=by, now=now)
    # Also an act that changed nothing is the latest one, which the next undo takes back.
    changes = [change or Change("record", case.uid, {}, {}) for (case, _), change in zip(wanted, written, strict=True)]
    return record_operation(tx, name, summary, changes, by=by, now=now)


def _named(cases: Sequence[Stored]) -> str:
    if not cases:
        raise Invalid("Say which case.")
    return _titled(cases[0]) if len(cases) == 1 else f"{len(cases)} cases"


def _titled(case: Stored) -> str:
    return f"case {case.number} {case.state['title']}"


def _listed(cases: Sequence[Stored]) -> str:
    named = ", ".join(case.number for case in cases[:_NAMED])
    return f"{named} and {len(cases) - _NAMED} more" if len(cases) > _NAMED else named
