"""The provider-free normal form of a mail that we send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mail_sync.message import Address


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A file to send; `read` gives its bytes when they are needed."""

    filename: str
    media_type: str
    size: int
    read: Callable[[], bytes]
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail to send. `sender` may differ from the mailbox's own address (an alias, a shared mailbox).

    `in_reply_to` and `references` are Message-IDs without angle brackets, oldest first as in the header (RFC 5322
    section 3.6.4); the last but one of `references` may be our signed token, because answers repeat it. `answers` is
    the server's id of the mail that is answered or forwarded, '' where its mailbox does not hold it; a provider that
    can lets the server thread by it. `calendar` is an iTIP part, sent beside the text (RFC 6047 section 2.4).
    """

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    html: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    answers: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[OutgoingAttachment, ...] = ()
    calendar: bytes = b""
    calendar_method: str = ""
    importance: str = "normal"
