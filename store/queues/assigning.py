"""To whom, and into which queue, cases and leads are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.errors import Invalid, NotFound
from store.queues.giving import next_members
from store.queues.reading import queue_of
from store.schema.people import User


@dataclass(frozen=True, slots=True)
class Given:
    """What each of some records gets, in their order, and the goal in words."""

    values: tuple[dict[str, Any], ...]
    goal: str


def given(
    tx: Connection,
    kind: str,
    owners: Sequence[int | None],
    *,
    user_id: int | None,
    queue_id: int | None,
    now: datetime,
) -> Given:
    """What cases or leads get that are given to a person, put into a queue, or both; `owners` says of each whose open
    work it is until now.

    In a queue without a person they are whose turn it is there, else nobody's. Raises NotFound, and Invalid for neither
    a person nor a queue, and for a queue that holds something else.
    """
    values: dict[str, Any] = {}
    goals = []
    if queue_id is not None:
        queue = queue_of(tx, queue_id)
        if queue.kind != kind:
            raise Invalid(f"The queue {queue.name} holds {queue.kind}s, not {kind}s.")
        values["queue"] = queue_id
        goals.append(f"the queue {queue.name}")
    if user_id is not None:
        values["owner"] = user_id
        goals.append(_user_name(tx, user_id))
    if not goals:
        raise Invalid("Say to whom, or to which queue.")
    if queue_id is None or user_id is not None:
        each = [values] * len(owners)
    else:
        each = [values | {"owner": member} for member in next_members(tx, queue_id, owners, now=now)]
    return Given(tuple(each), " and ".join(goals))


def _user_name(tx: Connection, user_id: int) -> str:
    found = tx.execute(select(User.name).where(User.id == user_id, User.active.is_(True))).scalar()
    if found is None:
        raise NotFound("no such colleague")
    return found
