"""`regarding link set|remove|why ...`: what a mail is regarding, and the reason.

An action that needs more than a few lines has a module of its own beside this one and is named in `COMMAND` below.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands import link_decisions, link_eval, link_fit, link_lessons, link_review
from assistant.commands.base import Command, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line
from assistant.intake import follow_up
from assistant.linking.explain import explain
from assistant.linking.new_topic import looks_like_new_topic
from store.linking.by_hand import remove_link, set_link
from store.queries.activities import LinkRow, activity_detail, find_activity
from store.queries.record_names import find_record


def _activity(parser: ArgumentParser) -> None:
    parser.add_argument("activity", help="the id of a mail or activity (see search and timeline --json)")


def _both(parser: ArgumentParser) -> None:
    _activity(parser)
    parser.add_argument("record", help="a record's number, name or e-mail address")


def _set(context: Context, arguments: Namespace) -> Outcome:
    return _decide(context, arguments, linked=True)


def _remove(context: Context, arguments: Namespace) -> Outcome:
    return _decide(context, arguments, linked=False)


def _decide(context: Context, arguments: Namespace, *, linked: bool) -> Outcome:
    services = context.services()
    activity_id = services.read(find_activity, arguments.activity)
    record = services.read(find_record, arguments.record)
    uid = services.do(set_link if linked else remove_link, activity_id, record.record_id)
    follow_up(services.store, now=context.clock())
    said = f"It is regarding {record.number}" if linked else f"It is no longer regarding {record.number}"
    return Outcome({"operation": uid}, [f"{said} {one_line(record.title, 80)}."])


def _why(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    activity_id = services.read(find_activity, arguments.activity)
    detail, new_topic = services.read(activity_detail, activity_id), services.read(looks_like_new_topic, activity_id)
    lines = [line for link in detail.links for line in _reasons(link)]
    told = explain(sorted(detail.links, key=lambda link: (not link.is_primary, -link.score)))
    payload = {
        "activity": detail.uid,
        "links": [as_payload(link) for link in detail.links],
        "why": list(told.why),
        "why_not": told.why_not,
        "new_topic": new_topic,
    }
    if told.why_not:
        lines.append(one_line(told.why_not, 200))
    if new_topic:
        lines.append("It has a new subject and quotes nothing: regarding link split makes it a topic of its own.")
    return Outcome(payload, lines or ["It is regarding nothing: no evidence was found."])


def _reasons(link: LinkRow) -> list[str]:
    by_hand = "decided by a triage rule" if link.by_triage else "decided by hand"
    sure = by_hand if link.decided_by == "user" else f"{link.score:.0%} sure"
    first = ", first of all" if link.is_primary else ""
    head = f"{link.record.number} {one_line(link.record.title, 80)}: {link.state}{first}, {sure}"
    return [
        head,
        *(f"  {each.get('source', '')}: “{one_line(str(each.get('quote', '')), 100)}”" for each in link.evidence),
    ]


COMMAND = Command(
    "link",
    "what mail is regarding: decide it, ask why, teach it, review what is undecided",
    _why,
    subcommands=(
        Command("set", "link a mail to a record", _set, _both),
        Command("remove", "say that a mail is not regarding a record", _remove, _both),
        Command("why", "show the evidence behind each link", _why, _activity),
        *link_decisions.COMMANDS,
        *link_lessons.COMMANDS,
        *link_review.COMMANDS,
        link_eval.COMMAND,
        link_fit.COMMAND,
    ),
)
