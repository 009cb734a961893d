"""Delivery reports (RFC 3464) and read receipts (RFC 8098): which mail they answer, for whom, and what happened."""

from __future__ import annotations

import re

from mail_sync.message import DeliveryReport
from mail_sync.mime.addresses import message_id, parse_addresses
from mail_sync.mime.parts import Part, PartReader
from mail_sync.mime.transfer import decode, encoding_name
from mail_sync.mime.words import decode_header

_ID_IN_TEXT = re.compile(r"^[> \t]*Message-ID:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"<([^<>\s@]+@[^<>\s@]+)>")
_RETURNED = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")
_MAX_STATUS_BYTES = 262_144


def report_of(reader: PartReader, root: Part, text: str, failed: str) -> DeliveryReport:
    """What a report says. `text` and `failed` (X-Failed-Recipients) serve for servers that send no machine-readable
    part; the id is '' where the returned mail names none."""
    parts = list(_walk(root))
    original = next(
        (found for part in parts if part.media_type in _RETURNED if (found := _returned_id(reader, part))), ""
    )
    fields = [field for part in parts if part.media_type in _STATUS_PARTS for field in _fields(reader, part)]
    if not original:
        original = next((message_id(value) for name, value in fields if name == "original-message-id"), "")
    if not original:
        in_text = _ID_IN_TEXT.search(text)
        original = in_text[1] if in_text else ""
    status = next((decode_header(value)[0] for name, value in fields if name == "status"), "")
    diagnostic = next((_after_type(value) for name, value in fields if name == "diagnostic-code"), "")
    if not fields and (in_text := _STATUS.search(text[:4000])):
        status = in_text[1]
    return DeliveryReport(original, _recipients(fields, text, failed), status.split(" ")[0], diagnostic)


def _walk(part: Part) -> list[Part]:
    found = [part]
    for child in part.children:
        found.extend(_walk(child))
    return found


def _returned_id(reader: PartReader, part: Part) -> str:
    source = reader.source
    start, end = part.start, min(part.end, part.start + _MAX_STATUS_BYTES)
    encoding = encoding_name(part.raw("content-transfer-encoding") or b"")
    if encoding not in ("", "7bit", "8bit", "binary"):
        source = decode(source, start, end, encoding)
        start, end = 0, len(source)
    headers, _ = PartReader(source).headers(start, end)
    return next((message_id(value) for name, value in headers if name == "message-id"), "")


def _fields(reader: PartReader, part: Part) -> list[tuple[str, bytes]]:
    """The fields of a status part: groups of headers, the first about the mail, the others about one recipient each."""
    start, end = part.start, min(part.end, part.start + _MAX_STATUS_BYTES)
    encoding = encoding_name(part.raw("content-transfer-encoding") or b"")
    nested = PartReader(decode(reader.source, start, end, encoding))
    fields: list[tuple[str, bytes]] = []
    position, stop = 0, len(nested.source)
    while position < stop:
        group, after = nested.headers(position, stop)
        fields.extend(group)
        position = max(after, position + 1)
    return fields


def _recipients(fields: list[tuple[str, bytes]], text: str, failed: str) -> tuple[str, ...]:
    named = [_after_type(value).strip("<> ").lower() for name, value in fields if name == "final-recipient"]
    named = named or [_after_type(value).strip("<> ").lower() for name, value in fields if name == "original-recipient"]
    if not named and failed:
        named = [address.email for address in parse_addresses(failed.encode())[0] if address.email]
    if not named and not fields:
        named = [found.lower() for found in _ADDRESS.findall(text[:2000])][:1]
    return tuple(dict.fromkeys(one for one in named if one))


def _after_type(value: bytes) -> str:
    """The value behind its type, as in `rfc822; someone@example.org` (RFC 3464 section 2.1.2)."""
    text = decode_header(value)[0]
    kind, separator, rest = text.partition(";")
    return rest.strip() if separator and " " not in kind.strip() else text
