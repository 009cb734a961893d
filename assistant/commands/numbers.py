"""`regarding numbers`: what a team lead looks at, for people, as CSV and as JSON."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

from dateutil.tz import tzlocal

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.spans import instant_since
from assistant.commands.words import one_line, table
from assistant.tables.numbers import as_csv, minutes
from store.actor import Actor
from store.dates import parse_date
from store.numbers.figures import AGES, Figures, Numbers, Promise, Spread
from store.numbers.periods import UNITS, Period, Unit, period
from store.queries.numbers import GROUPINGS, Grouping, person_id, team_numbers
from store.queues.reading import queue_by_name
from store.sla.countdown import length

_USUAL = "30d"
_NO_NAME = {"queue": "no queue", "person": "nobody"}


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--since", metavar="SPAN", default=_USUAL, help=f"so many days back, as {_USUAL}, or a date")
    parser.add_argument("--until", metavar="DATE", help="the last day; today by default")
    parser.add_argument(
        "--by", choices=[*GROUPINGS, *UNITS], default="queue", help="what each row is; queue by default"
    )
    parser.add_argument("--queue", metavar="NAME", help="only cases that lie in this queue")
    parser.add_argument("--person", metavar="NAME", help="only cases of this person, by name or e-mail address")
    parser.add_argument("--csv", action="store_true", help="as a table for a spreadsheet")


def _run(context: Context, arguments: Namespace) -> Outcome:
    now = context.clock().astimezone(tzlocal())
    unit: Unit | None = arguments.by if arguments.by in get_args(Unit) else None
    last = parse_date(arguments.until) if arguments.until else None
    cut = period(instant_since(arguments.since, now).date(), now, last=last, unit=unit)
    found = context.services().read(_read, cut, arguments, now=now)
    rows = found.all.parts if unit else found.by_group
    if arguments.csv:
        return Outcome(_payload(found, arguments.by), as_csv(arguments.by, rows, found.total).splitlines())
    named = [replace(row, name=row.name or _NO_NAME[arguments.by]) for row in rows]
    return Outcome(
        _payload(found, arguments.by), [_heading(cut, now), "", *_table(arguments.by, [*named, found.total])]
    )


def _read(tx: Any, cut: Period, arguments: Namespace, *, now: datetime, by: Actor) -> Numbers:
    group: Grouping = "person" if arguments.by == "person" else "queue"
    queue_id = None if arguments.queue is None else queue_by_name(tx, arguments.queue).queue_id
    owner_id = None if arguments.person is None else person_id(tx, arguments.person)
    return team_numbers(tx, cut, group=group, queue_id=queue_id, owner_id=owner_id, now=now, by=by)


def _heading(cut: Period, now: datetime) -> str:
    last = (cut.until - timedelta(microseconds=1)).astimezone(now.tzinfo).date()
    until = "" if last == cut.days[0] else f" to {last}"
    return f"Cases, {cut.days[0]}{until}. Times: the median / what 9 of 10 did not exceed."


def _table(named: str, rows: list[Figures]) -> list[str]:
    heading = (named.capitalize(), "Opened", "Resolved", "Reopened", "Open", "First response", "Resolution", "Kept")
    total = len(rows) - 1
    return table([heading, *(_row(row, row.name if place < total else "Total") for place, row in enumerate(rows))])


def _row(one: Figures, name: str) -> tuple[str, ...]:
    counts = (one.created, one.resolved, one.reopened, one.open)
    return (
        one_line(name, 30),
        *(f"{count:,}" for count in counts),
        _times(one.first_response),
        _times(one.resolution),
        _share(one.promises),
    )


def _times(one: Spread) -> str:
    return "-" if one.median is None or one.p90 is None else f"{length(one.median)} / {length(one.p90)}"


def _share(promise: Promise) -> str:
    return "-" if promise.share is None else f"{promise.share:.0%} of {promise.owed:,}"


def _payload(found: Numbers, by: str) -> dict[str, Any]:
    cut = found.period
    return {
        "since": cut.since.isoformat(),
        "until": cut.until.isoformat(),
        "by": "person" if by == "person" else "queue",
        "unit": cut.unit,
        "total": _figures(found.total),
        "groups": [_figures(one) for one in found.by_group],
        "parts": [_figures(one) for one in found.all.parts],
    }


def _figures(one: Figures) -> dict[str, Any]:
    ages = [{"age": name, "cases": count} for (name, _), count in zip(AGES, one.ages, strict=False)]
    return {
        "name": one.name,
        "opened": one.created,
        "resolved": one.resolved,
        "cancelled": one.cancelled,
        "reopened": one.reopened,
        "open": one.open,
        **({"ages": ages} if ages else {}),
        "first_response": _spread(one.first_response),
        "resolution": _spread(one.resolution),
        "response_promises": {"kept": one.response_promise.kept, "decided": one.response_promise.owed},
        "resolution_promises": {"kept": one.resolution_promise.kept, "decided": one.resolution_promise.owed},
    }


def _spread(one: Spread) -> dict[str, Any]:
    return {"count": one.count, "median_minutes": minutes(one.median), "p90_minutes": minutes(one.p90)}


COMMAND = Command(
    "numbers",
    "inflow, backlog, times and promises kept, by queue, person or time",
    _run,
    _arguments,
)
