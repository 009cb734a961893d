"""How a mail looks in the inbox."""

from __future__ import annotations

from datetime import datetime

from store.queries.inbox import InboxRow
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import ANSWERED, ATTACHMENT, FLAG, MAIL, UNREAD
from tui.rows.marks import NOISE_WORDS, about, categories, subject_and_preview
from tui.when import short_when


def _mark(row: InboxRow, _now: datetime) -> Cell:
    return () if row.is_read else (Span(UNREAD, "accent"),)


def _flag(row: InboxRow, _now: datetime) -> Cell:
    return (Span(FLAG, "warn"),) if row.flagged else ()


def _way(row: InboxRow, _now: datetime) -> Cell:
    if row.answered:
        return (Span(ANSWERED[row.answered], "primary"),)
    return (Span(MAIL.get(row.direction, " "), "faint"),)


def _who(row: InboxRow, _now: datetime) -> Cell:
    return plain(row.who, "" if row.is_read else "unread")


def _what(row: InboxRow, _now: datetime) -> Cell:
    tone = "dim" if row.noise else ("" if row.is_read else "unread")
    return (*categories(row.categories), *subject_and_preview(row.subject, row.preview, tone))


def _about(row: InboxRow, _now: datetime) -> Cell:
    if row.regarding is None and row.noise:
        return (Span(NOISE_WORDS.get(row.noise, row.noise), "faint"),)
    return about(row.regarding, suggested=row.link_state == "suggested")


def _files(row: InboxRow, _now: datetime) -> Cell:
    return (Span(ATTACHMENT, "dim"),) if row.attachments else ()


def _when(row: InboxRow, now: datetime) -> Cell:
    return (Span(short_when(row.occurred_at, now), "dim" if row.is_read else "accent"),)


def _mailbox(row: InboxRow, _now: datetime) -> Cell:
    return (Span(line(row.mailbox.partition("@")[0]), "faint"),)


COLUMNS: tuple[Column[InboxRow], ...] = (
    Column("", _mark, 1, priority=0, gap=0),
    Column("", _flag, 1, priority=0, gap=1),
    Column("", _way, 1, priority=3, gap=1),
    Column("From / to", _who, 12, 26, grow=2, priority=0),
    Column("Subject", _what, 20, grow=6, priority=0),
    Column("", _files, 1, priority=2, gap=1),
    Column("Regarding", _about, 14, 34, grow=3, priority=1),
    Column("Mailbox", _mailbox, 9, 14, grow=1, priority=5),
    Column("When", _when, 9, 11, priority=0, right=True),
)
