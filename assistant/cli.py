"""The command line: `regarding COMMAND`. Standard output carries results, standard error everything else."""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS, Action, ArgumentError, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NoReturn

from assistant.commands import registry
from assistant.commands.base import Command, CommandError, Context, Outcome, show
from assistant.compose import Services, compose, utc_now
from assistant.config import Config, ConfigError, default_path, load_config
from assistant.secret_store import SecretMissing
from mail_sync.errors import SyncError
from mail_sync.mime.plain import visible
from store.errors import StoreError

OpenUi = Callable[[Services], None]


def main(argv: Sequence[str], open_ui: OpenUi, *, clock: Callable[[], datetime] = utc_now) -> int:
    """Run one command; returns the exit status. A failure is one sentence on standard error."""
    parser = _parser(_asked_for(argv))
    arguments, unknown = parser.parse_known_args(argv, _nothing_said())
    if unknown:
        parser.prog = getattr(arguments, "prog", parser.prog)  # of the command that does not know them
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    services: list[Services] = []
    try:
        config = load_config(arguments.config)
        context = _context(arguments, config, open_ui, clock, services)
        outcome = _run(context, arguments)
        show(context, outcome)
        return outcome.code
    except (StoreError, SyncError) as error:
        return _fail(error.sentence)
    except (CommandError, ConfigError, SecretMissing) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("Stopped. Nothing was lost; run it again to go on.", code=130)
    except BrokenPipeError:
        # Whoever read our output had enough; without this Python complains once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    finally:
        for each in services:
            each.close()


def _context(
    arguments: Namespace,
    config: Config,
    open_ui: OpenUi,
    clock: Callable[[], datetime],
    opened: list[Services],
) -> Context:
    url = arguments.store or config.store

    @cache
    def services() -> Services:
        if arguments.store and not arguments.makes_store:
            _check_exists(arguments.store)
        opened.append(
            compose(
                url,
                user_email=arguments.user or config.user or None,
                clock=clock,
                refuse_event_loop=True,
                recall=timedelta(seconds=config.recall_seconds),
            )
        )
        return opened[0]

    return Context(
        services=services,
        open_ui=open_ui,
        store_url=url,
        secret_command=config.secret_command,
        clock=clock,
        as_json=arguments.json,
        config_path=arguments.config or default_path(),
        model=config.model,
    )


def _nothing_said() -> Namespace:
    return Namespace(store=None, config=None, user=None, json=False, makes_store=True)


def _check_exists(store: str) -> None:
    """A database server says so itself when there is nothing. Raises CommandError."""
    path = store.removeprefix("sqlite:///")
    if "://" not in path and not Path(path).exists():
        raise CommandError(f"There is no store {path}; `regarding import` or `regarding connect` makes one.")


def _run(context: Context, arguments: Namespace) -> Outcome:
    run: Callable[[Context, Namespace], Outcome] = arguments.run
    return run(context, arguments)


def _fail(sentence: str, code: int = 1) -> int:
    sys.stderr.write(f"regarding: {visible(sentence)}\n")
    return code


class _Version(Action):
    """Prints the version; nothing is looked up for it before it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, SUPPRESS, nargs=0, help="show program's version number and exit")

    def __call__(self, parser: ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"regarding {version('regarding-crm')}\n")
        parser.exit()


class _Parser(ArgumentParser):
    """Says in one sentence what is wrong with a command line, and where help is; exits with 2."""

    def error(self, message: str) -> NoReturn:
        from assistant.usage_words import usage_words  # nobody waits for it who types without mistakes

        self.exit(2, f"regarding: {visible(usage_words(message, self.prog))}\n")


def _asked_for(argv: Sequence[str]) -> tuple[str, ...]:
    """The names of the commands that the parser has to know: one, or all of them where help or an error lists them."""
    try:
        _, rest = _common().parse_known_args(argv)
    except ArgumentError:
        return registry.NAMES
    if not rest or rest[0] == "--version":
        return (registry.DEFAULT,)
    return (rest[0],) if rest[0] in registry.NAMES else registry.NAMES


def _parser(names: Sequence[str]) -> ArgumentParser:
    common = _common()
    parser = _Parser(
        prog="regarding",
        description="The customer record that writes itself from mail and calendar.",
        epilog="Without a command the user interface opens.",
        parents=[common],
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version)
    parser.set_defaults(run=registry.command(registry.DEFAULT).run)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for name in names:
        _add(commands, registry.command(name), common)
    return parser


def _add(commands: object, command: Command, common: ArgumentParser) -> None:
    added: ArgumentParser = commands.add_parser(  # type: ignore[attr-defined]
        command.name, help=command.help, description=command.help, parents=[common]
    )
    command.arguments(added)
    if command.subcommands:
        nested = added.add_subparsers(metavar="ACTION", title="actions", required=True)
        for subcommand in command.subcommands:
            _add(nested, subcommand, common)
    else:
        added.set_defaults(run=command.run, makes_store=command.makes_store, prog=added.prog)


def _common() -> ArgumentParser:
    """Options that every command takes, before it or after it."""
    common = ArgumentParser(add_help=False, argument_default=SUPPRESS, allow_abbrev=False, exit_on_error=False)
    options = common.add_argument_group("everywhere")
    options.add_argument("--store", metavar="URL", help="the store: a path or a database URL")
    options.add_argument("--config", type=Path, metavar="PATH", help="a configuration file")
    options.add_argument("--user", metavar="EMAIL", help="on whose behalf")
    options.add_argument("--json", action="store_true", help="print one line of JSON")
    return common
