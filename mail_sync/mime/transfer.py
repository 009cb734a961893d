"""Content-Transfer-Encoding undone piece by piece (RFC 2045 section 6), lenient with what senders break.

Large parts stay encoded in the raw mail and are decoded in pieces each time somebody reads them, so that a mail of
60 MB costs its own size in memory and no more.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

PIECE = 65_536  # bytes of encoded source decoded at a time

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_PADDING = re.compile(rb"=+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)

IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
KNOWN = IDENTITY | {"base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue", "uue"}


def encoding_name(value: bytes) -> str:
    """The bare name out of a Content-Transfer-Encoding header; comments and rubbish after it are dropped."""
    name = value.split(b";")[0].split(b"(")[0].strip().strip(b"\"'").lower().decode("ascii", "replace")
    return {"8-bit": "8bit", "7-bit": "7bit", "quotedprintable": "quoted-printable", "qp": "quoted-printable"}.get(
        name, name
    )


def decode(raw: bytes, start: int, end: int, encoding: str) -> bytes:
    """The decoded content of `raw[start:end]` as a whole; for text, which the normal form holds anyway."""
    if encoding == "base64":
        return decode_base64(raw[start:end])
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw[start:end])
    if encoding in KNOWN - IDENTITY:
        return b"".join(_uudecode(raw[start:end]))
    return raw[start:end]


def decode_pieces(raw: bytes, start: int, end: int, encoding: str) -> Iterator[bytes]:
    """The decoded content of `raw[start:end]` in pieces of at most 64 kB."""
    if encoding == "base64":
        yield from _base64_pieces(raw, start, end)
    elif encoding == "quoted-printable":
        for low, high in _whole_lines(raw, start, end):
            yield binascii.a2b_qp(raw[low:high])
    elif encoding in KNOWN - IDENTITY:
        yield from _uudecode(raw[start:end])
    else:
        for low in range(start, end, PIECE):
            yield raw[low : min(low + PIECE, end)]


def decode_base64(data: bytes) -> bytes:
    """Everything that can be decoded; foreign characters are skipped, missing padding is supplied."""
    return b"".join(_base64_pieces(data, 0, len(data)))


def _base64_pieces(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    kept = b""  # characters that do not yet make a whole group of four
    for low in range(start, end, PIECE):
        text = kept + raw[low : min(low + PIECE, end)].translate(None, _NOT_BASE64)
        if b"=" in text:
            # Padding inside means that encoded blocks were concatenated: each one is decoded for itself.
            *closed, text = _PADDING.split(text)
            yield b"".join(_base64_group(block) for block in closed)
        whole = len(text) - len(text) % 4
        if whole:
            yield binascii.a2b_base64(text[:whole])
        kept = text[whole:]
    if kept:
        yield _base64_group(kept)


def _base64_group(block: bytes) -> bytes:
    if len(block) % 4 == 1:
        block = block[:-1]  # six bits alone are no byte
    return binascii.a2b_base64(block + b"=" * (-len(block) % 4))


def _whole_lines(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of about one piece that end with a line, because a soft line break must not be cut in two."""
    while start < end:
        high = min(start + PIECE, end)
        if high < end:
            newline = raw.rfind(b"\n", start, high)
            high = newline + 1 if newline >= 0 else high
        yield start, high
        start = high


def _uudecode(data: bytes) -> Iterator[bytes]:
    begin = _UU_BEGIN.search(data)
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders add a check character; the length byte says how much of the line counts.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                yield binascii.a2b_uu(line[:wanted])
            except binascii.Error:
                continue
