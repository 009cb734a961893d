"""The fields of mails and meeting mails (MessageType, MeetingMessageType in types.xsd), in schema order."""

from __future__ import annotations

from base64 import b64encode

from mail_sync.sandbox.ews.fields_item import AFTER_EXTENDED, BEFORE_EXTENDED, Renderer
from mail_sync.sandbox.ews.mapi import extended
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.ews.xml import element, flag, mailbox, wrapped


def _people(name: str, header: str) -> Renderer:
    def shown(view: View) -> str:
        return wrapped(name, "".join(mailbox(one.name, one.email) for one in view.head.addresses(header)))

    return shown


def _person(name: str, *headers: str) -> Renderer:
    def shown(view: View) -> str:
        found = next((one for header in headers for one in view.head.addresses(header)), None)
        return mailbox(found.name, found.email, name) if found else ""

    return shown


def _owner(name: str) -> Renderer:
    def shown(view: View) -> str:
        owner = view.item.folder.mailbox
        return "" if view.item.folder.distinguished == "sentitems" else mailbox(owner.name, owner.address, name)

    return shown


def _conversation_index(view: View) -> str:
    return element("ConversationIndex", b64encode(view.head.conversation_index).decode())


def _asks_for(header: str, name: str) -> Renderer:
    return lambda view: flag(name, bool(view.head.get(header)))


MESSAGE: dict[str, Renderer] = {
    **BEFORE_EXTENDED,
    "extended": extended,
    **AFTER_EXTENDED,
    "message:Sender": _person("Sender", "Sender", "From"),
    "message:ToRecipients": _people("ToRecipients", "To"),
    "message:CcRecipients": _people("CcRecipients", "Cc"),
    "message:BccRecipients": _people("BccRecipients", "Bcc"),
    "message:IsReadReceiptRequested": _asks_for("Disposition-Notification-To", "IsReadReceiptRequested"),
    "message:IsDeliveryReceiptRequested": _asks_for("Return-Receipt-To", "IsDeliveryReceiptRequested"),
    "message:ConversationIndex": _conversation_index,
    "message:ConversationTopic": lambda view: view.text("ConversationTopic", view.head.topic),
    "message:From": _person("From", "From", "Sender"),
    "message:InternetMessageId": lambda view: view.text("InternetMessageId", view.head.get("Message-ID")),
    "message:IsRead": lambda view: flag("IsRead", view.item.is_read),
    "message:IsResponseRequested": lambda view: flag(
        "IsResponseRequested", view.item.marks.get("message:IsResponseRequested") in ("true", "1")
    ),
    "message:References": lambda view: view.text("References", view.head.get("References")),
    "message:ReplyTo": _people("ReplyTo", "Reply-To"),
    "message:ReceivedBy": _owner("ReceivedBy"),
    "message:ReceivedRepresenting": _owner("ReceivedRepresenting"),
}


DEFAULT_MESSAGE = (
    "item:ItemId", "item:Subject", "item:Sensitivity", "item:Body", "item:Attachments", "item:Size",
    "item:DateTimeSent", "item:DateTimeCreated", "item:HasAttachments", "message:ToRecipients",
    "message:CcRecipients", "message:IsReadReceiptRequested", "message:IsDeliveryReceiptRequested", "message:From",
    "message:IsRead",
)  # fmt: skip
