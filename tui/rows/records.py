"""How records look in lists: the columns of each kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from store.leads.lifecycle import OPEN
from store.queries.records import RecordRow
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import record_glyph
from tui.rows.marks import state
from tui.when import active_when, due, short_date, short_when

_PROMISING = 60  # of 100

Show = Callable[[RecordRow, datetime], Cell]
RecordColumn = Column[RecordRow]


def glyph(row: RecordRow, _now: datetime) -> Cell:
    return (Span(record_glyph(row.kind), row.kind),)


def title(row: RecordRow, _now: datetime) -> Cell:
    return plain(row.title, "strong")


def _number(row: RecordRow, _now: datetime) -> Cell:
    return (Span(row.number, "dim"),)


def _owner(row: RecordRow, _now: datetime) -> Cell:
    return plain(row.owner, "dim")


def _active(row: RecordRow, now: datetime) -> Cell:
    return (Span(active_when(row.last_activity_at, now) or "never", "dim" if row.last_activity_at else "faint"),)


def _text(name: str, tone: str = "") -> Show:
    return lambda row, _now: plain(str(row.cells.get(name) or ""), tone)


def _state(name: str) -> Show:
    return lambda row, _now: state(str(row.cells.get(name) or ""))


def _count(name: str) -> Show:
    def show(row: RecordRow, _now: datetime) -> Cell:
        value = row.cells.get(name) or 0
        return (Span(str(value) if value else "·", "" if value else "faint"),)

    return show


def money(amount: Decimal | None, currency: str) -> str:
    """An amount with thousands, and cents only where there are some: "12,500 EUR"."""
    if amount is None:
        return ""
    whole = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return f"{whole} {currency}".rstrip()


def _amount(name: str) -> Show:
    return lambda row, _now: (Span(money(row.cells.get(name), str(row.cells.get("currency") or ""))),)


def _percent(row: RecordRow, _now: datetime) -> Cell:
    value = row.cells.get("probability")
    return (Span("" if value is None else f"{value} %", "dim"),)


def _score(row: RecordRow, _now: datetime) -> Cell:
    value = row.cells.get("score")
    if value is None:
        return ()
    if row.cells.get("status") not in OPEN:
        return (Span(str(value), "faint"),)
    return (Span(str(value), "good" if value >= _PROMISING else ""),)


def _date(name: str) -> Show:
    def show(row: RecordRow, now: datetime) -> Cell:
        day: date | None = row.cells.get(name)
        late = day is not None and day < now.date() and row.cells.get("status") in (None, "open")
        return (Span(short_date(day, now.date()), "bad" if late else ""),)

    return show


def _next_step(row: RecordRow, now: datetime) -> Cell:
    step, day = str(row.cells.get("next_step") or ""), row.cells.get("next_step_date")
    if row.cells.get("status") != "open":
        return ()
    if not step:
        return (Span("no next step", "faint"),)
    late = isinstance(day, date) and day < now.date()
    when = (Span(due(day, now.date()) + "  ", "bad" if late else "accent"),) if isinstance(day, date) else ()
    return (*when, Span(line(step)))


_GLYPH: RecordColumn = Column("", glyph, 1, priority=0, gap=1)
_NUMBER: RecordColumn = Column("Number", _number, 9, 9, priority=5, sort="number")
_OWNER: RecordColumn = Column("Owner", _owner, 8, 16, grow=1, priority=6)
_ACTIVE: RecordColumn = Column("Last active", _active, 11, priority=2, sort="activity", right=True)


def _title(label: str, grow: int = 4) -> RecordColumn:
    return Column(label, title, 20, 48, grow=grow, priority=0, sort="title")


COLUMNS: dict[str, tuple[RecordColumn, ...]] = {
    "account": (
        _GLYPH,
        _title("Account"),
        _NUMBER,
        Column("Industry", _text("industry"), 10, 20, grow=2, priority=4),
        Column("City", _text("city"), 8, 18, grow=2, priority=3),
        Column("Country", _text("country", "dim"), 8, 14, grow=1, priority=7),
        Column("Cases", _count("open_cases"), 5, priority=1, right=True),
        Column("Opps", _count("open_opportunities"), 4, priority=1, right=True),
        _OWNER,
        _ACTIVE,
    ),
    "contact": (
        _GLYPH,
        _title("Contact"),
        _NUMBER,
        Column("Account", _text("account"), 14, 30, grow=3, priority=1),
        Column("Job title", _text("job_title", "dim"), 12, 24, grow=2, priority=4),
        Column("E-mail", _text("email"), 18, 40, grow=3, priority=3),
        Column("Phone", _text("phone", "dim"), 12, 18, grow=1, priority=7),
        _ACTIVE,
    ),
    "lead": (
        _GLYPH,
        _title("Lead", 3),
        _NUMBER,
        Column("Company", _text("company"), 12, 28, grow=2, priority=1),
        Column("Topic", _text("topic"), 12, 34, grow=3, priority=3),
        Column("Status", _state("status"), 12, priority=1),
        Column("Score", _score, 7, priority=2, sort="score", right=True),
        Column("E-mail", _text("email", "dim"), 18, 32, grow=2, priority=5),
        _OWNER,
        _ACTIVE,
    ),
    "opportunity": (
        _GLYPH,
        _title("Opportunity"),
        _NUMBER,
        Column("Account", _text("account"), 12, 28, grow=3, priority=2),
        Column("Stage", _state("stage"), 8, priority=1),
        Column("Amount", _amount("amount"), 12, 16, grow=1, priority=1, right=True, sort="amount"),
        Column("Closes", _date("close_date"), 11, priority=1, sort="close_date"),
        Column("Prob.", _percent, 5, priority=7, right=True),
        Column("Next step", _next_step, 18, 46, grow=4, priority=3),
        _OWNER,
    ),
    "case": (
        _GLYPH,
        _title("Case", 5),
        Column("Number", _number, 9, 9, priority=1, sort="number"),
        Column("Account", _text("account"), 12, 28, grow=2, priority=2),
        Column("Contact", _text("contact", "dim"), 12, 24, grow=1, priority=6),
        Column("Status", _state("status"), 11, priority=1),
        Column("Priority", _state("priority"), 8, priority=1, sort="priority"),
        Column("Product", _text("product", "dim"), 12, 24, grow=1, priority=7),
        _OWNER,
        _ACTIVE,
    ),
}

SORT_WORDS = {
    "title": "name",
    "number": "number",
    "modified": "last changed",
    "activity": "last active",
    "close_date": "close date",
    "amount": "amount",
    "priority": "priority",
    "score": "score",
}


def value_words(value: Any, now: datetime) -> str:
    """A field's value as people read it on a record."""
    match value:
        case None:
            return ""
        case datetime():
            return short_when(value, now)
        case date():
            return short_date(value, now.date())
        case Decimal():
            return money(value, "")
        case tuple() | list():
            return ", ".join(line(str(one)) for one in value)
        case _:
            return line(str(getattr(value, "title", value) if not isinstance(value, str) else value))
