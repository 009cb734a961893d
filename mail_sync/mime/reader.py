"""One raw mail (RFC 5322, MIME) to the normal form. Whatever can be repaired is repaired and named in `defects`."""

from __future__ import annotations

import binascii
import re
from datetime import datetime

from mail_sync.errors import Unreadable
from mail_sync.message import Address, DeliveryReport, Message, Noise
from mail_sync.mime.addresses import message_id, message_ids, parse_addresses
from mail_sync.mime.content import Content, ContentReader
from mail_sync.mime.dates import parse_date
from mail_sync.mime.html_text import html_to_text
from mail_sync.mime.noise import NOISE_HEADERS, noise_of
from mail_sync.mime.parts import Part, PartReader
from mail_sync.mime.quotes import split_reply
from mail_sync.mime.reports import report_of
from mail_sync.mime.transfer import decode_base64
from mail_sync.mime.words import decode_header

# A source with none of these is no mail: a CSV, a program, a vCard. Date alone proves nothing, many notes have one.
_MAIL_HEADER_NAMES = (
    "from to cc bcc subject sender reply-to message-id received return-path delivered-to mime-version "
    "content-type content-transfer-encoding content-disposition resent-from envelope-to x-mailer"
)
_MAIL_HEADERS = frozenset(_MAIL_HEADER_NAMES.split())
_ADDRESS_HEADERS = ("from", "to", "cc", "bcc", "reply-to", "sender")
_SENSITIVITY = {"personal": "personal", "private": "private", "company-confidential": "confidential"}
_LEVELS = {"high": "high", "urgent": "high", "1": "high", "2": "high", "low": "low", "non-urgent": "low"}
_LEVELS |= {"5": "low", "4": "low"}
_TEXT_FOR_SUBJECT = re.compile(r"[\n\t]+")


def read_message(raw: bytes) -> Message:
    """The mail in `raw`. Raises Unreadable where the bytes are no mail at all, and nothing else ever."""
    source, defects = _prepared(raw)
    reader = PartReader(source)
    reader.defects.extend(defects)
    root = reader.read(0, len(source))
    if not any(name in _MAIL_HEADERS for name, _ in root.headers):
        raise Unreadable("it has no mail headers")
    headers = _Headers(root, reader.defects)
    content = ContentReader(reader, html_to_text).read(root)
    text = "\n\n".join(stripped for one in content.texts if (stripped := one.strip("\n")))
    new_text, signature = split_reply(text)
    return _assembled(raw, reader, root, headers, content, text, new_text, signature)


def is_mail(head: bytes) -> bool:
    """Whether a file that begins with `head` (64 kB are plenty) would be read as a mail."""
    try:
        source, _ = _prepared(head)
    except Unreadable:
        return False
    headers, _ = PartReader(source).headers(0, len(source))
    return any(name in _MAIL_HEADERS for name, _ in headers)


def _prepared(raw: bytes) -> tuple[bytes, list[str]]:
    """The source with what stands before its first header taken away, and with line feeds as line ends."""
    defects: list[str] = []
    source = raw
    if b"\n" not in source[:65_536] and b"\r" in source[:65_536]:
        source = source.replace(b"\r", b"\n")
        defects.append("lines ended by carriage returns")
    start = 3 if source.startswith(b"\xef\xbb\xbf") else 0
    while source[start : start + 1] in (b"\n", b"\r", b" ", b"\t"):
        start += 1
    if start:
        source = source[start:]
        defects.append("something before the first header")
    if not source:
        raise Unreadable("it is empty")
    return source, defects


