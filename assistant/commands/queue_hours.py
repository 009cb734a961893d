"""`regarding queue hours`: the business hours that promises count in."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.options import field_option
from assistant.commands.words import one_line, table
from store.queries.queue_facts import calendar_called, service_facts
from store.queues.fields import CALENDAR_FIELDS
from store.queues.reading import CalendarRow
from store.queues.saving import delete_calendar
from store.queues.typed import write_calendar
from store.queues.written import holidays_text, week_text
from store.sla.stored import holidays_as_json, hours_as_json


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("hours_name", metavar="HOURS", help="their name")


def _own(parser: ArgumentParser) -> None:
    for field in CALENDAR_FIELDS[1:]:
        field_option(parser, field)


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="what they are called")
    _own(parser)


def _edit_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    field_option(parser, CALENDAR_FIELDS[0])
    _own(parser)


def _list(context: Context, arguments: Namespace) -> Outcome:
    known = context.services().read(service_facts).calendars
    rows = [(one_line(row.name, 30), row.calendar.zone, week_text(row.calendar.week), _holidays(row)) for row in known]
    return Outcome({"hours": [_payload(row) for row in known]}, table(rows) or ["There are no business hours yet."])


def _holidays(row: CalendarRow) -> str:
    return f"closed or shorter on {holidays_text(row.calendar.holidays)}" if row.calendar.holidays else ""


def _payload(row: CalendarRow) -> dict[str, Any]:
    calendar = row.calendar
    return {
        "uid": row.uid,
        "name": row.name,
        "zone": calendar.zone,
        "hours": [{"day": day, "times": times} for day, times in hours_as_json(calendar).items()],
        "holidays": [{"day": day, "times": times} for day, times in holidays_as_json(calendar).items()],
    }


def _new(context: Context, arguments: Namespace) -> Outcome:
    given = _given(arguments)
    for name in ("zone", "hours"):
        if name not in given:
            raise CommandError(f"Say the {'time zone' if name == 'zone' else name}, with --{name}.")
    saved = context.services().do(write_calendar, given)
    said = [f"The business hours {one_line(arguments.name, 60)} were made."]
    return Outcome({"hours": saved.uid, "operation": saved.operation_uid}, said)


def _edit(context: Context, arguments: Namespace) -> Outcome:
    given = _given(arguments)
    if not given:
        raise CommandError("Say what to change, for instance --holidays.")
    services = context.services()
    row = services.read(calendar_called, arguments.hours_name)
    saved = services.do(write_calendar, given, calendar_id=row.calendar_id)
    said = [f"The business hours {one_line(row.name, 60)} were changed; open clocks are worked out again."]
    return Outcome({"hours": saved.uid, "operation": saved.operation_uid}, said)


def _delete(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    row = services.read(calendar_called, arguments.hours_name)
    uid = services.do(delete_calendar, row.calendar_id)
    said = [f"The business hours {one_line(row.name, 60)} were deleted; `regarding undo` brings them back."]
    return Outcome({"hours": row.uid, "operation": uid}, said)


def _given(arguments: Namespace) -> dict[str, Any]:
    given = {field.name: getattr(arguments, field.name) for field in CALENDAR_FIELDS}
    return {name: value for name, value in given.items() if value is not None}


COMMAND = Command(
    "hours",
    "business hours with their holidays",
    _list,
    subcommands=(
        Command("list", "show all business hours", _list),
        Command("new", "add business hours", _new, _new_arguments, makes_store=True),
        Command("edit", "change business hours", _edit, _edit_arguments),
        Command("delete", "delete business hours; undo brings them back", _delete, _which),
    ),
)
