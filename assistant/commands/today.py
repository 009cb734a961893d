"""`regarding today`: what the day holds, and the same as a mail to oneself."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, datetime
from typing import Any

from dateutil.tz import tzlocal

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.following.bringing import bring_up_due
from assistant.following.day.mailing import mail_day
from assistant.following.day.text import day_lines
from assistant.following.day.today import Today, today
from assistant.following.typed import typed_time
from assistant.following.why import why_now
from assistant.reader_zone import zone_name
from store.queries.follow_ups import FollowUpRow
from store.queries.queues import WorkRow
from store.queries.refs import RecordRef
from store.queries.scheduling.sheets import Job
from store.sla.countdown import countdown


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--day", metavar="DAY", help="another day: tomorrow, fri, 24 dec, 2026-12-24")
    parser.add_argument("--mail", action="store_true", help="mail today to yourself, unless that was done already")


def _run(context: Context, arguments: Namespace) -> Outcome:
    services, now = context.services(), context.clock().astimezone(tzlocal())
    if arguments.mail and arguments.day:
        raise CommandError("Only today can be mailed; leave out --day or --mail.")
    day = None if arguments.day is None else _day(arguments.day, now)
    bring_up_due(services.store, now=context.clock(), zone=zone_name(tzlocal()))  # for those who let no service run
    found = services.read(today, day, now=now)
    operation = services.do(mail_day, zone=zone_name(tzlocal())) if arguments.mail else ""
    payload = {**_payload(found, now), "mailed": operation or None}
    if arguments.mail:
        said = "Your day is on its way to you." if operation else "Your day was mailed to you already."
        return Outcome(payload, [said])
    if found.is_empty:
        return Outcome(
            payload, ["There is nothing here yet: `regarding demo`, `regarding connect`, `regarding import`."]
        )
    return Outcome(payload, day_lines(found, now))


def _day(text: str, now: datetime) -> date:
    """A date is that day, whether it is over or not; words are of the time to come."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return typed_time(text, now).wall.date()


def _payload(found: Today, now: datetime) -> dict[str, Any]:
    return {
        "day": found.day.isoformat(),
        "counts": found.counts,
        "agenda": [
            {
                "starts_at": row.starts_at.isoformat(),
                "ends_at": row.ends_at.isoformat(),
                "on_date": None if row.on_date is None else row.on_date.isoformat(),
                "title": "" if row.private else row.title,
                "location": "" if row.private else row.location,
                "status": row.status,
                "regarding": None if row.private else _ref(row.regarding),
            }
            for row in found.agenda
        ],
        "bookings": [_job(job) for job in found.jobs],
        "tasks": [
            {
                "uid": row.uid,
                "due_on": None if row.due_on is None else row.due_on.isoformat(),
                "subject": row.subject,
                "regarding": _ref(row.regarding),
            }
            for row in found.tasks
        ],
        "follow_ups": [_follow_up(row, now) for row in found.follow_ups],
        "suggestions": [_follow_up(row, now) for row in found.suggestions],
        "cases_at_risk": [_case(row, now) for row in found.at_risk],
    }


def _job(job: Job) -> dict[str, Any]:
    return {
        "number": job.booking.number,
        "service": job.service,
        "status": job.status,
        "starts_at": job.works_from.isoformat(),
        "ends_at": job.works_until.isoformat(),
        "place": job.place or job.address,
        "customer": _ref(job.account or job.contact),
    }


def _follow_up(row: FollowUpRow, now: datetime) -> dict[str, Any]:
    ground = None
    if row.ground is not None:
        ground = {"kind": row.ground.kind, "uid": row.ground.uid, "subject": row.ground.subject}
    return {
        "uid": row.uid,
        "kind": row.kind.value,
        "why": why_now(row.kind, row.facts, now.date()),
        "text": row.text,
        "sentence": row.sentence,
        "comes_at": row.comes_at.isoformat(),
        "customer": _ref(row.customer),
        "record": _ref(row.record),
        "rests_on": ground,
    }


def _case(row: WorkRow, now: datetime) -> dict[str, Any]:
    clock = row.clock_at(now)
    return {
        "number": row.number,
        "title": row.title,
        "customer": row.customer,
        "owner": row.owner,
        "state": "" if clock is None else clock.state,
        "left": "" if clock is None or row.calendar is None else countdown(clock, row.calendar, now),
    }


def _ref(ref: RecordRef | None) -> dict[str, Any] | None:
    return None if ref is None else as_payload(ref)


COMMAND = Command("today", "your day: meetings, what to come back to and why, cases at risk", _run, _arguments)
