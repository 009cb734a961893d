"""How a day looks as a list: a heading for each section, and below it a line for each thing of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from assistant.following.today import Today
from assistant.following.why import why_now
from store.following.values import Kind
from store.queries.agenda import AgendaRow, TaskRow
from store.queries.follow_ups import FollowUpRow
from store.queries.queues import WorkRow
from store.queries.refs import RecordRef
from store.queries.scheduling.sheets import Job
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import PRIVATE, activity_glyph, record_glyph
from tui.rows.marks import about
from tui.rows.queues import left_words
from tui.rows.sections import Line, SectionRow, parted, section
from tui.when import due, span

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


Thing: TypeAlias = AgendaRow | Job | TaskRow | FollowUpRow | WorkRow
DayRow: TypeAlias = SectionRow[Thing]


def lines(found: Today, *, airy: bool) -> list[DayRow]:
    """The day from top to bottom; `airy`: with a blank line between its sections."""
    agenda: list[Line[Thing]] = [Line(("meeting", row.activity_id, row.starts_at), row) for row in found.agenda]
    agenda += [Line(("job", job.booking.record_id, job.resource_id), job) for job in found.jobs]
    agenda.sort(key=lambda one: _begins(one.thing))
    agenda += [Line(("task", row.activity_id), row) for row in found.tasks]
    cases: list[Line[Thing]] = [Line(("case", row.record_id), row) for row in found.at_risk]
    sections = (
        section("agenda", "Agenda", agenda, "nothing is planned"),
        section("follow_ups", "Follow-ups", _follow_ups(found.follow_ups), "nobody waits for you"),
        section("suggestions", "Found in mail: does it hold?", _follow_ups(found.suggestions)),
        section("at_risk", "Cases at risk", cases),
    )
    return parted(sections, airy=airy)


def _follow_ups(rows: Iterable[FollowUpRow]) -> list[Line[Thing]]:
    return [Line(("follow_up", row.follow_up_id), row) for row in rows]


def _begins(thing: Thing) -> tuple[bool, datetime]:
    """Whole days first, then in order of time."""
    if isinstance(thing, AgendaRow):
        return thing.on_date is None, thing.starts_at
    assert isinstance(thing, Job)
    return True, thing.works_from


# Cells


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


def _glyph(row: DayRow, now: datetime) -> Cell:
    thing = row.thing if isinstance(row, Line) else None
    match thing:
        case AgendaRow():
            return (Span(activity_glyph("appointment"), "dim" if thing.ends_at < now else "primary"),)
        case Job():
            return (Span(activity_glyph("service_activity"), "booking"),)
        case TaskRow():
            return (Span(activity_glyph("task"), "warn"),)
        case FollowUpRow():
            return (Span(_GLYPHS[thing.kind], comes_words(thing, now)[1]),)
        case WorkRow():
            return (Span(record_glyph("case"), left_words(thing, now)[1] or "case"),)
    return ()


def _when(row: DayRow, now: datetime) -> Cell:
    thing = row.thing if isinstance(row, Line) else None
    match thing:
        case AgendaRow() if thing.on_date is not None:
            return (Span("all day", "dim"),)
        case AgendaRow():
            return (Span(span(thing.starts_at, thing.ends_at, now), _clock_tone(thing.starts_at, thing.ends_at, now)),)
        case Job():
            tone = _clock_tone(thing.works_from, thing.works_until, now)
            return (Span(span(thing.works_from, thing.works_until, now), tone),)
        case TaskRow():
            late = thing.due_on is not None and thing.due_on < now.date()
            return (Span(due(thing.due_on, now.date()), "bad" if late else "accent"),)
        case FollowUpRow():
            return (Span(*comes_words(thing, now)),)
        case WorkRow():
            return (Span(*_left(thing, now)),)
    return ()


def _left(row: WorkRow, now: datetime) -> tuple[str, str]:
    """How long is left, or how late it is, in few cells: "2 h 10 min", "8 h late"."""
    said, tone = left_words(row, now)
    said = said.partition(",")[0]
    if said.startswith("late by "):
        return f"{' '.join(said.split()[2:4])} late", tone
    return said.removesuffix(" left"), tone


def _clock_tone(start: datetime, end: datetime, now: datetime) -> str:
    return "dim" if end < now else "accent" if start <= now else ""


def _what(row: DayRow, now: datetime) -> Cell:
    thing = row.thing if isinstance(row, Line) else None
    match thing:
        case AgendaRow() if thing.private:
            return (Span(f"{PRIVATE} private", "dim"),)
        case AgendaRow():
            tone = "faint" if thing.status == "cancelled" else "dim" if thing.ends_at < now else ""
            end = (
                "  cancelled" if thing.status == "cancelled" else f"  {line(thing.location)}" if thing.location else ""
            )
            return (*plain(thing.title or "(no title)", tone), Span(end, "dim"))
        case Job():
            return (*plain(thing.service), Span(f"  {line(thing.booking.number)}", "dim"))
        case TaskRow():
            return plain(thing.subject)
        case FollowUpRow():
            tone = "strong" if thing.comes_at <= now else ""
            is_own = thing.kind is Kind.REMINDER
            return plain(thing.text if is_own else why_now(thing.kind, thing.facts, now.date()), tone)
        case WorkRow():
            return (*plain(thing.title), Span(f"  {thing.number}", "dim"))
    return ()


def _whom(row: DayRow, _now: datetime) -> Cell:
    thing = row.thing if isinstance(row, Line) else None
    if isinstance(thing, WorkRow):
        return plain(thing.customer, "dim")
    return about(record_of(thing)) if thing is not None else ()


def record_of(thing: Thing) -> RecordRef | None:
    """What the thing is about."""
    match thing:
        case FollowUpRow():
            return thing.record or thing.customer
        case Job():
            return thing.account or thing.contact or thing.booking
        case AgendaRow() | TaskRow():
            return thing.regarding
    return None


COLUMNS: tuple[Column[DayRow], ...] = (
    Column("", _glyph, 1, priority=0, gap=1),
    Column("When", _when, 12, priority=0),
    Column("What", _what, 20, grow=5, priority=0),
    Column("Customer", _whom, 14, 30, grow=2, priority=1),
)
