"""The properties of an Outlook .msg file (MS-OXMSG): streams in an OLE compound file, read as they are wanted.

Outlook writes these files itself, but so do archives and converters: missing streams, wrong code pages and cut-off
values are met every day, so every reader here gives an empty value instead of an error.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import olefile

from mail_sync.errors import Unreadable
from mail_sync.mime.charsets import clean, decode_text

MAX_ENTRIES = 100_000

_UNICODE, _STRING8, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_INTEGER, _BOOLEAN, _TIME = 0x0003, 0x000B, 0x0040
_HEADER_BYTES = {"root": 32, "embedded": 24, "other": 8}  # MS-OXMSG 2.4.1
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # FILETIME counts 100 ns from here
_CODE_PAGES = {65001: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1", 28592: "iso-8859-2", 28605: "iso-8859-15"}
_CODE_PAGES |= {
    20866: "koi8-r",
    21866: "koi8-u",
    50220: "iso-2022-jp",
    51932: "euc-jp",
    51949: "euc-kr",
    54936: "gb18030",
}
_CODE_PAGES |= {936: "gb18030", 932: "cp932", 949: "cp949", 950: "big5", 28599: "iso-8859-9", 28597: "iso-8859-7"}


class Storage:
    """One storage: the mail itself, a recipient, an attachment, or a mail within an attachment."""

    def __init__(self, ole: Any, path: tuple[str, ...], kind: str, code_page: str = "cp1252") -> None:
        self._ole = ole
        self._path = path
        self._entries = {entry[len(path)].upper(): entry for entry in _below(ole, path)}
        self._fixed = self._read_fixed(_HEADER_BYTES[kind])
        page = self.integer(0x3FFD)  # PidTagMessageCodepage
        self.code_page = code_page_name(page) if page else code_page

    @classmethod
    def open(cls, raw: bytes) -> Storage:
        """The root storage of a .msg file. Raises Unreadable where the bytes are none."""
        try:
            ole = olefile.OleFileIO(io.BytesIO(raw))  # type: ignore[no-untyped-call]
            return cls(ole, (), "root")
        except (OSError, ValueError, struct.error, IndexError, TypeError, AttributeError) as error:
            raise Unreadable("it is a damaged Outlook file") from error

    def text(self, tag: int) -> str:
        """A string property, '' where it is missing."""
        data = self._stream(tag, _UNICODE)
        if data is not None:
            return clean(data.decode("utf-16-le", "replace"))
        data = self._stream(tag, _STRING8)
        return clean(decode_text(data, self.code_page)[0]) if data else ""

    def binary(self, tag: int) -> bytes:
        return self._stream(tag, _BINARY) or b""

    def has(self, tag: int) -> bool:
        """Whether a fixed-length property is there at all."""
        return tag in self._fixed

    def integer(self, tag: int) -> int:
        kind, value = self._fixed.get(tag, (0, b""))
        return int(struct.unpack("<I", value[:4])[0]) if kind in (_INTEGER, _BOOLEAN) else 0

    def time(self, tag: int) -> datetime | None:
        kind, value = self._fixed.get(tag, (0, b""))
        ticks = struct.unpack("<Q", value)[0] if kind == _TIME else 0
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def children(self, prefix: str) -> Iterator[Storage]:
        """The storages of recipients (`__recip_version1.0_#`) or attachments, in order."""
        for name in sorted(name for name in self._names() if name.lower().startswith(prefix)):
            yield Storage(self._ole, (*self._path, name), "other", self.code_page)

    def embedded(self) -> Storage | None:
        """The mail that an attachment holds (PidTagAttachDataObject), None where it holds none."""
        name = f"__substg1.0_3701{_OBJECT}"
        path = (*self._path, name)
        return Storage(self._ole, path, "embedded", self.code_page) if self._ole.exists("/".join(path)) else None

    def _names(self) -> set[str]:
        return {entry[len(self._path)] for entry in _below(self._ole, self._path)}

    def _stream(self, tag: int, kind: str) -> bytes | None:
        entry = self._entries.get(f"__SUBSTG1.0_{tag:04X}{kind}")
        return self._read(entry) if entry is not None and len(entry) == len(self._path) + 1 else None

    def _read(self, entry: list[str]) -> bytes:
        try:
            return bytes(self._ole.openstream(entry).read())
        except (OSError, ValueError, struct.error, IndexError, TypeError):
            return b""

    def _read_fixed(self, header: int) -> dict[int, tuple[int, bytes]]:
        """The fixed-length properties: 16 bytes each, after a header (MS-OXMSG 2.4.2.1)."""
        entry = self._entries.get("__PROPERTIES_VERSION1.0")
        data = self._read(entry) if entry is not None else b""
        found: dict[int, tuple[int, bytes]] = {}
        for at in range(header, len(data) - 15, 16):
            kind, tag = struct.unpack_from("<HH", data, at)
            found.setdefault(tag, (kind, data[at + 8 : at + 16]))
        return found


def code_page_name(number: int) -> str:
    return _CODE_PAGES.get(number, f"cp{number}")


def _below(ole: Any, path: tuple[str, ...]) -> list[list[str]]:
    depth = len(path)
    entries: list[list[str]] = ole.listdir(streams=True, storages=True)[:MAX_ENTRIES]
    return [entry for entry in entries if len(entry) == depth + 1 and tuple(entry[:depth]) == path]
