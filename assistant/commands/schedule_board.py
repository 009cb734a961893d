"""`regarding schedule board`: who and what is booked when, as text, JSON or a calendar file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from assistant.commands.base import Command, Context, Outcome, count
from assistant.commands.schedule_options import days_after, written, zone_of, zone_option
from assistant.commands.words import one_line
from assistant.compose import Services
from assistant.scheduling.boards.days import Day, days_of
from assistant.scheduling.boards.reading import Board, in_order, of_groups, read_board
from assistant.scheduling.boards.sheets import board_as_ics
from store.dates import parse_date
from store.kept.sorts import Sort
from store.queries.scheduling.board import BoardBooking
from store.queries.scheduling.setup import called, setup
from store.queries.scheduling.sheets import jobs_on
from store.scheduling.reading import Thing
from store.scheduling.sorts import GROUP, RESOURCE, SITE
from store.scheduling.written import midnight

_WIDTH = 100


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", metavar="DATE", help="the first day; today by default")
    parser.add_argument("--days", type=count, default=1)
    parser.add_argument("--resource", action="append", default=[], metavar="RESOURCE", help="only this one")
    parser.add_argument("--group", action="append", default=[], metavar="GROUP", help="only those of this group")
    parser.add_argument("--site", action="append", default=[], metavar="SITE", help="only those of this site")
    parser.add_argument("--ics", type=Path, metavar="FILE", help="write it as a calendar file, each booking once")
    zone_option(parser)


def _board(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    zone = zone_of(services, arguments.zone)
    now = context.clock()
    first = parse_date(arguments.first) if arguments.first else now.astimezone(ZoneInfo(zone)).date()
    things = _chosen(services, arguments)
    window = midnight(first, zone), days_after(first, arguments.days, zone)
    board = services.read(read_board, *window, things=things, now=now)
    days = list(days_of(board, things, first, arguments.days, zone))
    payload = {
        "zone": zone,
        "days": [
            {"date": day.isoformat(), "resources": [_payload(board, one) for at, one in days if at == day]}
            for day in dict.fromkeys(at for at, _ in days)
        ],
        "file": None,
    }
    if arguments.ics is None:
        return Outcome(payload, list(_lines(board, days, ZoneInfo(zone))) or ["There are no resources yet."])
    jobs = services.read(jobs_on, [each.id for each in things], *window)
    written(arguments.ics, board_as_ics(jobs, zone, now=now))
    number = len({job.booking.record_id for job in jobs})
    return Outcome({**payload, "file": str(arguments.ics)}, [f"{arguments.ics}: {number:,} bookings"])


def _chosen(services: Services, arguments: Namespace) -> Sequence[Thing]:
    """The resources that are asked for, in the order of a board: those named and those of groups, at these sites.

    Raises NotFound, Ambiguous."""
    known = services.read(setup)

    def uids(sort: Sort, names: Sequence[str]) -> set[str]:
        return {services.read(called, sort, name).uid for name in names}

    named = uids(RESOURCE, arguments.resource) | of_groups(known, uids(GROUP, arguments.group))
    sites = uids(SITE, arguments.site)
    is_narrowed = bool(arguments.resource or arguments.group)
    return [
        each
        for each in in_order(known)
        if (each.uid in named or not is_narrowed) and (each.state["site"] in sites or not sites)
    ]


def _payload(board: Board, day: Day) -> dict[str, Any]:
    return {
        "uid": day.thing.uid,
        "name": day.thing.name,
        "site": board.setup.sites[day.thing.state["site"]].name,
        "hours": [_stretch(*each) for each in day.hours],
        "off": day.off,
        "unknown": board.loaded.world.resources[day.thing.id].unknown,
        "bookings": [
            {
                "number": each.number or None,
                "title": each.title,
                "status": each.status,
                **_stretch(each.works_from, each.works_until),
                "units": each.units,
                "area": each.area,
            }
            for each in day.bookings
        ],
        "busy": [{"what": each.what, "kind": each.kind, **_stretch(each.start, each.end)} for each in day.busy],
        "travel": [{"minutes": each.minutes, **_stretch(each.start, each.end)} for each in day.ways],
    }


def _stretch(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": start.isoformat(), "end": end.isoformat()}


def _lines(board: Board, days: Sequence[tuple[date, Day]], clocks: ZoneInfo) -> Iterator[str]:
    shown: date | None = None
    for at, day in days:
        if at != shown:
            if shown is not None:
                yield ""
            yield f"{at:%a %Y-%m-%d}"
            shown = at
        yield f"  {one_line(day.thing.name, 40)}  {_hours(day, clocks)}{_doubt(board, day)}"
        found = [
            *((each.works_from, each.works_until, _booking_words(each)) for each in day.bookings),
            *(
                (each.start, each.end, f"busy{f': {one_line(each.what, _WIDTH)}' * bool(each.what)}")
                for each in day.busy
            ),
            *((each.start, each.end, f"on its way, {each.minutes} min") for each in day.ways),
        ]
        for start, end, words in sorted(found):
            yield f"    {_clock(start, at, clocks)}-{_clock(end, at, clocks)}  {words}"


def _hours(day: Day, clocks: ZoneInfo) -> str:
    if not day.hours:
        return one_line(day.off, _WIDTH) or "does not work"
    return ", ".join(f"{start.astimezone(clocks):%H:%M}-{_end(end, clocks)}" for start, end in day.hours)


def _doubt(board: Board, day: Day) -> str:
    unknown = board.loaded.world.resources[day.thing.id].unknown
    return f"  (its calendar is not known: {one_line(unknown, _WIDTH)})" if unknown else ""


def _booking_words(each: BoardBooking) -> str:
    told = f"{each.number}  {one_line(each.title, _WIDTH)}" if each.number else "taken"
    more = (
        each.status if each.status != "confirmed" else "",
        f"{each.units} units" if each.units > 1 else "",
        each.area,
    )
    return "  ".join((told, *(f"({one_line(one, 40)})" for one in more if one)))


def _clock(at: datetime, day: date, clocks: ZoneInfo) -> str:
    """The time of the clocks; with its date where that is another day."""
    there = at.astimezone(clocks)
    return f"{there:%H:%M}" if there.date() == day else f"{there:%a %Y-%m-%d %H:%M}"


def _end(at: datetime, clocks: ZoneInfo) -> str:
    there = at.astimezone(clocks)
    return "24:00" if (there.hour, there.minute) == (0, 0) else f"{there:%H:%M}"


COMMAND = Command("board", "who and what is booked when, also as a calendar file", _board, _arguments)
