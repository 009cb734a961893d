"""CreateItem: new items of every kind, and the answers to items that are made of them.

`CREATORS` names per element of m:Items what makes the items; each creator's module knows one kind.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation
"""

from __future__ import annotations

from functools import partial

from lxml import etree

from mail_sync.sandbox.ews import create_contact, create_event, create_mail, create_task, meeting_answers, reply_mail
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.creation import Creation, Creator, Disposition
from mail_sync.sandbox.ews.references import references
from mail_sync.sandbox.ews.soap import EwsError, M, SoapFault, T, attempt, response
from mail_sync.sandbox.model import Folder

CREATORS: dict[str, Creator] = {
    f"{T}CalendarItem": create_event.create_event,
    f"{T}AcceptItem": meeting_answers.answer_meeting,
    f"{T}CancelCalendarItem": meeting_answers.cancel_meeting,
    f"{T}DeclineItem": meeting_answers.answer_meeting,
    f"{T}RemoveItem": meeting_answers.remove_meeting,
    f"{T}TentativelyAcceptItem": meeting_answers.answer_meeting,
    f"{T}Contact": create_contact.create_contact,
    f"{T}Message": create_mail.create_message,
    f"{T}Task": create_task.create_task,
    **dict.fromkeys(reply_mail.ANSWERING, reply_mail.create_answer),
}


def create_item(call: Call) -> str:
    """One response message per element of m:Items."""
    try:
        disposition = Disposition(call.body.get("MessageDisposition", Disposition.SAVE))
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
    elements = call.body.find(f"{M}Items")
    messages = [
        attempt("CreateItem", partial(_one, call, disposition, element), "<m:Items/>")
        for element in ([] if elements is None else elements)
    ]
    return response("CreateItem", messages)


def _one(call: Call, disposition: Disposition, element: etree._Element) -> str:
    call.check_message()
    creator = CREATORS.get(str(element.tag))
    if creator is None:
        raise EwsError("ErrorInvalidItemForOperationCreateItem")
    invitations = str(call.body.get("SendMeetingInvitations", ""))
    with call.model.lock:
        creation = Creation(call, element, _home(call), disposition, invitations)
        call.check_room(creation.mailbox)
        made = creator(creation)
        return f"<m:Items>{references(made, attachments=True)}</m:Items>"


def _home(call: Call) -> Folder | None:
    named = call.folders("SavedItemFolderId")
    return call.target(named[0], "ErrorSavedItemFolderNotFound") if named else None
