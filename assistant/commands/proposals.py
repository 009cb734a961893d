"""`regarding proposals`: people and changed details that signatures tell; accepting or refusing them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line
from assistant.intake import follow_up
from store.proposals.deciding import accept_proposal, refuse_proposal
from store.queries.proposals import ProposalRow, open_proposals

_MOST = 100


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", choices=("person", "change"), help="only new people, or only changes of known ones")
    parser.add_argument("--limit", type=count, default=_MOST, metavar="COUNT", help=f"how many, {_MOST} by default")


def _list(context: Context, arguments: Namespace) -> Outcome:
    kind, limit = arguments.kind, arguments.limit
    page = context.services().read(open_proposals, kind=kind, limit=limit)
    payload = {"proposals": [as_payload(row) for row in page.rows], "more": page.more}
    return Outcome(payload, [line for row in page.rows for line in _said(row)] or ["Nothing is proposed."])


def _said(row: ProposalRow) -> list[str]:
    what = f"new {row.makes}" if row.record is None else f"change of {row.record.number}"
    lines = [f"{row.uid}  {what}: {one_line(row.title, 80)}"]
    for each in row.fields:
        before = f" (was {one_line(each.before, 60)})" if each.before else ""
        quote = f"  “{one_line(each.quote, 80)}”" if each.quote != each.value else ""
        lines.append(f"  {each.label}: {one_line(each.value, 80)}{before}{quote}")
    return lines


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("proposal", metavar="ID", help="a proposal, or how its id begins")


def _accept_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--as", dest="made", choices=("contact", "lead"), help="what to make of a person")
    told = "another value for a field, as job_title=Buyer; nothing behind the sign leaves the field (may be repeated)"
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help=told)


def _accept(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    row = _find(context, arguments.proposal)
    edits = dict(_edit(text) for text in arguments.set)
    accepted = services.do(accept_proposal, row.uid, values=edits, kind=arguments.made or "")
    follow_up(services.store, now=context.clock())
    said = "was created" if row.record is None else "was changed"
    payload = {"operation": accepted.operation_uid, "number": accepted.number}
    return Outcome(payload, [f"{accepted.number} {one_line(row.title, 80)} {said}."])


def _edit(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign:
        raise CommandError(f"{text!r} is no FIELD=VALUE.")
    return name.strip(), value.strip() or None


def _refuse(context: Context, arguments: Namespace) -> Outcome:
    row = _find(context, arguments.proposal)
    uid = context.services().do(refuse_proposal, row.uid)
    return Outcome({"operation": uid}, [f"{one_line(row.title, 80)}: not proposed again."])


def _find(context: Context, text: str) -> ProposalRow:
    rows = context.services().read(open_proposals, limit=10_000).rows
    found = [row for row in rows if row.uid.startswith(text.strip().lower())]
    if len(found) != 1:
        raise CommandError(f"No single proposal is called {text}; see regarding proposals list.")
    return found[0]


COMMAND = Command(
    "proposals",
    "new people and changed details read in signatures: list, accept or refuse them",
    _list,
    subcommands=(
        Command("list", "show what is proposed, with the words it was read in", _list, _list_arguments),
        Command("accept", "create the person or change the record", _accept, _accept_arguments),
        Command("refuse", "never propose it again", _refuse, _which),
    ),
)
