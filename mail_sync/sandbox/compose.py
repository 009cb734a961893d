"""A mail under construction: headers and parts that may be changed, over the bytes of a source (RFC 5322, RFC 2045).

Headers change without touching the body, so that signed and unusual mails keep their bytes; the body is written anew
only after one of its parts has changed.
"""

from __future__ import annotations

import email.policy
import email.utils
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.facts.mail import Address

POLICY = email.policy.compat32.clone(linesep="\r\n", mangle_from_=False)
BODY_HEADERS = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "MIME-Version")


@dataclass(slots=True)
class Attached:
    """One attachment; `nested` holds a whole mail as `data`. `number` names it for as long as its mail lives."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False
    nested: bool = False
    number: int = 0


@dataclass(slots=True)
class Parts:
    """What the body is made of. `calendar` is an iCalendar object whose METHOD is `method`."""

    text: str = ""
    html: str = ""
    calendar: bytes = b""
    method: str = "REQUEST"
    attachments: list[Attached] = field(default_factory=list)


class MailSource:
    """Starts from a source or from nothing; `data` gives the bytes of the result, with CRLF line ends.

    `numbers` name the attachments of the source, in their order.
    """

    def __init__(self, source: bytes = b"", numbers: Sequence[int] = ()) -> None:
        self._numbers = numbers
        self._message = mail.PARSER.parsebytes(source)
        self._source = source
        self._parts: Parts | None = None

    def get(self, name: str) -> str:
        """The first header of this name, decoded; '' when absent."""
        return mail.decoded(str(self._message.get(name) or ""))

    def put(self, name: str, value: str) -> None:
        """Replace all headers of this name by one, or by none when `value` is empty."""
        del self._message[name]
        line = " ".join(value.split("\n")).replace("\r", "").strip()
        if line:
            self._message[name] = line if line.isascii() else Header(line, "utf-8").encode()

    def put_first(self, name: str, value: str) -> None:
        """Put a trace header above all others (RFC 5321 section 4.4)."""
        others = list(self._message.raw_items())
        for known in set(self._message.keys()):
            del self._message[known]
        self._message[name] = value
        for other, raw in others:
            self._message.set_raw(other, raw)

    def people(self, name: str) -> tuple[Address, ...]:
        """Everyone in the headers of this name."""
        return mail.read_addresses([str(value) for value in self._message.get_all(name, [])])

    def put_people(self, name: str, people: Iterable[Address]) -> None:
        """Replace all headers of this name by a list of people."""
        del self._message[name]
        line = ", ".join(email.utils.formataddr((one.name, one.email)) for one in people)
        if line:
            self._message[name] = line

    @property
    def parts(self) -> Parts:
        """The parts of the body; whoever asks for them may change them, and the body is written anew."""
        if self._parts is None:
            self._parts = _read_parts(self._source)
            for one, number in zip(self._parts.attachments, self._numbers, strict=False):
                one.number = number
        return self._parts

    @property
    def is_rewritten(self) -> bool:
        """Whether the body is written anew."""
        return self._parts is not None

    def attach(self, one: Attached, at_least: int) -> Attached:
        """Add an attachment, numbered after all others and not below `at_least`."""
        one.number = max(at_least, *(other.number + 1 for other in self.parts.attachments), 0)
        self.parts.attachments.append(one)
        return one

    def data(self) -> bytes:
        """The whole mail. Attachments shown inside the body come before the others, in `parts` as well."""
        if self._parts is not None or not self._source:
            self._replace_body(_write_parts(self.parts))
        return self._message.as_bytes(policy=POLICY)

    def _replace_body(self, body: Message) -> None:
        for name in BODY_HEADERS:
            del self._message[name]
        for name, value in body.items():
            self._message[name] = value
        self._message.set_payload(body.get_payload())


def _read_parts(source: bytes) -> Parts:
    content = BytesContent(source)
    facts = mail.body(content)
    attachments = [
        Attached(
            one.name, one.content_type, mail.attachment_bytes(content, one.path), one.content_id, one.inline, one.nested
        )
        for one in facts.attachments
    ]
    method = mail.calendar_method(facts.calendar)
    return Parts(facts.text, facts.html, facts.calendar, method, attachments)


def _write_parts(parts: Parts) -> Message:
    body = _alternatives(parts)
    inline = [one for one in parts.attachments if one.inline and one.content_id and parts.html]
    rest = [one for one in parts.attachments if not (one.inline and one.content_id and parts.html)]
    parts.attachments = [*inline, *rest]
    if inline:
        body = _multipart("related", [body, *map(_attached, inline)])
    return _multipart("mixed", [body, *map(_attached, rest)]) if rest else body


def _alternatives(parts: Parts) -> Message:
    shown: list[Message] = []
    if parts.text or not (parts.html or parts.calendar):
        shown.append(MIMEText(parts.text, "plain", "utf-8"))
    if parts.html:
        shown.append(MIMEText(parts.html, "html", "utf-8"))
    if parts.calendar:
        calendar = MIMENonMultipart("text", "calendar", charset="utf-8", method=parts.method)
        calendar.set_payload(parts.calendar)
        encode_base64(calendar)
        shown.append(calendar)
    return shown[0] if len(shown) == 1 else _multipart("alternative", shown)


def _multipart(kind: str, children: list[Message]) -> Message:
    made = MIMEMultipart(kind, boundary=f"_000_{secrets.token_hex(16).upper()}_")
    for child in children:
        del child["MIME-Version"]
        made.attach(child)
    return made


def _attached(one: Attached) -> Message:
    if one.nested:
        made: Message = MIMENonMultipart("message", "rfc822")
        made.set_payload([mail.PARSER.parsebytes(one.data)])
    else:
        made = MIMEBase(*_kind(one.content_type))
        made.set_payload(one.data)
        encode_base64(made)
        made.set_param("name", one.name)
    disposition = "inline" if one.inline else "attachment"
    made.add_header("Content-Disposition", disposition, filename=_parameter(one.name))
    if one.content_id:
        made["Content-ID"] = f"<{one.content_id}>"
    return made


def _kind(content_type: str) -> tuple[str, str]:
    main, _, sub = content_type.partition("/")
    if main in ("", "multipart", "message") or not sub or not content_type.isascii():
        return "application", "octet-stream"
    return main, sub


def _parameter(name: str) -> str | tuple[str, str, str]:
    return name if name.isascii() else ("utf-8", "", name)
