"""Summaries: who, what was asked, what was promised and by when, what is open; every line rests on a record or mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from assistant.chat.following import line_of
from assistant.chat.pointing import cite, shown
from assistant.chat.points import Point, Spoken, points
from assistant.chat.registry import Cite, Line, Talk
from assistant.chat.told import of_activity, of_record, short

if TYPE_CHECKING:
    from store.queries.refs import RecordRef
    from store.queries.timeline import TimelineRow

_LOOKED_THROUGH = 60  # activities
_PEOPLE, _POINTS, _LAST, _OPEN = 3, 3, 3, 5
_TOLD = ("status", "stage", "priority", "amount", "close_date", "next_step", "description")


def of_customer(talk: Talk, ref: RecordRef) -> Iterator[Line]:
    """A record from top to bottom."""
    from store.queries.timeline import timeline

    mails = talk.services.read(timeline, ref.record_id, kind="email", limit=_LOOKED_THROUGH).rows
    latest = talk.services.read(timeline, ref.record_id, limit=_LOOKED_THROUGH).rows
    yield from _who(talk, ref)
    yield from _standing(talk, ref)
    yield from _said(talk, mails)
    yield from _follow_ups(talk, ref)
    yield from (of_activity(talk, row) for row in [one for one in latest if one.occurred_at <= talk.now][:_LAST])


def of_thread(talk: Talk, activity_id: int) -> Iterator[Line]:
    """A mail and what was written around it."""
    from store.queries.activities import activity_detail, thread_of

    rows = talk.services.read(thread_of, activity_id)
    detail = talk.services.read(activity_detail, activity_id)
    people = {row.who: row for row in reversed(rows) if row.who}
    for name, row in list(people.items())[:_PEOPLE]:
        yield Line(f"With {short(name)}", (_mail(row),))
    linked = next((link.record for link in detail.links if link.is_primary and link.state == "linked"), None)
    if linked is not None:
        yield Line(f"Regarding {linked.number} {short(linked.title)}", (cite(linked),))
    yield from _said(talk, rows)
    yield from (of_activity(talk, row) for row in rows[:_LAST])


def said_lines(talk: Talk, rows: Sequence[TimelineRow]) -> list[Line]:
    """What was asked and promised in these activities, what is open first."""
    return list(_said(talk, rows, most=_LOOKED_THROUGH))


def _who(talk: Talk, ref: RecordRef) -> Iterator[Line]:
    from store.queries.record_detail import people_of, record_detail

    detail = talk.services.read(record_detail, ref.record_id)
    if ref.kind == "account":
        people = talk.services.read(people_of, ref.record_id)
        heard = [one for one in people if one.last_activity_at is not None and not one.former]
        for one in sorted(heard, key=lambda one: one.last_activity_at, reverse=True)[:_PEOPLE]:  # type: ignore[arg-type,return-value]
            said = ", ".join(filter(None, (one.title, one.job_title, one.phone)))
            yield Line(f"Who: {short(said)}", (Cite("contact", one.number, one.title),))
        return
    for about in (detail.account, detail.contact):
        if about is not None:
            yield Line(f"Who: {short(about.title)}", (cite(about),))


def _standing(talk: Talk, ref: RecordRef) -> Iterator[Line]:
    """What is open with a customer, or how a case, a lead or an opportunity stands."""
    from store.queries.record_detail import record_detail
    from store.queries.records import open_cases_of, open_opportunities_of

    if ref.kind not in ("account", "contact"):
        fields = talk.services.read(record_detail, ref.record_id).fields
        for name in _TOLD:
            if fields.get(name):
                yield Line(f"{name.replace('_', ' ').capitalize()}: {short(str(fields[name]))}", (cite(ref),))
        return
    for row in talk.services.read(open_opportunities_of, ref.record_id, limit=_OPEN):
        yield of_record(row, "open opportunity", row.cells["stage"], f"closes {row.cells['close_date'] or 'some day'}")
    for row in talk.services.read(open_cases_of, ref.record_id, limit=_OPEN):
        yield of_record(row, "open case", row.cells["status"], row.cells["priority"])


def _said(talk: Talk, rows: Sequence[TimelineRow], most: int = _POINTS) -> Iterator[Line]:
    from store.queries.new_texts import new_texts

    mails = {row.activity_id: row for row in rows if row.kind == "email" and not row.noise}
    texts = talk.services.read(new_texts, list(mails))
    spoken = [
        Spoken(
            key, one.thread_id, mails[key].occurred_at.astimezone(talk.now.tzinfo), mails[key].direction == "out",
            one.text,
        )
        for key, one in texts.items()
    ]  # fmt: skip
    found = points(spoken)
    for kind in ("asked", "promised"):
        for point in [one for one in found if one.kind == kind][:most]:
            yield _point(talk, point, mails[point.mail.key])


def _point(talk: Talk, point: Point, row: TimelineRow) -> Line:
    who = "We" if point.mail.is_ours else short(row.who or "They")
    by = f", by {_last_day(point.by)}" if point.by is not None and point.kind == "promised" else ""
    still = " (no answer yet)" if point.is_open and point.kind == "asked" else ""
    said = f"{who} {point.kind} on {shown(talk, row.occurred_at)}{by}: “{short(point.sentence)}”{still}"
    return Line(said, (_mail(row),))


def _last_day(end: datetime) -> str:
    """The day that ends then, or the day and hour."""
    at = end - timedelta(microseconds=1)
    return f"{at:%a} {at.day} {at:%b}" + ("" if end.time() == time() else f" {end:%H:%M}")


def _follow_ups(talk: Talk, ref: RecordRef) -> Iterator[Line]:
    from store.queries.follow_ups import follow_ups

    rows = talk.services.read(follow_ups, record_ids=(ref.record_id,), limit=_OPEN)
    yield from (line_of(talk, row) for row in rows)


def _mail(row: TimelineRow) -> Cite:
    return Cite(row.kind, row.uid, row.subject)
