"""A mail that we send as RFC 5322 bytes: for servers that take or keep the mail itself rather than its parts."""

from __future__ import annotations

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from mail_sync.mime.compose import listed, media_type, one_line
from mail_sync.outgoing import OutgoingAttachment, OutgoingMail

#: The header that carries our stamp to the recipients and back into our own Sent Items.
STAMP_HEADER = "X-Regarding"

_ENDLESS = policy.SMTP.clone(max_line_length=200)


def outgoing_mime(mail: OutgoingMail, stamp: str, date: datetime | None = None, *, bcc: bool = True) -> bytes:
    """The mail with our stamp in its header. `date` is aware; without `bcc` it is what recipients may see."""
    built = EmailMessage(policy=_ENDLESS)
    for name, value in _headers(mail, stamp, bcc):
        if value:
            built[name] = value
    if date is not None:
        built["Date"] = format_datetime(date)
    built.set_content(mail.text)
    if mail.html:
        built.add_alternative(mail.html, subtype="html")
        for attachment in mail.attachments:
            if attachment.inline:
                _add_related(built, attachment)
    if mail.calendar:
        method = mail.calendar_method or "PUBLISH"
        built.add_alternative(mail.calendar.decode(), subtype="calendar", params={"method": method})
    for attachment in mail.attachments:
        if not (attachment.inline and mail.html):
            _attach(built, attachment)
    return built.as_bytes()


def thread_ids(ids: tuple[str, ...]) -> str:
    """Message-IDs as a header value (RFC 5322 section 3.6.4); one that no header can hold is left out."""
    return " ".join(f"<{one}>" for one in ids if one and one.isascii() and one.isprintable())


def stamp_headers(mail: OutgoingMail, stamp: str) -> tuple[tuple[str, str], ...]:
    """The mail's own extra headers, and our stamp unless they name one already."""
    named = {name.casefold() for name, _ in mail.headers}
    ours = () if STAMP_HEADER.casefold() in named or not stamp else ((STAMP_HEADER, one_line(stamp)),)
    return (*((name, one_line(value)) for name, value in mail.headers), *ours)


def _headers(mail: OutgoingMail, stamp: str, bcc: bool) -> tuple[tuple[str, str], ...]:
    return (
        ("From", listed((mail.sender,))),
        ("To", listed(mail.to)),
        ("Cc", listed(mail.cc)),
        ("Bcc", listed(mail.bcc) if bcc else ""),
        ("Reply-To", listed(mail.reply_to)),
        ("Subject", one_line(mail.subject)),
        ("Message-ID", thread_ids((mail.message_id,))),
        ("In-Reply-To", thread_ids((mail.in_reply_to,))),
        ("References", thread_ids(mail.references)),
        ("Importance", "" if mail.importance == "normal" else mail.importance),
        *stamp_headers(mail, stamp),
    )


def _add_related(built: EmailMessage, attachment: OutgoingAttachment) -> None:
    html = built.get_body(("html",))
    main, sub = media_type(attachment.media_type)
    name = attachment.filename or None
    content_id = f"<{one_line(attachment.content_id)}>"
    if isinstance(html, EmailMessage):
        html.add_related(
            attachment.read(), maintype=main, subtype=sub, cid=content_id, filename=name, disposition="inline"
        )


def _attach(built: EmailMessage, attachment: OutgoingAttachment) -> None:
    main, sub = media_type(attachment.media_type)
    built.add_attachment(attachment.read(), maintype=main, subtype=sub, filename=attachment.filename or "attachment")
