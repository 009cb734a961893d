"""Archives of mail (tar, compressed tar, zip, single compressed files), one member at a time."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from mail_sync.errors import Unreadable
from mail_sync.providers.files.streams import Counted, rewound

MAX_MEMBERS = 5_000_000
_SPOOL_BYTES = 32 * 1024 * 1024
_MAGIC_BYTES = 512


class BadArchive(Unreadable):
    """The archive is damaged or of a kind that cannot be opened."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file within an archive; '' as name where the archive holds one nameless file. `position` is how far into the
    archive file we are, in bytes. The stream ends with the next member."""

    name: str
    stream: IO[bytes]
    position: int


def members(stream: IO[bytes]) -> Iterator[Member]:
    """All files of an archive, in its order. Raises BadArchive, possibly after some members."""
    counted = Counted(stream)
    buffered = io.BufferedReader(counted, _MAGIC_BYTES * 128)
    magic = buffered.peek(_MAGIC_BYTES)
    with _translated():
        if magic.startswith(b"PK"):
            yield from _zip_members(buffered)
        else:
            yield from _tar_members(_expanded(buffered, magic), counted)


@contextmanager
def _translated() -> Iterator[None]:
    """The libraries' errors as ours."""
    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise BadArchive("the archive is damaged") from error
    except (NotImplementedError, RuntimeError) as error:  # zipfile: unknown compression; a password
        raise BadArchive("the archive is encrypted or compressed in an unknown way") from error


class _Guarded(Counted):
    """A member's stream, read after its generator gave it away: its errors are translated here."""

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _translated():
            return super().readinto(buffer)


def _guarded(stream: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(_Guarded(stream))


def _expanded(stream: IO[bytes], magic: bytes) -> IO[bytes]:
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(stream)
    if magic.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(stream)
    return stream


def _tar_members(stream: IO[bytes], counted: Counted) -> Iterator[Member]:
    head = stream.read(_MAGIC_BYTES)
    stream = rewound(head, stream)
    if head[257:262] != b"ustar":
        yield Member("", _guarded(stream), counted.position)
        return
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for number, entry in enumerate(archive):
            if number >= MAX_MEMBERS:
                raise BadArchive(f"the archive holds more than {MAX_MEMBERS} files")
            archive.members = []  # type: ignore[attr-defined]  # a streamed archive keeps every header otherwise
            if entry.isreg() and (content := archive.extractfile(entry)):
                yield Member(entry.name, _guarded(content), counted.position)


def _zip_members(stream: IO[bytes]) -> Iterator[Member]:
    """A zip's index stands at its end; a stream that cannot go there is spooled to disk first."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
        while block := stream.read(1_048_576):
            spool.write(block)
        with zipfile.ZipFile(spool) as archive:
            position = 0
            for entry in archive.infolist()[:MAX_MEMBERS]:
                position += entry.compress_size
                if not entry.is_dir():
                    with archive.open(entry) as content:
                        yield Member(entry.filename, _guarded(content), position)
