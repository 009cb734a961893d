"""The signed token by which an answer names the mail of ours that it answers.

It stands in the Message-ID of what we send and, because servers give mail ids of their own, once more in References,
which answers repeat (RFC 5322 section 3.6.4). It proves that the mail came from this store; it does not prove who
answers: a token can be copied, so whoever relies on it also asks whether the sender was written to.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

_MAC_BYTES = 16  # 128 bits: nobody finds one by trying
_PURPOSE = b"regarding mail token 1\x00"
_UID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TOKEN = re.compile(rf"rg\.(?P<uid>{_UID})\.(?P<mac>[a-z2-7]{{26}})(?:\.ref)?(?:@[^@\s]*)?")


def token(key: bytes, uid: str) -> str:
    """The token of an outgoing mail, as it stands in a header of ours: rg.<uid>.<mac>."""
    return f"rg.{uid}.{_mac(key, uid)}"


def message_id(key: bytes, uid: str, sender: str) -> str:
    """The Message-ID of an outgoing mail at its sender's domain, without angle brackets."""
    return f"{token(key, uid)}@{_domain(sender)}"


def reference(key: bytes, uid: str, sender: str) -> str:
    """The entry in References. Not the Message-ID itself, because a mail must not refer to itself."""
    return f"{token(key, uid)}.ref@{_domain(sender)}"


def verified_uid(key: bytes, text: str) -> str:
    """The uid that a token, Message-ID or reference of ours names; '' for anybody else's and for a forged one."""
    # Some gateways change the case of ids.
    found = _TOKEN.fullmatch(text.strip().strip("<>").lower())
    if found is None:
        return ""
    uid = str(UUID(found["uid"]))
    return uid if hmac.compare_digest(found["mac"], _mac(key, uid)) else ""


def verified_uids(key: bytes, texts: Iterable[str]) -> tuple[str, ...]:
    """The uids named by those of the texts that are tokens of ours, in order, each once."""
    return tuple(dict.fromkeys(uid for text in texts if (uid := verified_uid(key, text))))


def _mac(key: bytes, uid: str) -> str:
    digest = hmac.digest(key, _PURPOSE + uid.encode(), sha256)[:_MAC_BYTES]
    return b32encode(digest).decode().rstrip("=").lower()


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].lower() or "localhost"
