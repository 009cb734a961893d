"""`regarding link review|again|settings`: what nobody has decided yet, past mail, and what is never linked."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from datetime import UTC, datetime, time

from assistant.commands.base import Command, Context, Outcome, count
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line
from assistant.linking.worker import link_pending
from store.dates import parse_date
from store.linking.internal import link_internal, links_internal
from store.linking.reexamining import examine_again
from store.queries.lessons import exclusions
from store.queries.link_review import ReviewRow, link_review

_USUAL = 50


def _review_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=count, default=_USUAL, metavar="COUNT", help=f"how many, {_USUAL} by default")


def _review(context: Context, arguments: Namespace) -> Outcome:
    rows = context.services().read(link_review, limit=arguments.limit).rows
    return Outcome({"undecided": [as_payload(row) for row in rows]}, [_told(row) for row in rows] or ["All decided."])


def _told(row: ReviewRow) -> str:
    suggested = f"{row.suggested.number} {one_line(row.suggested.title, 40)}"
    others = f" and {row.others} more" if row.others else ""
    mail = f"{row.occurred_at:%Y-%m-%d} {one_line(row.who, 30)}: {one_line(row.subject, 50)}"
    return f"{row.uid}  {row.score:4.0%}  {mail} -> {suggested}{others}"


def _again_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--since", metavar="DATE", help="only mail and meetings since that day")
    parser.add_argument("--later", action="store_true", help="leave it to the service, which does it beside other work")


def _again(context: Context, arguments: Namespace) -> Outcome:
    """Decisions of people stay as they are."""
    services = context.services()
    since = datetime.combine(parse_date(arguments.since), time(), UTC) if arguments.since else None
    waiting = services.do(examine_again, since)
    linked = 0 if arguments.later else link_pending(services.store, now=context.clock())
    told = f"{waiting:,} mails and meetings are looked at again"
    lines = [f"{told}." if arguments.later else f"{told}; {linked:,} are linked that were not before."]
    return Outcome({"examined": waiting, "linked": linked}, lines)


def _settings_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--internal", action=BooleanOptionalAction, help="link mail in which nobody else takes part")


def _settings(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    if arguments.internal is not None:
        services.do(link_internal, arguments.internal)
        link_pending(services.store, now=context.clock())
    internal, excluded = services.read(links_internal), services.read(exclusions)
    lines = [f"mail among ourselves: {'linked' if internal else 'not linked'}"]
    lines += [f"never linked: {row.value}" for row in excluded]
    return Outcome({"internal": internal, "never": [as_payload(row) for row in excluded]}, lines)


COMMANDS = (
    Command("review", "what nobody has decided yet, the likeliest first", _review, _review_arguments),
    Command("again", "look at past mail again with what is known now", _again, _again_arguments),
    Command("settings", "what is never linked, and whether mail among ourselves is", _settings, _settings_arguments),
)
