"""CreateAttachment and DeleteAttachment, and the attachments that come inside CreateItem.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/createattachment-operation
"""

from __future__ import annotations

from base64 import b64decode
from functools import partial

from lxml import etree

from mail_sync.sandbox import ids
from mail_sync.sandbox.compose import Attached, MailSource
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.mail_fields import BY_ELEMENT
from mail_sync.sandbox.ews.numbering import keep_numbers, numbers, open_source
from mail_sync.sandbox.ews.soap import EwsError, M, T, attempt, response
from mail_sync.sandbox.ews.xml import attribute
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Item, Kind

OF_AN_ATTACHMENT = ("Name", "ContentType", "ContentId", "ContentLocation", "IsInline", "LastModifiedTime", "Size")


def read_attachments(elements: etree._Element | None) -> list[Attached]:
    """t:Attachments of a request. Raises EwsError."""
    return [_read(one) for one in ([] if elements is None else elements)]


def _read(element: etree._Element) -> Attached:
    name = element.findtext(f"{T}Name") or ""
    content_id = (element.findtext(f"{T}ContentId") or "").strip("<>")
    inline = element.findtext(f"{T}IsInline") in ("true", "1")
    if element.tag == f"{T}FileAttachment":
        kind = element.findtext(f"{T}ContentType") or "application/octet-stream"
        return Attached(name, kind, _content(element), content_id, inline)
    if element.tag == f"{T}ItemAttachment":
        return Attached(name, "message/rfc822", _embedded(element), content_id, inline, nested=True)
    raise EwsError("ErrorInvalidOperation", "Attachments of this type are not supported.")


def _content(element: etree._Element) -> bytes:
    try:
        return b64decode(element.findtext(f"{T}Content") or "", validate=False)
    except ValueError as error:
        raise EwsError("ErrorCannotOpenFileAttachment") from error


def _embedded(element: etree._Element) -> bytes:
    """The mail in a t:ItemAttachment."""
    message = element.find(f"{T}Message")
    if message is None:
        wanted = [child for child in element if etree.QName(child).localname not in OF_AN_ATTACHMENT]
        raise EwsError(
            "ErrorInvalidItemForOperationCreateItemAttachment" if wanted else "ErrorMissingItemForCreateItemAttachment"
        )
    source = MailSource(b64decode(message.findtext(f"{T}MimeContent") or ""))
    for child in message:
        setter = BY_ELEMENT.get(str(child.tag))
        if setter is not None:
            setter(source, child)
    return source.data()


def create_attachment(call: Call) -> str:
    """One response message per attachment, each with the id of the attachment and of its item."""
    parent = call.body.find(f"{M}ParentItemId")
    elements = call.body.find(f"{M}Attachments")
    messages = [
        attempt("CreateAttachment", partial(_create, call, parent, element), "<m:Attachments/>")
        for element in ([] if elements is None else elements)
    ]
    return response("CreateAttachment", messages)


def _create(call: Call, parent: etree._Element | None, element: etree._Element) -> str:
    call.check_message()
    with call.model.lock:
        item = _mail(call, "" if parent is None else str(parent.get("Id", "")))
        call.check_room(item.folder.mailbox)
        one = _read(element)
        if not call.faults.take(FaultKind.LOST_ATTACHMENTS, call.operation, item.folder.mailbox.address):
            source = open_source(item)
            source.attach(one, item.folder.mailbox.counter)
            _store(item, source)
        name = "ItemAttachment" if one.nested else "FileAttachment"
        root = f'RootItemId="{attribute(item.item_id)}" RootItemChangeKey="{item.change_key}"'
        shown = ids.attachment_id(item.item_id, one.number)
    return f'<m:Attachments><t:{name}><t:AttachmentId Id="{shown}" {root}/></t:{name}></m:Attachments>'


def delete_attachment(call: Call) -> str:
    """One response message per attachment id, each with the new change key of the item."""
    elements = call.body.find(f"{M}AttachmentIds")
    messages = [
        attempt("DeleteAttachment", partial(_delete, call, element))
        for element in ([] if elements is None else elements)
    ]
    return response("DeleteAttachment", messages)


def _delete(call: Call, element: etree._Element) -> str:
    call.check_message()
    try:
        owner, number = ids.split_attachment(str(element.get("Id", "")))
    except ids.MalformedId as error:
        raise EwsError("ErrorInvalidAttachmentId") from error
    with call.model.lock:
        item = _mail(call, owner)
        if number not in numbers(item):
            raise EwsError("ErrorItemNotFound")
        source = open_source(item)
        source.parts.attachments = [one for one in source.parts.attachments if one.number != number]
        _store(item, source)
    return f'<m:RootItemId RootItemId="{attribute(item.item_id)}" RootItemChangeKey="{item.change_key}"/>'


def _mail(call: Call, item_id: str) -> Item:
    try:
        ids.decode(item_id)
    except ids.MalformedId as error:
        raise EwsError("ErrorInvalidIdMalformed") from error
    item = call.item(item_id)
    if item.kind is not Kind.MAIL:
        raise EwsError("ErrorInvalidOperation", "Only mails take attachments here.")
    return item


def _store(item: Item, source: MailSource) -> None:
    data, traits = source.data(), item.traits
    keep_numbers(source, traits)
    item.folder.mailbox.write(item.item_id, traits, BytesContent(data))
