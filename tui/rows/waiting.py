"""How the wait list looks: how important, who and what for, until when, and whether a slot came free."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from textual.content import Content

from store.queries.scheduling.waiting import FoundSlot, WaitingRow
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.when import DAYS, ago, short_date, span
from tui.widgets.sheet import Fact

_LABEL = 11  # cells
_URGENT = 3  # the priority up to which somebody is in a hurry


def _priority(row: WaitingRow, _now: datetime) -> Cell:
    return (Span(str(row.priority), "warn" if row.priority <= _URGENT else "dim"),)


def _name(row: WaitingRow, _now: datetime) -> Cell:
    return plain(row.name, "" if row.status in ("waiting", "offered") else "dim")


def _until(row: WaitingRow, now: datetime) -> Cell:
    return (Span(short_date(_last_day(row, now), now.date()), "bad" if row.latest < now else "dim"),)


def _found(row: WaitingRow, now: datetime) -> Cell:
    if row.status == "offered":
        return (Span(f"held: {row.booking.number}" if row.booking else "held for it", "accent"),)
    if row.status != "waiting":
        return plain(row.status, "dim")
    if row.slot is not None:
        return (Span(f"{_when(row.slot, now)}  ", "good"), Span(line(", ".join(row.slot.who))))
    return plain("no slot yet" if row.looked_at else "not looked yet", "dim")


def _since(row: WaitingRow, now: datetime) -> Cell:
    return plain(ago(row.created_at, now), "dim")


COLUMNS: tuple[Column[WaitingRow], ...] = (
    Column("P", _priority, 1, priority=0),
    Column("Who waits for what", _name, 20, 60, grow=3, priority=0),
    Column("Free slot", _found, 22, grow=2, priority=0),
    Column("Until", _until, 6, 11, grow=1, priority=1),
    Column("Waits", _since, 10, priority=2),
)


def facts(row: WaitingRow, now: datetime) -> list[Fact]:
    """Somebody who waits, to read."""
    first = short_date(row.earliest.astimezone(now.tzinfo).date(), now.date())
    last = short_date(_last_day(row, now), now.date())
    told = (
        ("Service", row.service),
        ("Customer", ", ".join(f"{ref.number} {ref.title}" for ref in (row.contact, row.account, row.case) if ref)),
        ("When", first if first == last else f"{first} to {last}"),
        ("Priority", f"{row.priority} of 9: the lower, the sooner"),
        ("Where", ", ".join(filter(None, (row.place, row.area)))),
        ("Units", str(row.units) if row.units > 1 else ""),
        ("Preferred", ", ".join(row.preferred)),
        ("Not by", ", ".join(row.excluded)),
        ("Looked", ago(row.looked_at, now) if row.looked_at else ""),
        ("Why", row.reason),
    )
    found = [Fact(Content.styled(line(row.name), "b $foreground")), Fact(Content.styled(_standing(row, now), "b"))]
    found.append(Fact(Content("")))
    found += [Fact(Content(line(said)), label, _LABEL) for label, said in told if said]
    if row.description:
        found += [Fact(Content("")), *(Fact(Content(line(each))) for each in row.description.split("\n"))]
    return found


def _standing(row: WaitingRow, now: datetime) -> str:
    if row.status == "offered" and row.booking is not None:
        return line(f"{row.booking.number} is held: confirmed, it is booked; cancelled, it waits again")
    if row.status == "waiting" and row.slot is not None:
        return line(f"free: {_when(row.slot, now)}, {', '.join(row.slot.who)}; o holds it")
    return row.status


def _last_day(row: WaitingRow, now: datetime) -> date:
    """The last day on which it may be done."""
    return (row.latest - timedelta(seconds=1)).astimezone(now.tzinfo).date()


def _when(slot: FoundSlot, now: datetime) -> str:
    day = slot.start.astimezone(now.tzinfo)
    return f"{DAYS[day.weekday()]} {short_date(day.date(), now.date())} {span(slot.start, slot.end, now)}"
