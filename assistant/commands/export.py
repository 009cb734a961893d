"""`regarding export`: any list as CSV."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.tables.exporting import LISTS, export
from store.queries.record_names import find_record
from store.records.fields import FIELDS


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=(*FIELDS, *LISTS), help="the list")
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write it")
    parser.add_argument("--record", help="whose timeline (a number, a name or an e-mail address)")


def _run(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    record_id = None
    if arguments.what == "timeline":
        if not arguments.record:
            raise CommandError("Say whose timeline with --record.")
        record_id = services.read(find_record, arguments.record).record_id
    try:
        # The byte order mark makes spreadsheet programs read the file as UTF-8.
        with arguments.file.open("w", encoding="utf-8-sig", newline="") as out:
            rows = services.read(export, arguments.what, out, record_id=record_id)
    except OSError as error:
        raise CommandError(f"{arguments.file} cannot be written: {error.strerror}.") from error
    return Outcome({"file": str(arguments.file), "rows": rows}, [f"{arguments.file}: {rows:,} rows"])


COMMAND = Command("export", "write any list as CSV", _run, _arguments)
