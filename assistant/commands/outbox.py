"""`regarding outbox`: what is on its way out, and deciding about it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import ago, one_line
from store.outbox.decisions import confirm_sent, discard_outgoing, recall_outgoing, retry_outgoing, send_now
from store.queries.outbox import OutboxEntry, find_outgoing, outbox

_MOST = 1_000


def _list(context: Context, arguments: Namespace) -> Outcome:
    entries = context.services().read(outbox, limit=_MOST).rows
    now = context.clock()
    payload = {"outbox": [as_payload(entry) | {"seconds_left": entry.seconds_left(now)} for entry in entries]}
    lines = [_line(entry, now) for entry in entries]
    return Outcome(payload, lines or ["Nothing waits to be sent."])


def _line(entry: OutboxEntry, now: datetime) -> str:
    left = entry.seconds_left(now)
    when = f"goes in {left} s" if left else f"written {ago(entry.created_at, now)}"
    reason = f": {one_line(entry.reason, 160)}" if entry.reason else ""
    return f"{entry.uid}  {entry.state}, {when}, {entry.mailbox}: {one_line(entry.summary, 80)}{reason}"


def _decision(use_case: Callable[..., str], said: str) -> Callable[[Context, Namespace], Outcome]:
    def run(context: Context, arguments: Namespace) -> Outcome:
        services = context.services()
        uid = services.read(find_outgoing, arguments.entry)
        if not uid:
            raise CommandError(f"Nothing in the outbox is called {arguments.entry}; see regarding outbox list.")
        return Outcome({"operation": services.do(use_case, uid)}, [said])

    return run


def _entry(parser: ArgumentParser) -> None:
    parser.add_argument("entry", metavar="ID", help="an entry of the outbox, or how it begins")


COMMAND = Command(
    "outbox",
    "what is on its way out: list it, recall it, retry it",
    _list,
    subcommands=(
        Command("list", "show what waits, since when and why", _list),
        Command(
            "recall", "take a mail back before it is sent", _decision(recall_outgoing, "It is a draft again."), _entry
        ),
        Command(
            "retry",
            "try again what failed, or send again what may not have been sent",
            _decision(retry_outgoing, "It is tried again."),
            _entry,
        ),
        Command("discard", "give up a draft or what failed", _decision(discard_outgoing, "It is discarded."), _entry),
        Command("send-now", "do not wait any longer", _decision(send_now, "It is sent with the next sync."), _entry),
        Command(
            "was-sent",
            "say that a mail in doubt was sent after all",
            _decision(confirm_sent, "It counts as sent."),
            _entry,
        ),
    ),
)
