"""`regarding link eval DIR`: how well linking does on a world whose truth is known."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.progress import progress_bar
from assistant.commands.world_report import report_lines, report_payload
from assistant.linking.world.evaluate import evaluate
from assistant.linking.world.format import World, read_world
from assistant.linking.world.problems import WorldRefused

_SHOWN = 20  # problems of a world told to people; --json tells all


def read_worlds(context: Context, folders: list[Path], *, quiet: bool = False) -> list[World]:
    """The worlds in these folders; what is wrong with them is said. Raises CommandError."""
    try:
        worlds = [read_world(folder) for folder in folders]
    except WorldRefused as refused:
        raise CommandError(str(refused)) from refused
    for folder, world in zip(folders, worlds, strict=True):
        _say_problems(context, folder, world, quiet=quiet)
    return worlds


def _say_problems(context: Context, folder: Path, world: World, *, quiet: bool) -> None:
    shown = [] if quiet else world.problems[:_SHOWN]
    for sentence in shown:
        context.say(f"{folder / sentence}")
    if rest := len(world.problems) - len(shown):
        context.say(f"{folder}: {rest:,} {'more ' if shown else ''}problems")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a world: tables, mail/*.eml and truth.csv")
    parser.add_argument("--learn", action="store_true", help="file each mail rightly after it was judged")
    parser.add_argument("--no-errors", action="store_true", help="figures only: nothing of the mails is told")


def _run(context: Context, arguments: Namespace) -> Outcome:
    world = read_worlds(context, [arguments.folder], quiet=arguments.no_errors)[0]
    with progress_bar(context, "Reading mail") as show:
        report = evaluate(
            world,
            learn=arguments.learn,
            progress=lambda share, label: show(share, "" if arguments.no_errors else label),
        )
    with_errors = not arguments.no_errors
    return Outcome(report_payload(report, with_errors=with_errors), report_lines(report, with_errors=with_errors))


COMMAND = Command("eval", "score linking on a world whose truth is known", _run, _arguments)
