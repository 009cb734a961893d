"""How queues, business hours, SLAs and contracts look in the lists where they are set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.queries.contracts import ContractRow, state_words
from store.queries.queue_facts import QueueFacts
from store.queues.reading import CalendarRow, SlaRow
from store.queues.written import promises_text, week_text
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import record_glyph
from tui.when import short_date

_GIVEN = {"none": "people take it", "round_robin": "in turn", "least_loaded": "least loaded"}
_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class SlaLine:
    """An SLA with the name of the hours it counts in."""

    row: SlaRow
    hours: str


def _members(facts: QueueFacts, _now: datetime) -> Cell:
    if not facts.queue.members:
        return (Span(_NOBODY, "faint"),)
    spans: list[Span] = []
    for member in facts.queue.members:
        comma = "" if member is facts.queue.members[-1] else ", "
        spans.append(Span(f"{line(member.name)}{' (away)' * member.away}{comma}", "dim" if member.away else ""))
    return tuple(spans)


def _queue(facts: QueueFacts, _now: datetime) -> Cell:
    queue = facts.queue
    return (Span(record_glyph(queue.kind) + " ", queue.kind), Span(line(queue.name), "strong"))


def _remarks(facts: QueueFacts, _now: datetime) -> Cell:
    return plain("; ".join(facts.remarks), "warn")


QUEUES: tuple[Column[QueueFacts], ...] = (
    Column("Queue", _queue, 14, 28, grow=2, priority=0),
    Column("Address", lambda one, _: plain(one.queue.address), 16, 34, grow=3, priority=3),
    Column("Given", lambda one, _: plain(_GIVEN[one.queue.assignment], "dim"), 14, priority=2),
    Column("Who works on it", _members, 16, 44, grow=4, priority=1),
    Column("SLA", lambda one, _: plain(one.sla or "none", "" if one.sla else "faint"), 8, 18, grow=1, priority=1),
    Column("Late goes to", lambda one, _: plain(one.escalates_to or _NOBODY, "" if one.escalates_to else "faint"),
           12, 20, grow=1, priority=4),
    Column("Remark", _remarks, 16, 60, grow=3, priority=5),
)  # fmt: skip


def _holidays(row: CalendarRow, now: datetime) -> Cell:
    days = sorted(day for day in row.calendar.holidays if day >= now.date())
    if not days:
        return (Span("no holiday ahead", "warn" if row.calendar.holidays else "faint"),)
    more = f" and {len(days) - 1} more" if len(days) > 1 else ""
    return (Span(f"{short_date(days[0], now.date())}{more}"),)


def _open(row: CalendarRow, now: datetime) -> Cell:
    return (Span("open", "good"),) if row.calendar.is_open(now) else (Span("closed", "dim"),)


HOURS: tuple[Column[CalendarRow], ...] = (
    Column("Business hours", lambda row, _: plain(row.name, "strong"), 16, 30, grow=2, priority=0),
    Column("Now", _open, 6, priority=2),
    Column("Hours", lambda row, _: plain(week_text(row.calendar.week)), 24, grow=4, priority=0),
    Column("Time zone", lambda row, _: plain(row.calendar.zone, "dim"), 13, 24, grow=1, priority=1),
    Column("Next holiday", _holidays, 16, 26, grow=1, priority=3),
)


def _promised(text: str) -> Cell:
    return plain(text) if text else (Span("not promised", "faint"),)


def _pauses(one: SlaLine, _now: datetime) -> Cell:
    said = " and ".join(status.replace("_", " ") for status in ("waiting", "on_hold") if status in one.row.terms.pauses)
    return plain(said or "never", "dim")


SLAS: tuple[Column[SlaLine], ...] = (
    Column("SLA", lambda one, _: plain(one.row.name, "strong"), 12, 26, grow=2, priority=0),
    Column("First response", lambda one, _: _promised(promises_text(one.row.terms.first_response)), 18, grow=8,
           priority=0),
    Column("Resolution", lambda one, _: _promised(promises_text(one.row.terms.resolution)), 18, grow=8, priority=0),
    Column("Counts in", lambda one, _: plain(one.hours, "dim"), 12, 24, grow=1, priority=2),
    Column("Stands while", _pauses, 12, 20, priority=3),
    Column("Warns at", lambda one, _: plain(f"{one.row.terms.warn_share:.0%}", "dim"), 8, priority=4, right=True),
)  # fmt: skip


def contract_tone(one: ContractRow, now: datetime) -> str:
    """How a contract is felt: over or not begun yet, used up, nearly used up, or good."""
    today = now.date()
    if (one.ends_on is not None and one.ends_on < today) or one.starts_on > today:
        return "dim"
    if one.cases_left == 0:
        return "bad"
    return "warn" if one.cases_left is not None and one.cases_left * 5 <= (one.cases_total or 0) else "good"


def _left(one: ContractRow, now: datetime) -> Cell:
    return (Span(state_words(one).partition(",")[0], contract_tone(one, now)),)


def _until(one: ContractRow, now: datetime) -> Cell:
    today = now.date()
    if one.starts_on > today:
        return (Span(f"from {short_date(one.starts_on, today)}", "dim"),)
    if one.ends_on is None:
        return (Span("without end", "dim"),)
    over = one.ends_on < today
    return (Span(f"{'ended' if over else 'until'} {short_date(one.ends_on, today)}", "bad" if over else ""),)


def _callers(one: ContractRow, _now: datetime) -> Cell:
    return plain(", ".join(each.title for each in one.callers)) if one.callers else (Span("everybody", "dim"),)


CONTRACTS: tuple[Column[ContractRow], ...] = (
    Column("Account", lambda one, _: (Span(record_glyph("account") + " ", "account"),
                                      Span(line(one.account.title), "strong")), 16, 34, grow=3, priority=0),
    Column("Contract", lambda one, _: plain(one.name), 12, 28, grow=2, priority=0),
    Column("Left", _left, 20, 22, priority=0),
    Column("Period", _until, 17, 19, priority=1),
    Column("Who may call", _callers, 12, 40, grow=3, priority=2),
    Column("SLA", lambda one, _: plain(one.sla, "dim"), 8, 18, grow=1, priority=3),
)  # fmt: skip
