"""Content lines and BEGIN/END blocks: the shape that vCard (RFC 6350) and iCalendar (RFC 5545) files share.

Real files break it in many ways, and hostile ones feed on parsers that backtrack, so this reader is linear in the
bytes and never raises: what has no shape is left out and counted.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mail_sync.mime.charsets import clean, decode_text

MAX_DEPTH = 20  # BEGIN inside BEGIN; real files need four (VCALENDAR, VEVENT, VALARM, a custom one)

# Possessive quantifiers never give back what they took, so that no input is read twice.
_HEADER = re.compile(
    rb"[ \t]*+(?:(?P<group>[A-Za-z0-9_-]++)\.)?+(?P<name>[A-Za-z0-9_-]++)[ \t]*+"
    rb'(?P<params>(?:;[^":;]*+(?:"[^"]*+"[^":;]*+)*+)*+):'
)
_HEADER_UNQUOTED = re.compile(  # a quote without its end
    rb"[ \t]*+(?:(?P<group>[A-Za-z0-9_-]++)\.)?+(?P<name>[A-Za-z0-9_-]++)(?P<params>(?:;[^:]*+)?+):"
)
_PARAM = re.compile(r';((?:"[^"]*+"|[^";]++)*+)')
_PARAM_VALUE = re.compile(r'"([^"]*+)"|([^",]++)')
_CARET = {"^n": "\n", "^N": "\n", "^^": "^", "^'": '"'}  # RFC 6868
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One property. `name` and parameter names are upper-case, `value` is decoded but still backslash-escaped.

    A vCard 2.1 parameter without a name ("TEL;HOME:") counts as a value of TYPE.
    """

    name: str
    value: str
    params: dict[str, tuple[str, ...]] = field(default_factory=dict)
    group: str = ""  # Apple's "item1" in "item1.X-ABLabel"

    def param(self, name: str) -> str:
        """The first value of a parameter, '' without one."""
        return next(iter(self.params.get(name, ())), "")


@dataclass(slots=True)
class Block:
    """What stands between BEGIN:`name` and its END. `start` and `end` cut it out of the file's bytes."""

    name: str
    start: int
    end: int = 0
    closed: bool = False
    lines: list[bytes] = field(default_factory=list)  # unfolded, without those of inner blocks
    blocks: list[Block] = field(default_factory=list)

    def properties(self, names: frozenset[str]) -> Iterator[ContentLine | None]:
        """The properties with these names, in order; None for each line that is no property at all."""
        for line in self.lines:
            found = _HEADER.match(line) or _HEADER_UNQUOTED.match(line)
            if found is None:
                yield None
            elif found["name"].decode("ascii").upper() in names:
                yield _content_line(line, found)


def as_utf8(raw: bytes) -> bytes:
    """The file without byte order mark, UTF-16 made UTF-8. Other charsets stay: they may differ line by line."""
    if raw.startswith(codecs.BOM_UTF8):
        return raw[3:]
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if raw.startswith(mark):
            return raw[2:].decode(codec, "replace").encode()
    if raw[:1] and raw[1:2] == b"\0":
        return raw.decode("utf-16-le", "replace").encode()
    if raw[:1] == b"\0" and raw[1:2]:
        return raw.decode("utf-16-be", "replace").encode()
    return raw


def read_blocks(raw: bytes) -> list[Block]:
    """The outermost blocks of a file that `as_utf8` prepared. A block whose END is missing has `closed` False."""
    outermost: list[Block] = []
    stack: list[Block] = []
    for line, start, end in _logical_lines(raw):
        word = line[:6].upper()
        if word == b"BEGIN:":
            _begin(_block_name(line[6:]), start, stack, outermost)
        elif word[:4] == b"END:" and stack:
            _end(_block_name(line[4:]), end, stack)
        elif stack:
            stack[-1].lines.append(line)
    for block in stack:
        block.end = len(raw)
    return outermost


