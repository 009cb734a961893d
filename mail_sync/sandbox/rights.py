"""Folder permission levels, and what each operation asks for.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/permissionlevel
"""

from __future__ import annotations

from enum import Flag, auto

from mail_sync.sandbox.model import Folder, Mailbox


class Right(Flag):
    """What somebody may do in a folder that is not his."""

    READ = auto()
    CREATE = auto()
    EDIT = auto()
    DELETE = auto()
    SUBFOLDERS = auto()


NOTHING = Right(0)
EVERYTHING = Right.READ | Right.CREATE | Right.EDIT | Right.DELETE | Right.SUBFOLDERS
LEVELS = {
    "None": NOTHING,
    "Contributor": Right.CREATE,
    "Reviewer": Right.READ,
    "NoneditingAuthor": Right.READ | Right.CREATE,
    "Author": Right.READ | Right.CREATE,
    "PublishingAuthor": Right.READ | Right.CREATE | Right.SUBFOLDERS,
    "Editor": Right.READ | Right.CREATE | Right.EDIT | Right.DELETE,
    "PublishingEditor": EVERYTHING,
    "Owner": EVERYTHING,
    "FreeBusyTimeOnly": NOTHING,
    "FreeBusyTimeAndSubjectAndLocation": NOTHING,
}
DEFAULT_USER = "default"  # everybody without a permission of his own
FREE_BUSY_TIME, FREE_BUSY_DETAILS = "FreeBusyTimeOnly", "FreeBusyTimeAndSubjectAndLocation"

# What an operation needs in a folder it names, and in the folder of an item it names; reading where it is not listed.
ON_FOLDER = {
    "CreateItem": Right.CREATE, "CopyItem": Right.CREATE, "MoveItem": Right.CREATE, "UploadItems": Right.CREATE,
    "CreateFolder": Right.SUBFOLDERS, "UpdateFolder": Right.SUBFOLDERS, "DeleteFolder": Right.SUBFOLDERS,
    "MoveFolder": Right.SUBFOLDERS, "EmptyFolder": Right.DELETE,
}  # fmt: skip
ON_ITEM = {
    "UpdateItem": Right.EDIT, "DeleteItem": Right.DELETE, "MoveItem": Right.DELETE, "CreateAttachment": Right.EDIT,
    "DeleteAttachment": Right.EDIT, "SendItem": Right.EDIT,
}  # fmt: skip


def check_level(level: str) -> str:
    """The level, if there is such a one. Raises ValueError."""
    if level not in LEVELS:
        raise ValueError(f"no permission level {level!r}")
    return level


def level_of(user: Mailbox, folder: Folder) -> str:
    """The permission level of a user on a folder that is not his; "None" where nothing was granted."""
    own = folder.permissions.get(user.address.lower())
    return own if own is not None else folder.permissions.get(DEFAULT_USER, "None")


def rights_of(user: Mailbox, folder: Folder) -> Right:
    """What a user may do in a folder: everything in his own mailbox and in one he has full access to."""
    owner = folder.mailbox
    if user is owner or user.address.lower() in owner.readers:
        return EVERYTHING
    return LEVELS[level_of(user, folder)]
