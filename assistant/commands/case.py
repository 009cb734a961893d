"""`regarding case`: what is done with every record, and what only cases need: giving, closing, opening, merging."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.people import colleague
from assistant.commands.records import record_command
from assistant.commands.words import one_line
from assistant.compose import Services
from assistant.intake import follow_up
from store.cases.acting import (
    assign_cases,
    cancel_case,
    merge_cases,
    reopen_case,
    resolve_case,
    set_priority,
    set_status,
)
from store.queries.queue_facts import queue_called
from store.queries.record_names import find_record
from store.queries.refs import RecordRef
from store.records.fields import CASE_CLOSED, CASE_STATUSES, PRIORITIES

_OPEN = tuple(status for status in CASE_STATUSES if status not in (*CASE_CLOSED, "new"))


def _case(parser: ArgumentParser) -> None:
    parser.add_argument("record", help="the case's number or name")


def _cases(parser: ArgumentParser) -> None:
    parser.add_argument("records", nargs="+", metavar="CASE", help="the number or name of a case")


def _parts(parser: ArgumentParser) -> None:
    parser.add_argument("--with-parts", action="store_true", help="also its open parts")


def _assign_arguments(parser: ArgumentParser) -> None:
    _cases(parser)
    parser.add_argument("--to", metavar="PERSON", help="a colleague's name or address")
    parser.add_argument("--queue", metavar="QUEUE", help="a queue; without --to, whose turn it is there gets it")
    parser.add_argument("--priority", choices=PRIORITIES, help="how urgent it is from now on")
    parser.add_argument("--status", choices=_OPEN, help="what is done with it from now on")


def _resolve_arguments(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("resolution", help="how it was resolved")
    _parts(parser)


def _cancel_arguments(parser: ArgumentParser) -> None:
    _case(parser)
    _parts(parser)


def _merge_arguments(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("into", help="the case that it becomes part of")


def _assign(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    found = {case.record_id: case for case in (_found(services, name) for name in arguments.records)}
    user_id = colleague(services, arguments.to).user_id if arguments.to else None
    queue_id = services.read(queue_called, arguments.queue).queue_id if arguments.queue else None
    acts: list[tuple[Callable[..., str], dict[str, Any]]] = []
    if user_id is not None or queue_id is not None:
        acts.append((assign_cases, {"user_id": user_id, "queue_id": queue_id}))
    if arguments.priority:
        acts.append((set_priority, {"priority": arguments.priority}))
    if arguments.status:
        acts.append((set_status, {"status": arguments.status}))
    if not acts:
        raise CommandError("Say to whom with --to, to which --queue, with which --priority or --status.")
    uids = [services.do(act, list(found), **wanted) for act, wanted in acts]
    follow_up(services.store, now=context.clock())
    numbers = [case.number for case in found.values()]
    verb = "was" if len(numbers) == 1 else "were"
    return Outcome({"operations": uids, "numbers": numbers}, [f"{', '.join(numbers)} {verb} changed."])


def _resolve(context: Context, arguments: Namespace) -> Outcome:
    wanted = {"resolution": arguments.resolution, "with_parts": arguments.with_parts}
    return _act(context, arguments, resolve_case, "is resolved", wanted)


def _cancel(context: Context, arguments: Namespace) -> Outcome:
    return _act(context, arguments, cancel_case, "is cancelled", {"with_parts": arguments.with_parts})


def _reopen(context: Context, arguments: Namespace) -> Outcome:
    return _act(context, arguments, reopen_case, "is open again", {})


def _merge(context: Context, arguments: Namespace) -> Outcome:
    into = _found(context.services(), arguments.into)
    said = f"is part of {into.number} {one_line(into.title, 80)} now"
    return _act(context, arguments, merge_cases, said, {"into_id": into.record_id})


def _act(context: Context, arguments: Namespace, act: Callable[..., str], said: str, wanted: dict[str, Any]) -> Outcome:
    services = context.services()
    case = _found(services, arguments.record)
    uid = services.do(act, case.record_id, **wanted)
    follow_up(services.store, now=context.clock())
    line = f"{case.number} {one_line(case.title, 80)} {said}; regarding undo takes it back."
    return Outcome({"operation": uid, "number": case.number}, [line])


def _found(services: Services, name: str) -> RecordRef:
    return services.read(find_record, name, kind="case")


_CASES = record_command("case")

COMMAND = replace(
    _CASES,
    help="create, edit, assign, resolve, reopen, merge, delete and list cases",
    subcommands=(
        *_CASES.subcommands,
        Command("assign", "give cases to a person or a queue, set priority or status", _assign, _assign_arguments),
        Command("resolve", "resolve a case, with how", _resolve, _resolve_arguments),
        Command("cancel", "cancel a case", _cancel, _cancel_arguments),
        Command("reopen", "open a closed case again", _reopen, _case),
        Command("merge", "make a case part of another one; undo takes them apart", _merge, _merge_arguments),
    ),
)
