"""Outlook .msg files to the normal form.

Properties are those of MS-OXPROPS. Where the mail came over the internet, its own headers stand in one property: ids,
references and dates are taken from them, because MAPI keeps only some. The tables of recipients and attachments win
over the headers: they know the blind copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from mail_sync.errors import Unreadable
from mail_sync.message import Address, Attachment, Message, Noise
from mail_sync.mime.addresses import message_ids
from mail_sync.mime.charsets import clean, decode_text
from mail_sync.mime.compose import to_mime
from mail_sync.mime.html_text import html_to_text
from mail_sync.mime.quotes import split_reply
from mail_sync.mime.reader import read_message
from mail_sync.providers.files.outlook_properties import Storage, code_page_name
from mail_sync.providers.files.rtf import rtf_body

MAX_DEPTH = 10
MAX_ATTACHMENTS = 2_000
_PIECE = 65_536

_IMPORTANCE = ("low", "normal", "high")
_SENSITIVITY = ("normal", "personal", "private", "confidential")
_TO, _CC, _BCC = 1, 2, 3
_EMBEDDED_MESSAGE = 5  # PidTagAttachMethod afEmbeddedMessage
_RENDERED_IN_BODY = 0x4  # PidTagAttachFlags attRenderedInBody


def read_msg(raw: bytes) -> Message:
    """The mail in a .msg file. Raises Unreadable where the bytes are none or hold no mail.

    `source` is the .msg file itself.
    """
    return replace(_message(Storage.open(raw), 0), size=len(raw), source=raw)


def _message(root: Storage, depth: int) -> Message:
    item_class = root.text(0x001A)
    if item_class and not item_class.upper().startswith(
        ("IPM.NOTE", "IPM.SCHEDULE", "REPORT", "IPM.POST", "IPM.OUTLOOK")
    ):
        raise Unreadable(f"it is an Outlook item of the class {item_class}, not a mail")
    headers = _headers(root)
    text, html, defects = _bodies(root)
    new_text, signature = split_reply(text)
    recipients = list(_recipients(root))
    sender = _sender(root, headers)
    behind = _address(root.text(0x0C1A), root.text(0x5D01), _smtp_of(root, root.text(0x0C1F)))
    return replace(
        headers,
        message_id=headers.message_id or root.text(0x1035).strip("<> "),
        subject=root.text(0x0037) or headers.subject,
        sender=sender,
        to=_of_kind(recipients, _TO) or headers.to,
        cc=_of_kind(recipients, _CC) or headers.cc,
        bcc=_of_kind(recipients, _BCC) or headers.bcc,
        on_behalf=behind if behind and sender and behind.email and behind.email != sender.email else None,
        in_reply_to=headers.in_reply_to or message_ids(root.text(0x1042).encode("utf-8", "replace")),
        references=headers.references or message_ids(root.text(0x1039).encode("utf-8", "replace")),
        thread_index=headers.thread_index or root.binary(0x0071),
        thread_topic=headers.thread_topic or root.text(0x0070),
        sent_at=root.time(0x0039) or headers.sent_at,
        received_at=root.time(0x0E06) or headers.received_at,
        text=text,
        new_text=new_text,
        signature=signature,
        html=html,
        attachments=tuple(_attachments(root, depth)),
        noise=headers.noise or _noise(item_class),
        importance=_named(_IMPORTANCE, root.integer(0x0017), "normal") if root.has(0x0017) else "normal",
        sensitivity=_named(_SENSITIVITY, root.integer(0x0036), "normal"),
        defects=defects,
    )


def _headers(root: Storage) -> Message:
    """What the transport headers say; an empty message where there are none, as on drafts and internal mail."""
    lines = root.text(0x007D).lstrip()
    if lines.lower().startswith("microsoft mail internet headers"):
        lines = lines.partition("\n")[2]
    try:
        found = read_message(lines.encode("utf-8", "replace").rstrip(b"\n") + b"\n\n")
    except Unreadable:
        return Message(message_id="", subject="", sender=None)
    return replace(found, text="", new_text="", signature="", html="", attachments=(), report=None)


def _noise(item_class: str) -> Noise:
    upper = item_class.upper()
    if upper.startswith("REPORT"):
        return Noise.BOUNCE if upper.endswith("NDR") else Noise.AUTO_REPLY
    return Noise.AUTO_REPLY if upper.startswith("IPM.NOTE.RULES.OOFTEMPLATE") else Noise.NONE


def _sender(root: Storage, headers: Message) -> Address | None:
    """From: whom the mail is sent for, who need not be whose account sent it."""
    represented = _address(root.text(0x0042), root.text(0x5D02), _smtp_of(root, root.text(0x0065)))
    sending = _address(root.text(0x0C1A), root.text(0x5D01), _smtp_of(root, root.text(0x0C1F)))
    for found in (represented, headers.sender, sending):
        if found and found.email:
            return found
    return headers.sender or represented or sending


def _smtp_of(root: Storage, other: str) -> str:
    """The SMTP address behind an X.500 name, where the file gives it for the item's creator or last modifier."""
    for name, smtp in ((0x4023, 0x5D0A), (0x4025, 0x5D0B)):
        if other.startswith("/") and root.text(name).lower() == other.lower() and root.text(smtp):
            return root.text(smtp)
    return other


