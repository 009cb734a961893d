"""The provider-free normal form of one mail.

Every provider and every file reader yields `Message`; nothing above this line knows MIME, MAPI or EWS.
All instants are timezone-aware UTC. Text is decoded, NFC-normalised and free of NUL characters; it may
still hold hostile content (terminal escapes, bidi controls, markup): whoever shows it escapes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as written in a header: `email` is lower-cased ('' when there is none), `name` is display text."""

    email: str
    name: str = ""


class Noise(StrEnum):
    """Why a mail is stored and flagged but never linked by evidence."""

    NONE = ""
    AUTO_REPLY = "auto_reply"  # RFC 3834 Auto-Submitted, X-Auto-Response-Suppress, OOF item classes
    BOUNCE = "bounce"  # RFC 3464 delivery status notification, null return path
    LIST = "list"  # RFC 2919 List-Id, RFC 2369 List-*
    BULK = "bulk"  # Precedence: bulk/junk, marketing mail


class Opaque(StrEnum):
    """Content kept as it came, because reading it would break a signature or needs a key."""

    NONE = ""
    SMIME = "smime"
    PGP = "pgp"
    RIGHTS = "rights"  # Microsoft rights-managed (rpmsg)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried by a mail; `chunks()` decodes it anew on each call, so that large files are never held whole.

    `filename` is the bare name as sent (no folders, '' when unnamed); `size` is the decoded size in bytes.
    """

    filename: str
    media_type: str
    size: int
    chunks: Callable[[], Iterator[bytes]] = field(compare=False, repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a delivery status notification says (RFC 3464): whom it failed for, and the mail it answers."""

    original_message_id: str
    recipients: tuple[str, ...] = ()
    status: str = ""  # enhanced status code, RFC 3463, as "5.1.1"
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail. Message ids stand without angle brackets and keep their case (RFC 5322 section 3.6.4)."""

    message_id: str  # '' when the mail carries none
    subject: str  # decoded, unfolded, not stripped of prefixes
    sender: Address | None  # From; the first where there are several
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    on_behalf: Address | None = None  # the Sender header where it differs from From
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # oldest first, as in the header
    thread_index: bytes = b""  # decoded Thread-Index / PidTagConversationIndex
    thread_topic: str = ""
    sent_at: datetime | None = None  # claimed by Date; only shown
    received_at: datetime | None = None  # from the newest Received header; a provider's own value wins over it
    text: str = ""  # all readable text, quotes included
    new_text: str = ""  # what this sender wrote now: `text` without quoted mail and signature
    signature: str = ""
    html: str = ""  # as sent, unsanitised; '' when the mail has no HTML part
    attachments: tuple[Attachment, ...] = ()
    calendars: tuple[str, ...] = ()  # text/calendar parts (iTIP, RFC 6047)
    noise: Noise = Noise.NONE
    report: DeliveryReport | None = None
    opaque: Opaque = Opaque.NONE
    importance: str = "normal"  # low, normal, high
    sensitivity: str = "normal"  # normal, personal, private, confidential
    stamp: str = ""  # our X-Regarding header, '' on other people's mail
    defects: tuple[str, ...] = ()  # what had to be repaired while reading, in words
    size: int = 0  # bytes of the source
    source: bytes = field(default=b"", compare=False, repr=False)  # the raw mail, RFC 5322
