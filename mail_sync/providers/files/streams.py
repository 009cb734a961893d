"""Small byte streams that put others together."""

from __future__ import annotations

import io
from typing import IO


def rewound(head: bytes, stream: IO[bytes]) -> io.BufferedReader:
    """`stream`, whose first bytes `head` were read already and are given once more."""
    return io.BufferedReader(Counted(stream, head))


class Counted(io.RawIOBase):
    """Passes bytes on and counts them."""

    def __init__(self, stream: IO[bytes], head: bytes = b"") -> None:
        self._stream = stream
        self._head = head
        self.position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] if self._head else self._stream.read(len(buffer))
        self._head = self._head[len(data) :]
        self.position += len(data)
        buffer[: len(data)] = data
        return len(data)
