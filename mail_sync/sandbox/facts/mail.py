"""What Exchange says about a mail, read from its source: header facts apart from body facts, both cached.

Reads as a server does: headers as they came, decoded; one text and one HTML body; every other leaf an attachment.
"""

from __future__ import annotations

import email.errors
import email.message
import email.policy
import email.utils
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header
from email.parser import BytesParser
from functools import lru_cache

from mail_sync.sandbox.content import Content

HEAD_END = re.compile(rb"\r?\n\r?\n")
PARSER = BytesParser(policy=email.policy.compat32)
Part = email.message.Message


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Head:
    """Header facts. `headers` are all header lines in order, decoded and unfolded; `raw` the same as they came."""

    headers: tuple[tuple[str, str], ...]
    raw: tuple[tuple[str, str], ...]
    content_type: str
    type_parameters: dict[str, str]

    def get(self, name: str) -> str:
        """The first header of this name, '' when absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Everyone in the headers of this name."""
        wanted = name.lower()
        return read_addresses([value for key, value in self.raw if key.lower() == wanted])

    @property
    def date(self) -> datetime | None:
        """The Date header in UTC; None when absent or unreadable."""
        return read_date(self.get("Date"))

    @property
    def topic(self) -> str:
        """The subject without its reply and forward prefixes (PidTagConversationTopic)."""
        return self.get("Thread-Topic") or re.sub(r"^\s*(?:\w{1,3}\s?:\s*)+", "", self.get("Subject"))

    @property
    def conversation_index(self) -> bytes:
        """The decoded Thread-Index; b'' when absent or no base64."""
        try:
            return b64decode(self.get("Thread-Index"), validate=False)
        except ValueError:
            return b""


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """One leaf that is no body. `nested` marks a message/rfc822, which Exchange gives as an item attachment."""

    path: int  # position among the leaves of the mail
    name: str
    content_type: str
    size: int
    content_id: str
    inline: bool
    nested: bool


@dataclass(frozen=True, slots=True)
class Body:
    text: str
    html: str
    calendar: bytes
    attachments: tuple[AttachmentFacts, ...]


def read_addresses(raw: list[str]) -> tuple[Address, ...]:
    """Everyone in raw header values. Names are decoded after the list is cut: an encoded comma belongs to a name."""
    lines = [" ".join(one.split()) if one.isascii() else decoded(one) for one in raw]
    found = email.utils.getaddresses(lines)
    return tuple(Address(decoded(shown), address) for shown, address in found if address or shown)


def read_date(text: str) -> datetime | None:
    """An RFC 5322 date in UTC, None when unreadable."""
    try:
        found = email.utils.parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError, TypeError):
        return None


def decoded(raw: str) -> str:
    """A raw header value (surrogate-escaped, RFC 2047 words) as one line of text."""
    line = " ".join(part.strip() for part in raw.splitlines())
    if any("\udc80" <= letter <= "\udcff" for letter in line):
        line = _text(line.encode("utf-8", "surrogateescape"), "utf-8")
    if "=?" not in line:
        return line.strip()
    try:
        words = decode_header(line)
    except (ValueError, LookupError, email.errors.HeaderParseError):
        return line.strip()
    return "".join(word if isinstance(word, str) else _text(word, charset or "latin-1") for word, charset in words)


