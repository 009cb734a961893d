"""MoveItem and CopyItem: to another folder, whose items have new ids; to another mailbox, without telling any id.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/moveitem-operation
https://learn.microsoft.com/exchange/client-developer/web-service-reference/copyitem-operation
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lxml import etree

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.items import find
from mail_sync.sandbox.ews.references import references
from mail_sync.sandbox.ews.soap import EwsError, M, SoapFault, attempt, response
from mail_sync.sandbox.model import Folder, Item


def move_item(call: Call) -> str:
    """One response message per item id."""
    return _all(call, _move)


def copy_item(call: Call) -> str:
    """One response message per item id."""
    return _all(call, _copy)


def _all(call: Call, transfer: Callable[[Item, Folder], Item]) -> str:
    named, wanted = call.folders("ToFolderId"), call.body.find(f"{M}ItemIds")
    if not named:
        raise SoapFault("ErrorSchemaValidation")
    messages = [
        attempt(call.operation, partial(_one, call, transfer, named[0], reference), "<m:Items/>")
        for reference in ([] if wanted is None else wanted)
    ]
    return response(call.operation, messages)


def _one(call: Call, transfer: Callable[[Item, Folder], Item], to: etree._Element, reference: etree._Element) -> str:
    call.check_message()
    with call.model.lock:
        folder = call.target(to, "ErrorToFolderNotFound")
        item, occurrence = find(call, reference)
        if occurrence is not None:
            raise EwsError("ErrorCalendarCannotMoveOrCopyOccurrence")
        call.check_room(folder.mailbox)
        before = item.folder.mailbox
        made = transfer(item, folder)
        silent = before is not folder.mailbox or call.body.findtext(f"{M}ReturnNewItemIds") in ("false", "0")
        shown = "" if silent else references([made])
    return f"<m:Items>{shown}</m:Items>"


def _move(item: Item, to: Folder) -> Item:
    owner = item.folder.mailbox
    if owner is to.mailbox:
        return owner.move(item.item_id, to)
    made = _copy(item, to)
    owner.delete(item.item_id)
    return made


def _copy(item: Item, to: Folder) -> Item:
    """With all traits; within the mailbox a copy has the search key of its original."""
    inside = to.mailbox is item.folder.mailbox
    made = to.mailbox.put(to, item.content, item.kind, item.traits, item.received, item if inside else None)
    if inside:
        made.birth = item.birth
    return made