def _begin(name: str, start: int, stack: list[Block], outermost: list[Block]) -> None:
    # Nothing contains its own kind, save a card its AGENT's: a second BEGIN means that an END went missing.
    if any(block.name == name for block in stack) and not (name == "VCARD" and _is_agent(stack[-1])):
        _close(name, start, stack)
    if len(stack) >= MAX_DEPTH:
        return
    block = Block(name, start)
    (stack[-1].blocks if stack else outermost).append(block)
    stack.append(block)


def _is_agent(block: Block) -> bool:
    return bool(block.lines) and block.lines[-1][:6].upper() in (b"AGENT:", b"AGENT;")


def _end(name: str, end: int, stack: list[Block]) -> None:
    if any(block.name == name for block in stack):
        _close(name, end, stack).closed = True


def _close(name: str, end: int, stack: list[Block]) -> Block:
    """Take the innermost block of this name off the stack, and the unfinished ones within it."""
    while True:
        block = stack.pop()
        block.end = end
        if block.name == name:
            return block


def _block_name(line: bytes) -> str:
    return line[:80].decode("ascii", "replace").strip().upper()


def _logical_lines(raw: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Unfolded lines with their place in `raw`. Folding cuts between any two bytes, so it is undone before decoding."""
    parts: list[bytes] = []
    start = end = 0
    for piece, begin, stop in _physical_lines(raw):
        if parts and parts[-1].endswith(b"=") and _is_quoted_printable(parts[0]):
            parts[-1] = parts[-1][:-1]  # a soft line break (RFC 2045 section 6.7), as vCard 2.1 has them
            parts.append(piece)
        elif parts and piece[:1] in (b" ", b"\t"):
            parts.append(piece[1:])
        elif piece:
            if parts:
                yield b"".join(parts), start, end
            parts, start = [piece], begin
        end = stop
    if parts:
        yield b"".join(parts), start, end


def _physical_lines(raw: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Lines by CRLF, LF, CR CR LF, or CR alone where a file has nothing else."""
    separator = b"\n" if b"\n" in raw else b"\r"
    begin = 0
    for piece in raw.split(separator):
        stop = begin + len(piece) + 1
        yield piece.rstrip(b"\r"), begin, min(stop, len(raw))
        begin = stop


def _is_quoted_printable(line: bytes) -> bool:
    header, _, _ = line[:1_000].partition(b":")
    return b"QUOTED-PRINTABLE" in header.upper()


def _content_line(line: bytes, found: re.Match[bytes]) -> ContentLine:
    params = _params(decode_text(found["params"], "")[0])
    value = line[found.end() :]
    if "QUOTED-PRINTABLE" in (each.upper() for name in ("ENCODING", "TYPE") for each in params.get(name, ())):
        value = quopri.decodestring(value)
    text, _ = decode_text(value, next(iter(params.get("CHARSET", ())), ""))
    group = (found["group"] or b"").decode("ascii").lower()
    return ContentLine(found["name"].decode("ascii").upper(), clean(text), params, group)


def _params(text: str) -> dict[str, tuple[str, ...]]:
    if not text:
        return {}
    params: dict[str, list[str]] = {}
    for part in _PARAM.findall(text):
        name, equals, value = part.partition("=")
        if not equals:
            name, value = "TYPE", part
        values = [quoted or plain for quoted, plain in _PARAM_VALUE.findall(value)]
        params.setdefault(name.strip().upper(), []).extend(_uncareted(each) for each in values)
    return {name: tuple(values) for name, values in params.items()}


def _uncareted(value: str) -> str:
    return re.sub(r"\^[nN^']", lambda found: _CARET[found[0]], value).strip() if "^" in value else value.strip()


def unescape(value: str) -> str:
    """TEXT without its backslashes (RFC 5545 section 3.3.11, RFC 6350 section 3.4)."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def split_unescaped(value: str, separator: str) -> list[str]:
    """The parts between separators that no backslash precedes, unescaped and stripped."""
    if "\\" not in value:
        return [part.strip() for part in value.split(separator)]
    parts, start = [], 0
    for found in re.finditer(rf"\\.|{separator}", value, flags=re.DOTALL):
        if found[0] == separator:
            parts.append(value[start : found.start()])
            start = found.end()
    return [unescape(part).strip() for part in [*parts, value[start:]]]
