"""Lists of ids as bytes: four for each, little-endian, in no order."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

#: Ranges of records and of words whose ids stand in one row of an index. A word of every tenth record fills rows of
#: 7 kB, a piece of every twentieth word does too.
RECORDS = 1 << 14
WORDS = 1 << 15

_ID = "I"


def pack(ids: Iterable[int]) -> bytes:
    packed = array(_ID, ids)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(data: bytes) -> array[int]:
    ids = array(_ID)
    ids.frombytes(data)
    if sys.byteorder == "big":
        ids.byteswap()
    return ids
