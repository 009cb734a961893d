"""`regarding backup`: a copy of the store while it is in use."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.progress import progress_bar
from assistant.commands.words import size
from store.backup import backup
from store.diagnosis import note_backup


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("target", type=Path, metavar="FILE", help="a new file")


def _run(context: Context, arguments: Namespace) -> Outcome:
    store = context.services().store
    with progress_bar(context, "Backing up") as show:
        written = backup(
            store,
            arguments.target,
            progress=lambda done, total: show(done / total if total else 1.0, str(arguments.target)),
        )
    with store.write() as tx:
        note_backup(tx, str(arguments.target), now=context.clock())
    return Outcome(
        {"file": str(arguments.target), "size": written},
        [f"{arguments.target}: {size(written)}, complete and readable"],
    )


COMMAND = Command("backup", "copy the store to a file while it is in use", _run, _arguments)
