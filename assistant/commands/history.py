"""`regarding history`: everything that happened to a mail, a meeting or a contact in its mailboxes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line
from store.errors import NotFound
from store.queries.activities import find_activity
from store.queries.item_history import ItemHistory, histories
from store.queries.record_names import find_record


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", help="the id of a mail or meeting, or a contact's number, name or e-mail address")


def _run(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    try:
        found = services.read(histories, activity_id=services.read(find_activity, arguments.what))
    except NotFound:
        record = services.read(find_record, arguments.what)
        found = services.read(histories, record_id=record.record_id)
    lines = [line for history in found for line in _lines(history)]
    payload = {"histories": [as_payload(history) | {"remote_id": history.remote_id} for history in found]}
    return Outcome(payload, lines or ["No mailbox that you may read holds it."])


def _lines(history: ItemHistory) -> list[str]:
    gone = " (deleted there)" if history.buried_at else " (not in its folder any more)" if history.gone_at else ""
    return [
        f"{history.mailbox} {one_line(history.folder, 80)}{gone}",
        f"  server's id {one_line(history.remote_id, 200)}",
        *(f"  {event.at:%Y-%m-%d %H:%M}  {event.what}: {one_line(event.detail, 200)}" for event in history.events),
    ]


COMMAND = Command("history", "what happened to a mail, meeting or contact in its mailboxes", _run, _arguments)
