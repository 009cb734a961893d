"""What was promised for a record, and what contracts say, as sections of its card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from textual.content import Content

from store.cases.reading import CaseSla
from store.queries.contracts import ContractRow, Coverage, state_words
from store.sla.countdown import countdown
from store.sla.onward import onward, pressing
from store.sla.watch import Clock
from tui.cells import line
from tui.rows.queues import tone_of
from tui.rows.service import contract_tone
from tui.when import DAYS, short_date, short_when
from tui.widgets.sheet import Fact

_TONES = {"good": "$success", "warn": "$warning", "bad": "$error", "dim": "$quiet"}
_LABELS = 16  # cells


def service_sections(sla: CaseSla | None, coverage: Coverage | None, now: datetime) -> Iterable[tuple[str, list[Fact]]]:
    """The clocks of a case, and the contracts of an account or what a case is counted on."""
    if sla is not None and (sla.sla or sla.clocks.state is not None):
        yield f"Promised: {line(sla.sla)}" if sla.sla else "Promised", list(_clocks(sla, now))
    if coverage is not None:
        yield "Contracts" if len(coverage.contracts) > 1 else "Contract", list(_contracts(coverage, now))


def pressing_words(sla: CaseSla | None, now: datetime) -> tuple[str, str]:
    """The clock of a case to watch in a few words, and its colour; '' where nothing is owed."""
    clock = pressing(sla.clocks) if sla is not None else None
    if sla is None or sla.calendar is None or clock is None:
        return "", ""
    current = onward(clock, sla.calendar, sla.read_at, now) or clock
    return countdown(current, sla.calendar, now), _TONES[tone_of(current)]


def _clocks(sla: CaseSla, now: datetime) -> Iterator[Fact]:
    for label, clock in (("First response", sla.clocks.first_response), ("Resolution", sla.clocks.resolution)):
        if clock is not None and sla.calendar is not None:
            current = onward(clock, sla.calendar, sla.read_at, now) or clock
            said = countdown(current, sla.calendar, now)
            due = _due(current, now)
            yield Fact(Content.assemble((said, _TONES[tone_of(current)]), (due, "$quiet")), label, _LABELS)


def _due(clock: Clock, now: datetime) -> str:
    """When it is due on the reader's wall, "  due Thu 14:30"; nothing for one that ended or stands."""
    if clock.due_at is None or clock.ended_at is not None:
        return ""
    due = clock.due_at.astimezone(now.tzinfo)
    if due < now:
        return f"  due {short_when(due, now)}"
    days = (due.date() - now.date()).days
    day = "" if not days else f"{DAYS[due.weekday()]} " if days < 7 else f"{short_date(due.date(), now.date())} "
    return f"  due {day}{due:%H:%M}"


def _contracts(coverage: Coverage, now: datetime) -> Iterator[Fact]:
    reason = Content.styled(coverage.reason, _TONES["good" if coverage.covered else "warn"])
    if not coverage.contracts or len(coverage.contracts) > 1 or not coverage.covered:
        yield Fact(reason)
    for one in coverage.contracts:
        yield from _contract(one, now)


def _contract(one: ContractRow, now: datetime) -> Iterator[Fact]:
    yield Fact(Content.assemble((line(one.name), "b"), (f"  SLA {line(one.sla)}" if one.sla else "", "$quiet")))
    today = now.date()
    begins = f"from {short_date(one.starts_on, today)}: " if one.starts_on > today else ""
    yield Fact(Content.styled(f"{begins}{state_words(one)}", _TONES[contract_tone(one, now)]), "", 2)
    callers = ", ".join(line(each.title) for each in one.callers)
    yield Fact(
        Content.styled(f"{callers} may call" if callers else "everybody of the account may call", "$quiet"), "", 2
    )
