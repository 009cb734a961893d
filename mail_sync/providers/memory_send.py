"""What a server in memory does with a draft that is sent."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.utils import format_datetime

from mail_sync.errors import SendRefused
from mail_sync.mime.reader import read_message
from mail_sync.provider import FolderRole
from mail_sync.providers.memory_box import MemoryBox, MemoryItem
from mail_sync.providers.memory_server import MemoryServer


def send(server: MemoryServer, box: MemoryBox, draft: MemoryItem) -> None:
    """Mail a draft and move it to Sent Items, where it gets another id and keeps its stamp. Raises SendRefused."""
    if not isinstance(draft.content, bytes):
        raise SendRefused(f"{draft.item_class} is no mail")
    message = read_message(draft.content)
    recipients = [one.email for one in (*message.to, *message.cc, *message.bcc) if one.email]
    sender = message.sender.email if message.sender else box.address
    if not recipients:
        raise SendRefused("the mail has no recipient")
    if sender.casefold() not in box.sends_as:
        raise SendRefused(f"{box.address} may not send as {sender}")
    raw = _posted(server, draft)
    box.move(draft.item_id, box.folder(FolderRole.SENT), content=raw, is_draft=False, received_at=server.clock())
    server.mail(sender, recipients, _without_bcc(raw))


def _posted(server: MemoryServer, draft: MemoryItem) -> bytes:
    """The mail with what a server adds: when it was sent, and a Message-ID where it has none."""
    assert isinstance(draft.content, bytes)
    mail = message_from_bytes(draft.content, policy=policy.SMTP)
    if "Date" not in mail:
        mail["Date"] = format_datetime(server.clock())
    if server.renames:
        del mail["Message-ID"]
    if "Message-ID" not in mail:
        mail["Message-ID"] = f"<sent-{len(server.mailed) + 1}@memory.invalid>"
    return mail.as_bytes()


def _without_bcc(raw: bytes) -> bytes:
    mail = message_from_bytes(raw, policy=policy.SMTP)
    del mail["Bcc"]
    return mail.as_bytes()
