"""Mails: what the server alone knows about each (flags, categories, receipt), then its MIME in small batches.

The facts come first and cheaply, so that a mail that is gone or too large is known before any MIME travels.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lxml.etree import _Element

from mail_sync.errors import ItemGone, PoisonItem, SyncError
from mail_sync.message import Message
from mail_sync.mime.reader import read_message
from mail_sync.provider import Poisoned, RemoteMessage
from mail_sync.providers.exchange.batches import Sized, chunks, read_items, within_budget
from mail_sync.providers.exchange.properties import message_from_properties
from mail_sync.providers.exchange.reading import TYPES, flag, instant, item_id, number, text, texts
from mail_sync.providers.exchange.server import Server
from mail_sync.providers.exchange.shapes import MAIL_FACTS, MAIL_PROPERTIES, MIME
from mail_sync.providers.exchange.stamps import EXTENDED, URI, read_stamp

FACTS_AT_ONCE = 100
MIME_AT_ONCE = 20  # Microsoft's advice is about 10; with small mails the round trips would dominate
MIME_BUDGET = 2 * 1024 * 1024  # bytes of raw mail in one reply; costs about five times that in memory
FLAGGED = 2  # PidTagFlagStatus
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Facts:
    """What the server says about a mail beside its MIME."""

    item_id: str
    change_key: str
    size: int
    item_class: str
    is_read: bool
    is_draft: bool
    flagged: bool
    categories: tuple[str, ...]
    received_at: datetime | None
    importance: str
    sensitivity: str
    thread_index: bytes
    thread_topic: str
    stamp: str


def read_messages(
    server: Server, item_ids: Sequence[str], largest: int, since: datetime | None = None
) -> Iterator[RemoteMessage | Poisoned]:
    """The mails with these ids, each answered once, streamed; `largest` is in bytes. What the server received before
    `since` is left out and costs no MIME.

    Raises MailboxUnavailable, MailboxRefused.
    """
    for some in chunks(item_ids, FACTS_AT_ONCE):
        known: dict[str, Facts] = {}
        for asked, answer in read_items(server, some, MAIL_FACTS):
            if isinstance(answer, Poisoned):
                yield answer
                continue
            facts = read_facts(asked, answer)
            if since is not None and facts.received_at is not None and facts.received_at < since:
                continue
            if facts.size > largest:
                yield Poisoned(asked, PoisonItem(too_large(facts.size, largest)))
            else:
                known[asked] = facts
        yield from _with_mime(server, known)


def _with_mime(server: Server, known: Mapping[str, Facts]) -> Iterator[RemoteMessage | Poisoned]:
    sized = [Sized(facts.item_id, facts.size) for facts in known.values()]
    for run in within_budget(sized, MIME_AT_ONCE, MIME_BUDGET):
        for asked, answer in read_items(server, [item.item_id for item in run], MIME):
            if isinstance(answer, Poisoned):
                yield _without_mime(server, known[asked], answer.error)
            else:
                yield remote_message(server, known[asked], answer)


def remote_message(server: Server, facts: Facts, item: _Element) -> RemoteMessage | Poisoned:
    """The mail in a reply that holds its MIME, or that should hold it."""
    encoded = item.findtext(f"{TYPES}MimeContent")
    if not encoded:
        return _without_mime(server, facts, PoisonItem("the server sent no MIME"))
    try:
        raw = b64decode(encoded)
    except Base64Error as error:
        return Poisoned(facts.item_id, PoisonItem(f"its MIME is not base64: {error}"), encoded.encode())
    try:
        return joined(facts, read_message(raw))
    except SyncError as error:
        return Poisoned(facts.item_id, error, raw)


def _without_mime(server: Server, facts: Facts, reason: SyncError) -> RemoteMessage | Poisoned:
    """The mail from its properties, when the server cannot turn it into MIME."""
    if isinstance(reason, ItemGone):
        return Poisoned(facts.item_id, reason)
    ((_, answer),) = read_items(server, [facts.item_id], MAIL_PROPERTIES)
    if isinstance(answer, Poisoned):
        return Poisoned(facts.item_id, reason)
    return joined(facts, message_from_properties(answer, reason))


def joined(facts: Facts, message: Message) -> RemoteMessage:
    """Mail and facts; where both speak of the same thing the server is right, except about the thread headers."""
    return RemoteMessage(
        item_id=facts.item_id,
        change_key=facts.change_key,
        message=replace(
            message,
            received_at=facts.received_at or message.received_at,
            importance=facts.importance or message.importance,
            sensitivity=facts.sensitivity or message.sensitivity,
            thread_index=message.thread_index or facts.thread_index,
            thread_topic=message.thread_topic or facts.thread_topic,
        ),
        is_read=facts.is_read,
        is_draft=facts.is_draft,
        flagged=facts.flagged,
        categories=facts.categories,
        received_at=facts.received_at,
        item_class=facts.item_class,
        stamp=facts.stamp,
    )


def read_facts(asked: str, item: _Element) -> Facts:
    """The facts in a reply to MAIL_FACTS, whatever it is called; an item without a read flag counts as read."""
    identity, change_key = item_id(item)
    return Facts(
        item_id=asked or identity,
        change_key=change_key,
        size=number(item, "Size") or 0,
        item_class=text(item, "ItemClass") or "IPM.Note",
        is_read=flag(item, "IsRead") is not False,
        is_draft=flag(item, "IsDraft") is True,
        flagged=_flag_status(item) == FLAGGED,
        categories=texts(item, "Categories", "String"),
        received_at=instant(text(item, "DateTimeReceived")),
        importance=text(item, "Importance").lower(),
        sensitivity=text(item, "Sensitivity").lower(),
        thread_index=_thread_index(text(item, "ConversationIndex")),
        thread_topic=text(item, "ConversationTopic"),
        stamp=read_stamp(item),
    )


def too_large(size: int, largest: int) -> str:
    """The sentence for a mail beyond the limit."""
    return f"the mail has {size / MEBIBYTE:.0f} MiB, mails of up to {largest // MEBIBYTE} MiB are fetched"


def _flag_status(item: _Element) -> int | None:
    """PidTagFlagStatus; the other property that we ask for has a name."""
    for held in item.iterfind(EXTENDED):
        uri = held.find(URI)
        if uri is None or not uri.get("PropertyName"):
            return number(held, "Value")
    return None


def _thread_index(encoded: str) -> bytes:
    try:
        return b64decode(encoded)
    except Base64Error:
        return b""
