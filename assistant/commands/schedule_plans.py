"""`regarding schedule whatif|optimise|plan`: what a change breaks, a plan for all who wait, and applying either."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.schedule_options import days_after, moment_or_day, zone_of, zone_option
from assistant.commands.schedule_proposals import proposal_lines, proposal_payload
from assistant.commands.words import ago, one_line, table
from assistant.intake import follow_up
from assistant.scheduling.optimise.model import Plan
from assistant.scheduling.optimise.ortools import is_installed
from assistant.scheduling.plans.applying import apply_staged, stage
from assistant.scheduling.plans.changes import Change, Closed, Moved, Off, OtherHours, Without
from assistant.scheduling.plans.optimising import progress_of, proposal_of, search, search_with_ortools, within
from assistant.scheduling.plans.posing import Ask, Posing, Replan, pose_plan
from assistant.scheduling.plans.proposals import Proposal, Step, from_body
from assistant.scheduling.plans.whatif import as_it_stands, what_if
from store.dates import parse_date
from store.queries.record_names import find_record
from store.queries.scheduling.setup import called, setup
from store.scheduling.booking import Need
from store.scheduling.sorts import RESOURCE, SITE
from store.scheduling.staging import Staged, drop, plan_called, plans
from store.scheduling.written import away, minutes_from, moment_from

_WIDTH = 80
_WEEK, _SECONDS, _MOST_SECONDS = 7, 10, 3_600
_ENGINES = ("own", "ortools")
_TOLD_EVERY = timedelta(seconds=1)

Asked = Callable[[Context, Namespace], Change]


def _stage_option(parser: ArgumentParser) -> None:
    parser.add_argument("--stage", action="store_true", help="keep it as a plan that can be applied later")
    zone_option(parser)


def _off_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("resource", metavar="RESOURCE", help="its name")
    parser.add_argument("first", metavar="FROM", help="a day, or a time as 2026-12-01T13:00")
    parser.add_argument("last", metavar="TO", nargs="?", help="the last day, or when it is back")
    parser.add_argument("--reason", default="", metavar="TEXT")
    _stage_option(parser)


def _hours_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("resource", metavar="RESOURCE", help="its name")
    parser.add_argument("hours", metavar="HOURS", help="as Mon-Thu 08:00-16:00; of one day 08:00-12:00")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--since", metavar="DATE", help="from this day on; today by default")
    when.add_argument("--on", metavar="DATE", help="on this day alone")
    _stage_option(parser)


def _without_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("resource", metavar="RESOURCE", help="its name")
    parser.add_argument("--since", metavar="DATE", help="from this day on; today by default")
    _stage_option(parser)


def _closed_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", metavar="SITE", help="its name")
    parser.add_argument("date", metavar="DATE", help="the day")
    parser.add_argument("--hours", default="", metavar="HOURS", help="but open then, as 08:00-12:00")
    _stage_option(parser)


def _move_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("booking", metavar="BOOKING", help="its number or name")
    parser.add_argument("--at", metavar="TIME", help="when it begins")
    parser.add_argument("--resource", action="append", default=[], metavar="RESOURCE", help="who does it instead")
    parser.add_argument("--lasts", metavar="LENGTH", help="how long it takes, as 1 h 30 min")
    _stage_option(parser)


def _off(context: Context, arguments: Namespace) -> Change:
    services = context.services()
    resource = services.read(called, RESOURCE, arguments.resource)
    zone = arguments.zone or services.read(setup).zone_of(resource)
    off = away(arguments.first, arguments.last or arguments.first, one_line(arguments.reason, 200), zone)
    start, end = (moment_from(off[name], zone) for name in ("starts_at", "ends_at"))
    return Off(resource.uid, start, end, off["reason"])


def _hours(context: Context, arguments: Namespace) -> Change:
    resource = context.services().read(called, RESOURCE, arguments.resource)
    if arguments.on:
        return OtherHours(resource.uid, arguments.hours, parse_date(arguments.on), only=True)
    return OtherHours(resource.uid, arguments.hours, _since(context, arguments))


def _without(context: Context, arguments: Namespace) -> Change:
    resource = context.services().read(called, RESOURCE, arguments.resource)
    return Without(resource.uid, _since(context, arguments))


def _closed(context: Context, arguments: Namespace) -> Change:
    site = context.services().read(called, SITE, arguments.site)
    return Closed(site.uid, parse_date(arguments.date), arguments.hours)


def _move(context: Context, arguments: Namespace) -> Change:
    services = context.services()
    booking = services.read(find_record, arguments.booking, kind="booking")
    if not (arguments.at or arguments.resource or arguments.lasts):
        raise CommandError("Say what to change, with --at, --resource or --lasts.")
    zone = zone_of(services, arguments.zone)
    needs = [Need(services.read(called, RESOURCE, name).id) for name in arguments.resource]
    return Moved(
        booking.record_id,
        moment_from(arguments.at, zone) if arguments.at else None,
        needs or None,
        minutes_from("Lasts", arguments.lasts, least=1, most=31 * 24 * 60) if arguments.lasts else None,
    )


def _since(context: Context, arguments: Namespace) -> date:
    zone = zone_of(context.services(), arguments.zone)
    return parse_date(arguments.since) if arguments.since else context.clock().astimezone(ZoneInfo(zone)).date()


def _what_if(asked: Asked, context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    change = asked(context, arguments)
    zone = zone_of(services, arguments.zone)
    return _shown(context, services.read(what_if, change, zone=zone, now=context.clock()), stages=arguments.stage)


def _now_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--days", type=count, default=2 * _WEEK, help="how many days ahead; two weeks by default")
    _stage_option(parser)


def _now(context: Context, arguments: Namespace) -> Outcome:
    services, now = context.services(), context.clock()
    zone = zone_of(services, arguments.zone)
    until = days_after(now.astimezone(ZoneInfo(zone)).date(), arguments.days, zone)
    return _shown(context, services.read(as_it_stands, until, zone=zone, now=now), stages=arguments.stage)


def _optimise_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", metavar="TIME", help="a day or a time; now by default")
    parser.add_argument("--days", type=count, default=_WEEK, help="how many days are planned; a week by default")
    parser.add_argument(
        "--replan",
        choices=[each.value for each in Replan],
        default=Replan.NOTHING.value,
        help="which bookings may move, of those that are not locked and have not begun",
    )
    parser.add_argument(
        "--engine", choices=_ENGINES, default=_ENGINES[0], help="ortools: OR-Tools searches too, where it is installed"
    )
    parser.add_argument("--seconds", type=count, default=_SECONDS, help="how long a better plan is looked for")
    _stage_option(parser)


def _optimise(context: Context, arguments: Namespace) -> Outcome:
    if arguments.engine == "ortools" and not is_installed():
        raise CommandError("OR-Tools is not installed: pip install 'regarding-crm[optimise]' brings it.")
    services, now = context.services(), context.clock()
    zone = zone_of(services, arguments.zone)
    start = moment_or_day(arguments.first, zone) if arguments.first else now
    end = days_after(start.astimezone(ZoneInfo(zone)).date(), arguments.days, zone)
    ask = Ask(start, end, Replan(arguments.replan))
    posing = services.read(pose_plan, ask, zone=zone, now=now)
    plan = _searched(context, posing, min(arguments.seconds, _MOST_SECONDS), arguments.engine)
    return _shown(context, proposal_of(posing, plan), stages=arguments.stage)


def _searched(context: Context, posing: Posing, seconds: int, engine: str) -> Plan:
    """The best plan, told as it gets better; whoever interrupts takes what was found so far."""
    found: list[Plan] = []
    told = context.clock() - _TOLD_EVERY

    def better(plan: Plan) -> None:
        nonlocal told
        found.append(plan)
        if context.is_interactive and context.clock() - told >= _TOLD_EVERY:
            told, so_far = context.clock(), progress_of(posing, plan)
            context.say(f"{so_far.placed:,} of {so_far.wanted:,} placed, {so_far.travel:,} min on the way ...")

    try:
        if engine == "ortools":
            return search_with_ortools(posing, seconds, better=better)
        return search(posing, within(seconds), better=better)
    except KeyboardInterrupt:
        if not found:
            raise
        return found[-1]


def _shown(context: Context, proposal: Proposal, *, stages: bool) -> Outcome:
    if not stages:
        return Outcome({**proposal_payload(proposal), "plan": None}, proposal_lines(proposal))
    plan = context.services().do(stage, proposal)
    lines = [*proposal_lines(proposal), "Staged: `regarding schedule plan apply` carries it out."]
    return Outcome({**proposal_payload(proposal), "plan": plan.uid}, lines)


def _plan_argument(parser: ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN", nargs="?", default="", help="its name or uid; the only one unless said")


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", dest="everything", help="also what was applied or dropped")


def _apply_arguments(parser: ArgumentParser) -> None:
    _plan_argument(parser)
    parser.add_argument(
        "--without", action="append", default=[], metavar="BOOKING", help="leave this one as it is, by number or title"
    )


def _list(context: Context, arguments: Namespace) -> Outcome:
    now = context.clock()
    found = context.services().read(plans, everything=arguments.everything)
    rows = [
        (each.status, ago(each.made_at, now), one_line(each.made_by, 30), one_line(each.name, _WIDTH)) for each in found
    ]
    return Outcome({"plans": [_payload(each) for each in found]}, table(rows) or ["No plan is staged."])


def _show(context: Context, arguments: Namespace) -> Outcome:
    plan = context.services().read(plan_called, arguments.plan)
    proposal = from_body(plan.body)
    return Outcome({**_payload(plan), "proposal": proposal_payload(proposal)}, proposal_lines(proposal))


def _apply(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    plan = services.read(plan_called, arguments.plan)
    proposal = from_body(plan.body)
    without = {_step_called(proposal, name).uid for name in arguments.without}
    applied = services.do(apply_staged, plan.plan_id, without)
    follow_up(services.store, now=context.clock())
    left = sum(each.to is None or each.uid in without for each in proposal.steps)
    lines = [
        f"{len(applied.moved):,} bookings were changed, {len(applied.made):,} made, {left:,} left as they are;"
        " `regarding undo` takes it back.",
        "`regarding schedule tell` says whose customers do not know it yet.",
    ]
    payload = {"plan": plan.uid, "changed": len(applied.moved), "made": len(applied.made), "left": left}
    return Outcome({**payload, "operation": applied.operation_uid}, lines)


def _drop(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    plan = services.read(plan_called, arguments.plan)
    uid = services.do(drop, plan.plan_id)
    said = f"The plan {one_line(plan.name, _WIDTH)} was dropped; `regarding undo` takes it back."
    return Outcome({"plan": plan.uid, "operation": uid}, [said])


def _step_called(proposal: Proposal, name: str) -> Step:
    """The step that a person means, which can be left out."""
    wanted = name.strip().casefold()
    found = [each for each in proposal.steps if wanted and wanted in (each.number.casefold(), each.uid)]
    found = found or [each for each in proposal.steps if wanted == each.title.casefold()]
    if not found:
        raise CommandError(f"The plan has nothing to do with {name}.")
    if len(found) > 1:
        raise CommandError(
            f"{len(found)} of the plan are called {name}; give the number, or the uid that --json prints."
        )
    if found[0].asked:
        raise CommandError(f"{found[0].number} is what the plan is about; it cannot be left out.")
    return found[0]


def _payload(plan: Staged) -> dict[str, Any]:
    names = ("uid", "kind", "name", "status", "made_by")
    return {name: getattr(plan, name) for name in names} | {"made_at": plan.made_at.isoformat()}


_ASKED: tuple[tuple[str, str, Asked, Callable[[ArgumentParser], None]], ...] = (
    ("off", "a resource is away for some time, as with a sick call", _off, _off_arguments),
    ("hours", "a resource works other hours", _hours, _hours_arguments),
    ("without", "a resource is taken out", _without, _without_arguments),
    ("closed", "a site is closed on a day", _closed, _closed_arguments),
    ("move", "a booking is moved, or given to others", _move, _move_arguments),
)

WHATIF = Command(
    "whatif",
    "which bookings a change breaks, and how each can be done all the same",
    _now,
    subcommands=(
        Command("now", "nothing: what cannot be done as it stands", _now, _now_arguments),
        *(Command(name, told, partial(_what_if, asked), add) for name, told, asked, add in _ASKED),
    ),
)
OPTIMISE = Command(
    "optimise", "place who waits, and bookings that may move, with little travel", _optimise, _optimise_arguments
)
PLAN = Command(
    "plan",
    "plans that are staged: showing, applying and dropping them",
    _list,
    subcommands=(
        Command("list", "the plans that are staged", _list, _list_arguments),
        Command("show", "what a plan would do", _show, _plan_argument),
        Command("apply", "carry a plan out, all of it at once", _apply, _apply_arguments),
        Command("drop", "drop a plan", _drop, _plan_argument),
    ),
)
COMMANDS = (WHATIF, OPTIMISE, PLAN)
