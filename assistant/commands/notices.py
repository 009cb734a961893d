"""`regarding notices`: what one has to know, such as a case that is late."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, Context, Outcome, count
from assistant.commands.payloads import as_payload
from assistant.commands.words import ago, one_line, table
from store.queries.notices import notices
from store.triage.notices import see_notices

_LISTED = 50


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", dest="everything", help="also what was seen")
    parser.add_argument("--seen", action="store_true", help="say that what is listed was seen")
    parser.add_argument("--limit", type=count, default=_LISTED, metavar="COUNT", help=f"how many, {_LISTED} by default")


def _run(context: Context, arguments: Namespace) -> Outcome:
    services, now = context.services(), context.clock()
    page = services.read(notices, unseen=not arguments.everything, limit=arguments.limit)
    if arguments.seen:
        services.do(see_notices, [row.notice_id for row in page.rows])
    lines = table([(ago(row.at, now), one_line(row.text, 300)) for row in page.rows])
    payload = {"notices": [as_payload(row) for row in page.rows], "more": page.more}
    return Outcome(payload, lines or ["There is nothing new to know." if not arguments.everything else "Nothing yet."])


COMMAND = Command("notices", "what you have to know, such as a case that is late", _run, _arguments)
