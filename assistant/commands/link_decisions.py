"""`regarding link accept|thread|not-relevant|never|allow|split ...`: decisions about what mail is regarding."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.words import one_line
from assistant.compose import Services
from assistant.intake import follow_up
from store.domains import parse_email
from store.errors import Invalid, NotFound
from store.linking.at_once import accept_at_once
from store.linking.refusals import (
    allow_domain,
    allow_message,
    allow_sender,
    refuse_domain,
    refuse_message,
    refuse_sender,
)
from store.linking.relinking import link_thread, unlink_thread
from store.linking.splitting import join_thread, split_thread
from store.linking.thread_refusals import allow_thread, refuse_thread
from store.queries.activities import activity_detail, find_activity
from store.queries.record_names import find_record


def _activity(parser: ArgumentParser) -> None:
    parser.add_argument("activity", metavar="ACTIVITY", help="the id of a mail or activity")


def _thread_arguments(parser: ArgumentParser) -> None:
    _activity(parser)
    parser.add_argument("record", nargs="?", metavar="RECORD", help="a record's number, name or e-mail address")
    parser.add_argument("--remove", action="store_true", help="unlink it instead: from the record, or from everything")
    parser.add_argument("--allow", action="store_true", help="let it be linked again after it was unlinked as a whole")


def _whom(parser: ArgumentParser) -> None:
    parser.add_argument("whom", metavar="WHOM", help="an address, a domain, or a mail whose sender is meant")
    parser.add_argument("--domain", action="store_true", help="everybody of the sender's domain")


def _allowed(parser: ArgumentParser) -> None:
    parser.add_argument("whom", metavar="WHOM", help="an address, a domain, or a mail that was said to be not relevant")


def _split_arguments(parser: ArgumentParser) -> None:
    _activity(parser)
    parser.add_argument("--undo", action="store_true", help="join it to its thread again")


def _one(use_case: Callable[..., str], said: str) -> Callable[[Context, Namespace], Outcome]:
    """A decision about one mail."""

    def run(context: Context, arguments: Namespace) -> Outcome:
        activity_id = context.services().read(find_activity, arguments.activity)
        return done(context, said, use_case, activity_id)

    return run


def done(context: Context, said: str, use_case: Callable[..., str], *values: Any, **named: Any) -> Outcome:
    """Carry a decision out, and what follows from it."""
    services = context.services()
    uid = services.do(use_case, *values, **named)
    follow_up(services.store, now=context.clock())
    return Outcome({"operation": uid}, [said])


def _accept(context: Context, arguments: Namespace) -> Outcome:
    activity_id = context.services().read(find_activity, arguments.activity)
    outcome = done(context, "", accept_at_once, [activity_id])
    detail = context.services().read(activity_detail, activity_id)
    record = detail.regarding
    said = "" if record is None else f"It is regarding {record.number} {one_line(record.title, 80)}."
    return Outcome(outcome.payload, [said])


def _thread(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    activity_id = services.read(find_activity, arguments.activity)
    if arguments.allow:
        return done(context, "The thread may be linked again.", allow_thread, activity_id)
    if arguments.record is None:
        if not arguments.remove:
            raise CommandError("Say which record, or --remove.")
        return done(context, "The thread is regarding nothing.", refuse_thread, activity_id)
    record = services.read(find_record, arguments.record)
    named = f"{record.number} {one_line(record.title, 80)}."
    if arguments.remove:
        return done(context, f"The thread is not regarding {named}", unlink_thread, activity_id, record.record_id)
    return done(context, f"The thread is regarding {named}", link_thread, activity_id, record.record_id)


def _never(context: Context, arguments: Namespace) -> Outcome:
    whom = _sender(context.services(), arguments.whom) or arguments.whom
    is_address = "@" in whom and not arguments.domain
    return done(context, f"Never linked: {whom}.", refuse_sender if is_address else refuse_domain, whom)


def _allow(context: Context, arguments: Namespace) -> Outcome:
    services, whom = context.services(), arguments.whom
    try:
        activity_id = services.read(find_activity, whom)
    except NotFound:
        return done(context, f"Linked again: {whom}.", allow_sender if _is_address(whom) else allow_domain, whom)
    return done(context, "It may be linked again.", allow_message, activity_id)


def _sender(services: Services, whom: str) -> str:
    """The address behind the id of a mail; '' for what is no such id."""
    try:
        activity_id = services.read(find_activity, whom)
    except NotFound:
        return ""
    parties = services.read(activity_detail, activity_id).parties
    return next((party.email for party in parties if party.role in ("from", "organizer")), "")


def _is_address(text: str) -> bool:
    try:
        return bool(parse_email(text))
    except Invalid:
        return False


COMMANDS = (
    Command("accept", "what is suggested first is right", _accept, _activity),
    Command("thread", "link a whole thread to a record, or unlink it", _thread, _thread_arguments),
    Command(
        "not-relevant",
        "a mail is regarding nothing",
        _one(refuse_message, "It is regarding nothing."),
        _activity,
    ),
    Command("never", "never link what an address or a domain writes", _never, _whom),
    Command("allow", "take back not-relevant or never", _allow, _allowed),
    Command(
        "split",
        "a mail begins a topic of its own",
        lambda context, arguments: (
            _one(join_thread, "It continues its thread again.")
            if arguments.undo
            else _one(split_thread, "It begins a topic of its own.")
        )(context, arguments),
        _split_arguments,
    ),
)
