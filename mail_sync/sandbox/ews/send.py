"""SendItem: a saved draft is delivered, and moves to Sent Items under a new id.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation
"""

from __future__ import annotations

from functools import partial

from lxml import etree

from mail_sync.sandbox import transport
from mail_sync.sandbox.ews.call import Call, check_change_key
from mail_sync.sandbox.ews.items import find
from mail_sync.sandbox.ews.numbering import keep_numbers, open_source
from mail_sync.sandbox.ews.sending import send
from mail_sync.sandbox.ews.soap import EwsError, M, attempt, response
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Folder, Item, Kind

EMPTY_CODE = '<m:SendItemResponseMessage ResponseClass="Error"><m:ResponseCode/></m:SendItemResponseMessage>'


def send_item(call: Call) -> str:
    """One response message per item id."""
    references = call.body.find(f"{M}ItemIds")
    messages = [_answer(call, reference) for reference in ([] if references is None else references)]
    return response("SendItem", messages)


def _answer(call: Call, reference: etree._Element) -> str:
    raising = call.faults.take(FaultKind.SENDS_BUT_RAISES, call.operation, call.mailbox.address)
    said = attempt("SendItem", partial(_one, call, reference, raising is not None))
    return EMPTY_CODE if raising and "NoError" in said else said


def _one(call: Call, reference: etree._Element, keep_draft: bool) -> str:
    call.check_message()
    home = _home(call)
    with call.model.lock:
        item, _ = find(call, reference)
        call.check_room(item.folder.mailbox)
        check_may_send(item, str(reference.get("ChangeKey", "")))
        send_draft(call, item, home, keep_draft)
    return ""


def check_may_send(item: Item, change_key: str) -> None:
    """Only a mail can be sent, and only under its latest change key. Raises EwsError."""
    if item.kind is not Kind.MAIL:
        raise EwsError("ErrorInvalidItemForOperationSendItem")
    if not change_key:
        raise EwsError("ErrorChangeKeyRequiredForWriteOperations")
    check_change_key(change_key)
    if change_key != item.change_key:
        raise EwsError("ErrorStaleObject")


def send_draft(call: Call, item: Item, home: Folder | None, keep_draft: bool = False) -> None:
    """Deliver a saved mail and file it in `home`, or nowhere. Named properties and search key stay with the copy."""
    owner, source, traits = item.folder.mailbox, open_source(item), item.traits
    if not transport.envelope_of(source).recipients:
        raise EwsError("ErrorMissingRecipients")
    content = send(call, source, traits, owner)
    keep_numbers(source, traits)
    if keep_draft:
        return
    if home is None:
        owner.delete(item.item_id)
        return
    item.content = content
    item.take(traits)
    if home.mailbox is owner:
        owner.move(item.item_id, home, received=call.model.now())
    else:
        home.mailbox.put(home, content, Kind.MAIL, traits, call.model.now())
        owner.delete(item.item_id)


def _home(call: Call) -> Folder | None:
    """Where the sent mail goes. Raises EwsError ErrorInvalidSendItemSaveSettings."""
    saved = call.body.get("SaveItemToFolder") in ("true", "1")
    named = call.folders("SavedItemFolderId")
    if named and not saved:
        raise EwsError("ErrorInvalidSendItemSaveSettings")
    if not saved:
        return None
    return call.target(named[0], "ErrorSavedItemFolderNotFound") if named else call.mailbox.well_known["sentitems"]
