"""Letters as the mail programs of their writers send them: headers, quoting, HTML, pictures, attachments."""

from __future__ import annotations

import base64
import html
import random
import struct
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime
from functools import cached_property

from assistant.demo.calendar_words import header_date
from assistant.demo.conversations import Letter, utc
from assistant.demo.mime_parts import file_part, mailbox, multipart, text_part, unstructured, wire
from assistant.demo.pictures import logo, pdf, photo, screenshot

_HEADS = {  # Outlook's words above quoted mail
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
}
_WROTE = {
    "en": "On {at:%d/%m/%Y} at {at:%H:%M}, {name} wrote:",
    "de": "Am {at:%d.%m.%y} um {at:%H:%M} schrieb {name}:",
    "fr": "Le {at:%d/%m/%Y} à {at:%H:%M}, {name} a écrit :",
    "it": "Il giorno {at:%d/%m/%Y} alle {at:%H:%M} {name} ha scritto:",
    "sv": "Den {at:%Y-%m-%d} kl. {at:%H:%M} skrev {name}:",
}
_CULTURES = {"de": "de-AT", "sv": "sv-SE", "fr": "fr-FR", "it": "it-IT"}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # of Windows FILETIME


class Post:
    """Writes letters, and remembers what it wrote, so that answers quote and refer to it."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._full: dict[str, str] = {}
        self._html: dict[str, str] = {}
        self._index: dict[str, bytes] = {}

    @cached_property
    def _logo(self) -> bytes:
        return logo()

    def write(self, letter: Letter) -> bytes:
        """The mail as it leaves its writer's server, without trace headers."""
        rng = random.Random(f"write {letter.key}")
        body = self._body(letter)
        files = [file_part(data, kind, name) for name, kind, data in attachments(letter, rng)]
        if files:
            body = multipart("mixed", [body, *files], boundary(letter, "004"))
        return wire(self._headers(letter), body)

    def _headers(self, letter: Letter) -> list[tuple[str, str]]:
        headers = [*identity(letter), ("From", mailbox(letter.sender.name, letter.sender.email))]
        headers.append(("To", ",\r\n ".join(mailbox(p.name, p.email) for p in letter.to)))
        if letter.cc:
            headers.append(("Cc", ",\r\n ".join(mailbox(p.name, p.email) for p in letter.cc)))
        headers += [("Subject", unstructured(letter.subject)), ("Date", format_datetime(letter.at))]
        match letter.sender.mailer:
            case "outlook" | "htmlonly":
                culture = _CULTURES.get(letter.sender.lang, "en-GB")
                headers += [
                    ("Thread-Topic", unstructured(letter.subject.rpartition(": ")[2])),
                    ("Thread-Index", base64.b64encode(self._thread_index(letter)).decode()),
                    ("Accept-Language", culture),
                    ("Content-Language", culture),
                    ("X-MS-Has-Attach", "yes" if letter.flags & {"pdf", "photo", "screenshot"} else ""),
                    ("X-MS-TNEF-Correlator", ""),
                ]
            case "thunderbird":
                headers.append(("User-Agent", "Mozilla Thunderbird"))
            case "apple":
                headers.append(("X-Mailer", "Apple Mail (2.3826.300.87)"))
        if "urgent" in letter.flags:
            headers += [("Importance", "high"), ("X-Priority", "1")]
        if "auto" in letter.flags:
            headers += [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")]
        return headers

    def _body(self, letter: Letter) -> Message:
        text = self._text(letter)
        if letter.sender.mailer in ("thunderbird", "apple") or "auto" in letter.flags:
            return text_part(text, format="flowed")
        rich = self._page(letter)
        if letter.sender.mailer == "htmlonly":
            return text_part(rich, "html")
        charset = _charset(letter, text)
        page = text_part(rich, "html", charset)
        if letter.sender.domain == self._home:
            mark = file_part(self._logo, "image/png", "image001.png", content_id=_logo_id(letter))
            page = multipart("related", [page, mark], boundary(letter, "001"), type="text/html")
        return multipart("alternative", [text_part(text, "plain", charset), page], boundary(letter, "000"))

    def _text(self, letter: Letter) -> str:
        """What the writer wrote, the signature, and all that is quoted below."""
        if letter.key not in self._full:
            own = "\n".join((letter.text, "", *_signature_rule(letter), *letter.signature))
            below = quoted(letter, self._text(letter.parent)) if letter.parent else ""
            self._full[letter.key] = f"{own}\n{below}"
        return self._full[letter.key]

    def _page(self, letter: Letter) -> str:
        return f'<html><head></head><body lang="{letter.lang}">{self._inner(letter)}</body></html>'

    def _inner(self, letter: Letter) -> str:
        if letter.key not in self._html:
            paragraphs = "".join(f'<p class="MsoNormal">{_markup(p)}</p>' for p in letter.text.split("\n\n"))
            lines = "<br>".join(html.escape(line) for line in letter.signature)
            mark = f'<br><img width="96" height="40" src="cid:{_logo_id(letter)}" alt="Alpine Ski House">'
            picture = mark if letter.sender.domain == self._home else ""
            sign = f'<p style="color:#5a6b7b;font-size:9pt">{lines}{picture}</p>'
            below = self._below(letter, letter.parent) if letter.parent else ""
            self._html[letter.key] = f"\n<div>{paragraphs}{sign}</div>\n{below}"
        return self._html[letter.key]

    def _below(self, letter: Letter, parent: Letter) -> str:
        inner = self._inner(parent)
        if letter.sender.mailer == "gmail":
            head = html.escape(_wrote(letter, parent))
            return (
                f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{head}<br></div>'
                f'<blockquote class="gmail_quote">{inner}</blockquote></div>'
            )
        head = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in _outlook_head(letter, parent))
        rule = "border-top:solid #E1E1E1 1.0pt"
        return f'<div id="divRplyFwdMsg" style="{rule}"><p class="MsoNormal">{head}</p></div>{inner}'

    def _thread_index(self, letter: Letter) -> bytes:
        """PidTagConversationIndex (MS-OXOMSG 2.2.1.3): 22 bytes for the first mail, 5 more for each answer."""
        if letter.key in self._index:
            return self._index[letter.key]
        parent = letter.parent
        if parent is None:
            stamp = _filetime(letter.at) >> 16
            index = b"\x01" + stamp.to_bytes(6, "big")[1:] + uuid.uuid5(uuid.NAMESPACE_DNS, letter.thread).bytes
        else:
            delta = (_filetime(letter.at) - _filetime(_root(letter).at)) >> 18  # delta code 0: bits 18 to 48
            level = struct.pack(">I", delta & 0x7FFFFFFF) + random.Random(letter.key).randbytes(1)
            index = self._thread_index(parent) + level
        self._index[letter.key] = index
        return index


