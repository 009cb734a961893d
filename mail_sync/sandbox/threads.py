"""Subjects, references and conversation indexes of replies and forwards.

The index is that of [MS-OXOMSG] 2.2.1.3: a header of 22 bytes, and 5 bytes for every answer.
"""

from __future__ import annotations

import re
import secrets
import struct
from base64 import b64encode
from datetime import UTC, datetime, timedelta

from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.facts.mail import Head

PREFIX = re.compile(r"^\s*(?:\w{1,3}\s?:\s*)+")
FILETIME_START = datetime(1601, 1, 1, tzinfo=UTC)
LONG_STEP = timedelta(days=365 * 1.7)


def topic(subject: str) -> str:
    """The subject without its reply and forward prefixes."""
    return PREFIX.sub("", subject)


def prefixed(prefix: str, subject: str) -> str:
    """The subject of an answer: one prefix in front of the topic."""
    return f"{prefix}: {topic(subject)}"


def _filetime(moment: datetime) -> int:
    return (moment - FILETIME_START) // timedelta(microseconds=1) * 10


def first_index(now: datetime) -> bytes:
    """The index of a new conversation: 1, five bytes of time, and a GUID."""
    return b"\x01" + struct.pack(">Q", _filetime(now))[1:6] + secrets.token_bytes(16)


def next_index(above: bytes, now: datetime) -> bytes:
    """The index of an answer: that of the mail it answers, and 31 bits of how long that took, and a random byte."""
    if len(above) < 22:
        return first_index(now)
    (began,) = struct.unpack(">Q", b"\x01" + above[1:6] + b"\x00\x00")
    took = max(0, _filetime(now) - began)
    if timedelta(microseconds=took // 10) > LONG_STEP:
        coded = 1 << 31 | took >> 23 & 0x7FFFFFFF
    else:
        coded = took >> 18 & 0x7FFFFFFF
    return above + struct.pack(">I", coded) + secrets.token_bytes(1)


def encode(index: bytes) -> str:
    """As a Thread-Index header carries it."""
    return b64encode(index).decode("ascii")


def follow(source: MailSource, original: Head, now: datetime) -> None:
    """Make a mail an answer to another one: In-Reply-To, References (RFC 5322 section 3.6.4) and its conversation."""
    answered = original.get("Message-ID")
    above = original.get("References") or original.get("In-Reply-To")
    source.put("In-Reply-To", answered)
    source.put("References", " ".join(word for word in (above, answered) if word))
    source.put("Thread-Topic", original.topic)
    source.put("Thread-Index", encode(next_index(original.conversation_index, now)))
