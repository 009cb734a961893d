"""How mail that waits for a decision looks in a list: who, what, and what could be made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistant.triage.suggesting import Act, is_likely, suggested
from store.presence import ANSWERING, Present, thread_place
from store.queries.triage_list import Fit, TriageRow
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import ANSWERED, ATTACHMENT, LOOKING, WRITING, record_glyph
from tui.regarding_words import percent, tone_of
from tui.rows.marks import subject_and_preview
from tui.when import ago, short_when

Presences = Mapping[str, tuple[Present, ...]]

_MADE = {Act.CASE: "case", Act.LEAD: "lead"}


def columns(people: Presences) -> tuple[Column[TriageRow], ...]:
    """The columns of the list; `people` are those at each thread, and may change."""

    def mark(row: TriageRow, _now: datetime) -> Cell:
        there = people.get(thread_place(row.thread_id), ())
        if there:
            return (Span(WRITING if there[0].doing == ANSWERING else LOOKING, "accent"),)
        return (Span(ANSWERED[row.answered], "primary"),) if row.answered else ()

    return (
        Column("", mark, 1, priority=0, gap=1),
        Column("From", lambda row, _: plain(row.who, "unread"), 9, 24, grow=3, priority=0, gap=1),
        Column("Subject", _what, 10, grow=5, priority=0, gap=1),
        Column("", _files, 1, priority=3, gap=1),
        Column("Suggested", _suggested, 13, 44, grow=4, priority=0, gap=1),
        Column("", _sure, 4, priority=0, right=True, gap=1),
        Column("Queue", _queue, 10, 18, grow=1, priority=2),
        Column("Whose", lambda row, _: plain(row.given_to, "dim"), 12, 18, grow=1, priority=4),
        Column("Waits", _waits, 10, 11, priority=3, right=True),
    )


def _what(row: TriageRow, _now: datetime) -> Cell:
    return subject_and_preview(row.subject, row.preview, "")


def _files(row: TriageRow, _now: datetime) -> Cell:
    return (Span(ATTACHMENT, "dim"),) if row.attachments else ()


def _sure(row: TriageRow, _now: datetime) -> Cell:
    sure = suggested(row).sure
    return () if sure is None else (Span(percent(sure), tone_of(sure)),)


def _suggested(row: TriageRow, _now: datetime) -> Cell:
    act = suggested(row).act
    if act is Act.NOTHING:
        return (Span("·", "faint"),)
    if act is Act.MOVE:
        glyph, *named = _named(row.booking)
        return (glyph, Span("new time? ", "accent"), *named)
    if act in _MADE:
        kind = _MADE[act]
        whom = (Span(f" for {line(row.party.record.title)}", "dim"),) if row.party and is_likely(row.party) else ()
        return (Span(f"+ {record_glyph(kind)} new {kind}", kind), *whom)
    return _named(row.work if act is Act.WORK else row.party)


def _named(fit: Fit | None) -> Cell:
    if fit is None:
        return ()
    record = fit.record
    return (
        Span(record_glyph(record.kind) + " ", record.kind),
        Span(line(record.title)),
        Span(f" {record.number}", "dim"),
    )


def _queue(row: TriageRow, _now: datetime) -> Cell:
    return plain(row.queue, "dim")


def _waits(row: TriageRow, now: datetime) -> Cell:
    if row.until is not None:
        return (Span(short_when(row.until, now), "accent"),)
    return (Span(ago(row.occurred_at, now).removesuffix(" ago"), "dim"),)
