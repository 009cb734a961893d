"""Content-Type and Content-Disposition with their parameters (RFC 2045 section 5.1, RFC 2183, RFC 2231)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mail_sync.mime.charsets import clean, decode_text
from mail_sync.mime.words import decode_header, unfold

# A quoted value may lack its closing quote; an unquoted one may hold anything but the separator.
_PARAM = re.compile(rb';\s*([!#-\'*+\-.0-9A-Z^_`a-z|~]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|\Z)|([^;]*))', re.DOTALL)
_TYPE = re.compile(rb"\s*([A-Za-z0-9!#$&^_.+-]+)\s*/\s*([A-Za-z0-9!#$&^_.+*-]+)")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_CONTINUED = re.compile(r"(.+?)\*(\d{1,3})(\*?)\Z")


def parse_content_type(value: bytes | None, default: str) -> tuple[str, dict[str, str]]:
    """The media type in lower case and the parameters; `default` where the header is missing or unreadable."""
    if value is None:
        return default, {}
    if len(value) <= 256:  # most mails of a mailbox share a few values
        media_type, params = _content_type(value)
        return media_type or default, dict(params)
    media_type, params = _parse(value)
    return media_type or default, params


@lru_cache(maxsize=1024)
def _content_type(value: bytes) -> tuple[str, dict[str, str]]:
    return _parse(value)


def _parse(value: bytes) -> tuple[str, dict[str, str]]:
    value = unfold(value)
    match = _TYPE.match(value)
    if match:
        media_type = f"{match[1].decode()}/{match[2].decode()}".lower()
    else:
        bare = value.split(b";")[0].strip().lower()
        media_type = {b"text": "text/plain", b"html": "text/html", b"plain": "text/plain"}.get(bare, "")
    return media_type, parse_params(value)


def parse_disposition(value: bytes | None) -> tuple[str, dict[str, str]]:
    """The disposition in lower case ('' without one) and its parameters."""
    if value is None:
        return "", {}
    value = unfold(value)
    return value.split(b";")[0].strip().lower().decode("ascii", "replace"), parse_params(value)


def parse_params(value: bytes) -> dict[str, str]:
    """Parameters by lower-case name; the first of two equal names counts, RFC 2231 pieces are put together."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for match in _PARAM.finditer(value):
        name = match[1].decode("ascii").lower()
        quoted = match[2] is not None
        data = _ESCAPED.sub(rb"\1", match[2]) if quoted else match[3].strip()
        continued = _CONTINUED.match(name)
        if continued:
            pieces.setdefault(continued[1], {})[int(continued[2])] = (data, continued[3] == "*")
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {})[0] = (data, True)
        else:
            plain.setdefault(name, decode_header(data)[0])
    for name, parts in pieces.items():
        plain[name] = _joined(parts)  # the RFC 2231 form is the better one of two
    return plain


def _joined(parts: dict[int, tuple[bytes, bool]]) -> str:
    charset, collected = "", []
    for number in sorted(parts):
        data, extended = parts[number]
        if extended:
            if number == 0 and data.count(b"'") >= 2:
                label, _, data = data.split(b"'", 2)
                charset = label.decode("ascii", "replace")
            data = unquote_to_bytes(data)
        collected.append(data)
    whole = b"".join(collected)
    if b"=?" in whole and not charset:
        return decode_header(whole)[0]
    return clean(decode_text(whole, charset)[0])
