"""Writing the fields of a mail into its source: subject, body, people, ids and headers.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/message-ex15websvcsotherref
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from mail_sync.sandbox import transport
from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.ews.property_values import check_extended
from mail_sync.sandbox.ews.shape import read_extended
from mail_sync.sandbox.ews.soap import EwsError, T
from mail_sync.sandbox.ews.traits import header_name
from mail_sync.sandbox.facts.mail import Address

Setter = Callable[[MailSource, etree._Element | None], None]  # None deletes the field
FIELD_NAME = re.compile("[!-9;-~]+")  # RFC 5322 section 3.6.8
NOBODY_YET = "<>"
PEOPLE = {
    "message:ToRecipients": "To",
    "message:CcRecipients": "Cc",
    "message:BccRecipients": "Bcc",
    "message:ReplyTo": "Reply-To",
}


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
    """Whom the receipt goes to is known when the mail is sent."""

    def write(source: MailSource, value: etree._Element | None) -> None:
        source.put(header, NOBODY_YET if value is not None and value.text in ("true", "1") else "")

    return write


def set_body(source: MailSource, value: etree._Element | None) -> None:
    """t:Body or t:NewBodyContent as the only body."""
    parts = source.parts
    said = "" if value is None else value.text or ""
    html = value is not None and value.get("BodyType") == "HTML"
    parts.text, parts.html = ("", said) if html else (said, "")


def append_body(source: MailSource, value: etree._Element) -> None:
    """t:Body after the body, which must be of the same type. Raises EwsError ErrorInvalidPropertyAppend."""
    parts, said = source.parts, value.text or ""
    is_html = value.get("BodyType") == "HTML"
    if (parts.text or parts.html) and bool(parts.html) is not is_html:
        raise EwsError("ErrorInvalidPropertyAppend")
    if is_html:
        start, end, rest = parts.html.rpartition("</body>")
        parts.text, parts.html = "", f"{start}{said}{end}{rest}" if end else parts.html + said
    else:
        parts.text += said


def set_header(source: MailSource, element: etree._Element) -> None:
    """A t:ExtendedProperty of the set InternetHeaders as a real header. Raises EwsError, SoapFault."""
    asked = read_extended(element[0])
    check_extended(asked)
    if not FIELD_NAME.fullmatch(header_name(asked)):
        raise EwsError("ErrorInvalidExtendedProperty")
    source.put(header_name(asked), element.findtext(f"{T}Value") or "")


SETTERS: dict[str, Setter] = {
    **{uri: _people(header) for uri, header in PEOPLE.items()},
    "item:Subject": _header("Subject"),
    "item:Body": set_body,
    "item:InReplyTo": _header("In-Reply-To"),
    "message:From": _people("From"),
    "message:Sender": _people("Sender"),
    "message:InternetMessageId": _header("Message-ID"),
    "message:References": _header("References"),
    "message:IsReadReceiptRequested": _asks(transport.READ_RECEIPT),
    "message:IsDeliveryReceiptRequested": _asks(transport.DELIVERY_RECEIPT),
}
BY_ELEMENT = {f"{T}{uri.partition(':')[2]}": setter for uri, setter in SETTERS.items()}
