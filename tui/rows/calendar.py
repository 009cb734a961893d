"""How a meeting looks in a calendar: its sign, its tone, and its words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from store.queries.calendar import CalendarEntry, CalendarRow
from tui.cells import Cell, Span, line
from tui.glyphs import PRIVATE
from tui.tones import CALENDAR_COLOURS
from tui.when import DAYS, ago, short_date, span

CANCELLED, DECLINED, UNANSWERED, TENTATIVE = "✕", "⊘", "?", "~"
FREE, AWAY, ELSEWHERE, RECURRING, CLASH = "○", "◐", "⌂", "↻", "!"
_BUSY_SIGNS = {"free": FREE, "away": AWAY, "elsewhere": ELSEWHERE, "tentative": TENTATIVE}

#: What the signs mean, for the help.
SIGNS = (
    f"{UNANSWERED} not answered yet, {TENTATIVE} tentative, {DECLINED} declined, {CANCELLED} cancelled, {FREE} free, "
    f"{AWAY} away, {ELSEWHERE} elsewhere, {RECURRING} repeats, {CLASH} at the same time as another, {PRIVATE} private"
)

_STALE = timedelta(hours=1)  # from which age on a calendar says when it was last read


def is_open_question(entry: CalendarEntry) -> bool:
    """Somebody else invited, and no calendar that holds it has answered."""
    return not entry.mine and not entry.closed and set(entry.responses.values()) <= {"none", ""}


def is_declined(entry: CalendarEntry) -> bool:
    return bool(entry.responses) and set(entry.responses.values()) == {"declined"}


def signs(entry: CalendarEntry) -> Cell:
    """The state of a meeting in a few cells."""
    found: list[Span] = []
    if entry.clashes:
        found.append(Span(CLASH, "warn"))
    if entry.status == "cancelled":
        found.append(Span(CANCELLED, "bad"))
    elif is_declined(entry):
        found.append(Span(DECLINED, "dim"))
    elif is_open_question(entry):
        found.append(Span(UNANSWERED, "warn"))
    elif sign := _busy_sign(entry):
        found.append(Span(sign))
    if entry.recurring:
        found.append(Span(RECURRING, "dim"))
    if entry.private:
        found.append(Span(PRIVATE, "dim"))
    return (*found, Span(" ")) if found else ()


def _busy_sign(entry: CalendarEntry) -> str:
    if "tentative" in entry.responses.values() or entry.status == "tentative":
        return TENTATIVE
    return _BUSY_SIGNS.get(entry.busy, "")


def title(entry: CalendarEntry) -> str:
    return line(entry.title) or "(no title)"


def colour(entry: CalendarEntry, mailbox_id: int | None, chosen: Iterable[CalendarRow]) -> int:
    """The colour of the calendar, or of the first of the chosen ones that holds it."""
    held = (row for row in chosen if row.mailbox_id in entry.responses)
    found = next((row.colour for row in held if mailbox_id in (None, row.mailbox_id)), 0)
    return found % CALENDAR_COLOURS


def tone(entry: CalendarEntry, number: int) -> str:
    """What does not take the time is hollow."""
    return f"event-{number}" if entry.books and not is_declined(entry) else "hollow"


def when(entry: CalendarEntry, now: datetime) -> str:
    """ "Tue 3 Nov 09:00-10:00", "Tue 3 Nov to Thu 5 Nov"."""
    if entry.on_date is not None:
        last = (entry.until_date or entry.on_date) - timedelta(days=1)
        first = f"{DAYS[entry.on_date.weekday()]} {short_date(entry.on_date, now.date())}"
        if last <= entry.on_date:
            return f"{first}, all day"
        return f"{first} to {DAYS[last.weekday()]} {short_date(last, now.date())}"
    day = entry.starts_at.astimezone(now.tzinfo).date()
    return f"{DAYS[day.weekday()]} {short_date(day, now.date())} {span(entry.starts_at, entry.ends_at, now)}"


def details(entry: CalendarEntry, now: datetime) -> str:
    """Time and place on one line below a title."""
    clock = "" if entry.on_date is not None else span(entry.starts_at, entry.ends_at, now)
    return " · ".join(part for part in (clock, line(entry.location)) if part)


def about(entry: CalendarEntry) -> str:
    """What else is known of it: what it is regarding, and who invited."""
    record = line(entry.regarding.title) if entry.regarding else ""
    return " · ".join(part for part in (record, "" if entry.mine else line(entry.organizer)) if part)


def stale(chosen: Collection[CalendarRow], now: datetime) -> str:
    """Which of the calendars show old things: "Jonas Berg last read 3 h ago"."""
    old = [row for row in chosen if row.has_server and (age := row.age(now)) is not None and age >= _STALE]
    unread = [row for row in chosen if row.has_server and row.last_success_at is None]
    said = [f"{line(row.name)} last read {ago(row.last_success_at, now)}" for row in old]
    said += [f"{line(row.name)} never read" for row in unread]
    return ", ".join(said)
