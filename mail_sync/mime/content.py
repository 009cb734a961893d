"""What the parts of a mail are to its reader: text, HTML, calendars, attachments, sealed content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mail_sync.message import Attachment, Opaque
from mail_sync.mime.charsets import clean, decode_text
from mail_sync.mime.flowed import unflow
from mail_sync.mime.params import parse_disposition
from mail_sync.mime.parts import Part, PartReader
from mail_sync.mime.transfer import KNOWN, decode, decode_pieces, encoding_name
from mail_sync.mime.words import decode_header

MAX_TEXT_BYTES = 8_000_000  # more readable text than a person reads in a year; the rest stays in the source

_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_FOLDERS = re.compile(r"[/\\]")
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SMIME_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_RIGHTS_TYPE = "application/x-microsoft-rpmsg-message"
_MAIL_TYPES = ("message/rfc822", "message/global", "message/news")
_PGP_ARMOUR = "-----BEGIN PGP MESSAGE-----"


@dataclass(slots=True)
class Content:
    """What was found so far, in the order of the parts."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    opaque: Opaque = Opaque.NONE


class ContentReader:
    """Walks a tree of parts once. `to_text` turns HTML into text; it is called only where no plain text stands."""

    def __init__(self, reader: PartReader, to_text: Callable[[str], str]) -> None:
        self._reader = reader
        self._to_text = to_text
        self._text_bytes = 0
        self.content = Content()

    def read(self, root: Part) -> Content:
        self._read(root, is_root=True)
        return self.content

    def _read(self, part: Part, *, is_root: bool = False, in_related: bool = False) -> None:
        if part.media_type.startswith("multipart/") and part.children:
            self._read_multipart(part)
        elif part.media_type == "message/delivery-status":
            return  # said in Message.report
        elif self._is_shown(part, is_root=is_root, in_related=in_related):
            self._read_text(part, is_root=is_root)
        else:
            self._attach(part, in_related=in_related)

    def _read_multipart(self, part: Part) -> None:
        if part.media_type == "multipart/encrypted":
            self.content.opaque = Opaque.PGP
            for child in part.children:
                self._attach(child)
        elif part.media_type == "multipart/alternative":
            self._read_alternative(part)
        elif part.media_type == "multipart/related":
            root, *others = _root_first(part)
            self._read(root)
            for child in others:
                self._read(child, in_related=True)
        else:
            for child in part.children:
                self._read(child)

    def _read_alternative(self, part: Part) -> None:
        """All forms of one text: the plain one is the text, the HTML one the HTML; what neither knows is attached."""
        before = len(self.content.texts)
        plain: list[str] = []
        converted: list[str] = []
        for child in part.children:
            self._read(child)
            fresh, self.content.texts[before:] = self.content.texts[before:], []
            (plain if child.media_type == "text/plain" else converted).extend(fresh)
        chosen = plain if any(text.strip() for text in plain) else converted
        self.content.texts.extend(chosen)

    def _is_shown(self, part: Part, *, is_root: bool, in_related: bool) -> bool:
        """Whether a leaf is text to be read in place rather than a file."""
        if not part.media_type.startswith("text/") or part.media_type == "text/rfc822-headers":
            return False
        disposition, params = parse_disposition(part.raw("content-disposition"))
        if part.media_type == "text/calendar":
            return True
        if disposition == "attachment":
            return False
        if is_root or part.media_type == "text/html":
            return not (in_related and _is_named(part, params)) and (is_root or not _is_named(part, params))
        return not _is_named(part, params)

    def _read_text(self, part: Part, *, is_root: bool) -> None:
        text = self._decoded(part)
        if part.media_type == "text/calendar":
            if text.strip():
                self.content.calendars.append(text)
            disposition, params = parse_disposition(part.raw("content-disposition"))
            if disposition == "attachment" or (_is_named(part, params) and disposition != "inline"):
                self._attach(part)
        elif part.media_type == "text/html":
            self.content.htmls.append(text)
            self.content.texts.append(self._to_text(text))
        else:
            if part.params.get("format", "").lower() == "flowed":
                text = unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
            if text.lstrip()[:40].startswith(_PGP_ARMOUR):
                self.content.opaque = Opaque.PGP
            self.content.texts.append(text)

    def _decoded(self, part: Part) -> str:
        reader = self._reader
        end = part.end
        if end - part.start > MAX_TEXT_BYTES - self._text_bytes:
            end = part.start + max(0, MAX_TEXT_BYTES - self._text_bytes)
            reader.defects.append(f"more than {MAX_TEXT_BYTES} bytes of text, the rest was left out")
        self._text_bytes += end - part.start
        encoding = self._encoding(part)
        if encoding == "base64" and _reads_like_text(reader.source[part.start : min(end, part.start + 1000)]):
            reader.defects.append("text labelled as base64")
            encoding = ""
        data = decode(reader.source, part.start, end, encoding)
        charset = part.params.get("charset", "")
        if part.media_type == "text/html" and (not charset or charset.lower() in ("us-ascii", "unknown-8bit")):
            meta = _META_CHARSET.search(data[:4096])
            charset = meta[1].decode() if meta and not data.isascii() else charset
        text, defect = decode_text(data, charset)
        if defect:
            reader.defects.append(f"text: {defect}")
        return clean(text)

    def _encoding(self, part: Part) -> str:
        value = part.raw("content-transfer-encoding")
        if value is None:
            return ""
        name = encoding_name(value)
        if name not in KNOWN:
            self._reader.defects.append(f"unknown transfer encoding {name[:40]!r}")
            return ""
        return name

    def _attach(self, part: Part, *, in_related: bool = False) -> None:
        disposition, params = parse_disposition(part.raw("content-disposition"))
        filename = _bare_name(params.get("filename") or part.params.get("name") or "")
        media_type = part.media_type
        if media_type in _MAIL_TYPES:
            filename = filename or self._name_of_mail(part)
        self._note_sealed(part, filename)
        source, start, end, encoding = self._reader.source, part.start, part.end, self._encoding(part)

        def chunks() -> Iterator[bytes]:
            return decode_pieces(source, start, end, encoding)

        self.content.attachments.append(
            Attachment(
                filename=filename,
                media_type=media_type,
                size=sum(map(len, chunks())) if encoding else end - start,
                chunks=chunks,
                content_id=decode_header(part.raw("content-id") or b"")[0].strip("<> "),
                inline=disposition == "inline" or (in_related and disposition != "attachment"),
            )
        )

    def _note_sealed(self, part: Part, filename: str) -> None:
        name = filename.lower()
        is_smime = part.media_type in _SMIME_TYPES and part.params.get("smime-type", "").lower() != "certs-only"
        if is_smime or (part.media_type == "application/octet-stream" and name == "smime.p7m"):
            self.content.opaque = Opaque.SMIME
        elif part.media_type == _RIGHTS_TYPE or name == "message.rpmsg":
            self.content.opaque = Opaque.RIGHTS

    def _name_of_mail(self, part: Part) -> str:
        """A forwarded mail is named by its subject, as mail clients do when it is saved."""
        end = min(part.end, part.start + 65_536)
        data = decode(self._reader.source, part.start, end, self._encoding(part))
        headers, _ = PartReader(data).headers(0, len(data))
        subject = next((decode_header(value)[0] for name, value in headers if name == "subject"), "")
        return f"{_bare_name(subject.replace('/', '-').replace(chr(92), '-'))[:120].strip() or 'message'}.eml"


def _root_first(part: Part) -> list[Part]:
    """The children of multipart/related with the root in front (RFC 2387 section 3.2)."""
    wanted = part.params.get("start", "").strip("<> ")
    for child in part.children if wanted else ():
        if (child.raw("content-id") or b"").decode("ascii", "replace").strip("<> \r\n\t") == wanted:
            return [child, *(other for other in part.children if other is not child)]
    return part.children


def _reads_like_text(sample: bytes) -> bool:
    """Base64 has no blanks within its lines; plain text has one in every sixth place."""
    return sample.strip().count(b" ") * 20 > len(sample)


def _is_named(part: Part, params: dict[str, str]) -> bool:
    return bool(params.get("filename") or part.params.get("name"))


def _bare_name(name: str) -> str:
    """The last part of a path, without control characters: a sender must not choose a folder."""
    name = _UNSAFE_NAME.sub("", _FOLDERS.split(name)[-1]).strip()
    return "" if name in (".", "..") else name[:255]
