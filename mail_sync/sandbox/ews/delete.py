"""DeleteItem: for good, into the dumpster, or to Deleted Items.

`DELETERS` names per kind what has to happen before: an appointment may have attendees, and
either it or a task be one of a series.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lxml import etree

from mail_sync.sandbox.ews import delete_event, delete_task
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.items import find
from mail_sync.sandbox.ews.soap import M, SoapFault, attempt, response
from mail_sync.sandbox.facts.event import Occurrence
from mail_sync.sandbox.model import Folder, Item, Kind

HARD, SOFT, TO_DELETED_ITEMS = "HardDelete", "SoftDelete", "MoveToDeletedItems"
DUMPSTER = "recoverableitemsdeletions"

# Called before an item goes; True when nothing is left to do, as for one occurrence of a series. Raises EwsError.
Deleter = Callable[[Call, Item, Occurrence | None], bool]
DELETERS: dict[Kind, Deleter] = {Kind.EVENT: delete_event.before_delete, Kind.TASK: delete_task.before_delete}


def delete_item(call: Call) -> str:
    """One response message per item id."""
    how = delete_type(call)
    references = call.body.find(f"{M}ItemIds")
    messages = [
        attempt("DeleteItem", partial(_one, call, how, reference))
        for reference in ([] if references is None else references)
    ]
    return response("DeleteItem", messages)


def delete_type(call: Call) -> str:
    """The DeleteType of a request. Raises SoapFault ErrorSchemaValidation."""
    how = str(call.body.get("DeleteType", ""))
    if how not in (HARD, SOFT, TO_DELETED_ITEMS):
        raise SoapFault("ErrorSchemaValidation")
    return how


def _one(call: Call, how: str, reference: etree._Element) -> str:
    call.check_message()
    with call.model.lock:
        item, occurrence = find(call, reference)
        before = DELETERS.get(item.kind)
        if before is None or not before(call, item, occurrence):
            discard(item, how)
    return ""


def discard(item: Item, how: str) -> None:
    """Take an item out of its folder; from Deleted Items it goes on to the dumpster, and from there for good."""
    owner = item.folder.mailbox
    to: Folder | None = None
    if how == TO_DELETED_ITEMS and item.folder.distinguished != "deleteditems":
        to = owner.well_known["deleteditems"]
    elif how != HARD:
        to = owner.well_known[DUMPSTER]
    if to is None or item.folder is to or item.folder.distinguished == DUMPSTER:
        owner.delete(item.item_id)
    else:
        owner.move(item.item_id, to)
