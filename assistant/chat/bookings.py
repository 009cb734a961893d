"""Which booking is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.chat.listing import looked_through
from assistant.chat.pointing import day, moment, pointed, record, shown
from assistant.chat.registry import Talk
from store.errors import Ambiguous, NotFound
from store.queries.record_names import find_record
from store.queries.records import RecordRow, next_bookings_of
from store.queries.refs import RecordRef

_LOOKED_THROUGH = 500  # bookings of a customer


def the_booking(talk: Talk, value: Any) -> RecordRef:
    """By number, pointed at, or the only open one that is described so. Raises NotFound, Ambiguous."""
    if not isinstance(value, Mapping):
        return talk.services.read(find_record, pointed(talk, value), kind="booking")
    rows = _rows(talk, value)
    found = [row for row in rows if row.cells["starts_at"] >= talk.now and _fits(talk, row, value)]
    if not found:
        raise NotFound("no such booking")
    if len(found) > 1:
        named = "; ".join(f"{row.number} {shown(talk, row.cells['starts_at'])} {row.title}" for row in found[:4])
        raise Ambiguous(f"It may be one of these: {named}. Give the number.")
    return RecordRef(found[0].record_id, found[0].uid, "booking", found[0].number, found[0].title)


def _rows(talk: Talk, value: Mapping[str, Any]) -> Sequence[RecordRow]:
    """The open bookings, of the customer that is named."""
    if "record" not in value:
        return looked_through(talk, "booking", sort="starts")[0]
    ref = record(talk, value["record"])
    return talk.services.read(next_bookings_of, ref.record_id, now=talk.now, limit=_LOOKED_THROUGH)


def _fits(talk: Talk, row: RecordRow, value: Mapping[str, Any]) -> bool:
    if "service" in value and row.cells["service"] != value["service"]:
        return False
    if "resource" in value and value["resource"] not in row.cells["resources"].split(", "):
        return False
    starts = row.cells["starts_at"].astimezone(talk.now.tzinfo)
    if "day" in value and starts.date() != day(value["day"]):
        return False
    return "start" not in value or starts == moment(talk, value["start"])
