"""From the normal form of a mail to the rows of a stored e-mail: pure, and outside any transaction."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from mail_sync.identity import FINGERPRINT_VERSION, differs_materially, identity, text_digest
from mail_sync.mentions import mentions
from mail_sync.message import Address, Attachment, Message
from mail_sync.ours import Ours
from store.activities.parties import NewParty, new_party
from store.blobs import content
from store.mail.adding import NewEmail, NewFile
from store.search_text import indexed
from store.types import storable_name

#: Raised when the same bytes would be read differently; stored so that every derived column can be rebuilt.
PARSER_VERSION = 1

_PREVIEW = 160  # characters
_MOST_REFERENCES = 100  # a header longer than this is an accident or an attack
_STREAMED_FROM = 1024 * 1024  # bytes; larger attachments are streamed into the store
_SPACE = re.compile(r"\s+")
_HEADER = 998  # characters of a header line, RFC 5322 section 2.1.1; a longer subject is not one
_CLOCK_SKEW = timedelta(minutes=5)


def compose_email(message: Message, *, ours: Ours, received_at: datetime | None, now: datetime) -> NewEmail:
    """The rows of one mail. `received_at` is the server's receipt where there is one; `now` clamps a claimed date."""
    message_id = storable_name(message.message_id)
    conversation = conversation_name(message)
    answers = _answers(message, conversation)
    direction = _direction(message, ours)
    return NewEmail(
        identity=identity(message),
        message_id=message_id,
        conversation=conversation,
        answers=answers,
        thread_names=tuple(dict.fromkeys(name for name in (message_id, *answers) if name)),
        subject=message.subject[:_HEADER],
        occurred_at=occurred_at(message, received_at=received_at, now=now),
        sent_at=message.sent_at,
        direction=direction,
        who=_who(message, ours, direction),
        preview=_SPACE.sub(" ", message.new_text[: 4 * _PREVIEW]).strip()[:_PREVIEW],
        private=message.sensitivity != "normal",
        noise=message.noise.value,
        opaque=message.opaque.value,
        importance=message.importance,
        stamp=message.stamp,
        reported_status=message.report.status if message.report else "",
        mentions=mentions(message.subject, message.new_text),
        parties=tuple(_parties(message)),
        text=content(message.text.encode("utf-8", "replace")),
        text_digest=text_digest(message),
        new_text_size=len(message.new_text),
        html=content(message.html.encode("utf-8", "replace")) if message.html else None,
        source=content(message.source),
        size=message.size or len(message.source),
        files=tuple(_file(attachment) for attachment in message.attachments),
        has_calendar=bool(message.calendars),
        fingerprint_version=FINGERPRINT_VERSION,
        parser_version=PARSER_VERSION,
        search_title=indexed(message.subject),
        search_body=indexed(" ".join(_searched(message))),
        differs_from=lambda stored: differs_materially(stored, message.text),
    )


def occurred_at(message: Message, *, received_at: datetime | None, now: datetime) -> datetime:
    """When it happened: the server's receipt, else the newest Received header, else Date clamped to now."""
    if received_at is not None:
        return received_at
    if message.received_at is not None and message.received_at <= now + _CLOCK_SKEW:
        return message.received_at
    return min(message.sent_at, now) if message.sent_at else now


def conversation_name(message: Message) -> str:
    """The Outlook conversation: the GUID in bytes 6 to 22 of its index (MS-OXOMSG 2.2.1.3).

    Only together with its topic: tools that send from a template copy the index into mail about something else.
    """
    if len(message.thread_index) < 22 or not message.thread_topic:
        return ""
    topic = sha256(message.thread_topic.casefold().encode("utf-8", "replace")).hexdigest()[:16]
    return f"conversation:{message.thread_index[6:22].hex()}:{topic}"


def _answers(message: Message, conversation: str) -> tuple[str, ...]:
    """Nearest first: In-Reply-To, References right to left, the reported mail of a bounce, the conversation."""
    reported = (message.report.original_message_id,) if message.report else ()
    references = message.references[-_MOST_REFERENCES:][::-1]
    names = (*message.in_reply_to[:_MOST_REFERENCES], *references, *reported, conversation)
    return tuple(dict.fromkeys(storable_name(name) for name in names if name and name != message.message_id))


def _direction(message: Message, ours: Ours) -> str:
    sender = message.sender
    if sender is None or not ours.holds(sender.email):
        return "in"
    recipients = [*message.to, *message.cc, *message.bcc]
    outside = any(each.email and not ours.holds(each.email) for each in recipients)
    return "out" if outside or not recipients else "internal"


def _who(message: Message, ours: Ours, direction: str) -> str:
    """The other side, as a list shows it."""
    if direction != "out":
        return _shown(message.sender)
    recipients = [each for each in (*message.to, *message.cc, *message.bcc) if not ours.holds(each.email)]
    if not recipients:
        return ""
    more = f" +{len(recipients) - 1}" if len(recipients) > 1 else ""
    return _shown(recipients[0]) + more


def _shown(address: Address | None) -> str:
    return (address.name or address.email) if address else ""


def _parties(message: Message) -> Iterator[NewParty]:
    groups: tuple[tuple[str, Collection[Address]], ...] = (
        ("from", (message.sender,) if message.sender else ()),
        ("on_behalf", (message.on_behalf,) if message.on_behalf else ()),
        ("reply_to", message.reply_to),
        ("to", message.to),
        ("cc", message.cc),
        ("bcc", message.bcc),
    )
    for role, addresses in groups:
        for address in addresses:
            yield new_party(role, address.email, address.name)


def _file(attachment: Attachment) -> NewFile:
    small = attachment.size < _STREAMED_FROM
    return NewFile(
        filename=attachment.filename,
        media_type=attachment.media_type,
        size=attachment.size,
        content=content(b"".join(attachment.chunks())) if small else None,
        chunks=attachment.chunks,
        content_id=attachment.content_id,
        inline=attachment.inline,
    )


def _searched(message: Message) -> Iterator[str]:
    for address in (message.sender, *message.to, *message.cc):
        if address:
            yield f"{address.name} {address.email}"
    for attachment in message.attachments:
        yield attachment.filename
    yield message.text
