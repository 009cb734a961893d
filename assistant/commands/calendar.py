"""`regarding calendar`: what takes place, and making, moving, cancelling and answering appointments."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.tz import tzlocal

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.payloads import as_payload, plain
from assistant.commands.words import one_line
from assistant.intake import follow_up
from calendar_sync.answers import answer_invitation
from calendar_sync.appointments import Acted, cancel_appointment, create_appointment, move_appointment
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.event import Attendee
from calendar_sync.provider import Answer
from calendar_sync.view import calendar_view, start_of
from calendar_sync.zones import iana_name
from mail_sync.message import Address
from store.dates import parse_date
from store.queries.activities import find_activity
from store.queries.calendar import CalendarEntry, CalendarRow, calendars
from store.queries.record_names import find_record

_TIME = re.compile(r"(?:^|[T\s])(\d{1,2}):(\d{2})$")
_A_WEEK = 7


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", metavar="DATE", help="the first day; today by default")
    parser.add_argument("--days", type=count, default=_A_WEEK, help="how many days; a week by default")
    parser.add_argument("--calendar", action="append", metavar="ADDRESS", help="one's own by default (may be repeated)")
    parser.add_argument("--team", action="store_true", help="every calendar")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("title")
    _times(parser, needed=True)
    parser.add_argument("--zone", metavar="NAME", help="the time zone of the times, as Europe/Berlin; UTC by default")
    parser.add_argument("--location", default=None, metavar="TEXT")
    parser.add_argument("--text", default=None, metavar="TEXT", help="what it is about")
    parser.add_argument(
        "--invite", action="append", default=[], metavar="EMAIL", help="who must come (may be repeated)"
    )
    parser.add_argument("--optional", action="append", default=[], metavar="EMAIL", help="who may come")
    parser.add_argument("--repeat", metavar="RULE", help="an iCalendar rule, as FREQ=WEEKLY;BYDAY=MO")
    parser.add_argument("--regarding", metavar="RECORD", help="a record's number, name or e-mail address")
    parser.add_argument("--calendar", metavar="ADDRESS", help="whose calendar; one's own by default")
    _quiet(parser)


def _move_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    _times(parser, needed=True)
    _part(parser)
    _quiet(parser)


def _cancel_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    _part(parser)
    parser.add_argument("--comment", default="", metavar="TEXT", help="what the others read")
    _quiet(parser)


def _answer_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("answer", choices=[answer.value for answer in Answer])
    parser.add_argument("--occurrence", metavar="START", help="only this one, as `calendar list` names it")
    parser.add_argument("--comment", default="", metavar="TEXT", help="what the organizer reads")
    _quiet(parser)


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("appointment", metavar="ID", help="as `calendar list` prints it")


def _times(parser: ArgumentParser, *, needed: bool) -> None:
    parser.add_argument("--start", required=needed, metavar="TIME", help="2026-11-30 14:00, or a date for whole days")
    parser.add_argument("--end", metavar="TIME", help="of whole days the day after the last")


def _part(parser: ArgumentParser) -> None:
    parser.add_argument("--occurrence", metavar="START", help="of a series, as `calendar list` names it")
    parser.add_argument("--following", action="store_true", help="this occurrence and all later ones")


def _quiet(parser: ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="mail nobody")


def _list(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    zone = tzlocal()
    first = parse_date(arguments.first) if arguments.first else context.clock().astimezone(zone).date()
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(first + timedelta(days=arguments.days), time(), zone)
    known = services.read(calendars)
    chosen = _chosen(known, arguments.calendar, team=arguments.team)
    entries = services.read(calendar_view, [row.mailbox_id for row in chosen], start=start, end=end)
    names = {row.mailbox_id: row.address for row in known}
    payload = {"appointments": [_payload(entry, names) for entry in entries]}
    lines = [_line(entry, names, len(chosen) > 1) for entry in entries]
    return Outcome(payload, lines or ["Nothing takes place in that time."])


def _add(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    people = [Attendee(Address(email.strip().lower())) for email in arguments.invite]
    people += [Attendee(Address(email.strip().lower()), "optional") for email in arguments.optional]
    if arguments.zone and iana_name(arguments.zone) is None:
        raise CommandError(f"There is no time zone {arguments.zone!r}.")
    fields = EventEdit(
        title=arguments.title,
        start=_moment(arguments.start),
        end=_moment(arguments.end) if arguments.end else None,
        timezone=arguments.zone,
        location=arguments.location,
        description=arguments.text,
        attendees=tuple(people) or None,
        rrule=arguments.repeat,
    )
    mailbox_id = None
    if arguments.calendar:
        (row,) = _chosen(services.read(calendars), [arguments.calendar], team=False)
        mailbox_id = row.mailbox_id
    record = services.read(find_record, arguments.regarding) if arguments.regarding else None
    acted = services.do(
        create_appointment,
        fields,
        mailbox_id=mailbox_id,
        record_id=record.record_id if record else None,
        tell=not arguments.quiet,
    )
    return _told(context, acted, f"{one_line(arguments.title, 100)} was added.")


def _move(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    scope, original = _scope(arguments)
    acted = services.do(
        move_appointment,
        services.read(find_activity, arguments.appointment),
        _moment(arguments.start),
        _moment(arguments.end) if arguments.end else None,
        scope=scope,
        original_start=original,
        tell=not arguments.quiet,
    )
    return _told(context, acted, "It was moved.")


def _cancel(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    scope, original = _scope(arguments)
    acted = services.do(
        cancel_appointment,
        services.read(find_activity, arguments.appointment),
        scope=scope,
        original_start=original,
        comment=arguments.comment,
        tell=not arguments.quiet,
    )
    return _told(context, acted, "It was cancelled; `regarding undo` brings it back.")


def _answer(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    uid = services.do(
        answer_invitation,
        services.read(find_activity, arguments.appointment),
        Answer(arguments.answer),
        comment=arguments.comment,
        tell=not arguments.quiet,
        original_start=start_of(arguments.occurrence) if arguments.occurrence else None,
    )
    return Outcome({"operation": uid, "answer": arguments.answer}, [f"Answered: {arguments.answer}."])


def _told(context: Context, acted: Acted, said: str) -> Outcome:
    """What an act did, and whom it mails."""
    services = context.services()
    follow_up(services.store, now=context.clock())
    payload = {
        "operation": acted.operation_uid,
        "mailed": acted.mailed.sentence,
        "clashes": [as_payload(clash) for clash in acted.clashes],
        "outgoing": list(acted.outgoing_uids),
    }
    clashing = [f"At the same time: {one_line(clash.title, 80)}" for clash in acted.clashes]
    return Outcome(payload, [said, acted.mailed.sentence, *clashing])


def _chosen(known: Sequence[CalendarRow], addresses: Sequence[str] | None, *, team: bool) -> list[CalendarRow]:
    if team:
        return list(known)
    if not addresses:
        return [row for row in known if row.mine] or [row for row in known if row.open]
    wanted = {address.strip().lower() for address in addresses}
    found = [row for row in known if row.address in wanted]
    if len(found) < len(wanted):
        missing = sorted(wanted - {row.address for row in found})
        raise CommandError(f"There is no calendar {missing[0]}.")
    return found


def _scope(arguments: Namespace) -> tuple[Scope, datetime | date | None]:
    if arguments.occurrence is None:
        if arguments.following:
            raise CommandError("Say with --occurrence which one is the first.")
        return Scope.SERIES, None
    return Scope.FOLLOWING if arguments.following else Scope.OCCURRENCE, start_of(arguments.occurrence)


def _moment(text: str) -> datetime | date:
    """A wall time, or a day where no time of day stands behind it. Raises Invalid."""
    day, found = parse_date(text), _TIME.search(text.strip())
    if found is None:
        return day
    if int(found[1]) > 23 or int(found[2]) > 59:
        raise CommandError(f"There is no time {found[1]}:{found[2]} on a clock.")
    return datetime.combine(day, time(int(found[1]), int(found[2])))


def _payload(entry: CalendarEntry, names: dict[int, str]) -> dict[str, Any]:
    shown = as_payload(entry)
    del shown["responses"]
    answers = {names.get(mailbox_id, ""): response for mailbox_id, response in entry.responses.items()}
    return shown | {"calendars": plain(answers)}


def _line(entry: CalendarEntry, names: dict[int, str], several: bool) -> str:
    if entry.on_date is not None and entry.until_date is not None:
        last = entry.until_date - timedelta(days=1)
        when = f"{entry.on_date:%a %Y-%m-%d}" + (f" to {last:%Y-%m-%d}" if last > entry.on_date else "") + " all day"
    else:
        start, end = entry.starts_at.astimezone(tzlocal()), entry.ends_at.astimezone(tzlocal())
        when = f"{start:%a %Y-%m-%d %H:%M}–{end:%H:%M}"
    marks = [entry.status] if entry.status != "confirmed" else []
    marks += ["clashes"] if entry.clashes else []
    marks += [f"occurrence {entry.original_start}"] if entry.recurring else []
    whose = f"  [{', '.join(names[each] for each in entry.mailbox_ids if each in names)}]" if several else ""
    told = f" ({', '.join(marks)})" if marks else ""
    place = f", {one_line(entry.location, 40)}" if entry.location else ""
    return f"{when}  {one_line(entry.title, 60)}{place}{told}{whose}  {entry.uid}"


COMMAND = Command(
    "calendar",
    "show calendars; add, move, cancel and answer appointments",
    _list,
    subcommands=(
        Command("list", "what takes place, a week by default", _list, _list_arguments),
        Command("add", "make an appointment or invite to a meeting", _add, _add_arguments, makes_store=True),
        Command("move", "put an appointment, or a part of a series, to another time", _move, _move_arguments),
        Command("cancel", "call off an appointment, or a part of a series", _cancel, _cancel_arguments),
        Command("answer", "accept or decline a meeting", _answer, _answer_arguments),
    ),
)
