"""The RTF body that Outlook keeps: unpacked (MS-OXRTFCP), and taken apart where HTML is wrapped in it (MS-OXRTFEX)."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace

from mail_sync.mime.charsets import decode_text

MAX_RTF_BYTES = 8_000_000
MAX_GROUPS = 1_000  # nested
_WINDOW = 4096
_START = (  # MS-OXRTFCP 3.1.2: what the window holds at the beginning
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    r"\\([a-zA-Z]+)(-?\d{1,9})? ?|((?:\\'[0-9a-fA-F]{2})+)|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
_CHARACTERS = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
_CHARACTERS |= {
    "bullet": "•",
    "endash": "–",
    "emdash": "—",
    "~": "\u00a0",
    "_": "\u00ad",
    "\\": "\\",
    "{": "{",
    "}": "}",
}
_SKIPPED = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pntext", "pict", "object"})


def rtf_body(compressed: bytes) -> tuple[str, str]:
    """(text, HTML) of a compressed RTF body: one of them is '', both where it is damaged beyond reading."""
    rtf = decompress(compressed).decode("latin-1")
    if "\\fromhtml" in rtf[:1000]:
        return "", _wrapped_html(rtf)
    if not rtf.startswith("{\\rtf"):
        return "", ""
    from striprtf.striprtf import rtf_to_text  # wanted only by Outlook files that were written as rich text

    try:
        return str(rtf_to_text(rtf, errors="replace")).strip(), ""  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, KeyError, LookupError, TypeError, OverflowError, RecursionError):
        return "", ""


def decompress(data: bytes) -> bytes:
    """The RTF within PidTagRtfCompressed; as much as can be had of a damaged one."""
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<II4sI", data)
    if kind == b"MELA":  # stored
        return data[16 : 16 + size]
    if kind != b"LZFu":
        return b""
    window = bytearray(_START.ljust(_WINDOW, b"\0"))
    out, write, at = bytearray(), len(_START), 16
    while at < len(data) and len(out) < MAX_RTF_BYTES:
        control, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                chunk, at = data[at : at + 1], at + 1
            else:
                token = int.from_bytes(data[at : at + 2], "big")
                offset, length, at = token >> 4, (token & 15) + 2, at + 2
                if offset == write:
                    return bytes(out)
                chunk = _copied(window, offset, write, length)
            for byte in chunk:
                window[write] = byte
                write = (write + 1) % _WINDOW
            out += chunk
    return bytes(out)


def _copied(window: bytearray, offset: int, write: int, length: int) -> bytes:
    """A reference may reach into what it is just writing."""
    distance = (write - offset) % _WINDOW
    return bytes(window[(offset + step % distance) % _WINDOW] for step in range(length))


@dataclass(frozen=True, slots=True)
class _State:
    skipped: bool = False  # a destination that holds no text
    suppressed: bool = False  # \htmlrtf: RTF that stands for a tag given elsewhere
    unicode_skip: int = 1  # \uc: characters after \u that repeat it for old readers


def _wrapped_html(rtf: str) -> str:
    page = _CODE_PAGE.search(rtf[:1000])
    charset = f"cp{page[1]}" if page else "cp1252"
    out: list[str] = []
    stack: list[_State] = []
    state, starred, skip = _State(), False, 0
    for token in _TOKEN.finditer(rtf):
        word, number, codes, symbol, brace, text = token.groups()
        if brace == "{":
            if len(stack) >= MAX_GROUPS:
                break
            stack.append(state)
        elif brace == "}":
            state = stack.pop() if stack else state
        elif symbol == "*":
            starred = True
            continue
        elif word in _SKIPPED or (starred and word != "htmltag" and word is not None):
            state = replace(state, skipped=True)
        elif word == "htmlrtf":
            state = replace(state, suppressed=number != "0")
        elif word == "uc":
            state = replace(state, unicode_skip=min(int(number or 1), 8))
        elif not state.skipped and not state.suppressed:
            if word == "u":
                out.append(chr(int(number or 63) % 65536))
                skip = state.unicode_skip
                starred = False
                continue
            shown = text or _CHARACTERS.get(word or symbol or "", "")
            if codes:
                shown = decode_text(bytes.fromhex(codes.replace("\\'", "")), charset)[0]
            out.append(shown[skip:] if text or codes else shown)
        skip, starred = 0, False
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
