"""Bytes from outside as text that is safe to look at: headers, text, and hexadecimal where it is neither."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual.content import Content

from mail_sync.mime.plain import visible

_LINES = 2_000  # that are laid out
_ROW = 16  # bytes in a line of hexadecimal
_HEADER = re.compile(rb"[!-9;-~]+:")
_BLANK = re.compile(rb"\r?\n\r?\n")
_TEXT = frozenset({*range(32, 127), 9, 10, 12, 13, 27})


def shown(data: bytes) -> Content:
    """The bytes of a mail or another file, its headers apart."""
    head, rest = split(data)
    parts = [_headers(head)] if head else []
    if rest:
        parts.append(Content(_text(rest)) if is_text(rest) else Content.styled(hexadecimal(rest), "$quiet"))
    return Content("\n\n").join(parts)


def split(data: bytes) -> tuple[bytes, bytes]:
    """The headers of a message and its body; b"" for headers where there are none."""
    if _HEADER.match(data) is None:
        return b"", data
    blank = _BLANK.search(data)
    head = data if blank is None else data[: blank.start()]
    if not is_text(head):
        return b"", data
    return head, b"" if blank is None else data[blank.end() :]


def is_text(data: bytes) -> bool:
    """Whether people could read it: no NUL, and hardly any byte that no text holds. Bytes above 127 pass as letters."""
    if b"\0" in data:
        return False
    strange = sum(byte not in _TEXT and byte < 128 for byte in data)
    return strange * 20 <= len(data)


def hexadecimal(data: bytes) -> str:
    """Offset, bytes in pairs and what of them is ASCII, sixteen bytes a line."""
    return "\n".join(_rows(data))


def _rows(data: bytes) -> Iterable[str]:
    for start in range(0, min(len(data), _LINES * _ROW), _ROW):
        row = data[start : start + _ROW]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        yield f"{start:06x}  {row.hex(' ', -2):<39}  {letters}"


def _headers(head: bytes) -> Content:
    lines = []
    for said in _text(head).split("\n"):
        name, colon, value = said.partition(":")
        named = colon and name and not name[:1].isspace()
        lines.append(Content.assemble((name + colon, "$accent"), value) if named else Content(said))
    return Content("\n").join(lines)


def _text(data: bytes) -> str:
    lines = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n").split("\n")
    return "\n".join(visible(one).expandtabs(4) for one in lines[:_LINES])
