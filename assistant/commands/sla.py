"""`regarding sla`: what was promised for a case, how its clocks stand, and what happened to it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dateutil.tz import tzlocal

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.payloads import as_payload, plain
from assistant.commands.words import one_line, table
from store.cases.reading import CaseEventRow, CaseSla, case_sla
from store.queries.record_names import find_record
from store.sla.countdown import countdown
from store.sla.watch import Clock

_NAMES = {"first_response": "first response", "resolution": "resolution"}


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("record", metavar="RECORD", help="the case's number or name")


def _run(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    case = services.read(find_record, arguments.record, kind="case")
    found = services.read(case_sla, case.record_id, now=context.clock())
    return Outcome(_payload(found), list(_lines(found, context.clock().astimezone(tzlocal()))))


def _payload(found: CaseSla) -> dict[str, Any]:
    return {
        "uid": found.case.uid,
        "number": found.case.number,
        "title": found.case.title,
        "status": found.status,
        "priority": found.priority,
        "queue": found.queue,
        "sla": found.sla,
        "state": found.clocks.state or "",
        "clocks": {name: _clock(getattr(found.clocks, name), found) for name in _NAMES},
        "first_response_at": plain(found.first_response_at),
        "covered": None if found.coverage is None else found.coverage.covered,
        "reason": "" if found.coverage is None else found.coverage.reason,
        "events": [as_payload(event) for event in found.events],
    }


def _clock(clock: Clock | None, found: CaseSla) -> dict[str, Any] | None:
    if clock is None or found.calendar is None:
        return None
    return {
        "state": clock.state,
        "said": countdown(clock, found.calendar, found.read_at),
        "due_at": plain(clock.due_at),
        "ended_at": plain(clock.ended_at),
        "remaining_seconds": round(clock.remaining.total_seconds()),
    }


def _lines(found: CaseSla, now: datetime) -> Iterator[str]:
    yield f"{found.case.number} {one_line(found.case.title, 80)}: {found.status.replace('_', ' ')}, {found.priority}"
    facts = [("promise", found.sla or "nothing is promised"), ("queue", found.queue)]
    facts += [(said, _clock_words(getattr(found.clocks, name), found, now)) for name, said in _NAMES.items()]
    facts.append(("contract", found.coverage.reason if found.coverage else ""))
    yield from (f"  {line}" for line in table([(name, one_line(said, 120)) for name, said in facts if said]))
    for event in found.events:
        yield f"{event.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}  {_event(event)}"


def _clock_words(clock: Clock | None, found: CaseSla, now: datetime) -> str:
    if clock is None or found.calendar is None:
        return ""
    due = f" (due {clock.due_at.astimezone(now.tzinfo):%a %Y-%m-%d %H:%M})" if clock.due_at else ""
    return f"{countdown(clock, found.calendar, now)}{due}"


def _event(event: CaseEventRow) -> str:
    kind = event.kind.replace("_", " ")
    said = " ".join(filter(None, (kind, one_line(event.value, 60))))
    subject = f" “{one_line(event.subject, 60)}”" if event.subject else ""
    return f"{said}{subject}{f' by {one_line(event.by, 60)}' if event.by else ''}{'' if event.counts else ' (undone)'}"


COMMAND = Command("sla", "show what was promised for a case, and how its clocks stand", _run, _arguments)