class _Headers:
    """The headers of the mail itself, decoded when asked for; the first of a name counts."""

    def __init__(self, root: Part, defects: list[str]) -> None:
        self._defects = defects
        self._texts: dict[str, str] = {}
        self.raw: dict[str, bytes] = {}
        repeated: dict[str, bytes] = {}
        for name, value in root.headers:
            if name not in self.raw:
                self.raw[name] = value
            elif name in _ADDRESS_HEADERS:
                repeated[name] = repeated.get(name, self.raw[name]) + b"," + value
        for name, value in repeated.items():
            defects.append(f"several {name} headers")
            self.raw[name] = value

    def text(self, name: str) -> str:
        if name not in self._texts:
            text, defect = decode_header(self.raw.get(name, b""))
            self._note(name, defect)
            self._texts[name] = text
        return self._texts[name]

    def addresses(self, name: str) -> tuple[Address, ...]:
        value = self.raw.get(name)
        if value is None:
            return ()
        found, defect = parse_addresses(value)
        self._note(name, defect)
        return found

    def date(self, name: str) -> datetime | None:
        moment, defect = parse_date(self.text(name))
        self._note(name, defect)
        return moment

    def received_at(self) -> datetime | None:
        """From the newest Received header, which stands on top (RFC 5321 section 4.4)."""
        value = self.raw.get("received", b"")
        return parse_date(decode_header(value.rpartition(b";")[2])[0])[0] if b";" in value else None

    def for_noise(self) -> dict[str, str]:
        return {name: self.text(name) for name in NOISE_HEADERS.intersection(self.raw)}

    def _note(self, name: str, defect: str) -> None:
        if defect:
            self._defects.append(f"{name}: {defect}")


def _assembled(
    raw: bytes,
    reader: PartReader,
    root: Part,
    headers: _Headers,
    content: Content,
    text: str,
    new_text: str,
    signature: str,
) -> Message:
    senders = headers.addresses("from")
    sender = next((one for one in senders if one.email), senders[0] if senders else None)
    on_behalf = next(iter(headers.addresses("sender")), None)
    noise = noise_of(
        headers.for_noise(),
        sender=sender.email if sender else "",
        media_type=root.media_type,
        report_type=root.params.get("report-type", "").lower(),
        invites=bool(content.calendars),
    )
    return Message(
        message_id=message_id(headers.raw.get("message-id", b"")),
        subject=_TEXT_FOR_SUBJECT.sub(" ", headers.text("subject")),
        sender=sender,
        to=headers.addresses("to"),
        cc=headers.addresses("cc"),
        bcc=headers.addresses("bcc"),
        reply_to=headers.addresses("reply-to"),
        on_behalf=on_behalf if on_behalf and sender and on_behalf.email != sender.email else None,
        in_reply_to=message_ids(headers.raw.get("in-reply-to", b"")),
        references=message_ids(headers.raw.get("references", b"")),
        thread_index=_thread_index(headers.raw.get("thread-index", b"")),
        thread_topic=headers.text("thread-topic"),
        sent_at=headers.date("date"),
        received_at=headers.received_at(),
        text=text,
        new_text=new_text,
        signature=signature,
        html="\n".join(content.htmls),
        attachments=tuple(content.attachments),
        calendars=tuple(content.calendars),
        noise=noise,
        report=_report(noise, reader, root, headers, text),
        opaque=content.opaque,
        importance=_importance(headers),
        sensitivity=_SENSITIVITY.get(headers.text("sensitivity").strip().lower(), "normal"),
        stamp=headers.text("x-regarding"),
        defects=tuple(dict.fromkeys(reader.defects)),
        size=len(raw),
        source=raw,
    )


def _report(noise: Noise, reader: PartReader, root: Part, headers: _Headers, text: str) -> DeliveryReport | None:
    if noise is Noise.BOUNCE or root.media_type == "multipart/report":
        return report_of(reader, root, text, headers.text("x-failed-recipients"))
    return None


def _thread_index(value: bytes) -> bytes:
    try:
        return decode_base64(value)
    except binascii.Error:
        return b""


def _importance(headers: _Headers) -> str:
    """RFC 4021 Importance, else the older X-Priority ("1 (Highest)") and Priority."""
    for name in ("importance", "x-priority", "x-msmail-priority", "priority"):
        words = headers.text(name).lower().split()
        if words:
            return _LEVELS.get(words[0].strip("("), "normal")
    return "normal"
