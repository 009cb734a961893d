"""Which booking is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.chat.listing import looked_through
from assistant.chat.pointing import day, moment, pointed, record, shown
from assistant.chat.registry import Talk
from store.errors import Ambiguous, NotFound
from store.queries.record_names import find_record
from store.queries.records import RecordRow
from store.queries.refs import RecordRef


def the_booking(talk: Talk, value: Any) -> RecordRef:
    """By number, pointed at, or the only open one that is described so. Raises NotFound, Ambiguous."""
    if not isinstance(value, Mapping):
        return talk.services.read(find_record, pointed(talk, value), kind="booking")
    rows, _ = looked_through(talk, "booking", sort="starts")
    found = [row for row in rows if row.cells["starts_at"] >= talk.now and _fits(talk, row, value)]
    if not found:
        raise NotFound("no such booking")
    if len(found) > 1:
        named = "; ".join(f"{row.number} {shown(talk, row.cells['starts_at'])} {row.title}" for row in found[:4])
        raise Ambiguous(f"It may be one of these: {named}. Give the number.")
    return RecordRef(found[0].record_id, found[0].uid, "booking", found[0].number, found[0].title)


def _fits(talk: Talk, row: RecordRow, value: Mapping[str, Any]) -> bool:
    if "service" in value and row.cells["service"] != value["service"]:
        return False
    if "resource" in value and value["resource"] not in row.cells["resources"].split(", "):
        return False
    if "record" in value and row.cells["account"] != record(talk, value["record"]).title:
        return False
    starts = row.cells["starts_at"].astimezone(talk.now.tzinfo)
    if "day" in value and starts.date() != day(value["day"]):
        return False
    return "start" not in value or starts == moment(talk, value["start"])
