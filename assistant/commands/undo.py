"""`regarding undo`: take back what was done last, or any one act."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import ago, one_line
from assistant.intake import follow_up
from calendar_sync.ingest import roll_forward
from store.history.operations import undo
from store.queries.history import operations


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("operation", nargs="?", metavar="ID", help="an operation; the latest of your own by default")
    parser.add_argument("--list", action="store_true", help="show what can be undone")
    parser.add_argument("--force", action="store_true", help="put old values back even over later changes")


def _run(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    if arguments.list:
        rows = services.read(operations, limit=50)
        now = context.clock()
        lines = [f"{row.uid}  {ago(row.at, now)}: {one_line(row.summary, 120)}" for row in rows]
        return Outcome({"operations": [as_payload(row) for row in rows]}, lines or ["Nothing was done yet."])
    uid = services.do(undo, arguments.operation, force=arguments.force)
    roll_forward(services.store, now=context.clock())  # a series that was put back is written out anew
    follow_up(services.store, now=context.clock())
    summary = next((row.summary for row in services.read(operations, limit=50) if row.uid == uid), "")
    return Outcome({"operation": uid, "summary": summary}, [one_line(summary, 200)])


COMMAND = Command("undo", "take back the last change, or a given one", _run, _arguments)
