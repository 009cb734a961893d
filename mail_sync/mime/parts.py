"""The structure of a mail as a tree of byte ranges over its raw source; nothing is copied and nothing decoded.

The standard library's parser decodes the whole mail to text and builds a string per line: several times the size of
a large mail in memory, and no way to stop at a count. Here a part is two offsets, outer boundaries win over inner
ones by construction, and depth, parts and headers are counted budgets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mail_sync.mime.params import parse_content_type

MAX_DEPTH = 30
MAX_PARTS = 2_000
MAX_HEADER_BYTES = 1_048_576
MAX_HEADERS = 5_000
MAX_STRAY_LINES = 100

_ODD_HEADER_LINE = re.compile(rb"[^\s:]{0,80}[\x80-\xff][^\s:]{0,80}[ \t]*:")  # a name with 8-bit characters
_BLANK_LINE = re.compile(rb"\n\r?\n")
_HEADER_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:")
_KNOWN_HEADER = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|references|in-reply-to|received|return-path|"
    rb"delivered-to|mime-version|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z-]+|resent-[a-z-]+|lines|status|precedence|"
    rb"importance|thread-topic|thread-index|dkim-signature|authentication-results|envelope-to|delivery-date)[ \t]*:",
    re.IGNORECASE,
)
_LOOKS_LIKE_DELIMITER = re.compile(
    rb"^--([^\s\-][^\r\n]{0,250}|-[^\r\n]{4,250})\r?\n(?=content-[a-z-]+[ \t]*:)", re.I | re.M
)


@dataclass(slots=True)
class Part:
    """One MIME entity: its headers as (lower-case name, raw value) in order, and where its body lies in the source."""

    headers: list[tuple[str, bytes]]
    start: int
    end: int
    media_type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)

    def raw(self, name: str) -> bytes | None:
        """The first header of that (lower-case) name."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def all(self, name: str) -> list[bytes]:
        """Every header of that (lower-case) name, in order."""
        return [value for key, value in self.headers if key == name]