def _text(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return raw.decode("latin-1")


@lru_cache(maxsize=1024)
def head(content: Content) -> Head:
    """The header facts of a mail."""
    return read_head(content.read())


def read_head(data: bytes) -> Head:
    """The header facts of a source at hand."""
    end = HEAD_END.search(data)
    return _head_of(PARSER.parsebytes(data[: end.start()] if end else data, headersonly=True))


def _head_of(part: Part) -> Head:
    raw = tuple((name, str(value)) for name, value in part.raw_items())
    lines = tuple((name, decoded(value)) for name, value in raw)
    parameters = part.get_params(failobj=[], unquote=True)
    plain = {name.lower(): str(value[2] if isinstance(value, tuple) else value) for name, value in parameters[1:]}
    return Head(lines, raw, part.get_content_type(), plain)


@lru_cache(maxsize=128)
def body(content: Content) -> Body:
    """Text, HTML, calendar and attachments of a mail."""
    texts: list[str] = []
    pages: list[str] = []
    calendar = b""
    attachments: list[AttachmentFacts] = []
    for path, part in enumerate(leaves(PARSER.parsebytes(content.read()))):
        kind, named = part.get_content_type(), bool(part.get_filename())
        attached = part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not attached and not named and not texts:
            texts.append(_part_text(part))
        elif kind == "text/html" and not attached and not named and not pages:
            pages.append(_part_text(part))
        elif kind == "text/calendar" and not attached and not calendar:
            calendar = part_bytes(part)
        else:
            attachments.append(_attachment(path, part))
    return Body("".join(texts), "".join(pages), calendar, tuple(attachments))


def leaves(part: Part) -> Iterator[Part]:
    """The parts that hold content, in order; an embedded mail counts as one."""
    if part.get_content_type() == "message/rfc822" or not part.is_multipart():
        yield part
    else:
        for child in part.get_payload():
            if isinstance(child, email.message.Message):
                yield from leaves(child)


def attachment_bytes(content: Content, path: int) -> bytes:
    """The decoded bytes of the leaf at `path`; an embedded mail as its source. Raises IndexError."""
    return part_bytes(list(leaves(PARSER.parsebytes(content.read())))[path])


def part_bytes(part: Part) -> bytes:
    """Decoded content of a leaf."""
    if part.get_content_type() == "message/rfc822":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        return inner.as_bytes() if isinstance(inner, email.message.Message) else b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _part_text(part: Part) -> str:
    return _text(part_bytes(part), str(part.get_content_charset() or "utf-8"))


def _attachment(path: int, part: Part) -> AttachmentFacts:
    kind = part.get_content_type()
    nested = kind == "message/rfc822"
    data = part_bytes(part)
    name = decoded(str(part.get_filename() or ""))
    if nested and not name:
        name = read_head(data).get("Subject")
    content_id = str(part.get("Content-ID") or "").strip().strip("<>")
    inline = part.get_content_disposition() == "inline" or (
        bool(content_id) and part.get_content_disposition() != "attachment"
    )
    return AttachmentFacts(path, name or f"ATT{path:05d}", kind, len(data), content_id, inline, nested)


def calendar_method(calendar: bytes) -> str:
    """The METHOD of an iCalendar object (RFC 5546), "REQUEST" when it names none."""
    found = re.search(rb"^METHOD:(\w+)", calendar, re.MULTILINE | re.IGNORECASE)
    return found[1].decode("ascii").upper() if found else "REQUEST"


def item_class(facts: Head, calendar: bytes = b"") -> str:
    """The class Exchange gives a mail at delivery, by its content type (MS-OXCMAIL 2.1.3.2)."""
    kind, parameters = facts.content_type, facts.type_parameters
    if kind == "multipart/report":
        report = parameters.get("report-type", "").lower()
        return {"disposition-notification": "REPORT.IPM.Note.IPNRN"}.get(report, "REPORT.IPM.Note.NDR")
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return "IPM.Note.SMIME"
    if kind == "multipart/signed" and "pkcs7" in parameters.get("protocol", ""):
        return "IPM.Note.SMIME.MultipartSigned"
    return _meeting_class(calendar) if calendar else "IPM.Note"


def _meeting_class(calendar: bytes) -> str:
    """By the method ([MS-OXCICAL] 2.1.3.1.1.1); a counter proposal is an answer too."""
    text = re.sub(rb"\r?\n[ \t]", b"", calendar).upper()
    if b"METHOD:REQUEST" in text:
        return "IPM.Schedule.Meeting.Request"
    if b"METHOD:CANCEL" in text:
        return "IPM.Schedule.Meeting.Canceled"
    if b"METHOD:REPLY" in text or b"METHOD:COUNTER" in text:
        answers = {b"PARTSTAT=ACCEPTED": "Pos", b"PARTSTAT=DECLINED": "Neg", b"PARTSTAT=TENTATIVE": "Tent"}
        found = next((short for mark, short in answers.items() if mark in text), "Tent")
        return f"IPM.Schedule.Meeting.Resp.{found}"
    return "IPM.Note"
