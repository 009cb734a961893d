"""When two mails are one: pure functions over the normal form."""

from __future__ import annotations

import hashlib
from datetime import UTC

from mail_sync.message import Message

#: Raised when the same mail would get another identity; stored with each mail so that it can be computed again.
FINGERPRINT_VERSION = 1

_SAME_FROM = 0.6  # share of common text from which two versions are one mail
_COMPARED = 4_000  # characters of normalised text that are compared
_MARKS = str.maketrans(dict.fromkeys(">|*_", " "))  # of quotations and emphasis


def identity(message: Message) -> bytes:
    """A digest of Message-ID, From and Date. Without a Message-ID the subject and the text stand in for it."""
    sender = message.sender.email if message.sender else ""
    sent = message.sent_at.astimezone(UTC).strftime("%Y%m%d%H%M%S") if message.sent_at else ""
    name = message.message_id or "\x1f".join(("", message.subject, normalised(message.text)))
    return _digest("\x1f".join((name, sender, sent)))


def text_digest(message: Message) -> bytes:
    """A digest of the normalised text: equal when a server only regenerated the MIME around it."""
    return _digest(normalised(message.text))


def normalised(text: str) -> str:
    """The text without what transports change: case, white space, quote marks, markup characters."""
    return " ".join(text.translate(_MARKS).split()).casefold()


def differs_materially(one: str, other: str) -> bool:
    """Whether two texts under one Message-ID are different mails. A footer added by a list makes none."""
    from rapidfuzz import fuzz

    first, second = normalised(one)[:_COMPARED], normalised(other)[:_COMPARED]
    if not first or not second:
        # A server that handed out no text has not written another mail.
        return False
    if first in second or second in first:
        return False
    return fuzz.ratio(first, second) < 100 * _SAME_FROM


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
