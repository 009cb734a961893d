"""UpdateItem: fields of items set, appended to and deleted; a change that fails leaves its item as it was.

`OPENERS` names per kind what writes the kind's own fields.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
"""

from __future__ import annotations

from functools import partial

from lxml import etree

from mail_sync.sandbox import ids
from mail_sync.sandbox.ews import update_contact, update_event, update_mail, update_task
from mail_sync.sandbox.ews.call import Call, check_change_key
from mail_sync.sandbox.ews.changing import Changing, Opener, Writer
from mail_sync.sandbox.ews.items import find
from mail_sync.sandbox.ews.paths import Path, read_path
from mail_sync.sandbox.ews.property_values import read_value
from mail_sync.sandbox.ews.render import element_name
from mail_sync.sandbox.ews.soap import EwsError, M, SoapFault, T, attempt, response
from mail_sync.sandbox.ews.traits import set_trait
from mail_sync.sandbox.ews.xml import attribute
from mail_sync.sandbox.facts.event import Occurrence
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Item, Kind

OPENERS: dict[Kind, Opener] = {
    Kind.CONTACT: update_contact.ContactWriter,
    Kind.EVENT: update_event.EventWriter,
    Kind.MAIL: update_mail.MailWriter,
    Kind.TASK: update_task.TaskWriter,
}
# Prefixes of FieldURIs.
ANY_KIND = ("item", "")
OF_KIND = {
    Kind.MAIL: ("message", "meeting", "meetingRequest"),
    Kind.EVENT: ("calendar",),
    Kind.CONTACT: ("contacts",),
    Kind.TASK: ("task",),
}
RESOLUTIONS = ("NeverOverwrite", "AutoResolve", "AlwaysOverwrite")


def update_item(call: Call) -> str:
    """One response message per t:ItemChange."""
    resolution = str(call.body.get("ConflictResolution", ""))
    if resolution not in RESOLUTIONS:
        raise SoapFault("ErrorSchemaValidation")
    changes = call.body.find(f"{M}ItemChanges")
    messages = [
        attempt("UpdateItem", partial(_one, call, resolution, change), "<m:Items/>")
        for change in ([] if changes is None else changes)
    ]
    return response("UpdateItem", messages)


def _one(call: Call, resolution: str, change: etree._Element) -> str:
    call.check_message()
    with call.model.lock:
        item, occurrence = find(call, change[0])
        call.check_room(item.folder.mailbox)
        check_conflict(call, item, str(change[0].get("ChangeKey", "")), resolution)
        work = Changing(call, item, occurrence, item.traits)
        writer = OPENERS[item.kind](work)
        for one in change.iterfind(f"{T}Updates/*"):
            _apply(writer, work, one)
        stored = item.folder.mailbox.write(item.item_id, work.traits, writer.content())
        shown = writer.finish(stored)
    inner = _reference(shown, occurrence) if shown else ""
    return f"<m:Items>{inner}</m:Items><m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>"


def check_conflict(call: Call, item: Item, given: str, resolution: str) -> None:
    """NeverOverwrite refuses a change key that is not the latest; the others write the named fields over whatever is
    there. Only AlwaysOverwrite does without a change key.

    Raises EwsError ErrorIrresolvableConflict, ErrorChangeKeyRequiredForWriteOperations, ErrorInvalidChangeKey.
    """
    if not given and resolution != "AlwaysOverwrite":
        raise EwsError("ErrorChangeKeyRequiredForWriteOperations")
    check_change_key(given)
    if resolution != "NeverOverwrite" or given == item.change_key:
        return
    if not call.faults.take(FaultKind.STALE_KEY_ACCEPTED, call.operation, item.item_id, item.folder.mailbox.address):
        raise EwsError("ErrorIrresolvableConflict")


def _apply(writer: Writer, work: Changing, change: etree._Element) -> None:
    path = read_path(change)
    if change.tag == f"{T}DeleteItemField":
        done = writer.put(path, None) or set_trait(work.traits, path, None)
    else:
        value = _value(change, path)
        if change.tag == f"{T}AppendToItemField":
            done = writer.append(path, value)
            if not done:
                raise EwsError("ErrorInvalidPropertyAppend")
        else:
            done = writer.put(path, value) or set_trait(work.traits, path, value)
    if not done:
        known = path.uri.partition(":")[0] in (*ANY_KIND, *OF_KIND[work.item.kind])
        raise EwsError("ErrorInvalidPropertySet" if known else "ErrorInvalidPropertyRequest")


def _value(change: etree._Element, path: Path) -> etree._Element:
    """The one field inside the item element of a change.

    Raises EwsError ErrorIncorrectUpdatePropertyCount, ErrorUpdatePropertyMismatch.
    """
    if len(change) != 2 or len(change[1]) != 1:
        raise EwsError("ErrorIncorrectUpdatePropertyCount")
    value = change[1][0]
    named = "ExtendedProperty" if path.extended else path.uri.partition(":")[2]
    if not path.index and etree.QName(value).localname != named:
        raise EwsError("ErrorUpdatePropertyMismatch")
    if path.extended and read_value(value)[0] != path.extended.key:
        raise EwsError("ErrorUpdatePropertyMismatch")
    return value


def _reference(item: Item, occurrence: Occurrence | None) -> str:
    shown = ids.occurrence_id(item.item_id, occurrence.original_start) if occurrence else item.item_id
    name = element_name(item)
    return f'<t:{name}><t:ItemId Id="{attribute(shown)}" ChangeKey="{item.change_key}"/></t:{name}>'
