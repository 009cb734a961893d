"""`regarding conflicts`: where Outlook and we say different things, and choosing a side."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import ago, one_line
from calendar_sync.conflicts import resolve_conflicts, shown
from store.queries.conflicts import ConflictRow, open_conflicts
from store.sync.conflicts import CHOICES

_MOST = 1_000


def _list(context: Context, _: Namespace) -> Outcome:
    rows = context.services().read(open_conflicts, limit=_MOST).rows
    now = context.clock()
    lines = []
    for row in rows:
        said = shown(row)
        lines.append(
            f"{row.uid}  {said.label} of {one_line(row.title, 60)}, {row.mailbox}, met {ago(row.found_at, now)}"
        )
        who = f" ({row.mine_by})" if row.mine_by else ""
        sides = (("before", said.base), ("theirs", said.theirs), (f"mine{who}", said.mine))
        lines += [f"  {name}: {one_line(value, 200) or '(empty)'}" for name, value in sides]
    return Outcome({"conflicts": [_payload(row) for row in rows]}, lines or ["Nothing is in conflict."])


def _payload(row: ConflictRow) -> dict[str, object]:
    values = as_payload(row)
    del values["sides"]
    said = shown(row)
    return values | {"label": said.label, "base": said.base, "theirs": said.theirs, "mine": said.mine}


def _choose_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("conflict", metavar="ID", help="a conflict, or how its id begins")
    parser.add_argument("side", choices=CHOICES, help="theirs: what Outlook says; mine: what is said here")
    parser.add_argument("--all", action="store_true", help="choose the side in all fields of the item")


def _choose(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    rows = services.read(open_conflicts, limit=_MOST).rows
    found = [row for row in rows if row.uid.startswith(arguments.conflict.strip().lower())]
    if len(found) != 1:
        raise CommandError(f"No single conflict is called {arguments.conflict}; see regarding conflicts list.")
    uids = [row.uid for row in rows if row.item_id == found[0].item_id] if arguments.all else [found[0].uid]
    operation = services.do(resolve_conflicts, uids, arguments.side)
    side = "Outlook's side" if arguments.side == "theirs" else "Our side"
    said = f"{side} was chosen in {len(uids)} field{'s' if len(uids) > 1 else ''}; regarding undo takes it back."
    return Outcome({"operation": operation, "settled": len(uids)}, [said])


COMMAND = Command(
    "conflicts",
    "where Outlook and we say different things: list it, choose a side",
    _list,
    subcommands=(
        Command("list", "show each field with what was agreed on and what both sides say", _list),
        Command("choose", "choose Outlook's side or ours", _choose, _choose_arguments),
    ),
)
