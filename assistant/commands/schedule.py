"""`regarding schedule`: slots and why not, booking, moving, cancelling, and a day's sheet."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from assistant.commands import schedule_board, schedule_plans, schedule_tell, schedule_waiting
from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.schedule_options import days_after, moment_or_day, span_text, written, zone_of, zone_option
from assistant.commands.things import import_command
from assistant.commands.words import one_line, table
from assistant.compose import Services
from assistant.intake import follow_up
from assistant.scheduling.asking import Question, Wish, slots, why_not
from assistant.scheduling.boards.sheets import sheet_as_ics
from assistant.scheduling.booking import book_at
from assistant.scheduling.engine.rules import Order, Slot
from assistant.scheduling.engine.whynot import WhyNot
from assistant.scheduling.setup.files import TABLES
from assistant.scheduling.setup.writing import write_setup
from store.dates import parse_date
from store.queries.record_names import find_record
from store.queries.refs import RecordRef
from store.queries.scheduling.setup import called, setup
from store.queries.scheduling.sheets import Job, jobs_of
from store.records.fields import field_of
from store.scheduling.booking import Need, cancel, complete, confirm, move, no_show
from store.scheduling.reading import Thing
from store.scheduling.sorts import RESOURCE
from store.scheduling.written import midnight, minutes_from, moment_from

_WEEK = 7
_BOOKED = ("account", "contact", "case", "owner", "title", "place", "area", "status", "description")
_ONE_DAY = timedelta(days=1)


def _asked(parser: ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="its name")
    parser.add_argument("--from", dest="first", metavar="TIME", help="a day or a time; now by default")
    parser.add_argument("--days", type=count, default=_WEEK, help="how many days are looked at; a week by default")
    parser.add_argument("--area", default="", metavar="AREA", help="where the customer is")
    parser.add_argument("--prefer", action="append", default=[], metavar="RESOURCE", help="who is asked first")
    parser.add_argument("--without", action="append", default=[], metavar="RESOURCE", help="who is not asked")
    parser.add_argument("--units", type=count, default=1, help="how many units of each resource")
    parser.add_argument("--moving", metavar="BOOKING", help="a booking that is to be moved and so is not in the way")
    zone_option(parser)


def _slots_arguments(parser: ArgumentParser) -> None:
    _asked(parser)
    parser.add_argument("--earliest", action="store_true", help="by time, not the best first")
    parser.add_argument("--limit", type=count, default=10)


def _why_arguments(parser: ArgumentParser) -> None:
    _asked(parser)
    parser.add_argument("--at", metavar="TIME", help="why not at this very time")
    parser.add_argument("--resource", default="", metavar="RESOURCE", help="only this one")


def _book_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="its name")
    parser.add_argument("--at", required=True, metavar="TIME", help="when it begins, as 2026-11-30T14:00")
    parser.add_argument(
        "--resource",
        action="append",
        default=[],
        metavar="RESOURCE",
        help="who or what; else whom the search finds",
    )
    parser.add_argument("--units", type=count, default=1, help="how many units of each resource")
    for name in _BOOKED:
        field = field_of("booking", name)
        choices = ("hold", "confirmed") if name == "status" else None
        parser.add_argument(
            f"--{name}", choices=choices, metavar=None if choices else "TEXT", help=field.help or field.label
        )
    zone_option(parser)


def _move_arguments(parser: ArgumentParser) -> None:
    _booking_argument(parser)
    parser.add_argument("--at", metavar="TIME", help="when it begins")
    parser.add_argument("--resource", action="append", default=[], metavar="RESOURCE", help="who does it instead")
    parser.add_argument("--lasts", metavar="LENGTH", help="how long it takes, as 1 h 30 min")
    zone_option(parser)


def _booking_argument(parser: ArgumentParser) -> None:
    parser.add_argument("booking", metavar="BOOKING", help="its number or name")


def _sheet_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("resource", metavar="RESOURCE", help="its name")
    parser.add_argument("--date", metavar="DATE", help="the day; today by default")
    parser.add_argument("--days", type=count, default=1)
    parser.add_argument("--ics", type=Path, metavar="FILE", help="write it as a calendar file")


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write it")


def _slots(context: Context, arguments: Namespace) -> Outcome:
    order = Order.EARLIEST if arguments.earliest else Order.BEST
    wish = _wish(context, arguments, order=order, limit=arguments.limit)
    question, found = context.services().read(slots, wish, now=context.clock())
    payload = {"zone": question.zone, "slots": [_slot(question, each) for each in found]}
    lines = table([_slot_line(question, each) for each in found])
    if not found:
        question, reasons = context.services().read(why_not, wish, now=context.clock())
        lines = ["There is no slot:", *_why_lines(question, reasons)]
    return Outcome(payload, lines)


def _why(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    at = moment_from(arguments.at, zone_of(services, arguments.zone)) if arguments.at else None
    wish = _wish(context, arguments, at=at)
    question, found = services.read(why_not, wish, at=at, resource=arguments.resource, now=context.clock())
    names = {each.id: each for each in question.setup.resources.values()}
    told = [
        {
            "uid": names[each.resource_id].uid,
            "name": names[each.resource_id].name,
            "offered": round(each.offered, 4),
            "reasons": [
                {"kind": reason.kind.value, "words": reason.words, "share": round(reason.share, 4)}
                for reason in each.reasons
            ],
        }
        for each in found
    ]
    payload = {"zone": question.zone, "at": at and at.isoformat(), "resources": told}
    return Outcome(payload, _why_lines(question, found) or ["There are no resources yet."])


def _book(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    at = moment_from(arguments.at, zone_of(services, arguments.zone))
    wish = Wish(arguments.service, at, at + _ONE_DAY, arguments.area or "", arguments.units, zone=arguments.zone)
    values = {name: getattr(arguments, name) for name in _BOOKED if getattr(arguments, name) is not None}
    made = services.do(book_at, wish, arguments.resource, values=values)
    follow_up(services.store, now=context.clock())
    booked = services.read(find_record, made.number, kind="booking")
    payload = {"uid": made.uid, "number": made.number, "operation": made.operation_uid}
    return Outcome(payload, [f"{made.number} {one_line(booked.title, 100)} was booked."])


def _move(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    booking = _booking(services, arguments.booking)
    changes: dict[str, Any] = {}
    if arguments.at:
        changes["starts_at"] = moment_from(arguments.at, zone_of(services, arguments.zone))
    if arguments.resource:
        changes["needs"] = [Need(services.read(called, RESOURCE, name).id) for name in arguments.resource]
    if arguments.lasts:
        changes["minutes"] = minutes_from("Lasts", arguments.lasts, least=1, most=31 * 24 * 60)
    if not changes:
        raise CommandError("Say what to change, with --at, --resource or --lasts.")
    uid = services.do(move, booking.record_id, **changes)
    return _acted(booking, uid, "moved")


def _settle(act: Callable[..., str], said: str, context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    booking = _booking(services, arguments.booking)
    return _acted(booking, services.do(act, booking.record_id), said)


def _acted(booking: RecordRef, uid: str, said: str) -> Outcome:
    line = f"{booking.number} {one_line(booking.title, 100)} was {said}; `regarding undo` takes it back."
    return Outcome({"number": booking.number, "operation": uid}, [line])


def _sheet(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    resource = services.read(called, RESOURCE, arguments.resource)
    zone = services.read(setup).zone_of(resource)
    now = context.clock().astimezone(ZoneInfo(zone))
    first = parse_date(arguments.date) if arguments.date else now.date()
    jobs = services.read(jobs_of, resource.id, midnight(first, zone), days_after(first, arguments.days, zone))
    payload = {"resource": resource.name, "zone": zone, "jobs": [_job(each) for each in jobs], "file": None}
    if arguments.ics is None:
        lines = [line for each in jobs for line in _job_lines(each, ZoneInfo(zone))]
        return Outcome(payload, lines or [f"{one_line(resource.name, 60)} has nothing to do."])
    written(arguments.ics, sheet_as_ics(jobs, zone, now=context.clock()))
    return Outcome({**payload, "file": str(arguments.ics)}, [f"{arguments.ics}: {len(jobs):,} bookings"])


def _export(context: Context, arguments: Namespace) -> Outcome:
    text = write_setup(context.services().read(setup))
    written(arguments.file, text.encode())
    return Outcome({"file": str(arguments.file)}, [f"{arguments.file} was written."])


def _wish(context: Context, arguments: Namespace, *, at: datetime | None = None, **more: Any) -> Wish:
    services = context.services()
    zone = zone_of(services, arguments.zone)
    start = context.clock() if not arguments.first else moment_or_day(arguments.first, zone)
    start = min(start, at) if at else start
    end = days_after(start.astimezone(ZoneInfo(zone)).date(), arguments.days, zone)
    moved = (_booking(services, arguments.moving).record_id,) if arguments.moving else ()
    return Wish(
        arguments.service,
        start,
        max(end, at + _ONE_DAY) if at else end,
        arguments.area,
        arguments.units,
        tuple(arguments.prefer),
        tuple(arguments.without),
        zone=zone,
        but=moved,
        **more,
    )


def _booking(services: Services, name: str) -> RecordRef:
    return services.read(find_record, name, kind="booking")


def _slot(question: Question, slot: Slot) -> dict[str, Any]:
    names = {each.id: each for each in question.setup.resources.values()}
    return {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "score": slot.score,
        "reasons": list(slot.reasons),
        "resources": [
            {
                "uid": names[each.resource_id].uid,
                "name": names[each.resource_id].name,
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "units": each.units,
                "part": each.name,
            }
            for each in slot.assignments
        ],
    }


def _slot_line(question: Question, slot: Slot) -> tuple[str, ...]:
    clocks = ZoneInfo(question.zone)
    names: dict[int, Thing] = {each.id: each for each in question.setup.resources.values()}
    who = dict.fromkeys(names[each.resource_id].name for each in slot.assignments)
    return span_text(slot.start, slot.end, clocks), one_line(", ".join(who), 60), one_line("; ".join(slot.reasons), 160)


def _why_lines(question: Question, found: list[WhyNot]) -> list[str]:
    names = {each.id: each.name for each in question.setup.resources.values()}
    return table(
        [
            (
                one_line(names[each.resource_id], 30),
                one_line("; ".join(reason.words for reason in each.reasons) or "can do it", 300),
            )
            for each in found
        ]
    )


def _job(job: Job) -> dict[str, Any]:
    return {
        "number": job.booking.number,
        "title": job.booking.title,
        "service": job.service,
        "status": job.status,
        "works_from": job.works_from.isoformat(),
        "works_until": job.works_until.isoformat(),
        "units": job.units,
        "part": job.part,
        **{name: ref.title if (ref := getattr(job, name)) else None for name in ("account", "contact", "case")},
        **{name: getattr(job, name) for name in ("phone", "address", "place", "area", "description")},
        "others": [each.name for each in job.others],
    }


def _job_lines(job: Job, clocks: ZoneInfo) -> list[str]:
    who = ", ".join(ref.title for ref in (job.contact, job.account) if ref)
    told = (who, job.place or job.address, job.phone, ", ".join(each.name for each in job.others), job.description)
    title = f"{job.booking.number}  {one_line(job.booking.title, 80)}"
    head = f"{span_text(job.works_from, job.works_until, clocks)}  {title}"
    held = "  (on hold)" if job.status == "hold" else ""
    return [head + held, *(f"    {one_line(each, 160)}" for each in told if each)]


_SETTLING = (
    ("confirm", "what was held is certain", confirm, "confirmed"),
    ("complete", "the service was done", complete, "completed"),
    ("no-show", "the customer did not keep it; its resources are free", no_show, "marked as not kept"),
    ("cancel", "it will not take place; its resources are free", cancel, "cancelled"),
)

COMMAND = Command(
    "schedule",
    "when a service can be done and by whom, why not, and what is booked",
    _slots,
    subcommands=(
        Command("slots", "when a service can be done, by whom, and why that is good", _slots, _slots_arguments),
        Command("why", "why resources are not offered", _why, _why_arguments),
        Command("book", "book a service", _book, _book_arguments),
        Command("move", "move a booking, or give it to others", _move, _move_arguments),
        *(Command(name, told, partial(_settle, act, said), _booking_argument) for name, told, act, said in _SETTLING),
        schedule_tell.COMMAND,
        schedule_waiting.COMMAND,
        *schedule_plans.COMMANDS,
        schedule_board.COMMAND,
        Command("sheet", "a resource's day, also as a calendar file", _sheet, _sheet_arguments),
        import_command("sites, resources, groups, services and travel times", TABLES),
        Command("export", "write all of these as a TOML file", _export, _export_arguments),
    ),
)
