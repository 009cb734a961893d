"""`regarding schedule tell`: customers who do not know what holds of their bookings, and telling them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.words import one_line, table
from assistant.scheduling.customers.mails import NoticeMail
from assistant.scheduling.customers.notices import (
    DueNotice,
    ToldCustomers,
    customers_know,
    preview_notice,
    send_notices,
    untold,
)
from store.queries.record_names import find_record
from store.scheduling.said import when_said


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("bookings", nargs="*", metavar="BOOKING", help="tell the customers of these")
    parser.add_argument("--all", action="store_true", dest="everybody", help="tell all who can be told")
    parser.add_argument("--known", action="store_true", help="they know it, told otherwise: nobody is mailed")
    parser.add_argument("--preview", action="store_true", help="show the mails, send nothing")


def _run(context: Context, arguments: Namespace) -> Outcome:
    if arguments.bookings and arguments.everybody:
        raise CommandError("Name bookings, or say --all.")
    services, now = context.services(), context.clock()
    named = [services.read(find_record, name, kind="booking").record_id for name in arguments.bookings]
    due = services.read(untold, now=now)
    listed = [each for each in due if not named or each.booking_id in named]
    wanted = named or [each.booking_id for each in listed if not each.problem]
    mails: dict[int, NoticeMail] = {}
    if arguments.preview:
        mails = {key: services.read(preview_notice, key, now=now) for key in named or [d.booking_id for d in listed]}
    if arguments.preview or not (named or arguments.everybody):
        payload = {"bookings": [_payload(each, mails.get(each.booking_id)) for each in listed]}
        return Outcome({**payload, "told": [], "operation": None}, _lines(listed, mails))
    if arguments.known:
        done = services.do(customers_know, named or [each.booking_id for each in listed])
        return _told(context, done, "knows it", named, listed)
    done = services.do(send_notices, wanted, who_can=not named, recall=services.recall)
    return _told(context, done, "is told", named, listed)


def _told(
    context: Context, done: ToldCustomers, how: str, named: Sequence[int], listed: Sequence[DueNotice]
) -> Outcome:
    services = context.services()
    if named and not done.mails:
        services.read(preview_notice, named[0], now=context.clock())  # says why there is nothing to tell
    told = {mail.booking.record_id for mail in done.mails}
    left = [each for each in listed if each.booking_id not in told]
    lines = [f"{_named(mail.booking.number, mail.booking.title)}: {mail.customer} {how}." for mail in done.mails]
    lines += [f"{each.one.booking.number}: {each.problem}" for each in left if each.problem]
    lines += [f"{mail.booking.number}: {mail.problem}" for mail in done.left]
    numbers = [mail.booking.number for mail in done.mails]
    lacking = {mail.booking.record_id: mail for mail in done.left}
    payload = {"bookings": [_payload(each, lacking.get(each.booking_id)) for each in left], "told": numbers}
    return Outcome({**payload, "operation": done.operation_uid or None}, lines or [_NOBODY])


_NOBODY = "All customers know what holds."


def _lines(listed: Sequence[DueNotice], mails: dict[int, NoticeMail]) -> list[str]:
    if not mails:
        return table([_row(each) for each in listed]) or [_NOBODY]
    lines: list[str] = []
    for mail in mails.values():
        to = ", ".join(f"{each.name} <{each.email}>" for each in mail.draft.to if each.email) or "nobody"
        lines += [f"{mail.booking.number}  {mail.kind} to {one_line(to, 160)}"]
        lines += [f"  {mail.problem}"] if mail.problem else []
        lines += [f"  {one_line(mail.draft.subject, 200)}", *(f"  {line}".rstrip() for line in _text(mail)), ""]
    return lines[:-1]


def _text(mail: NoticeMail) -> list[str]:
    return [one_line(line, 300) if line.strip() else "" for line in mail.draft.text.rstrip().split("\n")]


def _row(due: DueNotice) -> tuple[str, ...]:
    one = due.one
    when = when_said(one.starts_at, one.ends_at, one.team.zone)
    whom = f"{one.customer.title if one.customer else ''} {one.email}".strip()
    return _named(one.booking.number, one.booking.title), due.kind, when, one_line(due.problem or whom, 120)


def _named(number: str, title: str) -> str:
    return f"{number} {one_line(title, 60)}"


def _payload(due: DueNotice, mail: NoticeMail | None) -> dict[str, Any]:
    one = due.one
    return {
        "number": one.booking.number,
        "title": one.booking.title,
        "notice": due.kind,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "zone": one.team.zone,
        "customer": one.customer.title if one.customer else None,
        "email": one.email or None,
        "knows": due.told.as_json() if due.told else None,
        "problem": (mail.problem if mail else due.problem) or None,
        "mail": None if mail is None else _mail(mail),
    }


def _mail(mail: NoticeMail) -> dict[str, str]:
    draft = mail.draft
    return {"from": draft.sender.email, "subject": draft.subject, "text": draft.text, "calendar": draft.calendar}


COMMAND = Command("tell", "tell customers what holds of their bookings", _run, _arguments)
