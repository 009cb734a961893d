"""`regarding chat`: a talk in the terminal, or piped; with --history what was said before."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dateutil.tz import tzlocal

from assistant.chat.conversation import Conversation, by_grammar
from assistant.chat.dialogue import Told
from assistant.chat.history import keep, lines_of
from assistant.chat.printing import acted, cited, proposed, told_lines
from assistant.chat.registry import Proposal
from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.with_model import Spoken, add_options, model_of
from assistant.commands.words import ago, one_line
from assistant.compose import Services
from mail_sync.mime.plain import visible
from store.chat_turns import forget_turns
from store.errors import StoreError
from store.queries.chat import chat_turns

_LISTED = 20
_REMEMBERED = 200  # requests that the arrow keys bring back
_ENDS = frozenset({"quit", "exit", "bye", "q"})
_BEGIN = 'Say what you want to know, or to have done; "quit" ends it.'


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--history", nargs="*", metavar="WORD", help="what you said before and what was answered, with all these words"
    )
    parser.add_argument("--limit", type=count, default=_LISTED, metavar="COUNT", help=f"of --history, {_LISTED}")
    parser.add_argument("--forget", action="store_true", help="delete your history")
    add_options(parser)


def _run(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    if arguments.forget:
        if arguments.history is not None:
            raise CommandError("--forget deletes all of your history; it takes no words.")
        number = services.do(forget_turns)
        return _outcome(forgotten=number, lines=[f"{number} requests are forgotten."])
    if arguments.history is not None:
        return _history(context, " ".join(arguments.history), arguments.limit)
    spoken = Spoken(context)
    return _talk(context, Conversation(services, tzlocal(), model_of(context, arguments, spoken) or by_grammar), spoken)


def _outcome(*, said: Any = (), history: Any = (), more: bool = False, forgotten: int = 0, lines: Any = ()) -> Outcome:
    payload = {"said": list(said), "history": list(history), "more": more, "forgotten": forgotten}
    return Outcome(payload, lines)


# Talking


def _talk(context: Context, conversation: Conversation, spoken: Spoken) -> Outcome:
    said: list[dict[str, Any]] = []
    if context.is_interactive:
        context.say(_BEGIN)
    for text in _typed(context):
        told = conversation.say(text)
        said.append(_payload(text, told))
        if not context.as_json:
            context.out.writelines(
                f"{visible(line)}\n" for line in told_lines(replace(told, lines=spoken.left(told.lines)))
            )
            context.out.flush()
        try:
            keep(context.services(), text, told)
        except StoreError as error:  # what was done stands, and the talk goes on
            context.say(f"This is not in your history: {error.sentence}")
    return _outcome(said=said)


def _typed(context: Context) -> Iterator[str]:
    """What is typed until the end of the input, or until somebody leaves. Raises CommandError."""
    if sys.stdin is None:
        return
    if context.is_interactive:
        _bring_back(context.services())
    try:
        while True:
            try:
                text = input("> ") if context.is_interactive else next(sys.stdin)
            except (EOFError, StopIteration):
                break
            if text.strip().casefold() in _ENDS:
                break
            if text.strip():
                yield text.strip()
    except UnicodeDecodeError as error:
        raise CommandError("What was typed is no text in UTF-8.") from error


def _bring_back(services: Services) -> None:
    """Let the arrow keys bring back earlier requests, where the terminal's library is there (not on Windows)."""
    try:
        import readline
    except ImportError:
        return
    for row in reversed(services.read(chat_turns, limit=_REMEMBERED).rows):
        readline.add_history(row.said)


def _payload(text: str, told: Told) -> dict[str, Any]:
    return {
        "said": text,
        "kind": told.kind,
        "note": told.note,
        "lines": cited(told.lines),
        "choices": list(told.choices),
        "proposals": [proposed(one) for one in told.proposals if isinstance(one, Proposal)],
        "done": acted(told.done),
    }


# What was said before


def _history(context: Context, words: str, limit: int) -> Outcome:
    page = context.services().read(chat_turns, words, limit=limit)
    turns = [
        {
            "uid": row.uid,
            "at": row.at,
            "said": row.said,
            "lines": cited(lines_of(row)),
            "operation": row.operation_uid,
        }
        for row in page.rows
    ]
    lines: list[str] = []
    for row in reversed(page.rows):
        lines += [f"{ago(row.at, context.clock())}  > {one_line(row.said, 200)}"]
        lines += [f"    {one_line(line['text'], 200)}" for line in row.lines]
    nothing = "Nothing was said with these words." if words else "Nothing was said yet."
    return _outcome(history=turns, more=page.more, lines=lines or [nothing])


COMMAND = Command("chat", "talk: ask, have things done, and take them back", _run, _arguments)
