"""Where the bytes of an item lie: in a file, in memory, or made when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Content(Protocol):
    """The source of one item: a mail (RFC 5322), a calendar or task (RFC 5545) or a card (RFC 6350). Hashable."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self) -> bytes:
        """The whole source, read anew on each call."""
        ...

    def __hash__(self) -> int:
        """Facts are cached by their source."""
        ...


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file that stays on disk until somebody asks for it."""

    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def read(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class BytesContent:
    """A source held in memory."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self) -> bytes:
        return self.data


@dataclass(frozen=True, slots=True)
class MadeContent:
    """A source that is made from a number whenever it is read, so that large mailboxes cost no memory."""

    make: Callable[[int], bytes]
    number: int
    size: int

    def read(self) -> bytes:
        return self.make(self.number)
