"""The normal form back to a mail that any program opens; for mail that came in another form, such as Outlook's."""

from __future__ import annotations

from email import policy
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.utils import format_datetime

from mail_sync.message import Address, Message

_CONTROL = str.maketrans("", "", "".join(map(chr, (*range(32), 127))))


def to_mime(message: Message) -> bytes:
    """RFC 5322 bytes with the headers, bodies and attachments of `message`. Never raises for any normal form."""
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=200))
    _set(mail, "From", listed((message.sender,) if message.sender else ()))
    _set(mail, "To", listed(message.to))
    _set(mail, "Cc", listed(message.cc))
    _set(mail, "Subject", one_line(message.subject))
    if message.sent_at:
        mail["Date"] = format_datetime(message.sent_at)
    for name, ids in (("Message-ID", (message.message_id,)), ("In-Reply-To", message.in_reply_to)):
        _set(mail, name, " ".join(f"<{one}>" for one in ids if one.isascii() and one.isprintable() and one))
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        main, sub = media_type(attachment.media_type)
        mail.add_attachment(
            b"".join(attachment.chunks()), maintype=main, subtype=sub, filename=attachment.filename or "attachment"
        )
    return mail.as_bytes()


def _set(mail: EmailMessage, name: str, value: str) -> None:
    if value:
        mail[name] = value


def one_line(value: str) -> str:
    """A header value without the characters that would end its line or hide in it."""
    return " ".join(value.splitlines()).translate(_CONTROL)


def media_type(value: str) -> tuple[str, str]:
    """Type and subtype under which a file can be attached; what is none, or is a mail itself, is plain bytes."""
    main, _, sub = value.partition("/")
    if main in ("multipart", "message") or not (main.isalnum() and sub.isascii() and sub):
        return "application", "octet-stream"
    return main, sub


def listed(addresses: tuple[Address, ...]) -> str:
    """Addresses as a header lists them, without those that no header can hold."""
    return ", ".join(filter(None, map(_written, addresses)))


def _written(address: Address) -> str:
    name = one_line(address.name)
    try:
        return str(HeaderAddress(name, addr_spec=address.email)) if address.email else ""
    except (ValueError, IndexError):  # an address that RFC 5322 does not know
        return ""
