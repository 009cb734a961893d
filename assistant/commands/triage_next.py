"""`regarding triage next|accept|ignore|snooze|assign|case|lead|contact|opportunity`: deciding about mail that waits."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from dateutil.tz import tzlocal

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.options import field_option
from assistant.commands.payloads import as_payload
from assistant.commands.people import colleague
from assistant.commands.words import one_line
from assistant.compose import Services
from assistant.intake import follow_up
from assistant.triage.ignoring import ignore_sender
from assistant.triage.making import KINDS, Accepted, Made, accept_suggested, as_stored, from_mail, make_from_mail
from assistant.triage.prefill import prefilled
from assistant.triage.suggesting import Act, Suggestion, suggested
from store.dates import parse_date, shifted
from store.errors import Invalid
from store.linking.at_once import link_at_once, refuse_at_once
from store.queries.activities import activity_detail, find_activity
from store.queries.paging import Count
from store.queries.queue_facts import queue_called
from store.queries.record_names import find_record
from store.queries.triage_list import TriageRow, Waiting, triage_count, triage_list
from store.records.fields import FIELDS, LABELS
from store.triage.deciding import decide_mails, give_mails
from store.triage.standing import State

_USUAL = 20
_SPAN = re.compile(r"(\d{1,4})\s*(m|h|d|w)", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MORNING = time(8)
#: Fields that the mail fills, or that a new record has no use for.
_LEFT_OUT = ("emails", "resolution", "follows", "parent", "status", "in_outlook")


def _next_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--queue", metavar="QUEUE", help="only what waits in this queue")
    views = parser.add_mutually_exclusive_group()
    views.add_argument("--mine", action="store_const", dest="view", const="mine", help="only what was given to you")
    views.add_argument(
        "--unassigned", action="store_const", dest="view", const="unassigned", help="only what is nobody's"
    )
    views.add_argument("--snoozed", action="store_const", dest="view", const="snoozed", help="only what was put off")
    parser.add_argument("--limit", type=count, default=_USUAL, metavar="COUNT", help=f"how many, {_USUAL} by default")


def _next(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    queue_id = services.read(queue_called, arguments.queue).queue_id if arguments.queue else None
    wanted = Waiting(arguments.view or "all", queue_id)
    page = services.read(triage_list, wanted, limit=arguments.limit)
    waiting: Count = services.read(triage_count, wanted)
    lines = [_told(row) for row in page.rows] or ["Nothing to decide."]
    if page.more:
        lines.append(f"{waiting} wait; --limit shows more.")
    payload = {"waiting": waiting.value, "more": page.more, "mails": [_payload(row) for row in page.rows]}
    return Outcome(payload, lines)


def _payload(row: TriageRow) -> dict[str, Any]:
    found = _suggestion(row)
    fit = {Act.WORK: row.work, Act.PARTY: row.party, Act.MOVE: row.booking}.get(found.act)
    return as_payload(row) | {
        "suggestion": {
            "act": {Act.WORK: "link", Act.PARTY: "link", Act.NOTHING: None}.get(found.act, found.act.value),
            "record": as_payload(fit.record) if fit is not None else None,
            "sure": found.sure,
        }
    }


def _suggestion(row: TriageRow) -> Suggestion:
    return suggested(row)


def _told(row: TriageRow) -> str:
    found = _suggestion(row)
    fit = {Act.WORK: row.work, Act.PARTY: row.party, Act.MOVE: row.booking}.get(found.act)
    another = "another time for " if found.act is Act.MOVE else ""
    made = f"new {found.act}" if found.act else "?"
    said = f"{another}{fit.record.number} {one_line(fit.record.title, 40)}" if fit else made
    sure = "" if found.sure is None else f" {found.sure:.0%}"
    where = f" [{row.queue}]" if row.queue else ""
    mail = f"{row.occurred_at:%Y-%m-%d %H:%M} {one_line(row.who, 30)}: {one_line(row.subject, 50)}"
    return f"{row.uid}  {mail}{where} -> {said}{sure}"


def _mails(parser: ArgumentParser) -> None:
    parser.add_argument("mails", nargs="+", metavar="MAIL", help="the id of a mail, as triage next shows it")


def _ids(services: Services, arguments: Namespace) -> list[int]:
    return list(dict.fromkeys(services.read(find_activity, uid) for uid in arguments.mails))


def _accept(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    done: Accepted = services.do(accept_suggested, _ids(services, arguments))
    follow_up(services.store, now=context.clock())
    made = f" {', '.join(done.numbers)} {'was' if len(done.numbers) == 1 else 'were'} made." if done.numbers else ""
    return Outcome(
        {"operation": done.operation_uid, "numbers": list(done.numbers)}, [f"What was suggested is done.{made}"]
    )


def _ignore_arguments(parser: ArgumentParser) -> None:
    _mails(parser)
    parser.add_argument("--sender", action="store_true", help="nothing of its sender waits any more, now and later")


def _ignore(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    ids = _ids(services, arguments)
    if not arguments.sender:
        return _done(context, "Not relevant.", partial(services.do, refuse_at_once, ids))
    if len(ids) != 1:
        raise CommandError("Name one mail whose sender is meant.")
    detail = services.read(activity_detail, ids[0])
    email = next((party.email for party in detail.parties if party.role == "from"), "")
    return _done(context, f"Never again in triage: {email}.", partial(services.do, ignore_sender, email))


def _snooze_arguments(parser: ArgumentParser) -> None:
    _mails(parser)
    parser.add_argument(
        "--until", required=True, metavar="WHEN", help="30m, 3h, 2d, 1w, a date, a date and time, or now"
    )


def _snooze(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    ids = _ids(services, arguments)
    if arguments.until.strip().lower() == "now":
        return _done(context, "It waits again.", partial(services.do, decide_mails, ids, State.UNDECIDED))
    until = instant_until(arguments.until, context.clock().astimezone(tzlocal()))
    act = partial(services.do, decide_mails, ids, State.SNOOZED, until=until)
    return _done(context, f"Put off until {until:%Y-%m-%d %H:%M}.", act)


def instant_until(text: str, now: datetime) -> datetime:
    """The instant meant by "3h", "2026-12-24" (its morning) or "2026-12-24 14:30" in the zone of `now`. Raises
    Invalid."""
    if found := _SPAN.fullmatch(text.strip().lower()):
        return shifted(now, int(found[1]) * _UNITS[found[2]])
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    try:
        at = time.fromisoformat(clock.strip()) if clock else _MORNING
    except ValueError:
        raise Invalid(f"{clock!r} is no time of day; write it as 14:30.") from None
    return datetime.combine(parse_date(day), at, now.tzinfo or UTC)


def _assign_arguments(parser: ArgumentParser) -> None:
    _mails(parser)
    parser.add_argument("--to", metavar="PERSON", help="a colleague's name or address")
    parser.add_argument("--queue", metavar="QUEUE", help="a queue's name")


def _assign(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    user_id = colleague(services, arguments.to).user_id if arguments.to else None
    queue_id = services.read(queue_called, arguments.queue).queue_id if arguments.queue else None
    ids = _ids(services, arguments)
    return _done(context, "Given.", partial(services.do, give_mails, ids, queue_id=queue_id, user_id=user_id))


def _done(context: Context, said: str, act: Callable[[], str]) -> Outcome:
    """Carry a decision out, and what follows from it."""
    uid = act()
    follow_up(context.services().store, now=context.clock())
    return Outcome({"operation": uid}, [said])


def _make_arguments(kind: str, parser: ArgumentParser) -> None:
    _mails(parser)
    if kind == "case":
        parser.add_argument("--into", metavar="CASE", help="add it to this case instead of making one")
    for field in FIELDS[kind]:
        if field.name not in _LEFT_OUT:
            field_option(parser, field)


def _make(kind: str, context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    ids = _ids(services, arguments)
    if getattr(arguments, "into", None):
        return _join(context, ids, arguments.into)
    given = {field.name: getattr(arguments, field.name, None) for field in FIELDS[kind]}
    said = as_stored(prefilled(kind, services.read(from_mail, ids[0])))
    values = said | {name: value for name, value in given.items() if value is not None}
    made: Made = services.do(make_from_mail, kind, values, ids)
    follow_up(services.store, now=context.clock())
    for notice in made.notices:
        context.say(notice)
    return Outcome(
        {"operation": made.operation_uid, "number": made.number},
        [f"{made.number} {one_line(made.title, 80)} was made."],
    )


def _join(context: Context, ids: list[int], name: str) -> Outcome:
    services = context.services()
    case = services.read(find_record, name, kind="case")
    uid = services.do(link_at_once, ids, case.record_id)
    follow_up(services.store, now=context.clock())
    return Outcome(
        {"operation": uid, "number": case.number}, [f"It is regarding {case.number} {one_line(case.title, 80)}."]
    )


COMMANDS = (
    Command("next", "mail that waits for a decision, the longest waiting first", _next, _next_arguments),
    Command("accept", "do what is suggested for mails that wait", _accept, _mails),
    Command("ignore", "mails are not relevant, or nothing of their sender is", _ignore, _ignore_arguments),
    Command("snooze", "put mails off until later", _snooze, _snooze_arguments),
    Command("assign", "give mails that wait to a queue or a colleague", _assign, _assign_arguments),
    *(
        Command(
            kind,
            f"make {'an' if kind[0] == 'o' else 'a'} {LABELS[kind][0]} of mails, filled in from the first of them",
            partial(_make, kind),
            partial(_make_arguments, kind),
        )
        for kind in KINDS
    ),
)
