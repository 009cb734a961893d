"""The tables among the files of `regarding import`: shown, asked about, then imported."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from assistant.commands.base import CommandError, Context
from assistant.commands.progress import progress_bar
from assistant.commands.words import one_line, table
from assistant.importing import ImportReport, Refused
from assistant.tables.errors import TableRefused
from assistant.tables.plan import FolderPlan, ImportPlan, plan_folder, plan_import
from assistant.tables.run import ImportResult, run_import

_SHOWN = 5  # doubtful rows shown per table


def import_tables(context: Context, arguments: Namespace, report: ImportReport) -> list[str]:
    """Import the tables under the paths into `report`; returns the lines that tell people about them."""
    services = context.services()
    folder = _planned(context, arguments)
    report.quarantined += [Refused(str(each.path), each.reason) for each in folder.refused]
    lines: list[str] = []
    for plan in folder.plans:
        lines += _described(plan)
        if arguments.preview or not _agreed(context, arguments, plan):
            continue
        # Planned again: by now the tables before this one are in the store.
        current = plan_import(
            plan.path, store=services.store, by=services.actor, kind=plan.kind, mapping=_mapping(arguments)
        )
        with progress_bar(context, plan.path.name) as show:
            result = run_import(
                current,
                store=services.store,
                by=services.actor,
                now=context.clock(),
                progress=lambda done, total: show(done / total if total else 1.0, f"{done:,} rows"),
            )
        _count(report, plan.path, result)
        lines += _result_lines(result)
    return lines


def _planned(context: Context, arguments: Namespace) -> FolderPlan:
    services = context.services()
    paths: Sequence[Path] = arguments.paths
    if not arguments.kind and not arguments.map:
        return plan_folder(paths, store=services.store, by=services.actor)
    try:
        plans = tuple(
            plan_import(path, store=services.store, by=services.actor, kind=arguments.kind, mapping=_mapping(arguments))
            for path in paths
        )
    except (TableRefused, OSError) as error:
        raise CommandError(str(error)) from error
    return FolderPlan(plans, ())


def _mapping(arguments: Namespace) -> dict[str, str] | None:
    pairs = [each.partition("=") for each in arguments.map]
    wrong = next((column for column, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise CommandError(f"Write --map as COLUMN=FIELD, not {wrong!r}.")
    return {column: field for column, _, field in pairs} or None


def _agreed(context: Context, arguments: Namespace, plan: ImportPlan) -> bool:
    if arguments.yes or not context.is_interactive:
        return True
    for line in _described(plan):
        context.say(line)
    return input(f"Import {plan.new:,} rows of {plan.path.name}? (y/n) ").strip().lower().startswith("y")


def _described(plan: ImportPlan) -> list[str]:
    columns = [(f"  {column.header}", f"-> {column.field or 'not imported'}") for column in plan.columns]
    counts = (
        f"{plan.new:,} new, {len(plan.known):,} known, {len(plan.repeated):,} repeated, {len(plan.bad):,} unreadable"
    )
    lines = [f"{plan.path.name}: {plan.rows:,} rows of {plan.kind} ({counts})", *table(columns)]
    lines += [
        f"  row {match.row}: {one_line(match.title, 50)} looks like {one_line(match.what, 60)} ({match.likeness:.0f} %)"
        for match in plan.similar[:_SHOWN]
    ]
    return lines


def _count(report: ImportReport, path: Path, result: ImportResult) -> None:
    report.new += result.new
    report.known += result.known + result.repeated + result.updated
    report.quarantined += [Refused(f"{path}, row {bad.row}", bad.reason) for bad in result.bad]


def _result_lines(result: ImportResult) -> list[str]:
    lines = [f"  imported: {result.new:,} new {result.kind} rows, {result.known:,} known"]
    if result.created_accounts:
        lines.append(f"  {result.created_accounts:,} accounts named in it were created")
    lines += [f"  {notice}" for notice in result.notices[:_SHOWN]]
    if result.operation_uid:
        lines.append(f"  `regarding undo {result.operation_uid}` takes it back")
    return lines
