"""Writing to items of any kind: is it still the one we know, its marks, its folder, its stamp.

A server may accept an old change key without a word, so what a write is based on is read once more before it.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml.etree import _Element

from mail_sync.errors import Conflict, SyncError
from mail_sync.provider import Folder, MailMarks, Written
from mail_sync.providers.exchange.building import child, delete_field, field_uri, new, set_field, strings
from mail_sync.providers.exchange.reading import TYPES, item_id
from mail_sync.providers.exchange.server import Place, Writer
from mail_sync.providers.exchange.shapes import PLACE, ItemShape


def expect(server: Writer, item_id_: str, change_key: str, shape: ItemShape) -> _Element:
    """An item as it is now, in this shape. Raises Conflict when it is no longer as at `change_key` ('' for any),
    ItemGone and the other errors of reading one item."""
    (answer,) = server.items([item_id_], shape)
    if isinstance(answer, SyncError):
        raise answer
    now = item_id(answer)[1]
    if change_key and now and now != change_key:
        raise Conflict(f"it was changed since {change_key[:12]}")
    return answer


def mark(server: Writer, item: str, marks: MailMarks) -> Written:
    """Set read flag, flag and categories, whatever else happened to the mail. Raises ItemGone."""
    changes = mark_changes(marks)
    if not changes:
        return Written(item, item_id(expect(server, item, "", ItemShape()))[1])
    return server.update(Written(item), changes)


def mark_changes(marks: MailMarks) -> list[_Element]:
    """The changes to the fields that are not None."""
    changes = []
    if marks.is_read is not None:
        read = new("t:IsRead", "true" if marks.is_read else "false")
        changes.append(set_field(field_uri("message:IsRead"), "t:Message", read))
    if marks.flagged is not None:
        flag = new("t:Flag")
        child(flag, "t:FlagStatus", "Flagged" if marks.flagged else "NotFlagged")
        changes.append(set_field(field_uri("item:Flag"), "t:Message", flag))
    if marks.categories is not None:
        changes.append(category_change("t:Message", marks.categories))
    return changes


def category_change(item: str, categories: tuple[str, ...]) -> _Element:
    """The change that gives an item of this element exactly these categories."""
    path = field_uri("item:Categories")
    return set_field(path, item, strings("t:Categories", categories)) if categories else delete_field(path)


def move(server: Writer, item: str, to: Folder) -> Written | None:
    """Move an item, which gives it another id. Raises ItemGone."""
    return server.move(item, Place(to.folder_id))


def delete(server: Writer, item: str, change_key: str, attributes: Mapping[str, str] | None = None) -> None:
    """Move an item to Deleted Items; one that lies there stays, because deleting it again would remove it for good.

    Raises ItemGone, Conflict.
    """
    found = expect(server, item, change_key, PLACE)
    parent = found.find(f"{TYPES}ParentFolderId")
    bin_id = server.known_folders(["deleteditems"]).get("deleteditems", "")
    if parent is None or not bin_id or parent.get("Id") != bin_id:
        server.delete(Written(item, change_key or item_id(found)[1]), attributes)
