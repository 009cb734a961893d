"""mbox files (RFC 4155) streamed line by line, in the dialects mboxrd and mboxo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

_LINE_BYTES = 1_048_576
# Who, then the time as asctime writes it, with or without a zone; English in every language (RFC 4155 appendix A).
ENVELOPE = re.compile(
    rb"From [^\r\n]{0,300}\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b[^\r\n]{1,20}\d{1,2}:\d\d[^\r\n]{0,40}\r?\n", re.IGNORECASE
)
_HEADER = re.compile(rb">?[!-9;-~]+[ \t]*:|>From ")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_STATUS = re.compile(
    rb"^(X-Status|Status|X-Mozilla-Status|X-Gmail-Labels):[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE
)
_MOZILLA_READ, _MOZILLA_FLAGGED = 0x1, 0x4


def mbox_mails(stream: IO[bytes], limit: int) -> Iterator[bytes | None]:
    """Each mail without its envelope line; None for one of more than `limit` bytes.

    A mail begins at a "From " line with a time of day that follows a blank line and stands before a header, so that
    text which happens to begin with "From " cuts nothing in two.
    """
    lines: list[bytes] = []
    size, blank_before = 0, True
    pending = b""  # an envelope line that still has to prove itself by the header that follows
    begun = False
    while line := stream.readline(_LINE_BYTES):
        if pending:
            if _HEADER.match(line):
                if begun:
                    yield _mail(lines, size, limit)
                lines, size, begun = [], 0, True
            else:
                lines.append(pending)
                size += len(pending)
            pending = b""
        if blank_before and line.startswith(b"From ") and ENVELOPE.fullmatch(line):
            pending = line
        else:
            size += len(line)
            if size <= limit:
                lines.append(line)
            begun = begun or bool(line.strip())
        blank_before = line in (b"\n", b"\r\n")
    if pending:
        lines.append(pending)
    if begun:
        yield _mail(lines, size, limit)


def _mail(lines: list[bytes], size: int, limit: int) -> bytes | None:
    if size > limit:
        return None
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines.pop()  # the blank line before the next envelope belongs to the format
    mail = b"".join(lines)
    return _QUOTED_FROM.sub(rb"\1", mail) if b">From " in mail else mail


def mbox_flags(mail: bytes) -> tuple[bool, bool]:
    """(read, flagged) as mail programs note them in headers: Status, X-Mozilla-Status, X-Gmail-Labels."""
    is_read, flagged = True, False
    end = mail.find(b"\n\n")
    for name, value in _STATUS.findall(mail, 0, end if end > 0 else min(len(mail), 65_536)):
        kind = name.lower()
        if kind == b"status":
            is_read = b"R" in value.upper()
        elif kind == b"x-status":
            flagged = b"F" in value.upper()
        elif kind == b"x-gmail-labels":
            labels = value.lower()
            is_read, flagged = b"unread" not in labels, b"starred" in labels
        elif re.fullmatch(rb"[0-9a-fA-F]{1,8}", value.strip()):
            bits = int(value, 16)
            is_read, flagged = bool(bits & _MOZILLA_READ), bool(bits & _MOZILLA_FLAGGED)
    return is_read, flagged
