"""GetItem: whole items by id, each with its own response message.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from lxml import etree

from mail_sync.sandbox import ids
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.render import render
from mail_sync.sandbox.ews.shape import Shape, read_shape
from mail_sync.sandbox.ews.soap import EwsError, M, T, attempt, response
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.facts import event
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Item, Kind

BROKEN = "broken xml"


def get_item(call: Call) -> str:
    """One response message per id, in the order of the request."""
    shape = read_shape(call.body)
    references = call.body.find(f"{M}ItemIds")
    messages = [
        attempt("GetItem", partial(_one, call, shape, reference), "<m:Items/>")
        for reference in ([] if references is None else references)
    ]
    return response("GetItem", messages)


def _one(call: Call, shape: Shape, reference: etree._Element) -> str:
    call.check_message()
    item, occurrence = find(call, reference)
    poison = call.faults.take(FaultKind.POISON, call.operation, item.item_id)
    if poison is not None and poison.value != BROKEN:
        raise EwsError(poison.value or "ErrorInternalServerError")
    try:
        shown = render(View(item, shape, call.faults, call.operation, occurrence), listing=False)
    except event.Unreadable as error:
        raise EwsError("ErrorContentConversionFailed") from error
    if poison is not None:
        shown = shown[: len(shown) // 2] + "\x00<t:"
    return f"<m:Items>{shown}</m:Items>"


def find(call: Call, reference: etree._Element) -> tuple[Item, event.Occurrence | None]:
    """The item, and the occurrence of it, that an ItemId, OccurrenceItemId or RecurringMasterItemId means."""
    if reference.tag == f"{T}OccurrenceItemId":
        name = str(reference.get("RecurringMasterId", ""))
        if _split(name) is not None:
            raise EwsError("ErrorCalendarCannotUseIdForRecurringMasterId")
        master = call.item(name)
        return master, _numbered(master, int(reference.get("InstanceIndex", "0")))
    if reference.tag == f"{T}RecurringMasterItemId":
        named = _split(str(reference.get("OccurrenceId", "")))
        if named is None:
            raise EwsError("ErrorCalendarCannotUseIdForOccurrenceId")
        return call.item(named[0]), None
    wanted = str(reference.get("Id", ""))
    named = _split(wanted)
    if named is None:
        return call.item(wanted), None
    master = call.item(named[0])
    occurrence = _series(master).at(named[1])
    if occurrence is None:
        raise EwsError("ErrorItemNotFound")
    return master, occurrence


def _split(text: str) -> tuple[str, datetime] | None:
    try:
        return ids.split_occurrence(text)
    except ids.MalformedId as error:
        raise EwsError("ErrorInvalidIdMalformed") from error


def _series(item: Item) -> event.Series:
    if item.kind is not Kind.EVENT:
        raise EwsError("ErrorItemNotFound")
    return event.series(item.content, item.folder.mailbox.timezone)


def _numbered(master: Item, index: int) -> event.Occurrence:
    series = _series(master)
    if series.pattern is None:
        raise EwsError("ErrorCalendarCannotUseIdForRecurringMasterId")
    start = series.original_start(index) if index > 0 else None
    if start is None:
        raise EwsError("ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange")
    found = series.at(start)
    if found is None:
        raise EwsError("ErrorCalendarOccurrenceIsDeletedFromRecurrence")
    return found
