"""The operations that change mailboxes, and those that show what only they can change, by name."""

from __future__ import annotations

from collections.abc import Callable

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.create import create_item
from mail_sync.sandbox.ews.create_attachments import create_attachment, delete_attachment
from mail_sync.sandbox.ews.delete import delete_item
from mail_sync.sandbox.ews.folder_writes import (
    create_folder,
    delete_folder,
    empty_folder,
    mark_all_items_as_read,
    move_folder,
    update_folder,
)
from mail_sync.sandbox.ews.move import copy_item, move_item
from mail_sync.sandbox.ews.out_of_office import get_user_oof_settings, set_user_oof_settings
from mail_sync.sandbox.ews.send import send_item
from mail_sync.sandbox.ews.update import update_item

WRITES: dict[str, Callable[[Call], str]] = {
    "CopyItem": copy_item,
    "CreateAttachment": create_attachment,
    "CreateFolder": create_folder,
    "CreateItem": create_item,
    "DeleteAttachment": delete_attachment,
    "DeleteFolder": delete_folder,
    "DeleteItem": delete_item,
    "EmptyFolder": empty_folder,
    "GetUserOofSettings": get_user_oof_settings,
    "MarkAllItemsAsRead": mark_all_items_as_read,
    "MoveFolder": move_folder,
    "MoveItem": move_item,
    "SendItem": send_item,
    "SetUserOofSettings": set_user_oof_settings,
    "UpdateFolder": update_folder,
    "UpdateItem": update_item,
}
