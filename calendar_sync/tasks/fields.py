"""What a follow-up and the task that stands for it have in common, as flat maps for the merge.

`title`; `body`, which is written from here alone; `when`, the instant of the reminder (UTC, ISO 8601, whole minutes);
`done`. Whoever moves the due date of a task and leaves its reminder moves the reminder to that day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
from typing import Any

from calendar_sync.tasks.task import Task
from mail_sync.merge import Direction, Fields, Rule
from mail_sync.mime.plain import visible_line
from store.following.values import CLOSED, DONE, STANDING, Kind, instant_of, wall_in
from store.queries.follow_ups import FollowUpRow

#: When a task without a reminder is due: the wall time in its owner's zone.
MORNING = time(9)
#: What a task without a subject is called.
NAMELESS = "Task"

_LONGEST = 1_000  # characters of a title
_OVER = (DONE, CLOSED)
_WORDS: Mapping[Kind, str] = {
    Kind.AWAITING_REPLY: "Waiting for an answer",
    Kind.PROMISE: "You promised",
    Kind.THEIR_PROMISE: "You were promised",
    Kind.COLD_OPPORTUNITY: "Nothing heard for long",
    Kind.COLD_CASE: "Nothing heard for long",
    Kind.COLD_ACCOUNT: "Nothing heard for long",
    Kind.CLOSE_DATE: "The close date is over",
    Kind.OFFER: "The offer is unanswered",
    Kind.SLA: "An answer is due soon",
    Kind.MEETING: "After the meeting",
}
_WRITES: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "body": ("body",),
    "when": ("due", "remind_at"),
    # The server ends the reminder of what is done, so it is set anew with it.
    "done": ("done", "due", "remind_at"),
}


def rules(row: FollowUpRow, *, is_ours: bool) -> dict[str, Rule]:
    """Both sides are the same person's, so what was done in Outlook holds where both were changed. Only what a person
    wrote is renamed there."""
    title = Direction.TWO_WAY if row.kind is Kind.REMINDER else Direction.TO_OUTLOOK
    return {
        "title": Rule(direction=title, theirs_leads=title is Direction.TWO_WAY),
        "body": Rule(direction=Direction.TO_OUTLOOK if is_ours else Direction.NONE),
        "when": Rule(theirs_leads=True),
        "done": Rule(theirs_leads=True),
    }


def fields_here(row: FollowUpRow) -> dict[str, Any]:
    """Our side. When something that is over would come back is nobody's business."""
    said = {"title": _title(row), "body": _body(row), "done": row.state in _OVER}
    return said | {"when": _minute(row.comes_at)} if row.state in STANDING else said


def fields_there(task: Task, base: Fields, zone: str) -> dict[str, Any]:
    """Their side, as it compares with what both agreed on. A reminder that was shown and dismissed there says nothing:
    the task is still to be done."""
    return {
        "title": named(task.title),
        "body": _plain(task.body),
        "when": _when(task, base.get("when"), zone),
        "done": task.done,
    }


def due_at(task: Task, zone: str) -> datetime | None:
    """When a task reminds its owner, UTC; None for one without a day."""
    if task.remind_at is not None:
        return task.remind_at
    return None if task.due is None else instant_of(datetime.combine(task.due, MORNING), zone)


def says_when(task: Task, when: str, zone: str) -> bool:
    """Whether due date and reminder both mean this instant, as far as the task has them."""
    if task.done:
        return True
    day = wall_in(datetime.fromisoformat(when), zone).date()
    return task.due in (None, day) and (task.remind_at is None or _minute(task.remind_at) == when)


def task_of(row: FollowUpRow, zone: str, now: datetime) -> Task:
    """The task that says the same. What is due already rings here, so it does not ring there once more."""
    when = row.comes_at.astimezone(UTC).replace(second=0, microsecond=0)
    return Task(
        title=_title(row),
        body=_body(row),
        due=wall_in(when, zone).date(),
        remind_at=when if when > now else None,
        done=row.state in _OVER,
    )


def written_fields(there: Collection[str]) -> frozenset[str]:
    """The fields of the task that have to be written for these to be changed."""
    return frozenset(name for field in there for name in _WRITES[field])


def named(title: str) -> str:
    """A title in one line, which no terminal obeys."""
    return " ".join(visible_line(title).split())[:_LONGEST] or NAMELESS


def _title(row: FollowUpRow) -> str:
    if row.kind is Kind.REMINDER:
        return named(row.text)
    about = row.text or (row.customer.title if row.customer else "")
    return named(": ".join(filter(None, (_WORDS[row.kind], about))))


def _body(row: FollowUpRow) -> str:
    about = " ".join(filter(None, (row.record.number, row.record.title))) if row.record else ""
    quoted = f"“{row.sentence}”" if row.sentence else ""
    return _plain("\n".join(filter(None, (about, quoted))))


def _when(task: Task, agreed: str | None, zone: str) -> str | None:
    if agreed is None:
        at = due_at(task, zone)
        return None if at is None else _minute(at)
    if task.done:
        return agreed
    if task.remind_at is not None and _minute(task.remind_at) != agreed:
        return _minute(task.remind_at)
    wall = wall_in(datetime.fromisoformat(agreed), zone)
    if task.due is None or task.due == wall.date():
        return agreed
    return _minute(instant_of(datetime.combine(task.due, wall.time()), zone))


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).replace(second=0, microsecond=0).isoformat()


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
