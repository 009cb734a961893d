"""Bringing a follow-up and its task together: our side is carried out here, the server's side by the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from calendar_sync.reminders import complete
from calendar_sync.tasks.fields import due_at, fields_here, fields_there, named, rules, says_when
from calendar_sync.tasks.task import Task
from mail_sync.mentions import mentions
from mail_sync.merge import Deletion, Fields, Merge, merge, plan_deletion
from store.actor import Actor
from store.duplicates.merged import keys_by_number
from store.errors import NotFound
from store.following.acts import Reminded, write_reminder
from store.following.in_outlook import StandingTask, link_task, take_over
from store.following.values import DONE, OPEN, STANDING, wall_in
from store.queries.follow_ups import FollowUpRow, follow_up_row
from store.sync.bases import Base, read_base, save_bases


@dataclass(frozen=True, slots=True)
class Planned:
    """What has to go to the server, and the base from when it was written there."""

    row: FollowUpRow
    there: Fields
    base: Fields


def bring_together(
    tx: Connection, one: StandingTask, task: Task, zone: str, *, by: Actor, now: datetime
) -> Planned | None:
    """Carry out our side; None where the follow-up is nothing to stand in Outlook any more."""
    row = _row(tx, one, by)
    if row is None:
        return None
    base = read_base(tx, one.item_id).fields
    # Nothing was agreed on: what is done on either side is done.
    plan = _plan({"done": False, **base}, task, row, one, zone)
    if plan.here and _carry_out(tx, row, plan.here, by, now):
        row = _row(tx, one, by)
        if row is None:
            return None
        # Of a reminder that comes again the next time is to stand there now.
        plan = _plan(plan.meanwhile, task, row, one, zone)
    there, meanwhile = dict(plan.there), dict(plan.meanwhile)
    when = plan.base.get("when")
    if when is not None and "when" not in there and not says_when(task, when, zone):
        # They moved the day and left the reminder: until it follows, it is not to be taken for another wish.
        there["when"], meanwhile["when"] = when, base.get("when")
    save_bases(tx, {one.item_id: Base(meanwhile)}, now=now)
    return Planned(row, there, plan.base)


def is_edited_here(tx: Connection, one: StandingTask, *, by: Actor) -> bool:
    """Whether the follow-up is still to be done, and says something else than when both sides agreed last."""
    row = _row(tx, one, by)
    if row is None or row.state not in STANDING:
        return False
    base = read_base(tx, one.item_id).fields
    mine = fields_here(row)
    return plan_deletion(base, rules(row, is_ours=one.is_ours), mine=mine) is Deletion.RECREATE


def adopt(tx: Connection, item_id: int, task: Task, zone: str, *, by: Actor, now: datetime) -> Reminded | None:
    """A task that its owner wrote in Outlook is a reminder of theirs from now on, about the record whose number it
    says; None for one without a day."""
    at = due_at(task, zone)
    if at is None:
        return None
    wall = wall_in(at, zone).replace(second=0, microsecond=0)
    title = named(task.title)
    made = None
    for record_id in (*keys_by_number(tx, mentions(title, task.body)).values(), None):
        try:
            made = write_reminder(tx, title, wall, zone, record_id=record_id, by=by, now=now)
            break
        except NotFound:
            continue  # a record that they may not see, or that was deleted
    assert made is not None
    link_task(tx, made.follow_up_id, item_id)
    save_bases(tx, {item_id: Base(fields_there(task, {}, zone))}, now=now)
    return made


def come_back(tx: Connection, one: StandingTask, when: str | None = None, *, by: Actor, now: datetime) -> None:
    """The task was brought back in Outlook, or its series went on to `when` (UTC, ISO 8601): there is something to be
    done again."""
    values: dict[str, Any] = {"state": OPEN, "closed_at": None, "closed_why": ""}
    if when is not None:
        values["snoozed_until"] = when
    take_over(tx, one.follow_up_id, values, by=by, now=now)


def _row(tx: Connection, one: StandingTask, by: Actor) -> FollowUpRow | None:
    row = follow_up_row(tx, one.follow_up_id, by=by)
    return row if row is not None and (row.state in STANDING or fields_here(row)["done"]) else None


def _plan(base: Fields, task: Task, row: FollowUpRow, one: StandingTask, zone: str) -> Merge:
    return merge(base, fields_there(task, base, zone), fields_here(row), rules(row, is_ours=one.is_ours))


def _carry_out(tx: Connection, row: FollowUpRow, here: Fields, by: Actor, now: datetime) -> bool:
    """Whether anything was changed; what is over is only brought back."""
    values: dict[str, Any] = {}
    if here.get("done") is False:
        values |= {"state": OPEN, "closed_at": None, "closed_why": ""}
    elif row.state not in STANDING:
        return False
    elif here.get("done") and not row.recurrence:
        values |= {"state": DONE, "closed_at": now.isoformat(), "snoozed_until": None}
    if here.get("title"):
        values["text"] = here["title"]
    if here.get("when") and not here.get("done"):
        values |= {"snoozed_until": here["when"], "state": OPEN}
    if values:
        take_over(tx, row.follow_up_id, values, by=by, now=now)
    if here.get("done") and row.recurrence:
        complete(tx, row.follow_up_id, by=by, now=now)
    return True
