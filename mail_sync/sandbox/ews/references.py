"""Items as the writing operations answer: elements with nothing but ids."""

from __future__ import annotations

from collections.abc import Iterable

from mail_sync.sandbox import ids
from mail_sync.sandbox.ews.numbering import numbered
from mail_sync.sandbox.ews.render import element_name
from mail_sync.sandbox.ews.xml import wrapped
from mail_sync.sandbox.model import Item, Kind


def references(items: Iterable[Item], *, attachments: bool = False) -> str:
    """The items with their ids, and with those of their attachments where asked."""
    return "".join(
        f'<t:{element_name(item)}><t:ItemId Id="{item.item_id}" ChangeKey="{item.change_key}"/>'
        f"{_attachments(item) if attachments else ''}</t:{element_name(item)}>"
        for item in items
    )


def _attachments(item: Item) -> str:
    if item.kind is not Kind.MAIL:
        return ""
    shown = "".join(
        f'<t:{name}><t:AttachmentId Id="{ids.attachment_id(item.item_id, number)}"/></t:{name}>'
        for number, facts in numbered(item)
        for name in ("ItemAttachment" if facts.nested else "FileAttachment",)
    )
    return wrapped("Attachments", shown)
