"""A day as text: for a terminal, and for the mail that somebody gets of their day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from assistant.commands.words import one_line
from assistant.following.day.today import Today
from assistant.following.why import why_now
from store.following.values import Kind
from store.queries.agenda import AgendaRow, TaskRow
from store.queries.follow_ups import FollowUpRow
from store.queries.queues import WorkRow
from store.queries.refs import RecordRef
from store.queries.scheduling.sheets import Job
from store.sla.countdown import countdown

_WIDTH, _SENTENCE = 70, 300  # cells
_WHEN = 13


def day_lines(found: Today, now: datetime) -> list[str]:
    """The day below headings; `now` is aware, in the zone of the reader."""
    planned: tuple[AgendaRow | Job, ...] = (*found.agenda, *found.jobs)
    in_order = sorted(planned, key=_begins)
    agenda = [_meeting(one, now) if isinstance(one, AgendaRow) else _job(one, now) for one in in_order]
    agenda += [_task(row) for row in found.tasks]
    coming = [_follow_up(row, found.day, now) for row in found.follow_ups]
    proposed = [_follow_up(row, found.day, now) for row in found.suggestions]
    lines = [
        f"{found.day:%A} {found.day.day} {found.day:%B %Y}",
        *_section("Agenda", [[one] for one in agenda] or [["  Nothing is planned."]]),
        *_section("Follow-ups", coming or [["  Nobody waits for you."]]),
        *_section("Found in mail: does it hold?", proposed),
        *_section("Cases at risk", [[_case(row, now)] for row in found.at_risk]),
    ]
    return [line.rstrip() for line in lines]


def _section(title: str, groups: Sequence[Iterable[str]]) -> Iterator[str]:
    if groups:
        yield from ("", title)
        for group in groups:
            yield from group


def _begins(one: AgendaRow | Job) -> tuple[bool, datetime]:
    if isinstance(one, AgendaRow):
        return one.on_date is None, one.starts_at
    return True, one.works_from


def _meeting(row: AgendaRow, now: datetime) -> str:
    clock = "all day" if row.on_date is not None else _span(row.starts_at, row.ends_at, now)
    if row.private:
        return _line(clock, "private")
    said = ", ".join(filter(None, (row.title or "(no title)", row.location)))
    ended = " (cancelled)" if row.status == "cancelled" else ""
    return _line(clock, f"{said}{ended}", row.regarding)


def _job(job: Job, now: datetime) -> str:
    said = ", ".join(filter(None, (f"{job.service} {job.booking.number}", job.place or job.address)))
    return _line(_span(job.works_from, job.works_until, now), said, job.account or job.contact)


def _task(row: TaskRow) -> str:
    return _line(f"by {row.due_on.day} {row.due_on:%b}" if row.due_on else "", row.subject, row.regarding)


def _follow_up(row: FollowUpRow, day: date, now: datetime) -> Iterator[str]:
    at = row.comes_at.astimezone(now.tzinfo)
    said = row.text if row.kind is Kind.REMINDER else why_now(row.kind, row.facts, now.date())
    clock = f"{at:%H:%M}" if at.date() == day else f"{at:%a} {at.day} {at:%b}"
    yield _line(clock, said, row.customer or row.record)
    if row.sentence:
        yield f"  {' ' * _WHEN}“{one_line(row.sentence, _SENTENCE)}”"


def _case(row: WorkRow, now: datetime) -> str:
    clock = row.clock_at(now)
    left = countdown(clock, row.calendar, now) if clock is not None and row.calendar is not None else ""
    return _line(row.number, ", ".join(filter(None, (row.title, row.customer, left))))


def _line(clock: str, said: str, about: RecordRef | None = None) -> str:
    whom = f" ({one_line(about.title, _WIDTH)})" if about is not None and about.title not in said else ""
    return f"  {clock:{_WHEN}}{one_line(said, _SENTENCE)}{whom}"


def _span(start: datetime, end: datetime, now: datetime) -> str:
    return f"{start.astimezone(now.tzinfo):%H:%M}-{end.astimezone(now.tzinfo):%H:%M}"
