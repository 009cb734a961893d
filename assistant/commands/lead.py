"""`regarding lead`: what is done with every record, and qualifying, giving up, taking up again and scoring leads."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.payloads import as_payload, plain
from assistant.commands.people import colleague
from assistant.commands.records import record_command
from assistant.commands.words import one_line
from assistant.compose import Services
from assistant.duplicates.checking import Lookalike
from assistant.intake import follow_up
from assistant.leads.preview import Preview, preview_qualification
from assistant.leads.scoring import score_lead, score_waiting
from assistant.triage.stored import LiveLeadRules
from store.leads.assigning import assign_leads
from store.leads.becoming import Values, Wanted
from store.leads.deciding import disqualify_lead, reactivate_lead
from store.leads.qualifying import qualify_lead
from store.leads.scores import LeadScore, forget_scores
from store.queries.leads import LeadStanding, lead_standing, promising_leads
from store.queries.queue_facts import queue_called
from store.queries.record_names import find_record
from store.queries.refs import RecordRef

_NEW, _NONE = "new", "none"
_MOST = 20  # leads listed


def _lead(parser: ArgumentParser) -> None:
    parser.add_argument("record", help="the lead's number, name or e-mail address")


def _found(services: Services, arguments: Namespace) -> RecordRef:
    return services.read(find_record, arguments.record, kind="lead")


def _qualify_arguments(parser: ArgumentParser) -> None:
    _lead(parser)
    for kind in ("account", "contact"):
        told = f"the {kind} that it is already, new for a new one, or none"
        parser.add_argument(f"--{kind}", metavar="RECORD", help=told)
    parser.add_argument("--opportunity", metavar="TITLE", help="what the opportunity is called; its topic unless given")
    parser.add_argument("--amount", metavar="TEXT", help="of the opportunity, as 12,500.50 EUR")
    parser.add_argument("--close-date", metavar="TEXT", help="of the opportunity")
    parser.add_argument("--no-opportunity", action="store_true", help="make no opportunity")
    parser.add_argument("--preview", action="store_true", help="show what would be made, and make nothing")


def _qualify(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    lead = _found(services, arguments)
    preview = services.read(preview_qualification, lead.record_id)
    if arguments.preview:
        return Outcome(_preview_payload(preview), list(_preview_lines(preview)))
    made = services.do(qualify_lead, lead.record_id, _wanted(services, preview, arguments))
    follow_up(services.store, now=context.clock())
    payload = as_payload(made) | {"number": lead.number, "carried": dict(preview.carried)}
    lines = [f"{lead.number} {one_line(lead.title, 80)} is qualified; regarding undo takes it back."]
    named = (one for one in (made.account, made.contact, made.opportunity) if one is not None)
    return Outcome(payload, [*lines, *(f"  {one.kind} {one.number} {one_line(one.title, 80)}" for one in named)])


def _wanted(services: Services, preview: Preview, arguments: Namespace) -> Wanted:
    """What was asked for. Raises CommandError where that is not clear."""
    anew = preview.anew
    deal = {"title": arguments.opportunity, "amount": arguments.amount, "close_date": arguments.close_date}
    given = {name: value for name, value in deal.items() if value is not None}
    if arguments.no_opportunity and given:
        raise CommandError("Say either --no-opportunity or what the opportunity is to be.")
    return Wanted(
        account=_chosen(services, "account", arguments.account, preview.accounts, anew.account),
        contact=_chosen(services, "contact", arguments.contact, preview.contacts, anew.contact),
        opportunity=None if arguments.no_opportunity else {**(anew.opportunity or {}), **given},
    )


def _chosen(
    services: Services, kind: str, given: str | None, alike: tuple[Lookalike, ...], anew: int | Values | None
) -> int | Values | None:
    """A record by its key, the values of a new one, or None."""
    if given is None and alike:
        numbers = " or ".join(f"--{kind} {each.record.number}" for each in alike)
        raise CommandError(f"{one_line(alike[0].sentence, 200)}. Say {numbers}, --{kind} {_NEW} or --{kind} {_NONE}.")
    if given == _NEW and anew is None:
        raise CommandError(f"The lead says too little for a new {kind}; add it with regarding lead edit.")
    if given in (None, _NEW):
        return anew
    return None if given == _NONE else services.read(find_record, given, kind=kind).record_id


def _preview_payload(preview: Preview) -> dict[str, Any]:
    return {
        "number": preview.lead.number,
        "account": _side(preview.anew.account, preview.accounts),
        "contact": _side(preview.anew.contact, preview.contacts),
        "opportunity": plain(preview.anew.opportunity),
        "carried": dict(preview.carried),
    }


def _side(anew: int | Values | None, alike: tuple[Lookalike, ...]) -> dict[str, Any]:
    return {"anew": plain(anew), "looks_like": [as_payload(each) for each in alike]}


def _preview_lines(preview: Preview) -> Iterator[str]:
    yield f"{preview.lead.number} {one_line(preview.lead.title, 80)} would become:"
    anew = preview.anew
    for kind, values, alike in (
        ("account", anew.account, preview.accounts),
        ("contact", anew.contact, preview.contacts),
        ("opportunity", anew.opportunity, ()),
    ):
        if isinstance(values, Mapping):
            yield f"  new {kind} {one_line(str(values['title']), 80)}"
        yield from (f"  {one_line(each.sentence, 200)}." for each in alike)
    yield f"  with {sum(preview.carried.values())} activities"


def _assign_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("records", nargs="+", metavar="LEAD", help="the number, name or e-mail address of a lead")
    parser.add_argument("--to", metavar="PERSON", help="a colleague's name or address")
    parser.add_argument("--queue", metavar="QUEUE", help="a queue; without --to, whose turn it is there gets it")


def _assign(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    if not arguments.to and not arguments.queue:
        raise CommandError("Say to whom with --to, or to which --queue.")
    found = [services.read(find_record, name, kind="lead") for name in arguments.records]
    leads = {lead.record_id: lead.number for lead in found}
    user_id = colleague(services, arguments.to).user_id if arguments.to else None
    queue_id = services.read(queue_called, arguments.queue).queue_id if arguments.queue else None
    uid = services.do(assign_leads, list(leads), user_id=user_id, queue_id=queue_id)
    follow_up(services.store, now=context.clock())
    told = f"{', '.join(leads.values())} {'was' if len(leads) == 1 else 'were'} given."
    return Outcome({"operation": uid, "numbers": list(leads.values())}, [told])


def _disqualify_arguments(parser: ArgumentParser) -> None:
    _lead(parser)
    parser.add_argument("reason", help="why it is given up")


def _disqualify(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    lead = _found(services, arguments)
    uid = services.do(disqualify_lead, lead.record_id, arguments.reason)
    follow_up(services.store, now=context.clock())
    said = f"{lead.number} {one_line(lead.title, 80)} is given up; regarding lead reactivate takes it up again."
    return Outcome({"operation": uid, "number": lead.number}, [said])


def _reactivate(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    lead = _found(services, arguments)
    uid = services.do(reactivate_lead, lead.record_id)
    follow_up(services.store, now=context.clock())
    status = services.read(lead_standing, lead.record_id).status
    said = f"{lead.number} {one_line(lead.title, 80)} is taken up again as {status}."
    return Outcome({"operation": uid, "number": lead.number, "status": status}, [said])


def _score_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("record", nargs="?", help="one lead, by its number, name or e-mail address; all unless given")
    parser.add_argument("--limit", type=count, default=_MOST, help="how many of the most promising ones are shown")


def _score(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    if not services.read(_has_rules):
        raise CommandError("No rule says how promising a lead is; see docs/triage_rules.md.")
    if arguments.record:
        lead = _found(services, arguments)
        services.do(score_lead, lead.record_id)
        scored, shown = 1, [services.read(lead_standing, lead.record_id)]
    else:
        scored = _score_all(services)
        shown = [*services.read(promising_leads, limit=arguments.limit)]
    payload = {"scored": scored, "leads": [_standing_payload(each) for each in shown]}
    return Outcome(payload, [f"{scored:,} scored.", *(line for each in shown for line in _score_lines(each))])


def _score_all(services: Services) -> int:
    """Work every open lead out again; returns how many there are."""
    with services.store.write() as tx:
        forget_scores(tx)
    scored = 0
    while step := score_waiting(services.store):
        scored += step
    return scored


def _has_rules(tx: Any, *, by: object) -> bool:
    return LiveLeadRules(tx).scored


def _show(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    standing = services.read(lead_standing, _found(services, arguments).record_id)
    return Outcome(_standing_payload(standing), list(_standing_lines(standing)))


def _standing_payload(standing: LeadStanding) -> dict[str, Any]:
    payload = as_payload(standing)
    lead, score = payload.pop("lead"), payload.pop("score")
    value, lines = (score["value"], score["lines"]) if score else (None, [])
    return {**lead, **payload, "score": value, "reasons": lines}


def _standing_lines(standing: LeadStanding) -> Iterator[str]:
    lead = standing.lead
    why = f": {one_line(standing.disqualify_reason, 100)}" if standing.disqualify_reason else ""
    yield f"{lead.number} {one_line(lead.title, 80)} is {standing.status}{why}."
    yield from (f"  became {one.kind} {one.number} {one_line(one.title, 80)}" for one in standing.became)
    if standing.score is not None:
        yield from _reasons(standing.score)


def _score_lines(standing: LeadStanding) -> Iterator[str]:
    value = "" if standing.score is None else str(standing.score.value)
    yield f"{value:>3}  {standing.lead.number} {one_line(standing.lead.title, 80)}"
    if standing.score is not None:
        yield from list(_reasons(standing.score))[1:]


def _reasons(score: LeadScore) -> Iterator[str]:
    yield f"  score {score.value} of 100"
    for one in score.lines:
        why = f": {', '.join(one.because)}" if one.because else ""
        yield f"  {one.points:+4d} {one_line(one.rule + why, 120)}"


_LEADS = record_command("lead")

COMMAND = replace(
    _LEADS,
    help="create, edit, assign, qualify, give up, score, delete and list leads",
    subcommands=(
        *_LEADS.subcommands,
        Command("show", "show where a lead stands: score with reasons, what it became", _show, _lead),
        Command("qualify", "make an account, a contact and an opportunity of a lead", _qualify, _qualify_arguments),
        Command("assign", "give leads to a person or a queue", _assign, _assign_arguments),
        Command("disqualify", "give a lead up, with the reason", _disqualify, _disqualify_arguments),
        Command("reactivate", "take a lead up again that was given up", _reactivate, _lead),
        Command("score", "work out how promising leads are, by the score rules", _score, _score_arguments),
    ),
)
