"""Writing the fields of a mail into its source: subject, body, people, ids and headers.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/message-ex15websvcsotherref
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from lxml import etree

from mail_sync.sandbox.compose import Attached, MailSource
from mail_sync.sandbox.ews.soap import EwsError, T
from mail_sync.sandbox.facts.mail import Address

Setter = Callable[[MailSource, etree._Element | None], None]  # None deletes the field


def read_people(element: etree._Element | None) -> list[Address]:
    """The t:Mailbox elements in an element. Raises EwsError ErrorInvalidRecipients for one without an address."""
    found = []
    for mailbox in [] if element is None else element.iter(f"{T}Mailbox"):
        address = (mailbox.findtext(f"{T}EmailAddress") or "").strip()
        if not address:
            raise EwsError("ErrorInvalidRecipients")
        found.append(Address(mailbox.findtext(f"{T}Name") or "", address))
    return found


def _people(header: str) -> Setter:
    return lambda source, value: source.put_people(header, read_people(value))


def _header(name: str) -> Setter:
    return lambda source, value: source.put(name, "" if value is None else value.text or "")


def _asks(header: str) -> Setter:
    def write(source: MailSource, value: etree._Element | None) -> None:
        asked = value is not None and value.text in ("true", "1")
        source.put_people(header, source.people("From")[:1] if asked else ())

    return write


def set_body(source: MailSource, value: etree._Element | None) -> None:
    """t:Body or t:NewBodyContent as the only body."""
    parts = source.parts
    said = "" if value is None else value.text or ""
    html = value is not None and value.get("BodyType") == "HTML"
    parts.text, parts.html = ("", said) if html else (said, "")


def read_file(element: etree._Element) -> Attached:
    """A t:FileAttachment."""
    return Attached(
        name=element.findtext(f"{T}Name") or "",
        content_type=element.findtext(f"{T}ContentType") or "application/octet-stream",
        data=b64decode(element.findtext(f"{T}Content") or ""),
        content_id=(element.findtext(f"{T}ContentId") or "").strip("<>"),
        inline=element.findtext(f"{T}IsInline") in ("true", "1"),
    )


SETTERS: dict[str, Setter] = {
    "item:Subject": _header("Subject"),
    "item:Body": set_body,
    "item:InReplyTo": _header("In-Reply-To"),
    "message:ToRecipients": _people("To"),
    "message:CcRecipients": _people("Cc"),
    "message:BccRecipients": _people("Bcc"),
    "message:From": _people("From"),
    "message:Sender": _people("Sender"),
    "message:ReplyTo": _people("Reply-To"),
    "message:InternetMessageId": _header("Message-ID"),
    "message:References": _header("References"),
    "message:IsReadReceiptRequested": _asks("Disposition-Notification-To"),
    "message:IsDeliveryReceiptRequested": _asks("Return-Receipt-To"),
}
BY_ELEMENT = {f"{T}{uri.partition(':')[2]}": setter for uri, setter in SETTERS.items()}
