"""What a command is: declared once, it feeds the parser, the help and the table in the README.

To add a command, write a module here with a `Command` and name it in `assistant.commands.registry`.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from assistant.compose import Services
from assistant.config import default_path
from assistant.secret_store import read_secret
from mail_sync.mime.plain import visible

if TYPE_CHECKING:
    from assistant.chat.model.settings import ModelSettings
    from assistant.connecting import ConnectedMailbox
    from store.sync.mailboxes import MailboxRow


class CommandError(Exception):
    """A command cannot be carried out; its text is the one sentence the user reads."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`payload` is what `--json` prints on one line; `lines` is what people read. `code` is the exit status."""

    payload: Any = None
    lines: Sequence[str] = ()
    code: int = 0


@dataclass(frozen=True)
class Context:
    """What a command works with. `services()` opens the configured store, once, when it is first needed."""

    services: Callable[[], Services]
    open_ui: Callable[[Services], None]
    store_url: str
    secret_command: str
    clock: Callable[[], datetime]
    as_json: bool
    config_path: Path = field(default_factory=default_path)
    model: ModelSettings | None = None
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    def say(self, line: str) -> None:
        """Tell the user something that is not the result."""
        self.err.write(f"{visible(line)}\n")
        self.err.flush()

    @property
    def connector(self) -> Callable[[MailboxRow], ConnectedMailbox]:
        """Connects a mailbox of the store, with its password from wherever that is kept."""
        from assistant.connecting import exchange_connector

        return exchange_connector(
            lambda address: read_secret(address, secret_command=self.secret_command), clock=self.clock
        )

    @property
    def is_interactive(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty() and not self.as_json


Progress = Callable[[float, str], None]
OpenProgress = Callable[[Context, str], AbstractContextManager[Progress]]


@dataclass(frozen=True, slots=True)
class Command:
    """`arguments` adds to the parser; `run` does the work and returns what to print.

    Only a command that `makes_store` may be the first one on a store: for the others a path without one is a slip.
    """

    name: str
    help: str
    run: Callable[[Context, Namespace], Outcome]
    arguments: Callable[[ArgumentParser], None] = lambda _: None
    subcommands: Sequence[Command] = ()
    makes_store: bool = False


def count(text: str) -> int:
    """The type of an option that says how many, at least one."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


def show(context: Context, outcome: Outcome) -> None:
    """Print the outcome: exactly one line of JSON, or the lines for people.

    The JSON is ASCII: what mails say may hold characters that terminals obey and that end lines.
    """
    if context.as_json:
        context.out.write(json.dumps(outcome.payload, default=_plain) + "\n")
    else:
        context.out.writelines(f"{visible(line)}\n" for line in outcome.lines)
    context.out.flush()


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
