"""A language model for `regarding ask` and `regarding chat`: whether it is wanted, and what it says while it speaks."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from assistant.commands.base import CommandError, Context
from assistant.secret_store import read_secret
from mail_sync.mime.plain import visible

if TYPE_CHECKING:
    from assistant.chat.model.conversing_with_model import Watching, WithModel
    from assistant.chat.model.settings import ModelSettings
    from assistant.chat.registry import Line

_NONE = "No model is set up; docs/chat.md says how, under “With a language model”."


def add_options(parser: ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--model", action="store_true", help="understand it with the language model that is set up")
    chosen.add_argument("--no-model", action="store_true", help="understand it without one")


class Spoken:
    """The lines of an answer, printed while a model speaks; what was printed is not printed again."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lines: set[Line] = set()

    def hear(self, line: Line) -> None:
        from assistant.chat.printing import answer_lines

        if not self._context.as_json:
            self._lines.add(line)
            self._context.out.writelines(f"{visible(each)}\n" for each in answer_lines([line]))
            self._context.out.flush()

    def left(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        """Those that were not printed yet. Then the next request begins."""
        found = tuple(line for line in lines if line not in self._lines)
        self._lines.clear()
        return found


def model_of(context: Context, arguments: Namespace, spoken: Spoken) -> WithModel | None:
    """The model that is to understand what is said, None for the grammar. What leaves this machine is said first.
    Raises CommandError where a model is wanted and none is set up."""
    settings = context.model
    if arguments.model and settings is None:
        raise CommandError(_NONE)
    if settings is None or arguments.no_model or not (arguments.model or settings.always):
        return None
    from assistant.chat.model.conversing_with_model import Watching
    from assistant.chat.model.settings import what_leaves

    if not settings.is_here:
        context.say(what_leaves(settings))
    return _begun(settings, context.secret_command, lambda: Watching(spoken.hear))


def always_model(context: Context) -> Callable[[Callable[[], Watching]], WithModel] | None:
    """Begins a talk with the model that is to understand everything, None where none is."""
    settings = context.model
    return partial(_begun, settings, context.secret_command) if settings is not None and settings.always else None


def _begun(settings: ModelSettings, secret_command: str, watching: Callable[[], Watching]) -> WithModel:
    from assistant.chat.model.connecting import with_model

    return with_model(settings, partial(read_secret, secret_command=secret_command), watching)
