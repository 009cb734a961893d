"""UpdateItem for contacts."""

from __future__ import annotations

from lxml import etree

from mail_sync.sandbox.content import Content
from mail_sync.sandbox.ews.changing import Changing
from mail_sync.sandbox.ews.contact_fields import put
from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.facts import card
from mail_sync.sandbox.facts.card_source import source
from mail_sync.sandbox.model import Item


class ContactWriter:
    """Writes into the card of one contact."""

    def __init__(self, changing: Changing) -> None:
        self._before = self._facts = card.facts(changing.item.content)

    def put(self, path: Path, value: etree._Element | None) -> bool:
        """A field of `contact_fields`; a collection is written by its slots."""
        facts = put(self._facts, path, value)
        self._facts = facts or self._facts
        return facts is not None

    def append(self, path: Path, value: etree._Element) -> bool:
        """Text after the notes."""
        if path.uri != "item:Body" or value.get("BodyType") == "HTML":
            return False
        note = etree.Element(value.tag, {"BodyType": "Text"})
        note.text = self._facts.note + (value.text or "")
        return self.put(path, note)

    def content(self) -> Content | None:
        """The card with the changes in it."""
        return source(self._facts) if self._facts != self._before else None

    def finish(self, item: Item) -> Item | None:
        """The contact itself."""
        return item
