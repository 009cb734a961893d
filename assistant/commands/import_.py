"""`regarding import`: files and folders of mail, calendars, cards and tables."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.progress import progress_bar
from assistant.commands.tables import import_tables
from assistant.duplicates.scanning import BATCH, compare_waiting
from assistant.importing import ImportReport, Progress, import_files
from assistant.intake import follow_up
from store.engine import Store
from store.errors import StoreBusy
from store.queries.duplicates import count_duplicates

_MOST_COMPARED = 2_000  # new and changed records that are compared at once
_SHOWN = 20  # refused files named to a person; --json names them all


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="mbox, Maildir, .eml, .msg, .ics, .vcf, .csv, archives, folders",
    )
    tables = parser.add_argument_group("tables (CSV)")
    tables.add_argument("--kind", help="what the rows are: account, contact, lead, opportunity, case, product, user")
    tables.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help="say what a column holds")
    tables.add_argument("--preview", action="store_true", help="show what would be done and do nothing")
    tables.add_argument("--yes", action="store_true", help="do not ask before importing a table")


def _run(context: Context, arguments: Namespace) -> Outcome:
    missing = [str(path) for path in arguments.paths if not path.exists()]
    if missing:
        raise CommandError(f"There is no file or folder {missing[0]}.")
    services = context.services()
    started = time.monotonic()
    alike = services.read(count_duplicates).value
    report = ImportReport()
    tables = import_tables(context, arguments, report)
    if not (arguments.preview or arguments.kind or arguments.map):  # with those every path is said to be a table
        with progress_bar(context, "Importing") as show:
            files = import_files(
                services.store, arguments.paths, clock=context.clock, progress=lambda step: show(*_shown(step))
            )
        _add(report, files)
        report.linked += follow_up(services.store, now=context.clock())
    if not arguments.preview:
        _compare(services.store, context)
    found = max(services.read(count_duplicates).value - alike, 0)
    return _outcome(report, tables, found, time.monotonic() - started)


def _compare(store: Store, context: Context) -> None:
    """Compare what is new with what is known. After very much of it, or beside somebody who writes much, the service
    goes on."""
    with suppress(StoreBusy):
        for _ in range(_MOST_COMPARED // BATCH):
            if not compare_waiting(store, now=context.clock())[0]:
                return


def _add(report: ImportReport, files: ImportReport) -> None:
    report.new += files.new
    report.known += files.known
    report.linked += files.linked
    report.quarantined += files.quarantined


def _outcome(report: ImportReport, tables: Sequence[str], duplicates: int, seconds: float) -> Outcome:
    payload = {
        "new": report.new,
        "known": report.known,
        "quarantined": [{"source": each.source, "reason": each.reason} for each in report.quarantined],
        "linked": report.linked,
        "duplicates": duplicates,
        "seconds": round(seconds, 3),
    }
    lines = [*tables, f"{report.new:,} new, {report.known:,} known, {report.linked:,} linked, {seconds:.1f} s"]
    if duplicates:
        lines.append(f"{duplicates:,} possible duplicate{'s' if duplicates != 1 else ''}: regarding duplicates")
    lines += [f"  {each.source}: {each.reason}" for each in report.quarantined[:_SHOWN]]
    if len(report.quarantined) > _SHOWN:
        lines.append(f"  and {len(report.quarantined) - _SHOWN:,} more; see `regarding quarantine`")
    failed = bool(report.quarantined) and not report.new and not report.known
    return Outcome(payload, lines, code=int(failed))


def _shown(step: Progress) -> tuple[float, str]:
    return step.done / step.total if step.total else 1.0, Path(step.label).name


COMMAND = Command(
    "import", "take in mail, calendars, contact cards and tables from files", _run, _arguments, makes_store=True
)
