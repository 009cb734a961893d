"""Header values to text: RFC 2047 encoded words in all the forms that senders really produce, and raw 8-bit bytes."""

from __future__ import annotations

import re
from itertools import groupby

from mail_sync.mime.charsets import clean, decode_text
from mail_sync.mime.transfer import decode_base64

# The last alternative takes a word whose end was cut off; a language tag (RFC 2231 section 5) is read over.
_WORD = re.compile(rb"=\?([^?*\s]*)(?:\*[^?\s]*)?\?([bBqQ])\?(.*?)(?:\?=|\??\Z)", re.DOTALL)
_FOLD = re.compile(rb"\r?\n[ \t]?|\r")
_Q_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def unfold(value: bytes) -> bytes:
    """A header value on one line (RFC 5322 section 2.2.3), outer white space removed."""
    if b"\n" in value or b"\r" in value:
        value = re.sub(rb"\r?\n|\r", b"", value)
    return value.strip()


def decode_header(value: bytes) -> tuple[str, str]:
    """The unfolded header value as text and what had to be assumed ('' when it was written correctly)."""
    value = unfold(value)
    if b"=?" not in value:
        if value.isascii() and b"\x1b" not in value:
            return clean(value.decode("ascii")), ""
        text, _ = decode_text(value, "")
        return clean(text), "raw 8-bit text in a header"
    return _decode_words(value)


def _decode_words(value: bytes) -> tuple[str, str]:
    """White space between two encoded words is dropped, and neighbours in one charset are joined before decoding:
    many senders cut a multi-byte character across two words (forbidden by RFC 2047 section 5)."""
    pieces: list[tuple[str, bytes]] = []  # charset ('' for plain text) and bytes
    defect, end = "", 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        if between.strip():
            pieces.append(("", between))
        if not word.group().endswith(b"?="):
            defect = "an encoded word without an end"
        charset = word[1].decode("ascii", "replace").lower()
        pieces.append((charset or "x-unknown", _word_bytes(word[2], word[3])))
        end = word.end()
    if end < len(value):
        pieces.append(("", value[end:]))
    texts = []
    for charset, group in groupby(pieces, key=lambda piece: piece[0]):
        text, wrong = decode_text(b"".join(data for _, data in group), charset)
        texts.append(text)
        defect = defect or (f"header: {wrong}" if wrong and charset else "")
    return clean("".join(texts)).replace("\n", " "), defect


def _word_bytes(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"bB":
        return decode_base64(text)
    return _Q_HEX.sub(lambda found: bytes((int(found[1], 16),)), text.replace(b"_", b" "))