def message_id(letter: Letter) -> str:
    """A Message-ID in the manner of the writer's mail program; the same for the same letter."""
    rng = random.Random(f"id {letter.key} {letter.at.isoformat()}")
    match letter.sender.mailer:
        case "gmail":
            return f"<CA{base64.urlsafe_b64encode(rng.randbytes(36)).decode()}@mail.gmail.example>"
        case "thunderbird":
            return f"<{uuid.UUID(int=rng.getrandbits(128), version=4)}@{letter.sender.domain}>"
        case "apple":
            return f"<{str(uuid.UUID(int=rng.getrandbits(128), version=4)).upper()}@{letter.sender.domain}>"
        case _:
            host = f"AM{rng.randrange(10)}PR{rng.randrange(10, 99)}MB{rng.randrange(1000, 9999)}"
            return f"<{host}{rng.randbytes(14).hex().upper()}@{host}.eurprd04.prod.outlook.example>"


def identity(letter: Letter) -> list[tuple[str, str]]:
    """The identification fields (RFC 5322, 3.6.4), references oldest first."""
    ancestors = [message_id(older) for older in reversed(list(_ancestors(letter)))]
    own = [("Message-ID", message_id(letter))]
    return [*own, ("In-Reply-To", ancestors[-1]), ("References", "\r\n ".join(ancestors))] if ancestors else own


def boundary(letter: Letter, level: str) -> str:
    """A boundary from the letter's key, so that the same letter is the same bytes."""
    mark = random.Random(f"boundary {letter.key} {level}").randbytes(12).hex()
    return f"000000000000{mark}" if letter.sender.mailer == "gmail" else f"_{level}_{mark.upper()}_"


