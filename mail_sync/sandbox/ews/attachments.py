"""GetAttachment: files with their content, embedded mails as items.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getattachment-operation
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from functools import partial

from lxml import etree

from mail_sync.sandbox import ids
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.fields_item import attachment
from mail_sync.sandbox.ews.numbering import numbered
from mail_sync.sandbox.ews.render import plan
from mail_sync.sandbox.ews.shape import Shape, read_shape
from mail_sync.sandbox.ews.soap import EwsError, M, attempt, response
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Item, Kind


def get_attachment(call: Call) -> str:
    """One response message per attachment id."""
    shape = read_shape(call.body, "AttachmentShape")
    references = call.body.find(f"{M}AttachmentIds")
    messages = [
        attempt("GetAttachment", partial(_one, call, shape, reference), "<m:Attachments/>")
        for reference in ([] if references is None else references)
    ]
    return response("GetAttachment", messages)


def _one(call: Call, shape: Shape, reference: etree._Element) -> str:
    call.check_message()
    try:
        owner, number = ids.split_attachment(str(reference.get("Id", "")))
    except ids.MalformedId as error:
        raise EwsError("ErrorInvalidAttachmentId") from error
    item = call.item(owner)
    poison = call.faults.take(FaultKind.POISON, call.operation, item.item_id)
    if poison is not None:
        raise EwsError(poison.value or "ErrorInternalServerError")
    if item.kind is not Kind.MAIL:
        raise EwsError("ErrorItemNotFound")
    facts = next((facts for found, facts in numbered(item) if found == number), None)
    if facts is None:
        raise EwsError("ErrorItemNotFound")
    data = mail.attachment_bytes(item.content, facts.path)
    view = View(item, shape, call.faults, call.operation)
    inner = _embedded(view, data) if facts.nested else f"<t:Content>{b64encode(data).decode('ascii')}</t:Content>"
    return f"<m:Attachments>{attachment(view, number, facts, inner)}</m:Attachments>"


def _embedded(view: View, data: bytes) -> str:
    """The embedded mail as a t:Message without an id of its own."""
    content = BytesContent(data)
    inner: Item = replace(view.item, content=content, received=mail.head(content).date or view.item.received)
    wanted = view.shape if view.shape.base != "IdOnly" else replace(view.shape, base="AllProperties")
    writers = plan("Message", wanted, listing=False)
    seen = View(inner, wanted, view.faults, view.operation)
    return f"<t:Message>{''.join(write(seen) for write in writers)}</t:Message>"
