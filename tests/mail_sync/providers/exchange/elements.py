"""Reply elements made by hand."""

from __future__ import annotations

from lxml import etree

from mail_sync.providers.exchange.reading import TYPES


def element(name: str, inner: str = "", item_id: str = "1") -> etree._Element:
    """A types element with an ItemId and these children."""
    identity = f'<ItemId Id="{item_id}" ChangeKey="key-{item_id}"/>' if item_id else ""
    return etree.fromstring(f'<{name} xmlns="{TYPES.strip("{}")}">{identity}{inner}</{name}>')
