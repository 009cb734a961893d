"""What the commands about the schedule share: in which zone times are typed, days, and where a calendar file goes."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant.commands.base import CommandError
from assistant.compose import Services
from store.dates import parse_date
from store.errors import Invalid
from store.queries.scheduling.setup import setup
from store.scheduling.sorts import SITE
from store.scheduling.written import midnight, moment_from
from store.sla.hours import zone_named

_MOST_DAYS, _WEEK = 366, 7
_ONE_DAY = timedelta(days=1)


def zone_option(parser: ArgumentParser) -> None:
    parser.add_argument("--zone", default="", metavar="NAME", help="of times, as Europe/Berlin; the first site's")


def moment_or_day(text: str, zone: str) -> datetime:
    return moment_from(text, zone) if ":" in text else midnight(parse_date(text), zone)


def days_after(first: date, days: int, zone: str) -> datetime:
    """The midnight after so many days. Raises Invalid for more than a year, and beyond the calendar."""
    if days > _MOST_DAYS:
        raise Invalid("A year at most is looked at.")
    return midnight(first + days * _ONE_DAY, zone)


def zone_of(services: Services, zone: str) -> str:
    """The zone that times are typed in: as told, else that of the first site."""
    if zone:
        zone_named(zone)
        return zone
    sites = services.read(setup).sites
    if not sites:
        raise Invalid(f"There is no {SITE.noun} yet; regarding site new makes one.")
    return str(next(iter(sites.values())).state["zone"])


def span_text(start: datetime, end: datetime, clocks: ZoneInfo) -> str:
    """A stretch of time on these clocks."""
    first, last = start.astimezone(clocks), end.astimezone(clocks)
    days = (last.date() - first.date()).days
    until = f" - {last:%a} " if 0 < days < _WEEK else f" - {last:%a %Y-%m-%d} " if days else "-"
    return f"{first:%a %Y-%m-%d %H:%M}{until}{last:%H:%M}"


def written(path: Path, content: bytes) -> None:
    """Write a file. Raises CommandError where that cannot be."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