def _address(name: str, smtp: str, other: str) -> Address | None:
    """`other` may be an X.500 name ("/o=...") of the sender's Exchange organisation, which is no address to us."""
    email = smtp if "@" in smtp else other if "@" in other and not other.startswith("/") else ""
    email = email.strip().strip("<>'\"").lower()
    name = name.strip().strip("'\"")
    if not email and "@" in name and " " not in name:
        email = name.lower()
    name = "" if name.lower() == email else name
    return Address(email, name) if email or name else None


def _recipients(root: Storage) -> Iterator[tuple[int, Address]]:
    for storage in root.children("__recip_version1.0_#"):
        found = _address(storage.text(0x3001) or storage.text(0x5FF6), storage.text(0x39FE), storage.text(0x3003))
        if found:
            yield storage.integer(0x0C15) & 0x0F or _TO, found


def _of_kind(recipients: list[tuple[int, Address]], kind: int) -> tuple[Address, ...]:
    return tuple(dict.fromkeys(address for given, address in recipients if given == kind))


def _html(root: Storage) -> str:
    data = root.binary(0x1013)
    if not data:
        return root.text(0x1013)
    page = root.integer(0x3FDE)  # PidTagInternetCodepage
    return clean(decode_text(data, code_page_name(page) if page else "")[0])


def _bodies(root: Storage) -> tuple[str, str, tuple[str, ...]]:
    """(text, HTML, defects): the plain body where there is one, else the text of the HTML or RTF body."""
    plain, html = root.text(0x1000).strip("\n"), _html(root)
    compressed = b"" if html else root.binary(0x1009)
    rich, wrapped = rtf_body(compressed) if compressed else ("", "")
    html = html or clean(wrapped)
    text = plain if plain.strip() else html_to_text(html) if html else clean(rich)
    unread = compressed and not (rich or wrapped)
    return text, html, ("an RTF body that cannot be read",) if unread and not text else ()


def _named(names: tuple[str, ...], number: int, default: str) -> str:
    return names[number] if number < len(names) else default


def _attachments(root: Storage, depth: int) -> Iterator[Attachment]:
    for number, storage in enumerate(root.children("__attach_version1.0_#")):
        if number >= MAX_ATTACHMENTS:
            return
        if storage.integer(0x3705) == _EMBEDDED_MESSAGE and (embedded := storage.embedded()):
            if depth < MAX_DEPTH and (attached := _attached_mail(embedded, depth)):
                yield attached
            continue
        content = storage.binary(0x3701)
        yield Attachment(
            filename=_bare_name(storage.text(0x3707) or storage.text(0x3704) or storage.text(0x3001)),
            media_type=storage.text(0x370E).lower() or "application/octet-stream",
            size=len(content),
            chunks=partial(_pieces, partial(storage.binary, 0x3701)),
            content_id=storage.text(0x3712).strip("<> "),
            inline=bool(storage.integer(0x3714) & _RENDERED_IN_BODY),
        )


def _attached_mail(storage: Storage, depth: int) -> Attachment | None:
    """A mail within the mail, given as RFC 5322: the embedded storage alone is a file that no program opens."""
    try:
        message = _message(storage, depth + 1)
    except Unreadable:
        return None
    content = to_mime(message)
    return Attachment(
        filename=f"{_bare_name(message.subject.replace('/', '-'))[:120].strip() or 'message'}.eml",
        media_type="message/rfc822",
        size=len(content),
        chunks=partial(_pieces, partial(bytes, content)),
    )


def _pieces(content: Callable[[], bytes]) -> Iterator[bytes]:
    data = content()
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]


def _bare_name(name: str) -> str:
    return "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()[:255]
