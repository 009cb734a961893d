"""Plans that are staged: kept until they are applied or dropped. Staging, dropping and applying can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store.actor import RESTRICTED, Actor
from store.errors import Ambiguous, Invalid, NotAllowed, NotFound
from store.history.ledger import Change, record_operation
from store.history.undoable import Standing, Undoable
from store.schema.people import User
from store.schema.scheduling import SchedulePlan
from store.types import new_uid

_NAMED = 5  # plans in one sentence
TABLE = SchedulePlan.__tablename__


@dataclass(frozen=True, slots=True)
class Staged:
    """A plan that is kept. Statuses: staged, applied, dropped. `made_by` is a name, '' for nobody's."""

    plan_id: int
    uid: str
    kind: str
    name: str
    status: str
    made_at: datetime
    made_by: str
    body: Mapping[str, Any]


def check_planner(by: Actor) -> None:
    """Raises NotAllowed for whoever sees only their own records: a plan is about everybody's bookings."""
    if by.role == RESTRICTED:
        raise NotAllowed("plans are about everybody's bookings")


def stage_body(
    tx: Connection, kind: str, name: str, body: Mapping[str, Any], *, by: Actor, now: datetime
) -> tuple[int, str]:
    """Keep a plan; returns its key and the operation's uid. Raises NotAllowed."""
    check_planner(by)
    uid = new_uid()
    values = {"uid": uid, "kind": kind, "name": name, "body": dict(body), "made_at": now, "made_by": by.user_id}
    key = tx.execute(insert(SchedulePlan).values(values).returning(SchedulePlan.id)).scalar_one()
    change = Change(TABLE, uid, {"status": "dropped"}, {"status": "staged"})
    return key, record_operation(tx, "stage_plan", f"Staged the plan {name}", [change], by=by, now=now)


def drop(tx: Connection, plan_id: int, *, by: Actor, now: datetime) -> str:
    """Nobody will apply it; returns the operation's uid. Raises NotFound, Invalid, NotAllowed."""
    plan = staged(tx, plan_id, by=by)
    change = settle(tx, plan, "dropped")
    return record_operation(tx, "drop_plan", f"Dropped the plan {plan.name}", [change], by=by, now=now)


def settle(tx: Connection, plan: Staged, status: str) -> Change:
    """A plan that is staged becomes applied or dropped, for the caller to record. Raises Invalid."""
    if plan.status != "staged":
        raise Invalid(f"The plan {plan.name} is {plan.status} already.")
    tx.execute(update(SchedulePlan).where(SchedulePlan.id == plan.plan_id).values(status=status))
    return Change(TABLE, plan.uid, {"status": plan.status}, {"status": status})


def staged(tx: Connection, plan_id: int, *, by: Actor) -> Staged:
    """One plan by its key, whatever became of it. Raises NotFound, NotAllowed."""
    check_planner(by)
    for plan in _read(tx, SchedulePlan.id == plan_id):
        return plan
    raise NotFound(f"no plan {plan_id}")


def plans(tx: Connection, *, everything: bool = False, by: Actor) -> list[Staged]:
    """The plans that are staged, or `everything` that ever was, the newest first. Raises NotAllowed."""
    check_planner(by)
    return _read(tx) if everything else _read(tx, SchedulePlan.status == "staged")


def plan_called(tx: Connection, name: str, *, by: Actor) -> Staged:
    """The plan that a person means by its name or uid, '' for the only one that is staged; of one name the newest that
    is staged. Raises NotFound, Ambiguous, NotAllowed."""
    wanted = " ".join(name.split())
    found = plans(tx, everything=bool(wanted), by=by)
    if wanted:
        named = [each for each in found if wanted == each.uid or wanted.casefold() == each.name.casefold()]
        named = sorted(named, key=lambda each: each.status != "staged")
        if not named:
            raise NotFound(f"no plan {wanted}")
        return named[0]
    if len(found) > 1:
        raise Ambiguous(f"{len(found)} plans are staged; name one: {'; '.join(each.name for each in found[:_NAMED])}.")
    if not found:
        raise NotFound("no plan is staged")
    return found[0]


def _read(tx: Connection, *conditions: Any) -> list[Staged]:
    columns = (SchedulePlan.id, SchedulePlan.uid, SchedulePlan.kind, SchedulePlan.name, SchedulePlan.status)
    rows = tx.execute(
        select(*columns, SchedulePlan.made_at, User.name.label("maker"), SchedulePlan.body)
        .outerjoin(User, User.id == SchedulePlan.made_by)
        .where(*conditions)
        .order_by(SchedulePlan.id.desc())
    )
    return [
        Staged(row.id, row.uid, row.kind, row.name, row.status, row.made_at, row.maker or "", row.body) for row in rows
    ]


def _standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    rows = tx.execute(
        select(SchedulePlan.uid, SchedulePlan.name, SchedulePlan.status).where(SchedulePlan.uid.in_(sorted(uids)))
    )
    return {row.uid: Standing(f"the plan {row.name}", {"status": row.status}) for row in rows}


def _restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    for change in changes:
        status = (change.after or {})["status"]
        tx.execute(update(SchedulePlan).where(SchedulePlan.uid == change.uid).values(status=status))


def _label(_tx: Connection, _uid: str, name: str) -> str:
    return name.capitalize()


UNDOABLE = {TABLE: Undoable(_standing, _restore, _label)}