class PartReader:
    """Reads one source into a tree of parts and gathers the defects met on the way."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.defects: list[str] = []
        self._parts = 0

    def read(self, start: int, end: int, depth: int = 0, default_type: str = "text/plain") -> Part:
        """The part that fills `source[start:end]`, headers first."""
        self._parts += 1
        headers, body = self.headers(start, end)
        part = Part(headers, body, end)
        part.media_type, part.params = parse_content_type(part.raw("content-type"), default_type)
        if part.media_type.startswith("multipart/"):
            self._read_children(part, depth)
        return part

    def headers(self, start: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
        """The header fields at `start` and the offset where the body begins (RFC 5322 section 2.2)."""
        source = self.source
        if source.startswith((b"\n", b"\r\n"), start, end):
            return [], source.index(b"\n", start, end) + 1
        blank = _BLANK_LINE.search(source, start, end)
        stop = blank.start() + 1 if blank else end
        if stop - start > MAX_HEADER_BYTES:
            self.defects.append(f"more than {MAX_HEADER_BYTES} bytes of headers, the rest was left out")
            stop = source.rfind(b"\n", start, start + MAX_HEADER_BYTES) + 1 or start + MAX_HEADER_BYTES
        block = _HeaderBlock(source[start:stop].split(b"\n"), self.defects)
        used = block.read()
        return block.fields(), (start + used if used >= 0 else blank.end() if blank else end)

    def _read_children(self, part: Part, depth: int) -> None:
        boundary = part.params.get("boundary", "").encode("utf-8", "surrogateescape")
        ranges = self._split(part.start, part.end, boundary) if boundary else None
        if not ranges:
            ranges = self._split_by_guess(part, boundary)
        if not ranges or depth >= MAX_DEPTH:
            self.defects.append("multipart nested too deeply" if ranges else "multipart without parts")
            part.media_type, part.params = "text/plain", {}
            return
        child_type = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        for low, high in ranges:
            if self._parts >= MAX_PARTS:
                self.defects.append(f"more than {MAX_PARTS} parts, the rest was left out")
                break
            part.children.append(self.read(low, high, depth + 1, child_type))

    def _split_by_guess(self, part: Part, boundary: bytes) -> list[tuple[int, int]] | None:
        """Parts by the delimiter that is really there, when the named one is missing or wrong."""
        seen = _LOOKS_LIKE_DELIMITER.search(self.source, part.start, part.end)
        if seen is None:
            return None
        self.defects.append("wrong boundary" if boundary else "multipart without a boundary")
        return self._split(part.start, part.end, seen[1].rstrip())

    def _split(self, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
        """The ranges between delimiter lines (RFC 2046 section 5.1.1); the line end before a delimiter belongs to it,
        and what follows the boundary on its line is passed over.

        Parts after a premature closing delimiter are read, because real mails have them.
        """
        source, delimiter = self.source, b"--" + boundary
        ranges: list[tuple[int, int]] = []
        begun, closed, at = -1, False, start
        while (at := source.find(delimiter, at, end)) >= 0:
            after = at + len(delimiter)
            line_end = source.find(b"\n", after, end)
            line_end = end if line_end < 0 else line_end
            tail = source[after : min(line_end, after + 3)]
            closing = tail[:2] == b"--" and tail[2:].strip() == b""
            if (at > start and source[at - 1] != 0x0A) or not (closing or tail[:1].strip() == b""):
                at = after  # the delimiter of another multipart that begins with ours, or a mention in text
                continue
            if begun >= 0:
                ranges.append((begun, self._before(begun, at)))
            if closed and not closing:
                self.defects.append("parts after the closing boundary")
            closed = closing
            begun = -1 if closed else min(line_end + 1, end)
            at = max(line_end, after)
        if begun >= 0:
            self.defects.append("no closing boundary")
            if begun < end:
                ranges.append((begun, end))
        return ranges

    def _before(self, begun: int, at: int) -> int:
        if at > begun and self.source[at - 1] == 0x0A:
            at -= 1
            if at > begun and self.source[at - 1] == 0x0D:
                at -= 1
        return at


class _HeaderBlock:
    """The lines before the first blank one, put together to fields; lines that do not belong there are judged."""

    def __init__(self, lines: list[bytes], defects: list[str]) -> None:
        self._lines = lines
        self._defects = defects
        self._names: list[str] = []
        self._values: list[list[bytes]] = []  # lines of a value; joined once, because one header may have thousands
        self._strays = 0

    def fields(self) -> list[tuple[str, bytes]]:
        return [(name, b"\n".join(value)) for name, value in zip(self._names, self._values, strict=True)]

    def read(self) -> int:
        """Reads all lines. Gives the bytes before the text where it follows without a blank line, else -1."""
        for index, line in enumerate(self._lines):
            match = _HEADER_LINE.match(line)
            if match:
                if len(self._names) >= MAX_HEADERS:
                    self._defects.append(f"more than {MAX_HEADERS} headers, the rest was left out")
                    return -1
                self._names.append(match[1].decode("ascii").lower())
                self._values.append([line[match.end() :]])
            elif self._names and (line[:1] in (b" ", b"\t") or not line):
                self._values[-1].append(line)
            elif line.startswith((b"From ", b">From ")) and index <= 1:
                continue  # the envelope line of an mbox file
            elif not self._is_stray(line, index):
                self._defects.append("no blank line between headers and text")
                return sum(len(before) + 1 for before in self._lines[:index])
            elif self._names:
                self._values[-1].append(b" " + line)  # a fold that lost its white space
        return -1

    def _is_stray(self, line: bytes, index: int) -> bool:
        """Whether a line that is no header stands between headers, rather than beginning the text."""
        self._strays += 1
        if self._strays > MAX_STRAY_LINES:
            return False
        if _ODD_HEADER_LINE.match(line):
            self._defects.append("a header with a name that cannot be")
            return True
        if any(_KNOWN_HEADER.match(later) for later in self._lines[index + 1 : index + 40]):
            self._defects.append("a line among the headers that is no header")
            return True
        return False
