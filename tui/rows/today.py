"""How a day looks as a list: a heading for each section, and below it a line for each thing of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from assistant.following.day.today import Today
from assistant.following.why import why_now
from store.following.values import Kind
from store.queries.agenda import AgendaRow, TaskRow
from store.queries.follow_ups import FollowUpRow
from store.queries.refs import RecordRef
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import PRIVATE, activity_glyph, record_glyph
from tui.rows.marks import about
from tui.rows.sections import Key, Line, SectionRow, parted, section
from tui.when import due, span

if TYPE_CHECKING:
    from store.queries.queues import WorkRow
    from store.queries.scheduling.sheets import Job

_GLYPHS = {
    Kind.REMINDER: "◔",
    Kind.AWAITING_REPLY: "…",
    Kind.PROMISE: "→",
    Kind.THEIR_PROMISE: "←",
    Kind.COLD_OPPORTUNITY: "▲",
    Kind.COLD_CASE: "●",
    Kind.COLD_ACCOUNT: "■",
    Kind.CLOSE_DATE: "▲",
    Kind.OFFER: "▤",
    Kind.SLA: "●",
    Kind.MEETING: "◷",
}
KIND_WORDS = {
    Kind.REMINDER: "Reminder",
    Kind.AWAITING_REPLY: "No reply yet",
    Kind.PROMISE: "You promised",
    Kind.THEIR_PROMISE: "They promised",
    Kind.COLD_OPPORTUNITY: "Opportunity going cold",
    Kind.COLD_CASE: "Case going cold",
    Kind.COLD_ACCOUNT: "Account going cold",
    Kind.CLOSE_DATE: "Close date passed",
    Kind.OFFER: "Offer unanswered",
    Kind.SLA: "SLA soon due",
    Kind.MEETING: "After the meeting",
}


#: What the first part of a line's key names: meeting, job, task, follow_up, case.
Thing: TypeAlias = "AgendaRow | Job | TaskRow | FollowUpRow | WorkRow"
DayRow: TypeAlias = "SectionRow[Thing]"


def lines(found: Today, *, airy: bool) -> list[DayRow]:
    """The day from top to bottom; `airy`: with a blank line between its sections."""
    planned: tuple[AgendaRow | Job, ...] = (*found.agenda, *found.jobs)
    agenda: list[Line[Thing]] = [
        Line(("meeting", each.activity_id, each.starts_at), each)
        if isinstance(each, AgendaRow)
        else Line(("job", each.booking.record_id, each.resource_id), each)
        for each in sorted(planned, key=_begins)
    ]
    agenda += [Line(("task", row.activity_id), row) for row in found.tasks]
    cases: list[Line[Thing]] = [Line(("case", row.record_id), row) for row in found.at_risk]
    sections = (
        section("agenda", "Agenda", agenda, "nothing is planned"),
        section("follow_ups", "Follow-ups", _follow_ups(found.follow_ups), "nobody waits for you"),
        section("suggestions", "Found in mail: does it hold?", _follow_ups(found.suggestions)),
        section("at_risk", "Cases at risk", cases),
    )
    return parted(sections, airy=airy)


def first_to_do(rows: Iterable[DayRow], now: datetime) -> Key | None:
    """The key of the first line that is not over; None where all are, or there is none."""
    for row in rows:
        if isinstance(row, Line) and not (isinstance(row.thing, AgendaRow) and row.thing.ends_at <= now):
            return row.key
    return None


def _follow_ups(rows: Iterable[FollowUpRow]) -> list[Line[Thing]]:
    return [Line(("follow_up", row.follow_up_id), row) for row in rows]


def _begins(thing: AgendaRow | Job) -> tuple[bool, datetime]:
    """Whole days first, then in order of time."""
    if isinstance(thing, AgendaRow):
        return thing.on_date is None, thing.starts_at
    return True, thing.works_from


# Cells: the sign, when, what, and whom it is about

Cells: TypeAlias = tuple[Cell, Cell, Cell, Cell]


def comes_words(row: FollowUpRow, now: datetime) -> tuple[str, str]:
    """When it is to be done, and its tone: "2 days late", "14:30", "tomorrow"."""
    there = row.comes_at.astimezone(now.tzinfo)
    if there.date() == now.date():
        return f"{there:%H:%M}", "warn" if there <= now else "accent"
    return due(there.date(), now.date()), "bad" if there < now else "accent"


def follow_up_words(row: FollowUpRow) -> str:
    """What it is in a few words: what a person wrote, or what was said in a mail."""
    said = row.sentence or row.text or (row.ground.subject if row.ground else "")
    if row.kind is Kind.REMINDER or not said:
        return said or KIND_WORDS[row.kind]
    return f"{KIND_WORDS[row.kind]}: {said}"


def _meeting(row: AgendaRow, now: datetime) -> Cells:
    is_over = row.ends_at < now
    glyph = (Span(activity_glyph("appointment"), "dim" if is_over else "primary"),)
    clock: Cell = (Span("all day", "dim"),)
    if row.on_date is None:
        clock = (Span(span(row.starts_at, row.ends_at, now), _clock_tone(row.starts_at, row.ends_at, now)),)
    if row.private:
        return glyph, clock, (Span(f"{PRIVATE} private", "dim"),), ()
    title = plain(row.title or "(no title)", "faint" if row.status == "cancelled" else "dim" if is_over else "")
    more = "  cancelled" if row.status == "cancelled" else f"  {line(row.location)}" if row.location else ""
    return glyph, clock, (*title, Span(more, "dim")), about(row.regarding)


def _job(job: Job, now: datetime) -> Cells:
    clock = Span(span(job.works_from, job.works_until, now), _clock_tone(job.works_from, job.works_until, now))
    what = (*plain(job.service), Span(f"  {line(job.booking.number)}", "dim"))
    return (Span(activity_glyph("service_activity"), "booking"),), (clock,), what, about(_customer_of(job))


def _task(row: TaskRow, now: datetime) -> Cells:
    late = row.due_on is not None and row.due_on < now.date()
    day = Span(due(row.due_on, now.date()), "bad" if late else "accent")
    return (Span(activity_glyph("task"), "warn"),), (day,), plain(row.subject), about(row.regarding)


def _follow_up(row: FollowUpRow, now: datetime) -> Cells:
    said, tone = comes_words(row, now)
    what = row.text if row.kind is Kind.REMINDER else why_now(row.kind, row.facts, now.date())
    shown = plain(what, "strong" if row.comes_at <= now else "")
    return (Span(_GLYPHS[row.kind], tone),), (Span(said, tone),), shown, about(row.record or row.customer)


def _case(row: WorkRow, now: datetime) -> Cells:
    from tui.rows.queues import left_words

    said, tone = left_words(row, now)
    what = (*plain(row.title), Span(f"  {row.number}", "dim"))
    left = Span(_shortened(said), tone)
    return (Span(record_glyph("case"), tone or "case"),), (left,), what, plain(row.customer, "dim")


def _shortened(said: str) -> str:
    """How long is left, or how late it is, in few cells: "2 h 10 min", "8 h late"."""
    said = said.partition(",")[0]
    if said.startswith("late by "):
        return f"{' '.join(said.split()[2:4])} late"
    return said.removesuffix(" left")


def _clock_tone(start: datetime, end: datetime, now: datetime) -> str:
    return "dim" if end < now else "accent" if start <= now else ""


_CELLS: dict[object, Callable[[Any, datetime], Cells]] = {
    "meeting": _meeting,
    "job": _job,
    "task": _task,
    "follow_up": _follow_up,
    "case": _case,
}


def _cell(place: int) -> Callable[[DayRow, datetime], Cell]:
    def show(row: DayRow, now: datetime) -> Cell:
        return _CELLS[row.key[0]](row.thing, now)[place] if isinstance(row, Line) else ()

    return show


def record_of(row: Line[Thing]) -> RecordRef | None:
    """What the thing is about; a case is at risk itself."""
    thing: Any = row.thing
    about: RecordRef | None
    match row.key[0]:
        case "follow_up":
            about = thing.record or thing.customer
        case "job":
            about = _customer_of(thing) or thing.booking
        case "case":
            about = RecordRef(thing.record_id, thing.uid, thing.kind, thing.number, thing.title)
        case _:
            about = thing.regarding
    return about


def _customer_of(job: Job) -> RecordRef | None:
    return job.account or job.contact


COLUMNS: tuple[Column[DayRow], ...] = (
    Column("", _cell(0), 1, priority=0, gap=1),
    Column("When", _cell(1), 12, priority=0),
    Column("What", _cell(2), 20, grow=5, priority=0),
    Column("Customer", _cell(3), 14, 30, grow=2, priority=1),
)
