"""What a day holds for somebody: meetings and bookings, what to come back to, what waits for a yes, cases at risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from assistant.following.ranking import in_front, urgency
from store.actor import Actor
from store.following.values import OPEN
from store.queries.agenda import AgendaRow, TaskRow, agenda, tasks_due
from store.queries.calendar import calendars
from store.queries.follow_ups import FollowUpRow, follow_ups, suggestions
from store.queries.pulse import pulse
from store.schema.scheduling import Resource

if TYPE_CHECKING:
    from store.queries.queues import WorkRow
    from store.queries.scheduling.sheets import Job

_DAY = timedelta(days=1)
_LISTED = 200  # of each


@dataclass(frozen=True, slots=True)
class Today:
    """The day of a user on the clocks of their zone. `agenda` are the meetings of their own calendars, `jobs` the
    bookings that they work on, `tasks` what is due, the longest overdue first; follow-ups and `suggestions` come the
    most urgent first. `at_risk` is as of the moment it was read. `is_empty`: nothing was ever stored."""

    day: date
    agenda: tuple[AgendaRow, ...]
    jobs: tuple[Job, ...]
    tasks: tuple[TaskRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    suggestions: tuple[FollowUpRow, ...]
    at_risk: tuple[WorkRow, ...]
    is_empty: bool = False
    is_partial: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many of each there are, by name."""
        return {
            "meetings": sum(row.status != "cancelled" for row in self.agenda),
            "bookings": len(self.jobs),
            "tasks": len(self.tasks),
            "follow_ups": len(self.follow_ups),
            "suggestions": len(self.suggestions),
            "cases_at_risk": len(self.at_risk),
        }


def today(tx: Connection, day: date | None = None, *, at_first_sight: bool = False, by: Actor, now: datetime) -> Today:
    """The day, or another one, in the zone of the aware `now`: follow-ups that come back until its end.

    `at_first_sight` without bookings and cases, whose modules take longer to import than a start may wait for."""
    chosen = day or now.date()
    start = datetime.combine(chosen, time(), now.tzinfo)
    end = datetime.combine(chosen + _DAY, time(), now.tzinfo)
    meetings = agenda(tx, _own_calendars(tx, by), by=by, start=start, end=end)
    tasks = tasks_due(tx, by=by, until=chosen)[:_LISTED]
    coming = in_front(follow_ups(tx, (OPEN,), by=by, until=end, brought_up=True))[:_LISTED]
    proposed = tuple(sorted(suggestions(tx, by=by), key=urgency))[:_LISTED]
    is_empty = not (meetings or tasks or coming or proposed) and pulse(tx, by=by).is_empty
    if at_first_sight or is_empty:
        return Today(chosen, meetings, (), tasks, coming, proposed, (), is_empty, is_partial=not is_empty)
    from store.queries.queues import cases_at_risk

    jobs = _own_jobs(tx, start, end, by)
    return Today(chosen, meetings, jobs, tasks, coming, proposed, cases_at_risk(tx, by=by, now=now, limit=_LISTED))


def _own_calendars(tx: Connection, by: Actor) -> list[int]:
    """One's own, as the calendar shows them; who has none sees those that are open to them."""
    known = calendars(tx, by=by)
    return [row.mailbox_id for row in known if row.mine] or [row.mailbox_id for row in known if row.open]


def _own_jobs(tx: Connection, start: datetime, end: datetime, by: Actor) -> tuple[Job, ...]:
    if by.user_id is None:
        return ()
    own = select(Resource.id).where(Resource.user_id == by.user_id, Resource.deleted_at.is_(None))
    keys = tx.execute(own).scalars().all()
    if not keys:
        return ()
    from store.queries.scheduling.sheets import jobs_on

    return jobs_on(tx, keys, start, end, by=by)
