"""`regarding queue`: queues with their members, what waits in them, the hours they keep and what they promise."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from assistant.commands import queue_hours, queue_sla
from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.options import field_option
from assistant.commands.payloads import plain
from assistant.commands.people import colleague
from assistant.commands.words import ago, one_line, table
from store.queries.queue_facts import QueueFacts, queue_called, service_facts
from store.queries.queues import VIEWS, QueueLoad, WorkRow, queue_loads, queue_work
from store.queues.fields import QUEUE_FIELDS
from store.queues.reading import QueueRow
from store.queues.saving import delete_queue
from store.queues.typed import set_members, write_queue
from store.sla.countdown import countdown

_PAGE = 200
_WORK = ("uid", "kind", "number", "title", "customer", "status", "priority", "owner", "queue", "created_at", "score")


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("queue", metavar="QUEUE", help="its name")


def _own(parser: ArgumentParser) -> None:
    for field in QUEUE_FIELDS[1:]:
        field_option(parser, field)


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="what it is called")
    _own(parser)
    parser.add_argument("--member", action="append", metavar="TEXT", help="somebody who works on it (may be repeated)")


def _edit_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    field_option(parser, QUEUE_FIELDS[0])
    _own(parser)


def _show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "queue", nargs="?", default="", metavar="QUEUE", help="its name; without it, cases of all queues"
    )
    parser.add_argument("--view", choices=VIEWS, default="all")
    parser.add_argument("--limit", type=count, default=_PAGE, metavar="COUNT", help=f"how many, {_PAGE} by default")


def _member_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("person", help="a colleague's name or address")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--away", action="store_true", help="nothing is given to them for now")
    what.add_argument("--back", action="store_true", help="they are back")
    what.add_argument("--remove", action="store_true", help="they work on it no longer")


def _list(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    facts = {each.queue.queue_id: each for each in services.read(service_facts).queues}
    loads = [load for load in services.read(queue_loads) if load.queue is not None]
    rows = [_line(load.queue, facts[load.queue.queue_id], load) for load in loads if load.queue is not None]
    payload = {"queues": [_payload(facts[load.queue.queue_id], load) for load in loads if load.queue is not None]}
    return Outcome(payload, table(rows) or ["There is no queue yet; regarding queue new makes one."])


def _line(queue: QueueRow, facts: QueueFacts, load: QueueLoad) -> tuple[str, ...]:
    counts = load.counts
    return (
        one_line(queue.name, 30),
        f"{counts['all']} open",
        f"{counts['unassigned']} unassigned",
        f"{counts['at_risk']} at risk",
        f"{counts['waiting']} waiting",
        one_line(", ".join(filter(None, (queue.address, facts.sla and f"SLA {facts.sla}"))), 60),
    )


def _payload(facts: QueueFacts, load: QueueLoad) -> dict[str, Any]:
    queue = facts.queue
    names = ("uid", "name", "kind", "address", "assignment", "reopen_days")
    return {
        **{name: getattr(queue, name) for name in names},
        "sla": facts.sla,
        "escalates_to": facts.escalates_to,
        "members": [{"name": member.name, "away": member.away} for member in queue.members],
        "counts": dict(load.counts),
    }


def _show(context: Context, arguments: Namespace) -> Outcome:
    services, now = context.services(), context.clock().astimezone()
    queue = services.read(queue_called, arguments.queue) if arguments.queue else None
    page = services.read(
        queue_work,
        queue.queue_id if queue else None,
        view=arguments.view,
        kind=queue.kind if queue else "case",
        now=context.clock(),
        limit=arguments.limit,
    )
    lines = table([_work_line(row, now) for row in page.rows])
    payload = {"queue": queue.name if queue else "", "work": [_work(row) for row in page.rows], "more": page.more}
    return Outcome(payload, lines or ["Nothing waits here."])


def _work(row: WorkRow) -> dict[str, Any]:
    names = (
        "uid",
        "kind",
        "number",
        "title",
        "customer",
        "status",
        "priority",
        "owner",
        "queue",
        "created_at",
        "score",
    )
    clock = row.clock
    return {
        **{name: plain(getattr(row, name)) for name in names},
        "sla": None if clock is None else {"state": clock.state, "due_at": plain(clock.due_at)},
    }


def _work_line(row: WorkRow, now: Any) -> tuple[str, ...]:
    left = countdown(row.clock, row.calendar, now) if row.calendar else ""
    urgent = row.priority if row.priority != "normal" else ""
    return (
        row.number,
        one_line(row.title, 40),
        one_line(row.customer, 24),
        " ".join(filter(None, (row.status.replace("_", " "), urgent))),
        one_line(row.owner, 20) or "nobody's",
        left or f"came {ago(row.created_at, now)}",
    )


def _new(context: Context, arguments: Namespace) -> Outcome:
    members = {"members": arguments.member} if arguments.member else {}
    saved = context.services().do(write_queue, _given(arguments) | members)
    said = [f"The queue {one_line(arguments.name, 60)} was made.", *_remarks(context, saved.id)]
    return Outcome({"queue": saved.uid, "operation": saved.operation_uid}, said)


def _edit(context: Context, arguments: Namespace) -> Outcome:
    given = _given(arguments)
    if not given:
        raise CommandError("Say what to change, for instance --address.")
    services = context.services()
    queue = services.read(queue_called, arguments.queue)
    saved = services.do(write_queue, given, queue_id=queue.queue_id)
    said = [f"The queue {one_line(queue.name, 60)} was changed; `regarding undo` takes it back."]
    said += _remarks(context, saved.id)
    return Outcome({"queue": saved.uid, "operation": saved.operation_uid}, said)


def _delete(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    queue = services.read(queue_called, arguments.queue)
    uid = services.do(delete_queue, queue.queue_id)
    said = [f"The queue {one_line(queue.name, 60)} was deleted; `regarding undo` brings it back."]
    return Outcome({"queue": queue.uid, "operation": uid}, said)


def _member(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    queue = services.read(queue_called, arguments.queue)
    person = colleague(context.services(), arguments.person)
    members = [member.user_id for member in queue.members]
    away = {member.user_id for member in queue.members if member.away}
    if person.user_id not in members and (arguments.away or arguments.back or arguments.remove):
        raise CommandError(f"{person.name} is no member of {queue.name}.")
    if arguments.remove:
        members.remove(person.user_id)
    elif person.user_id not in members:
        members.append(person.user_id)
    away = (away | {person.user_id}) if arguments.away else away - ({person.user_id} if arguments.back else set())
    saved = services.do(set_members, queue.queue_id, tuple(members), frozenset(away & set(members)))
    changed = services.read(queue_called, saved.uid)
    told = [{"name": member.name, "away": member.away} for member in changed.members]
    names = ", ".join(f"{one['name']} (away)" if one["away"] else str(one["name"]) for one in told)
    lines = [f"Members of {one_line(queue.name, 60)}: {one_line(names, 200) or 'nobody'}."]
    return Outcome({"queue": saved.uid, "operation": saved.operation_uid, "members": told}, lines)


def _remarks(context: Context, queue_id: int) -> list[str]:
    """What may not be as it is meant, a sentence each."""
    facts = context.services().read(service_facts).queues
    found = next((one.remarks for one in facts if one.queue.queue_id == queue_id), ())
    return [f"{remark[:1].upper()}{remark[1:]}." for remark in found]


def _given(arguments: Namespace) -> dict[str, Any]:
    given = {field.name: getattr(arguments, field.name) for field in QUEUE_FIELDS}
    return {name: value for name, value in given.items() if value is not None}


COMMAND = Command(
    "queue",
    "queues: what waits in them, who works on them, their hours and what they promise",
    _list,
    subcommands=(
        Command("list", "show all queues with how much waits in them", _list),
        Command("show", "list what waits in a queue, the most pressing first", _show, _show_arguments),
        Command("new", "make a queue", _new, _new_arguments, makes_store=True),
        Command("edit", "change a queue", _edit, _edit_arguments),
        Command("delete", "delete a queue; undo brings it back", _delete, _which),
        Command("member", "let somebody work on a queue, or be away", _member, _member_arguments),
        queue_hours.COMMAND,
        queue_sla.COMMAND,
    ),
)
