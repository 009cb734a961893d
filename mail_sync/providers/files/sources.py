"""Everything under some paths that could be imported, one source after another, streamed.

Folders, Maildirs, mbox files and archives are taken apart; memory holds one source at a time. What cannot be read is
a source too, whose `read()` raises Unreadable with the sentence for the user: nothing is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from mail_sync.errors import Unreadable
from mail_sync.providers.files import archives
from mail_sync.providers.files.kinds import HEAD_BYTES, IGNORED_NAMES, Kind, kind_of
from mail_sync.providers.files.mbox import mbox_flags, mbox_mails
from mail_sync.providers.files.streams import rewound

MAX_SOURCE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileSource:
    """One thing to import. `label` names it for people (path, and member or number within it); `weight` is its share
    of `total_bytes`, for a progress bar. A source from an archive must be read before the next one is asked for."""

    label: str
    kind: Kind
    read: Callable[[], bytes]
    weight: int = 0
    is_read: bool = True  # the mail's read flag; imported mail counts as read unless its folder says otherwise
    flagged: bool = False


def total_bytes(paths: Sequence[Path]) -> int:
    """How many bytes lie under the paths; the sum of all weights comes close to it. Cheap: nothing is opened."""
    return sum(size for path in paths for _, size in _files(path, set()))


def iter_sources(paths: Sequence[Path]) -> Iterator[FileSource]:
    """All sources under the paths, in the order of the paths and of names below them."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if not path.exists():
            yield _unreadable(str(path), "there is no such file or folder")
            continue
        for file, size in _files(path, seen):
            yield from _from_file(file, size)


def _files(path: Path, seen: set[tuple[int, int]]) -> Iterator[tuple[Path, int]]:
    """The files below `path` with their sizes (-1 where a folder or file may not be entered), loops cut."""
    try:
        status = path.stat()
    except OSError:
        yield path, -1
        return
    if not path.is_dir():
        if path.is_file():
            yield path, status.st_size
        return
    identity = (status.st_dev, status.st_ino)
    if identity in seen:
        return  # a symbolic link back up, or a folder named twice
    seen.add(identity)
    try:
        names = sorted(child.name for child in path.iterdir())
    except OSError:
        yield path, -1
        return
    is_maildir = "cur" in names and "new" in names
    for name in names:
        if name in IGNORED_NAMES or (is_maildir and name == "tmp"):
            continue
        yield from _files(path / name, seen)


def _from_file(path: Path, size: int) -> Iterator[FileSource]:
    label = str(path)
    if size < 0:
        yield _unreadable(label, "it may not be opened")
        return
    try:
        with path.open("rb") as stream:
            yield from _from_stream(label, path.name, stream, size, _maildir_flags(path))
    except OSError as error:
        yield _unreadable(label, f"it cannot be read: {error.strerror or 'the disk failed'}", size)


def _from_stream(
    label: str, name: str, stream: IO[bytes], weight: int, flags: tuple[bool, bool], *, packed: bool = False
) -> Iterator[FileSource]:
    head = stream.read(HEAD_BYTES)
    kind, reason = kind_of(name, head)
    if kind is Kind.ARCHIVE and packed:
        yield _unreadable(label, "it is an archive within an archive", weight)
    elif kind is Kind.ARCHIVE:
        yield from _from_archive(label, rewound(head, stream), weight)
    elif kind is Kind.MBOX:
        yield from _from_mbox(label, rewound(head, stream), weight if packed else None)
    elif kind is Kind.TABLE and packed:
        yield _unreadable(label, "it is a table within an archive; unpack it and import it by itself", weight)
    elif kind is Kind.UNKNOWN:
        yield _unreadable(label, reason, weight)
    else:
        yield FileSource(label, kind, _rest(head, stream), weight, *flags)


def _from_mbox(label: str, stream: IO[bytes], weight: int | None) -> Iterator[FileSource]:
    """The mails of an mbox file; within an archive its first mail carries the whole (compressed) weight."""
    place = label
    for number, mail in enumerate(mbox_mails(stream, MAX_SOURCE_BYTES), start=2):
        if mail is None:
            yield _unreadable(place, f"it is larger than {MAX_SOURCE_BYTES // 1024**2} MB")
        else:
            share = len(mail) if weight is None else weight
            yield FileSource(place, Kind.MAIL, partial(bytes, mail), share, *mbox_flags(mail))
        place, weight = f"{label}#{number}", None if weight is None else 0


def _from_archive(label: str, stream: IO[bytes], size: int) -> Iterator[FileSource]:
    """Members one by one; an archive within an archive is not opened, so that none can grow without end."""
    spent = 0
    try:
        for member in archives.members(stream):
            if not IGNORED_NAMES.isdisjoint(PurePosixPath(member.name).parts):
                continue
            place, name = (f"{label}/{member.name}", member.name) if member.name else (label, Path(label).stem)
            weight, spent = max(0, member.position - spent), max(spent, member.position)
            yield from _from_stream(place, name, member.stream, weight, (True, False), packed=True)
    except archives.BadArchive as error:
        yield _unreadable(label, error.detail, max(0, size - spent))


def _rest(head: bytes, stream: IO[bytes]) -> Callable[[], bytes]:
    """Reads the whole source on the first call; later calls give the same bytes."""
    held: list[bytes] = []

    def read() -> bytes:
        if not held:
            rest = b"" if len(head) < HEAD_BYTES else stream.read(MAX_SOURCE_BYTES - len(head) + 1)
            if len(head) + len(rest) > MAX_SOURCE_BYTES:
                raise Unreadable(f"it is larger than {MAX_SOURCE_BYTES // 1024**2} MB")
            held.append(head + rest)
        return held[0]

    return read


def _unreadable(label: str, reason: str, weight: int = 0) -> FileSource:
    def read() -> bytes:
        raise Unreadable(reason)

    return FileSource(label, Kind.UNKNOWN, read, max(0, weight))


def _maildir_flags(path: Path) -> tuple[bool, bool]:
    """(read, flagged) out of a Maildir name such as `1234.host:2,FS`; Windows writes ";" or "!" for the colon."""
    if path.parent.name == "new" and (path.parent.parent / "cur").is_dir():
        return False, False
    for mark in (":2,", ";2,", "!2,"):
        _, found, letters = path.name.rpartition(mark)
        if found:
            return "S" in letters, "F" in letters
    return True, False
