"""Times as people say them, in the zone of the reader; every instant that comes in is aware."""

from __future__ import annotations

from datetime import date, datetime, timedelta

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def active_when(moment: datetime | None, now: datetime) -> str:
    """When something last happened; what lies ahead, such as a meeting, says so. '' for None."""
    said = short_when(moment, now)
    return f"next {said}" if moment is not None and moment > now and said != "tomorrow" else said


def short_when(instant: datetime | None, now: datetime) -> str:
    """For a list: "09:14" today, "yesterday", "Tue 14:30" within the week, "3 Nov", "3 Nov 2024". At most 11 cells."""
    if instant is None:
        return ""
    there, today = instant.astimezone(now.tzinfo), now.date()
    days = (today - there.date()).days
    if days == 0:
        return f"{there:%H:%M}"
    if days == 1:
        return "yesterday"
    if days == -1:
        return "tomorrow"
    if 1 < days < 7:
        return f"{DAYS[there.weekday()]} {there:%H:%M}"
    return short_date(there.date(), today)


def short_date(day: date | None, today: date) -> str:
    """A date as "3 Nov", with the year where it is not this one and more than half a year away."""
    if day is None:
        return ""
    said = f"{day.day} {MONTHS[day.month - 1]}"
    near = day.year == today.year or abs((day - today).days) < 183
    return said if near else f"{said} {day.year}"


def due(day: date | None, today: date) -> str:
    """For a due date: "today", "tomorrow", "Fri", "3 Nov"; a past one says how late it is: "2 days late"."""
    if day is None:
        return ""
    days = (day - today).days
    if days < 0:
        return f"{-days} day{'s' if days < -1 else ''} late"
    if days < 2:
        return ("today", "tomorrow")[days]
    return DAYS[day.weekday()] if days < 7 else short_date(day, today)


def full_when(instant: datetime | None, now: datetime) -> str:
    """In full: "Tuesday 3 Nov 2026, 14:30" in the reader's zone."""
    if instant is None:
        return ""
    there = instant.astimezone(now.tzinfo)
    return f"{LONG_DAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]} {there.year}, {there:%H:%M}"


def ago(instant: datetime | None, now: datetime) -> str:
    """How long ago, in one unit: "just now", "4 min ago", "3 h ago", "5 days ago"; "never" for None."""
    if instant is None:
        return "never"
    gone = now - instant
    if gone < timedelta(minutes=1):
        return "just now"
    if gone < timedelta(hours=1):
        return f"{gone // timedelta(minutes=1)} min ago"
    if gone < timedelta(days=1):
        return f"{gone // timedelta(hours=1)} h ago"
    days = gone // timedelta(days=1)
    return f"{days} day{'' if days == 1 else 's'} ago"


def span(start: datetime, end: datetime | None, now: datetime) -> str:
    """A time of day or a range of it: "09:00-09:30"; days are named where start and end differ."""
    first = start.astimezone(now.tzinfo)
    if end is None or end <= start:
        return f"{first:%H:%M}"
    last = end.astimezone(now.tzinfo)
    if last.date() == first.date():
        return f"{first:%H:%M}-{last:%H:%M}"
    return f"{first:%H:%M}-{DAYS[last.weekday()]} {last:%H:%M}"
