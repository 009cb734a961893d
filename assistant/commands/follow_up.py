"""`regarding follow-up`: what one has to come back to, and how one wants to be reminded."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date
from functools import partial
from typing import Any

from dateutil.tz import tzlocal

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.people import colleague
from assistant.commands.words import one_line, table
from assistant.following.typed import typed_time
from assistant.following.why import why_now
from assistant.reader_zone import zone_name
from calendar_sync.reminders import add_reminder, complete
from store.following.acts import confirm, delegate, dismiss, snooze
from store.following.settings import Settings, save_settings, settings_of
from store.following.values import STANDING, instant_of
from store.queries.follow_ups import FollowUpRow, follow_up_called, follow_ups
from store.queries.record_names import find_record

_WIDTH = 60
_SHOWN = 8  # of a uid: its end, for those that were found together begin alike
_NOBODY = "Say who you are: set user in the configuration, or give --user."
_SETTINGS = {
    "zone": "your time zone, as Europe/Vienna",
    "hours": "the business hours you work in, by their name; '' for Monday to Friday, 9:00 to 17:00",
    "a-day": "how many new follow-ups a day come up at most",
    "patience": "after how many working days an unanswered mail comes back",
    "confirm": "on: what is found in mail waits for your yes",
    "colleagues": "on: an answer by a colleague of whom you asked counts",
    "mail-at": "when your day is mailed to you, as 07:30; never",
    "outlook": "on: your reminders stand in Outlook as tasks",
}


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", dest="everything", help="also what comes back later, or waits")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", help="of what")
    parser.add_argument("--at", required=True, metavar="WHEN", help="tomorrow 8:30, in two weeks, every Monday at 8")
    parser.add_argument("--about", metavar="RECORD", help="a number or name")


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("which", metavar="NAME", help="words of it, or the uid that the list shows")


def _snooze_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--until", required=True, metavar="WHEN", help="3h, tomorrow 8:30, next week, a date")


def _delegate_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--to", required=True, metavar="PERSON", help="a colleague's name or address")


def _settings_arguments(parser: ArgumentParser) -> None:
    for name, said in _SETTINGS.items():
        parser.add_argument(f"--{name}", metavar="VALUE", help=said)


def _list(context: Context, arguments: Namespace) -> Outcome:
    services, now = context.services(), context.clock()
    if services.actor.user_id is None:
        raise CommandError(_NOBODY)
    if arguments.everything:
        rows = services.read(follow_ups, STANDING)
    else:
        rows = services.read(follow_ups, until=now.astimezone(tzlocal()), brought_up=True)
    today = now.astimezone(tzlocal()).date()
    lines = [line for row in rows for line in _lines(row, today)]
    payload = {"follow_ups": [{**as_payload(row), "why": why_now(row.kind, row.facts, today)} for row in rows]}
    return Outcome(payload, lines or ["There is nothing to come back to."])


def _lines(row: FollowUpRow, today: date) -> list[str]:
    whom = row.customer or row.record
    at = row.comes_at.astimezone(tzlocal())
    head = (
        row.uid[-_SHOWN:],
        f"{at:%Y-%m-%d %H:%M}",
        row.kind.replace("_", " "),
        one_line(whom.title, _WIDTH) if whom else "",
        one_line(row.text, _WIDTH),
    )
    said = [f"    “{one_line(row.sentence, 200)}”"] if row.sentence else []
    return [*table([head]), *said, f"    {why_now(row.kind, row.facts, today)}"]


def _add(context: Context, arguments: Namespace) -> Outcome:
    services, now = context.services(), context.clock().astimezone(tzlocal())
    typed = typed_time(arguments.at, now)
    record = services.read(find_record, arguments.about) if arguments.about else None
    made = services.do(
        add_reminder, " ".join(arguments.text), typed.wall, zone_name(tzlocal()), recurrence=typed.recurrence,
        record_id=record.record_id if record else None,
    )  # fmt: skip
    again = f", and again: {typed.recurrence}" if typed.recurrence else ""
    said = f"You are reminded on {typed.wall:%Y-%m-%d %H:%M}{again}; `regarding undo` takes it back."
    return Outcome({"follow_up": made.uid, "operation": made.operation_uid}, [said])


def _snooze(context: Context, arguments: Namespace) -> Outcome:
    typed = typed_time(arguments.until, context.clock().astimezone(tzlocal()))
    if typed.recurrence:
        raise CommandError(f"{arguments.until!r} is more than one time.")
    until = instant_of(typed.wall, zone_name(tzlocal()))
    return _act(context, arguments, snooze, until, said=f"It comes back on {typed.wall:%Y-%m-%d %H:%M}.")


def _delegate(context: Context, arguments: Namespace) -> Outcome:
    person = colleague(context.services(), arguments.to)
    return _act(context, arguments, delegate, person.uid, said=f"It is {person.name}'s now.")


def _act(context: Context, arguments: Namespace, use_case: Any, *args: Any, said: str) -> Outcome:
    services = context.services()
    row = services.read(follow_up_called, arguments.which)
    uid = services.do(use_case, row.follow_up_id, *args)
    return Outcome({"follow_up": row.uid, "operation": uid}, [f"{said} `regarding undo` takes it back."])


def _settings(context: Context, arguments: Namespace) -> Outcome:
    services, zone = context.services(), zone_name(tzlocal())
    if services.actor.user_id is None:
        raise CommandError(_NOBODY)
    names = [name.replace("-", "_") for name in _SETTINGS]
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if given:
        with services.store.write() as tx:
            settings = save_settings(tx, given, zone=zone, by=services.actor)
    else:
        with services.store.read() as tx:
            settings = settings_of(tx, services.actor.user_id, zone=zone)
    shown = _shown(settings)
    return Outcome({"settings": shown}, table([(name, str(value)) for name, value in shown.items()]))


def _shown(settings: Settings) -> dict[str, str]:
    switch = {True: "on", False: "off"}
    return {
        "zone": settings.zone,
        "hours": settings.calendar_name,
        "a-day": str(settings.a_day),
        "patience": str(settings.patience),
        "confirm": switch[settings.confirms],
        "colleagues": switch[settings.colleagues],
        "mail-at": f"{settings.mail_at:%H:%M}" if settings.mail_at else "never",
        "outlook": switch[settings.in_outlook],
    }


COMMAND = Command(
    "follow-up",
    "what you have to come back to: reminders, promises, mails without an answer",
    _list,
    subcommands=(
        Command("list", "what you have to come back to now, and why", _list, _list_arguments),
        Command("add", "be reminded of something, once or again and again", _add, _add_arguments),
        Command("snooze", "let one come back later", _snooze, _snooze_arguments),
        Command("done", "tick one off", partial(_act, use_case=complete, said="Done."), _which),
        Command("dismiss", "it is nothing to come back to", partial(_act, use_case=dismiss, said="Dismissed."), _which),
        Command("confirm", "what was found holds", partial(_act, use_case=confirm, said="Confirmed."), _which),
        Command("delegate", "give one to a colleague", _delegate, _delegate_arguments),
        Command("settings", "how you want to be reminded", _settings, _settings_arguments),
    ),
)
