"""The views of the calendar: which days each shows, how far a page goes, and what stands above the columns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from store.queries.calendar import CalendarRow
from tui.calendar_layout import Column, Heading, add_months, month_days, week_of
from tui.cells import Cell, Span, line
from tui.tones import CALENDAR_COLOURS
from tui.when import DAYS, MONTHS, short_date

_WORK_DAYS = 5


class View(StrEnum):
    AGENDA = "agenda"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TEAM = "team"
    TEAM_WEEK = "team week"


GRIDS = frozenset({View.DAY, View.WEEK, View.TEAM, View.TEAM_WEEK})
TEAMS = frozenset({View.TEAM, View.TEAM_WEEK})
VIEWS = tuple((view.value, view.value.capitalize()) for view in View)


def shown_days(view: View, day: date) -> tuple[date, ...]:
    """The days of the page on which `day` lies."""
    if view is View.MONTH:
        return month_days(day)
    first, count = {
        View.AGENDA: (day, 7),
        View.WEEK: (week_of(day), 7),
        View.TEAM_WEEK: (week_of(day), _WORK_DAYS),
    }.get(view, (day, 1))
    return tuple(first + timedelta(days=step) for step in range(count))


def stepped(view: View, day: date, pages: int) -> date:
    """A day on the page so many pages on; of a month its first."""
    if view is View.MONTH:
        return add_months(day, pages)
    return day + timedelta(days=pages * (1 if view in (View.DAY, View.TEAM) else 7))


def columns(view: View, day: date, chosen: Sequence[CalendarRow]) -> tuple[Column, ...]:
    """One for each day, or for each day and calendar of a team."""
    days = shown_days(view, day)
    if view in TEAMS and chosen:
        return tuple(Column(each, row.mailbox_id) for each in days for row in chosen)
    return tuple(Column(each) for each in days)


def headings(view: View, shown: Sequence[Column], chosen: Sequence[CalendarRow], today: date) -> tuple[Heading, ...]:
    """The lines above the columns: the days, and in a team who they belong to."""
    days = list(dict.fromkeys(column.day for column in shown))
    each = len(shown) // max(len(days), 1)
    long = view in (View.DAY, View.TEAM)
    dates: Heading = tuple((_day(day, today, long=long), each) for day in days)
    if view not in TEAMS or not chosen:
        return (dates,)
    names = {row.mailbox_id: row for row in chosen}
    return dates, tuple((_owner(names[column.mailbox_id], len(shown)), 1) for column in shown if column.mailbox_id)


def _day(day: date, today: date, *, long: bool) -> Cell:
    tone = "heading" if day == today else "strong"
    name = f"{DAYS[day.weekday()]} {day.day}"
    if long or day.day == 1:
        name = f"{DAYS[day.weekday()]} {short_date(day, today)}"
    return (Span(name, tone), Span(" today", "heading")) if day == today and long else (Span(name, tone),)


def _owner(row: CalendarRow, columns_shown: int) -> Cell:
    name = line(row.name)
    if columns_shown > len(DAYS):
        name = "".join(word[0] for word in name.split()[:2]).upper()
    return (Span(name, f"calendar-{row.colour % CALENDAR_COLOURS}"),)


def page_words(view: View, days: Sequence[date], today: date) -> str:
    """What the page shows: "November 2026", "Tue 3 Nov", "2 Nov to 8 Nov, week 45"."""
    if view is View.MONTH:
        middle = days[len(days) // 2]
        return f"{MONTHS[middle.month - 1]} {middle.year}"
    first, last = days[0], days[-1]
    if first == last:
        return f"{DAYS[first.weekday()]} {short_date(first, today)}"
    said = f"{short_date(first, today)} to {short_date(last, today)}"
    return f"{said}, week {first.isocalendar().week}" if first.weekday() == 0 else said
