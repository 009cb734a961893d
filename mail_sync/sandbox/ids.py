"""The opaque strings of Exchange: item, occurrence, attachment and folder ids, and change keys.

The layouts imitate those of a real store (base64 over a header, the mailbox GUID as text and entry ids), so that
ids have the usual length, contain "/" and "+", and differ only in case now and then. They are derived from the
mailbox address and running numbers: a sandbox that is started again on the same folder gives the same ids.
"""

from __future__ import annotations

import binascii
import struct
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from enum import Enum
from uuid import NAMESPACE_URL, UUID, uuid5

ITEM_HEAD = b"\x00\x03\x24\x00"
OCCURRENCE_HEAD = b"\x00\x01\x51\x00\x08\x08"
ATTACHMENT_MARK = b"\x01\x12\x00\x10\x00"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MalformedId(ValueError):
    """The string is no id of this server (ErrorInvalidIdMalformed)."""


class KeyKind(Enum):
    """First byte of a change key, by what it belongs to."""

    FOLDER = 0x01
    MAIL = 0x09
    EVENT = 0x0F
    CONTACT = 0x11
    TASK = 0x13


def mailbox_guid(address: str) -> UUID:
    """The same address always has the same GUID."""
    return uuid5(NAMESPACE_URL, f"mailto:{address.lower()}")


def item_id(guid: UUID, folder: int, number: int) -> str:
    """The id of item `number` while it lies in `folder`: a move makes a new one."""
    raw = ITEM_HEAD + str(guid).encode() + b"\x00\x46" + bytes(5) + guid.bytes + b"\x07\x00" + guid.bytes_le
    return b64encode(raw + struct.pack(">QQ", folder, number)).decode()


def folder_id(guid: UUID, number: int) -> str:
    """The id of a folder; it survives renaming and moving."""
    raw = ITEM_HEAD + str(guid).encode() + b"\x00\x2e" + bytes(5) + guid.bytes + b"\x01\x00" + guid.bytes_le
    return b64encode(raw + struct.pack(">Q", number) + b"\x00").decode()


def change_key_head(kind: KeyKind, guid: UUID) -> str:
    """What all change keys of a kind in a mailbox start with: 24 bytes, so that base64 can be cut behind them."""
    return b64encode(struct.pack("<II", kind.value, 22) + guid.bytes).decode()


def change_key(head: str, version: int) -> str:
    """Changes with every edit of the item (PidTagChangeKey: store GUID and a six-byte counter)."""
    return head + b64encode(version.to_bytes(6, "big")).decode()


def decode(text: str) -> bytes:
    """The raw bytes of any id. Raises MalformedId."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise MalformedId(text) from error
    if not raw.startswith((ITEM_HEAD, OCCURRENCE_HEAD)):
        raise MalformedId(text)
    return raw


def encode(raw: bytes) -> str:
    """The reverse of `decode`."""
    return b64encode(raw).decode()


def occurrence_id(master_id: str, original_start: datetime) -> str:
    """The id of one occurrence of a series, named by the start the series gives it (aware)."""
    micros = (original_start - EPOCH) // timedelta(microseconds=1)
    return b64encode(OCCURRENCE_HEAD + struct.pack(">q", micros) + decode(master_id)[4:]).decode()


def split_occurrence(text: str) -> tuple[str, datetime] | None:
    """(master id, original start in UTC) of an occurrence id; None for any other id. Raises MalformedId."""
    raw = decode(text)
    if not raw.startswith(OCCURRENCE_HEAD):
        return None
    head = len(OCCURRENCE_HEAD)
    (micros,) = struct.unpack(">q", raw[head : head + 8])
    return b64encode(ITEM_HEAD + raw[head + 8 :]).decode(), EPOCH + timedelta(microseconds=micros)


def attachment_id(owner_id: str, index: int) -> str:
    """The id of attachment `index` of an item."""
    return b64encode(decode(owner_id) + ATTACHMENT_MARK + index.to_bytes(16, "big")).decode()


def split_attachment(text: str) -> tuple[str, int]:
    """(item id, index) of an attachment id. Raises MalformedId."""
    raw = decode(text)
    if raw[-21:-16] != ATTACHMENT_MARK:
        raise MalformedId(text)
    return b64encode(raw[:-21]).decode(), int.from_bytes(raw[-16:], "big")
