"""The operations that change mailboxes, by name."""

from __future__ import annotations

from collections.abc import Callable

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.create import create_item
from mail_sync.sandbox.ews.create_attachments import create_attachment, delete_attachment
from mail_sync.sandbox.ews.send import send_item
from mail_sync.sandbox.ews.update import update_item

WRITES: dict[str, Callable[[Call], str]] = {
    "CreateAttachment": create_attachment,
    "CreateItem": create_item,
    "DeleteAttachment": delete_attachment,
    "SendItem": send_item,
    "UpdateItem": update_item,
}
