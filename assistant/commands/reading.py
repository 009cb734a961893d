"""`regarding search`, `show` and `timeline`: reading without the user interface."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Any

from assistant.commands.base import Command, Context, Outcome, count
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line, table, visible
from assistant.compose import Services
from store.errors import NotFound
from store.queries.activities import activity_detail, find_activity
from store.queries.leads import lead_standing
from store.queries.record_detail import ProductLine, RecordDetail, record_detail
from store.queries.record_names import find_record
from store.queries.refs import RecordRef
from store.queries.scheduling.bookings import BookingFacts
from store.queries.search import search
from store.queries.timeline import TimelineRow, timeline
from store.records.fields import LABELS, fields_of

_KINDS = ("email", "appointment", "phone_call", "task", "note", "service_activity")


def _search_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", help='words; the last one may be a beginning; "in quotes" for a phrase')
    parser.add_argument("--limit", type=count, default=20, metavar="COUNT", help="how many, 20 by default")


def _search(context: Context, arguments: Namespace) -> Outcome:
    found = context.services().read(search, " ".join(arguments.text), limit=arguments.limit)
    rows = [(ref.number, ref.kind, one_line(ref.title, 60)) for ref in found.records]
    lines = [*table(rows), *timeline_lines(hit.activity for hit in found.activities)]
    payload = {
        "records": [as_payload(ref) for ref in found.records],
        "activities": [as_payload(hit.activity) for hit in found.activities],
    }
    return Outcome(payload, lines or ["Nothing was found."])


def _show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", help="a record's number, name or e-mail address, or the id of a mail or activity")


def _show(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    try:
        activity_id = services.read(find_activity, arguments.what)
    except NotFound:
        record = services.read(find_record, arguments.what)
        detail = services.read(record_detail, record.record_id)
        became = services.read(lead_standing, record.record_id).became if detail.kind == "lead" else ()
        payload = as_payload(detail) | {"became": [as_payload(ref) for ref in became]}
        return Outcome(payload, [*_record_lines(detail), *map(_became, became)])
    return _show_activity(services, activity_id)


def _show_activity(services: Services, activity_id: int) -> Outcome:
    detail = services.read(activity_detail, activity_id)
    lines = [f"{one_line(detail.subject, 200)}", f"{detail.occurred_at:%Y-%m-%d %H:%M} UTC"]
    lines += [f"{party.role}: {one_line(f'{party.name} <{party.email}>', 120)}" for party in detail.parties]
    lines += [f"regarding: {link.record.number} {one_line(link.record.title, 80)}" for link in detail.links]
    lines += [f"attached: {one_line(each.filename, 80)}" for each in detail.attachments if not each.inline]
    return Outcome(as_payload(detail), [*lines, "", *visible(detail.text).splitlines()])


def _record_lines(detail: RecordDetail) -> list[str]:
    rows = [("number", detail.number), ("name", one_line(detail.title, 100))]
    if detail.owner:
        rows.append(("owner", one_line(detail.owner, 100)))
    for name, field in fields_of(detail.kind).items():
        value = _shown(detail, name)
        if name != "title" and value:
            rows.append((field.label.lower(), one_line(value, 200)))
    rows += [("product", one_line(_line(each), 200)) for each in detail.lines]
    if detail.booking is not None:
        rows += _booking_rows(detail.booking)
    return table(rows)


def _became(ref: RecordRef) -> str:
    return f"became {LABELS[ref.kind][0]} {ref.number} {one_line(ref.title, 100)}"


def _booking_rows(booking: BookingFacts) -> list[tuple[str, str]]:
    """In the time of this machine."""
    start, end = booking.starts_at.astimezone(), booking.ends_at.astimezone()
    rows = [("service", one_line(booking.service, 100)), ("time", f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M %Z}")]
    for each in booking.resources:
        units = f", {each.units} units" if each.units > 1 else ""
        works = f"{each.works_from.astimezone():%H:%M}-{each.works_until.astimezone():%H:%M}"
        rows.append((each.kind, f"{one_line(each.name, 60)} {works}{units}"))
    return rows


def _line(line: ProductLine) -> str:
    """As `--line` takes it."""
    name = line.product.title if line.product else line.description
    return f"{line.quantity.normalize():f} x {name} @ {line.unit_price.normalize():f}"


def _shown(detail: RecordDetail, name: str) -> str:
    if name in ("account", "contact", "case", "parent", "follows", "product"):
        ref = getattr(detail, name)
        return f"{ref.number} {ref.title}" if ref else ""
    if name in ("emails", "domains"):
        return ", ".join(getattr(detail, name))
    value = detail.fields.get(name)
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None or name == "owner" else str(value)


def _timeline_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("record", help="a record's number, name or e-mail address")
    parser.add_argument("--kind", choices=_KINDS)
    parser.add_argument("--limit", type=count, default=50, metavar="COUNT", help="how many, 50 by default")


def _timeline(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    record = services.read(find_record, arguments.record)
    page = services.read(timeline, record.record_id, kind=arguments.kind, limit=arguments.limit)
    payload: dict[str, Any] = {
        "record": as_payload(record),
        "activities": [as_payload(row) for row in page.rows],
        "more": page.more,
    }
    return Outcome(payload, timeline_lines(page.rows) or ["Nothing has happened yet."])


def timeline_lines(rows: Iterable[TimelineRow]) -> list[str]:
    """Activities as aligned lines: when, what, with whom, about what."""
    return table(
        [
            (
                f"{row.occurred_at:%Y-%m-%d %H:%M}",
                row.kind.replace("_", " "),
                one_line(row.who, 28),
                one_line(row.subject, 70),
                row.regarding.number if row.regarding else "",
            )
            for row in rows
        ]
    )


SEARCH = Command("search", "find records, mail, meetings and notes", _search, _search_arguments)
SHOW = Command("show", "show a record, a mail or an activity", _show, _show_arguments)
TIMELINE = Command("timeline", "what happened with a customer, newest first", _timeline, _timeline_arguments)
