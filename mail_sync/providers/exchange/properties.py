"""A mail put together from its properties, for items that the server cannot turn into MIME."""

from __future__ import annotations

from lxml.etree import _Element

from mail_sync.errors import SyncError
from mail_sync.message import Address, Message
from mail_sync.mime.addresses import message_ids
from mail_sync.mime.html_text import html_to_text
from mail_sync.providers.exchange.reading import flag, instant, path, text


def message_from_properties(item: _Element, reason: SyncError) -> Message:
    """What can be known without MIME; the defects say why and what is missing."""
    body = body_text(item)
    sender = address(item.find(path("From", "Mailbox")))
    on_behalf = address(item.find(path("Sender", "Mailbox")))
    defects = [f"the server gave no MIME: {reason.detail or reason.sentence}"]
    if flag(item, "HasAttachments"):
        defects.append("its attachments were not read")
    return Message(
        message_id=text(item, "InternetMessageId").strip().strip("<>"),
        subject=text(item, "Subject"),
        sender=sender or on_behalf,
        to=addresses(item, "ToRecipients"),
        cc=addresses(item, "CcRecipients"),
        bcc=addresses(item, "BccRecipients"),
        reply_to=addresses(item, "ReplyTo"),
        on_behalf=on_behalf if sender and on_behalf and on_behalf.email != sender.email else None,
        in_reply_to=message_ids(text(item, "InReplyTo").encode()),
        references=message_ids(text(item, "References").encode()),
        sent_at=instant(text(item, "DateTimeSent")),
        text=body,
        new_text=body,
        defects=tuple(defects),
    )


def body_text(item: _Element) -> str:
    """The readable text of the body; we ask for plain text, but a server may send HTML all the same."""
    found = item.find(path("Body"))
    if found is None:
        return ""
    return html_to_text(text(found)) if found.get("BodyType") == "HTML" else text(found)


def address(mailbox: _Element | None) -> Address | None:
    """A t:Mailbox; None when it is missing or empty. An address that is not SMTP ("/O=...") is kept as the name."""
    if mailbox is None:
        return None
    name, email = text(mailbox, "Name").strip(), text(mailbox, "EmailAddress").strip()
    if "@" not in email or text(mailbox, "RoutingType").upper() not in ("", "SMTP"):
        name, email = name or email, ""
    return Address(email.lower(), name) if name or email else None


def addresses(item: _Element, name: str) -> tuple[Address, ...]:
    """All t:Mailbox elements of a list of recipients."""
    found = (address(mailbox) for mailbox in item.iterfind(path(name, "Mailbox")))
    return tuple(one for one in found if one is not None)
