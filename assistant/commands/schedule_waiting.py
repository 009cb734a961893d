"""`regarding schedule wait`: who waits for a service, the slots that were found for them, and offering one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.options import field_option
from assistant.commands.payloads import as_payload
from assistant.commands.schedule_options import span_text, zone_of, zone_option
from assistant.commands.words import one_line, table
from assistant.intake import follow_up
from assistant.scheduling.waiting.offering import offer
from store.queries.record_names import find_record
from store.queries.scheduling.waiting import WaitingRow, called, wait_list
from store.scheduling.fields import WAITING_FIELDS
from store.scheduling.waiting import OPEN_WAITING, WAITING_STATUSES, add_waiting, edit_waiting, withdraw
from store.scheduling.written import moment_from

_FLAGS = {"earliest": "--from", "latest": "--until"}
_WIDTH = 60
_ONE_DAY = timedelta(days=1)


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", dest="everything", help="also who was booked, or waits no more")
    zone_option(parser)


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="its name")
    _fields(parser, required=("latest",))


def _edit_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    _fields(parser)


def _fields(parser: ArgumentParser, required: tuple[str, ...] = ()) -> None:
    for field in WAITING_FIELDS:
        if field.name in _FLAGS:
            flag, needed = _FLAGS[field.name], field.name in required
            parser.add_argument(flag, dest=field.name, metavar="TIME", required=needed, help=field.help)
        elif field.name != "service":
            field_option(parser, field)
    zone_option(parser)


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("which", metavar="NAME", help="as the wait list has it, or the uid")


def _withdraw_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--reason", default="", metavar="TEXT")


def _offer_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--at", metavar="TIME", help="when it begins; at the first slot unless said")
    zone_option(parser)


def _list(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    statuses = WAITING_STATUSES if arguments.everything else OPEN_WAITING
    rows = services.read(wait_list, statuses)
    clocks = ZoneInfo(zone_of(services, arguments.zone)) if rows else None
    lines = table([_row(row, clocks) for row in rows if clocks])
    return Outcome({"waiting": [as_payload(row) for row in rows]}, lines or ["Nobody waits."])


def _new(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    given = {"service": arguments.service, **_given(arguments)}
    saved = services.do(add_waiting, given, zone=zone_of(services, arguments.zone))
    follow_up(services.store, now=context.clock())
    [row] = [each for each in services.read(wait_list) if each.uid == saved.uid]
    clocks = ZoneInfo(zone_of(services, arguments.zone))
    found = f" There is a slot: {_slot(row, clocks)}." if row.slot else ""
    lines = [f"{one_line(row.name, _WIDTH)} waits.{found}"]
    return Outcome({"waiting": saved.uid, "operation": saved.operation_uid}, lines)


def _edit(context: Context, arguments: Namespace) -> Outcome:
    services, given = context.services(), _given(arguments)
    if not given:
        raise CommandError("Say what to change, for instance --until.")
    row = services.read(called, arguments.which)
    saved = services.do(edit_waiting, row.waiting_id, given, zone=zone_of(services, arguments.zone))
    said = f"{one_line(row.name, _WIDTH)} was changed; `regarding undo` takes it back."
    return Outcome({"waiting": saved.uid, "operation": saved.operation_uid}, [said])


def _withdraw(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    row = services.read(called, arguments.which)
    uid = services.do(withdraw, row.waiting_id, arguments.reason)
    said = f"{one_line(row.name, _WIDTH)} waits no more; `regarding undo` takes it back."
    return Outcome({"waiting": row.uid, "operation": uid}, [said])


def _offer(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    row = services.read(called, arguments.which)
    zone = zone_of(services, arguments.zone)
    at = moment_from(arguments.at, zone) if arguments.at else None
    made = services.do(offer, row.waiting_id, starts_at=at)
    follow_up(services.store, now=context.clock())
    booked = services.read(find_record, made.number, kind="booking")
    lines = [
        f"{made.number} {one_line(booked.title, _WIDTH)} is held; `regarding schedule tell {made.number}` offers it.",
    ]
    return Outcome({"waiting": row.uid, "number": made.number, "operation": made.operation_uid}, lines)


def _given(arguments: Namespace) -> dict[str, Any]:
    given = {field.name: getattr(arguments, field.name, None) for field in WAITING_FIELDS if field.name != "service"}
    return {name: value for name, value in given.items() if value is not None}


def _row(row: WaitingRow, clocks: ZoneInfo) -> tuple[str, ...]:
    if row.status == "waiting":
        found = f"slot {_slot(row, clocks)}" if row.slot else "no slot" if row.looked_at else ""
    else:
        number = row.booking.number if row.booking else ""
        found = " ".join(filter(None, (row.status, number if row.status != "withdrawn" else row.reason)))
    window = f"{_moment(row.earliest, clocks)} - {_moment(row.latest, clocks, is_end=True)}"
    return str(row.priority), one_line(row.name, _WIDTH), window, row.area, one_line(found, 160)


def _moment(at: datetime, clocks: ZoneInfo, *, is_end: bool = False) -> str:
    """A moment on these clocks, or the day that begins with it; of an end the day that ends with it."""
    there = at.astimezone(clocks)
    return f"{there.date() - is_end * _ONE_DAY}" if there.time() == time() else f"{there:%Y-%m-%d %H:%M}"


def _slot(row: WaitingRow, clocks: ZoneInfo) -> str:
    if row.slot is None:
        return ""
    return f"{span_text(row.slot.start, row.slot.end, clocks)} {', '.join(row.slot.who)}"


COMMAND = Command(
    "wait",
    "who waits for a service, and offering them a slot that came free",
    _list,
    subcommands=(
        Command("list", "who waits, the more important first, and the slots that were found", _list, _list_arguments),
        Command("new", "somebody waits for a service", _new, _new_arguments),
        Command("edit", "change what somebody waits for", _edit, _edit_arguments),
        Command("withdraw", "somebody waits no more", _withdraw, _withdraw_arguments),
        Command("offer", "hold a slot for somebody who waits", _offer, _offer_arguments),
    ),
)
