"""`regarding quarantine`: what could not be read, why, and another try."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import ago, one_line
from assistant.quarantine import retry
from store.errors import NotFound
from store.queries.status import quarantined
from store.sync.quarantine import waiting

_MOST = 1_000


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--retry", metavar="ID", help="try this entry again ('all': every one)")
    parser.add_argument("--raw", metavar="ID", help="print the bytes of this entry as they came")


def _run(context: Context, arguments: Namespace) -> Outcome:
    if arguments.raw:
        return _raw(context, arguments.raw)
    if arguments.retry:
        return _retry(context, arguments.retry)
    rows = context.services().read(quarantined, limit=_MOST).rows
    now = context.clock()
    lines = [
        f"{row.uid}  {one_line(row.source, 60)}: {one_line(row.reason, 200)}"
        f" (tried {row.attempts} times, {ago(row.last_at, now)})"
        for row in rows
    ]
    return Outcome({"quarantined": [as_payload(row) for row in rows]}, lines or ["Nothing is in quarantine."])


def _raw(context: Context, uid: str) -> Outcome:
    with context.services().store.read() as tx:
        entry = waiting(tx, _known(context, uid)[0])[0]
    text = entry.raw.decode("utf-8", "backslashreplace")
    return Outcome({"raw": text}, [one_line(line, 2_000) for line in text.splitlines()])


def _known(context: Context, uid: str) -> list[str]:
    """The whole ids of the entries meant by the beginning of one, or by 'all'. Raises NotFound."""
    rows = context.services().read(quarantined, limit=_MOST).rows
    found = [row.uid for row in rows if uid == "all" or row.uid.startswith(uid)]
    if not found and uid != "all":
        raise NotFound(f"nothing in quarantine is called {uid}")
    return found


def _retry(context: Context, uid: str) -> Outcome:
    store = context.services().store
    uids = _known(context, uid)
    connect = context.connector
    results = [retry(store, connect, each, clock=context.clock) for each in uids]
    return Outcome(
        {"retried": [as_payload(result) for result in results]},
        [f"{one_line(result.source, 60)}: {result.sentence}" for result in results] or ["Nothing is in quarantine."],
        code=int(any(not result.read for result in results)),
    )


COMMAND = Command("quarantine", "list what could not be read, and try it again", _run, _arguments)
