"""`regarding account|contact|lead|opportunity|case new|edit|delete|list`, all made from `store.records.fields`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.options import field_option
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line, table
from assistant.duplicates.checking import lookalikes
from assistant.intake import follow_up
from store.queries.record_names import find_record
from store.queries.records import list_records
from store.queries.views import VIEWS
from store.records.fields import LABELS, fields_of
from store.records.values import typed_line
from store.records.writing import affected_by_deletion, create_record, delete_record, edit_record

_PAGE = 200


def record_command(kind: str) -> Command:
    """The command for one kind of record."""
    one, many = LABELS[kind]
    return Command(
        kind,
        f"create, edit, delete and list {many}",
        partial(_list, kind),
        subcommands=(
            Command("new", f"create one {one}", partial(_new, kind), _fields(kind, editing=False), makes_store=True),
            Command("edit", f"change one {one}", partial(_edit, kind), _fields(kind, editing=True)),
            Command("delete", f"delete one {one}; undo brings it back", partial(_delete, kind), _which(kind)),
            Command("list", f"list {many}", partial(_list, kind), _view(kind)),
        ),
    )


def _fields(kind: str, *, editing: bool) -> Callable[[ArgumentParser], None]:
    def add(parser: ArgumentParser) -> None:
        if editing:
            _which(kind)(parser)
        else:
            parser.add_argument("title", help="its name")
        for field in fields_of(kind).values():
            if field.name != "title" or editing:
                field_option(parser, field)
        if kind == "opportunity":
            told = "a product, as 2 x Snow gun @ 18400 (may be repeated" + ("; replaces all lines)" if editing else ")")
            parser.add_argument("--line", action="append", metavar="TEXT", help=told)

    return add


def _which(kind: str) -> Callable[[ArgumentParser], None]:
    def add(parser: ArgumentParser) -> None:
        parser.add_argument("record", help=f"the {LABELS[kind][0]}'s number, name or e-mail address")

    return add


def _view(kind: str) -> Callable[[ArgumentParser], None]:
    def add(parser: ArgumentParser) -> None:
        parser.add_argument("--view", choices=[view.name for view in VIEWS[kind]], default="all")
        parser.add_argument("--text", default="", help="only names that contain this")
        parser.add_argument("--limit", type=count, default=_PAGE, metavar="COUNT", help=f"how many, {_PAGE} by default")

    return add


def _values(kind: str, arguments: Namespace) -> dict[str, Any]:
    given = {name: getattr(arguments, name, None) for name in fields_of(kind)}
    values = {name: value for name, value in given.items() if value is not None}
    typed = getattr(arguments, "line", None)
    return values if typed is None else values | {"lines": [typed_line(one) for one in typed if one.strip()]}


def _new(kind: str, context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    created = services.do(create_record, kind, _values(kind, arguments))
    follow_up(services.store, now=context.clock())
    alike = services.read(lookalikes, created.record_id)
    lines = [f"{created.number} {one_line(arguments.title, 100)} was created.", *created.notices]
    lines += [f"{one_line(each.sentence, 200)}. See regarding duplicates." for each in alike]
    return Outcome(as_payload(created) | {"looks_like": [as_payload(each) for each in alike]}, lines)


def _edit(kind: str, context: Context, arguments: Namespace) -> Outcome:
    values = _values(kind, arguments)
    if not values:
        raise CommandError("Say what to change, for instance --title.")
    services = context.services()
    record = services.read(find_record, arguments.record, kind=kind)
    uid = services.do(edit_record, record.record_id, values)
    follow_up(services.store, now=context.clock())
    return Outcome({"operation": uid, "number": record.number}, [f"{record.number} was changed."])


def _delete(kind: str, context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    record = services.read(find_record, arguments.record, kind=kind)
    affected = services.read(affected_by_deletion, record.record_id)
    uid = services.do(delete_record, record.record_id)
    follow_up(services.store, now=context.clock())
    lines = [f"{record.number} {one_line(record.title, 100)} was deleted; `regarding undo` brings it back."]
    if affected:
        lines.append(f"{affected[:1].upper()}{affected[1:]}.")
    return Outcome({"operation": uid, "number": record.number, "affected": affected}, lines)


def _list(kind: str, context: Context, arguments: Namespace) -> Outcome:
    page = context.services().read(
        list_records,
        kind,
        view=arguments.view,
        text=arguments.text,
        today=context.clock().date(),
        limit=arguments.limit,
    )
    rows = [
        (row.number, one_line(row.title, 40), *(one_line(_cell(value), 24) for value in row.cells.values()))
        for row in page.rows
    ]
    payload = {"records": [as_payload(row) for row in page.rows], "more": page.more}
    return Outcome(payload, table(rows) or [f"There are no {LABELS[kind][1]} here."])


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


ACCOUNT, CONTACT, OPPORTUNITY = map(record_command, ("account", "contact", "opportunity"))

_BOOKINGS = record_command("booking")
#: One is made by `regarding schedule book`, which asks who and when.
BOOKING = replace(
    _BOOKINGS,
    help="edit, delete and list bookings",
    subcommands=tuple(one for one in _BOOKINGS.subcommands if one.name != "new"),
)
