"""Appointments for the tools: one's own calendars, a colleague's, and which one is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from assistant.chat.pointing import colleague, moment, pointed, record, shown, span, speaks_of
from assistant.chat.registry import Talk
from store.errors import Ambiguous, NotFound
from store.queries.activities import activity_detail, find_activity
from store.queries.calendar import CalendarEntry, calendars
from store.queries.refs import RecordRef
from store.search_text import fold

_AHEAD = timedelta(days=60)  # in which an appointment that is only described is looked for


def entries(talk: Talk, start: datetime, end: datetime, *, person: Any = None) -> tuple[CalendarEntry, ...]:
    """What takes place in one's own calendars, or in a colleague's. Raises NotFound for one without a calendar."""
    from calendar_sync.view import calendar_view

    known = talk.services.read(calendars)
    if person is None or person == "me":
        chosen = [row for row in known if row.mine] or [row for row in known if row.open]
    else:
        who = colleague(talk, person)
        chosen = [row for row in known if row.address == who.email]
        if not chosen:
            raise NotFound(f"{who.name} has no calendar here")
    return talk.services.read(calendar_view, [row.mailbox_id for row in chosen], start=start, end=end)


def concerns(talk: Talk, found: Sequence[CalendarEntry], ref: RecordRef) -> list[CalendarEntry]:
    """Those that are regarding a record or one of its account, or with a person of that name."""
    kept = []
    for each in found:
        detail = talk.services.read(activity_detail, each.activity_id) if not each.closed else None
        named = detail is not None and any(fold(ref.title) == fold(party.name) for party in detail.parties)
        linked = detail is not None and any(link.record.record_id == ref.record_id for link in detail.links)
        if named or linked or (each.regarding is not None and each.regarding.record_id == ref.record_id):
            kept.append(each)
    return kept


def the_appointment(talk: Talk, value: Any, *, invited: bool = False) -> CalendarEntry:
    """The one that is meant: pointed at, or described by when, with whom, about whom; with `invited` among those of
    others only. Raises NotFound, Ambiguous."""
    if not isinstance(value, Mapping):
        activity_id = talk.services.read(find_activity, pointed(talk, value))
        found = [each for each in entries(talk, talk.now, talk.now + _AHEAD) if each.activity_id == activity_id]
        if not found:
            raise NotFound("it does not stand in your calendar in the next 60 days")
        return found[0]
    found = [each for each in _described(talk, value) if not (invited and each.mine)]
    if not found:
        raise NotFound("no such appointment stands in your calendar")
    if len({each.activity_id for each in found}) > 1 and "start" not in value and "day" not in value:
        named = "; ".join(f"{shown(talk, each.starts_at)} {each.title}" for each in found[:3])
        raise Ambiguous(f"It may be one of these: {named}. Say when it is.")
    return found[0]


def _described(talk: Talk, value: Mapping[str, Any]) -> list[CalendarEntry]:
    start, end = talk.now, talk.now + _AHEAD
    if "day" in value or "start" in value:
        start, end = span(talk, {"start": str(value.get("day") or value["start"])[:10]})
    found = list(entries(talk, start, end))
    if "start" in value:
        found = [each for each in found if each.starts_at == moment(talk, value["start"])]
    for name in ("person", "record"):
        if name in value:
            found = concerns(talk, found, record(talk, value[name]))
    return [each for each in found if "text" not in value or speaks_of(each.title, value["text"])]


def part_of(entry: CalendarEntry) -> dict[str, Any]:
    """Only the occurrence that is meant of a series; all of what takes place once."""
    from calendar_sync.edit import Scope
    from calendar_sync.view import start_of

    if not entry.recurring:
        return {}
    return {"scope": Scope.OCCURRENCE, "original_start": start_of(entry.original_start)}