def trace(sender: str, recipient: str, at: datetime) -> bytes:
    """The trace headers which the recipient's server puts on top (RFC 5321, 4.4)."""
    outer, inner = sender.partition("@")[2], recipient.partition("@")[2]
    moment = utc(at)
    second = format_datetime(moment + timedelta(seconds=3))
    lines = [
        f"Received: from mx1.{inner} (198.51.100.25) by mail.{inner} (2001:db8::17)",
        f" with Microsoft SMTP Server (version=TLS1_3); {second}",
    ]
    if outer != inner:
        lines += [f"Received: from smtp.{outer} (203.0.113.10) by mx1.{inner}"]
        lines += [f" with ESMTPS; {format_datetime(moment)}"]
    lines += [f"Return-Path: <{sender}>"]
    return "\r\n".join(lines).encode() + b"\r\n"


def quoted(letter: Letter, below: str) -> str:
    """The parent's text as the writer's mail program sets it below an answer."""
    assert letter.parent is not None
    if letter.sender.mailer in ("outlook", "htmlonly"):
        rule = "_" * 32 if letter.lang != "de" else "-----Ursprüngliche Nachricht-----"
        head = "\n".join(f"{name}: {value}" for name, value in _outlook_head(letter, letter.parent))
        return f"\n{rule}\n{head}\n\n{below}"
    marked = "\n".join(f"> {line}".rstrip() for line in below.splitlines())
    return f"\n{_wrote(letter, letter.parent)}\n\n{marked}\n"


def attachments(letter: Letter, rng: random.Random) -> Iterator[tuple[str, str, bytes]]:
    """Name, media type and bytes of what a letter carries."""
    day = letter.at.date()
    if "screenshot" in letter.flags:
        yield f"Screenshot {day} {letter.at:%H%M%S}.png", "image/png", screenshot(rng)
    if "photo" in letter.flags:
        yield f"IMG_{rng.randrange(1000, 9999)}.png", "image/png", photo(rng)
    if "pdf" in letter.flags:
        topic = letter.subject.rpartition(": ")[2]
        name = "".join(c if c.isalnum() else "_" for c in topic)[:40].strip("_")
        lines = [f"Alpine Ski House, {day:%d.%m.%Y}", topic, *(line for line in letter.text.splitlines() if line)]
        yield f"{name}.pdf", "application/pdf", pdf([line[:90] for line in lines])


def _signature_rule(letter: Letter) -> tuple[str, ...]:
    return ("-- ",) if letter.sender.mailer in ("thunderbird", "apple", "gmail") else ()


def _outlook_head(letter: Letter, parent: Letter) -> list[tuple[str, str]]:
    lang = letter.sender.lang
    sent = header_date(parent.at.astimezone(letter.sender.zone), lang)
    sender = f"{parent.sender.name} <{parent.sender.email}>"
    values = (sender, sent, "; ".join(p.name for p in parent.to), parent.subject)
    return list(zip(_HEADS[lang], values, strict=True))


def _wrote(letter: Letter, parent: Letter) -> str:
    pattern = _WROTE[letter.sender.lang]
    name = f"{parent.sender.name} <{parent.sender.email}>"
    return pattern.format(at=parent.at.astimezone(letter.sender.zone), name=name)


def _markup(paragraph: str) -> str:
    return html.escape(paragraph).replace("\n", "<br>\n")


def _logo_id(letter: Letter) -> str:
    return f"image001.png@{random.Random(f'logo {letter.key}').randbytes(8).hex().upper()}"


def _charset(letter: Letter, text: str) -> str:
    """Older Outlooks choose the smallest charset that holds the text."""
    if letter.sender.lang not in ("de", "sv", "fr", "it"):
        return "utf-8"
    try:
        text.encode("iso-8859-1")
    except UnicodeEncodeError:
        return "utf-8"
    return "iso-8859-1"


def _ancestors(letter: Letter) -> Iterator[Letter]:
    older = letter.parent
    while older is not None:
        yield older
        older = older.parent


def _root(letter: Letter) -> Letter:
    return [letter, *_ancestors(letter)][-1]


def _filetime(at: datetime) -> int:
    return (utc(at) - _EPOCH) // timedelta(microseconds=1) * 10
