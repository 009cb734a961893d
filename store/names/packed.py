"""Lists of ids as bytes: four for each, little-endian, in no order."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

#: Ids in one row of an index; a full row has 16 kB.
CHUNK = 1 << 12

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
