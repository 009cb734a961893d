"""What sites, resources, groups and services have in common on the command line: listed, shown, made, changed, deleted,
imported."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.options import field_option
from assistant.commands.words import one_line, table
from assistant.scheduling.setup.files import import_setup, read_setup_file
from assistant.scheduling.setup.keeping import keep
from store.kept.sorts import Sort
from store.queries.scheduling.setup import called, setup
from store.records.fields import Field
from store.scheduling.reading import Setup, Thing
from store.scheduling.saving import delete_thing

_WIDTH = 300


@dataclass(frozen=True, slots=True)
class Noun:
    """One sort of things: `things` finds them in the setup, `texts` are its fields as typed, `payload` what `--json`
    prints, `row` its line in a list. `imports` are the tables of a file that belong to it."""

    sort: Sort
    fields: Sequence[Field]
    things: Callable[[Setup], Sequence[Thing]]
    texts: Callable[[Setup, Thing], dict[str, Any]]
    payload: Callable[[Setup, Thing], dict[str, Any]]
    row: Callable[[Setup, Thing], tuple[str, ...]]
    imports: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.sort.noun

    @property
    def many(self) -> str:
        return f"{self.name}s"


def things_commands(noun: Noun) -> tuple[Command, ...]:
    """The commands of one sort of things."""
    which = partial(_which, noun)
    commands = (
        Command("list", f"show all {noun.many}", partial(_list, noun)),
        Command("show", f"show a {noun.name}, as it is typed", partial(_show, noun), which),
        Command("new", f"add a {noun.name}", partial(_new, noun), partial(_new_arguments, noun), makes_store=True),
        Command("edit", f"change a {noun.name}", partial(_edit, noun), partial(_edit_arguments, noun)),
        Command("delete", f"delete a {noun.name}; undo brings it back", partial(_delete, noun), which),
    )
    return (*commands, import_command(noun.many, noun.imports)) if noun.imports else commands


def import_command(what: str, tables: tuple[str, ...]) -> Command:
    """Add or change what a TOML file says in these tables."""
    told = f"add or change the {what} of a TOML file"
    return Command("import", told, partial(_import, tables), _file, makes_store=True)


def list_things(noun: Noun) -> Callable[[Context, Namespace], Outcome]:
    """What the command without a subcommand does."""
    return partial(_list, noun)


def _which(noun: Noun, parser: ArgumentParser) -> None:
    parser.add_argument("which", metavar=noun.name.upper(), help="its name")


def _new_arguments(noun: Noun, parser: ArgumentParser) -> None:
    parser.add_argument("name", help="what it is called")
    for field in noun.fields[1:]:
        field_option(parser, field)


def _edit_arguments(noun: Noun, parser: ArgumentParser) -> None:
    _which(noun, parser)
    for field in noun.fields:
        field_option(parser, field)


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="as docs/scheduling.md describes it")


def _list(noun: Noun, context: Context, _arguments: Namespace) -> Outcome:
    known = context.services().read(setup)
    things = noun.things(known)
    rows = [tuple(one_line(cell, _WIDTH) for cell in noun.row(known, each)) for each in things]
    payload = {noun.many: [noun.payload(known, each) for each in things]}
    return Outcome(payload, table(rows) or [f"There are no {noun.many} yet."])


def _show(noun: Noun, context: Context, arguments: Namespace) -> Outcome:
    known = context.services().read(setup)
    thing = _called(context, noun, arguments)
    texts = noun.texts(known, thing)
    rows = [row for field in noun.fields for row in _rows(field, str(texts[field.name]))]
    return Outcome(noun.payload(known, thing), table(rows))


def _rows(field: Field, text: str) -> list[tuple[str, str]]:
    """A line for each of the text's, with the label before the first."""
    lines = [line[: len(line) - len(line.lstrip())] + one_line(line, _WIDTH) for line in text.splitlines()]
    return [("" if number else field.label.lower(), line) for number, line in enumerate(lines)]


def _new(noun: Noun, context: Context, arguments: Namespace) -> Outcome:
    saved = context.services().do(keep, noun.sort, _given(noun, arguments))
    said = f"The {noun.name} {one_line(arguments.name, 60)} was made."
    return Outcome({noun.name: saved.uid, "operation": saved.operation_uid}, [said])


def _edit(noun: Noun, context: Context, arguments: Namespace) -> Outcome:
    given = _given(noun, arguments)
    if not given:
        raise CommandError(f"Say what to change, for instance --{noun.fields[1].name.replace('_', '-')}.")
    thing = _called(context, noun, arguments)
    saved = context.services().do(keep, noun.sort, given, key=thing.id)
    said = f"The {noun.name} {one_line(thing.name, 60)} was changed; `regarding undo` takes it back."
    return Outcome({noun.name: saved.uid, "operation": saved.operation_uid}, [said])


def _delete(noun: Noun, context: Context, arguments: Namespace) -> Outcome:
    thing = _called(context, noun, arguments)
    uid = context.services().do(delete_thing, noun.sort, thing.id)
    said = f"The {noun.name} {one_line(thing.name, 60)} was deleted; `regarding undo` brings it back."
    return Outcome({noun.name: thing.uid, "operation": uid}, [said])


def _import(tables: tuple[str, ...], context: Context, arguments: Namespace) -> Outcome:
    found = read_setup_file(arguments.file)
    done = context.services().do(import_setup, found, only=tables, name=arguments.file.name)
    said = f"{done.new:,} new, {done.changed:,} changed; `regarding undo` takes all of it back."
    return Outcome({"new": done.new, "changed": done.changed, "operation": done.operation_uid}, [said])


def _called(context: Context, noun: Noun, arguments: Namespace) -> Thing:
    return context.services().read(called, noun.sort, arguments.which)


def _given(noun: Noun, arguments: Namespace) -> dict[str, Any]:
    given = {field.name: getattr(arguments, field.name, None) for field in noun.fields}
    return {name: value for name, value in given.items() if value is not None}
