"""The place of an answer in Outlook's conversation: the index of the mail it answers, and five bytes more.

Setting it is the client's part ([MS-OXOMSG] 2.2.1.3); without it Outlook shows the answer as a conversation of its own.
"""

from __future__ import annotations

import secrets
import struct
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime, timedelta

from lxml.etree import _Element

from mail_sync.errors import SyncError
from mail_sync.providers.exchange.building import child, new
from mail_sync.providers.exchange.reading import text
from mail_sync.providers.exchange.server import Server
from mail_sync.providers.exchange.shapes import CONVERSATION

INDEX, TOPIC = "0x0071", "0x0070"  # PidTagConversationIndex, PidTagConversationTopic
HEADER = 22  # bytes: 1, five bytes of time, a GUID

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TICKS = 10  # of 100 ns in a microsecond
_LONG = timedelta(days=365 * 1.7)  # from here on the time is counted in coarser steps


def conversation_of(server: Server, answered: str, now: datetime) -> list[_Element]:
    """The properties of an answer to that mail; none when it is gone or was never part of a conversation."""
    (found,) = server.items([answered], CONVERSATION)
    if isinstance(found, SyncError):
        return []
    try:
        above = b64decode(text(found, "ConversationIndex"))
    except Base64Error:
        return []
    if len(above) < HEADER:
        return []
    index = b64encode(child_index(above, now)).decode()
    return [_property(TOPIC, "String", text(found, "ConversationTopic")), _property(INDEX, "Binary", index)]


def child_index(above: bytes, now: datetime) -> bytes:
    """The conversation index of an answer written at `now` to a mail with the index `above`."""
    (began,) = struct.unpack(">Q", b"\x01" + above[1:6] + b"\x00\x00")
    took = max(0, (now - _EPOCH) // timedelta(microseconds=1) * _TICKS - began)
    if took > _LONG // timedelta(microseconds=1) * _TICKS:
        coded = 1 << 31 | took >> 23 & 0x7FFFFFFF
    else:
        coded = took >> 18 & 0x7FFFFFFF
    return above + struct.pack(">I", coded) + secrets.token_bytes(1)


def _property(tag: str, kind: str, value: str) -> _Element:
    made = new("t:ExtendedProperty")
    child(made, "t:ExtendedFieldURI", PropertyTag=tag, PropertyType=kind)
    child(made, "t:Value", value)
    return made
