"""How team numbers look: a table by group, the figures of one, and its plots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.numbers.figures import AGES, Course, Figures, Numbers, Promise, Spread
from store.sla.countdown import length
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.plots import Axis, Piece, axis, bars, columns, up_and_down
from tui.when import MONTHS
from tui.widgets.plot_grid import Plot

_HOUR = timedelta(hours=1)
_GOOD, _FAIR = 0.9, 0.75  # shares of promises kept from which they look so
_AGE_TONES = ("good", "accent", "primary", "warn", "bad")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: all cases, or those of a group."""

    name: str
    course: Course
    tone: str = ""


def rows(found: Numbers, nobody: str) -> tuple[Row, ...]:
    """All cases first; `nobody` names those of no group."""
    groups = [Row(one.whole.name or nobody, one, "" if one.whole.name else "dim") for one in found.groups]
    return (Row("All cases", found.all, "strong"), *groups) if groups else ()


def _count(get: Callable[[Figures], int], tone: str = "") -> Callable[[Row, datetime], Cell]:
    def cell(row: Row, _now: datetime) -> Cell:
        value = get(row.course.whole)
        return (Span(f"{value:,}", tone if value else "faint"),)

    return cell


def _time(get: Callable[[Figures], Spread]) -> Callable[[Row, datetime], Cell]:
    def cell(row: Row, _now: datetime) -> Cell:
        one = get(row.course.whole)
        if one.median is None or one.p90 is None:
            return (Span("-", "faint"),)
        return (Span(length(one.median)), Span(f" / {length(one.p90)}", "dim"))

    return cell


def _kept(row: Row, _now: datetime) -> Cell:
    promise = row.course.whole.promises
    return (Span("-", "faint"),) if promise.share is None else (Span(f"{promise.share:.0%}", kept_tone(promise)),)


def kept_tone(promise: Promise) -> str:
    """How a share of promises kept is felt."""
    share = promise.share
    if share is None:
        return "faint"
    return "good" if share >= _GOOD else "warn" if share >= _FAIR else "bad"


COLUMNS: tuple[Column[Row], ...] = (
    Column("", lambda row, _: plain(row.name, row.tone), 14, 40, grow=3, priority=0),
    Column("Opened", _count(lambda one: one.created), 7, priority=1, right=True),
    Column("Resolved", _count(lambda one: one.resolved), 8, priority=2, right=True),
    Column("Reopened", _count(lambda one: one.reopened, "warn"), 8, priority=5, right=True),
    Column("Open", _count(lambda one: one.open), 6, priority=0, right=True),
    Column("Answered 50% / 90%", _time(lambda one: one.first_response), 23, 24, grow=1, priority=3, right=True),
    Column("Resolved 50% / 90%", _time(lambda one: one.resolution), 23, 24, grow=1, priority=4, right=True),
    Column("Kept", _kept, 5, priority=0, right=True),
)


def summary(one: Figures) -> Cell:
    """The figures of a whole period in one line, the most telling first."""
    promise = one.promises
    kept = "no promise" if promise.share is None else f"{promise.share:.0%} of {promise.owed:,} promises kept"
    facts = [
        (Span(f"{one.open:,}", "strong"), Span(" open", "dim")),
        (Span(kept, kept_tone(promise)),),
        (Span(f"{one.created:,}", "strong"), Span(" opened", "dim")),
        (Span(f"{one.resolved:,}", "strong"), Span(" resolved", "dim")),
        (Span(f"{one.reopened:,}", "strong"), Span(" opened again", "dim")),
        (Span(f"{one.cancelled:,}", "strong"), Span(" cancelled", "dim")),
    ]
    spaced = [span for fact in facts for span in (*fact, Span("   "))]
    return tuple(spaced[:-1])


def plots(course: Course, days: Sequence[date]) -> tuple[Plot, ...]:
    """Everything there is to see of one group, or of all."""
    labels = [_day(day) for day in days]
    return (
        _flow(course.parts, labels),
        _backlog(course.parts, labels),
        Plot("Open cases by age", (), lambda width, _height: _ages(course.whole, width)),
        _promises(course.parts, labels),
        _times("First response", [one.first_response for one in course.parts], labels),
        _times("Resolution", [one.resolution for one in course.parts], labels),
    )


def _flow(parts: Sequence[Figures], labels: Sequence[str]) -> Plot:
    up = [Piece(one.created, "accent") for one in parts]
    down = [Piece(one.resolved + one.cancelled, "good") for one in parts]
    scale = axis([piece.value for piece in (*up, *down)])
    legend = (Span("■ ", "accent"), Span("opened  ", "dim"), Span("■ ", "good"), Span("closed", "dim"))
    return Plot("Opened and closed", legend, lambda width, height: up_and_down(up, down, labels, scale, width, height))


def _backlog(parts: Sequence[Figures], labels: Sequence[str]) -> Plot:
    stacks = [(Piece(one.open, "primary"),) for one in parts]
    scale = axis([one.open for one in parts])
    return Plot("Open cases", (), lambda width, height: columns(stacks, labels, scale, width, height))


def _ages(whole: Figures, width: int) -> tuple[Cell, ...]:
    ages = zip(AGES, whole.ages, _AGE_TONES, strict=True)
    return bars([(name, Piece(count, tone)) for (name, _), count, tone in ages], "{:,.0f}".format, width)


def _promises(parts: Sequence[Figures], labels: Sequence[str]) -> Plot:
    stacks = [(Piece(one.promises.share or 0.0, kept_tone(one.promises)),) for one in parts]
    scale = Axis(1.0, "{:.0%}".format)
    legend = (Span("both clocks", "dim"),)
    return Plot("Promises kept", legend, lambda width, height: columns(stacks, labels, scale, width, height))


def _times(title: str, spreads: Sequence[Spread], labels: Sequence[str]) -> Plot:
    stacks = [
        (Piece(_hours(one.median), "accent"), Piece(_hours(one.p90) - _hours(one.median), "faint")) for one in spreads
    ]
    scale = axis([_hours(one.p90) for one in spreads], _hours_said, least=0.1)
    legend = (Span("■ ", "accent"), Span("median  ", "dim"), Span("■ ", "faint"), Span("9 of 10", "dim"))
    return Plot(title, legend, lambda width, height: columns(stacks, labels, scale, width, height))


def _hours(time: timedelta | None) -> float:
    return 0.0 if time is None else time / _HOUR


def _hours_said(hours: float) -> str:
    return f"{hours:,g} h" if hours >= 1 else f"{round(hours * 60, 1):g} min"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"
