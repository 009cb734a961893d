"""`regarding queue sla`: what is promised, in working time."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.options import field_option
from assistant.commands.words import one_line, table
from store.queries.queue_facts import service_facts, sla_called
from store.queues.fields import SLA_FIELDS
from store.queues.reading import SlaRow
from store.queues.saving import delete_sla
from store.queues.typed import write_sla
from store.queues.written import promises_text
from store.sla.stored import terms_as_json


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("sla", metavar="SLA", help="its name")


def _own(parser: ArgumentParser) -> None:
    for field in SLA_FIELDS[1:]:
        field_option(parser, field)


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="what it is called")
    _own(parser)


def _edit_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    field_option(parser, SLA_FIELDS[0])
    _own(parser)


def _list(context: Context, arguments: Namespace) -> Outcome:
    facts = context.services().read(service_facts)
    names = {row.calendar_id: row.name for row in facts.calendars}
    rows = [
        (
            one_line(row.name, 30),
            f"first response {promises_text(row.terms.first_response) or 'not promised'}",
            f"resolution {promises_text(row.terms.resolution) or 'not promised'}",
            f"in {one_line(names.get(row.calendar_id, ''), 30)}",
        )
        for row in facts.slas
    ]
    payload = {"slas": [_payload(row, names.get(row.calendar_id, "")) for row in facts.slas]}
    return Outcome(payload, table(rows) or ["Nothing is promised yet."])


def _payload(row: SlaRow, hours: str) -> dict[str, Any]:
    terms = terms_as_json(row.terms)
    return {
        "uid": row.uid,
        "name": row.name,
        "hours": hours,
        "first_response": _minutes(terms["first_response"]),
        "resolution": _minutes(terms["resolution"]),
        "warn_share": row.terms.warn_share,
        "pauses": terms["pauses"],
        "starts_anew": terms["starts_anew"],
    }


def _minutes(promised: dict[str, float | None]) -> list[dict[str, Any]]:
    return [{"priority": name, "minutes": minutes} for name, minutes in promised.items() if minutes is not None]


def _new(context: Context, arguments: Namespace) -> Outcome:
    given = _given(arguments)
    if "calendar" not in given:
        raise CommandError("Say in which business hours the time counts, with --calendar.")
    saved = context.services().do(write_sla, given)
    said = [f"The SLA {one_line(arguments.name, 60)} was made."]
    return Outcome({"sla": saved.uid, "operation": saved.operation_uid}, said)


def _edit(context: Context, arguments: Namespace) -> Outcome:
    given = _given(arguments)
    if not given:
        raise CommandError("Say what to change, for instance --resolution.")
    services = context.services()
    row = services.read(sla_called, arguments.sla)
    saved = services.do(write_sla, given, sla_id=row.sla_id)
    said = [f"The SLA {one_line(row.name, 60)} was changed; open clocks are worked out again."]
    return Outcome({"sla": saved.uid, "operation": saved.operation_uid}, said)


def _delete(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    row = services.read(sla_called, arguments.sla)
    uid = services.do(delete_sla, row.sla_id)
    said = [f"The SLA {one_line(row.name, 60)} was deleted; `regarding undo` brings it back."]
    return Outcome({"sla": row.uid, "operation": uid}, said)


def _given(arguments: Namespace) -> dict[str, Any]:
    given = {field.name: getattr(arguments, field.name) for field in SLA_FIELDS}
    return {name: value for name, value in given.items() if value is not None}


COMMAND = Command(
    "sla",
    "what is promised to customers: how soon a case is answered and resolved",
    _list,
    subcommands=(
        Command("list", "show all SLAs", _list),
        Command("new", "promise something", _new, _new_arguments, makes_store=True),
        Command("edit", "change what is promised", _edit, _edit_arguments),
        Command("delete", "delete an SLA; undo brings it back", _delete, _which),
    ),
)
