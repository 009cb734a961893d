"""UpdateItem for mails: drafts may change wholly, what was sent or received only in part."""

from __future__ import annotations

from lxml import etree

from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.content import BytesContent, Content
from mail_sync.sandbox.ews.changing import Changing
from mail_sync.sandbox.ews.mail_fields import SETTERS
from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.model import Item


class MailWriter:
    """Writes into the source of one mail."""

    def __init__(self, changing: Changing) -> None:
        self._changing = changing
        self._source = MailSource(changing.item.content.read())
        self._touched = False

    def put(self, path: Path, value: etree._Element | None) -> bool:
        """A field of SETTERS."""
        setter = SETTERS.get(path.uri)
        if setter is None:
            return False
        setter(self._source, value)
        self._touched = True
        return True

    def append(self, path: Path, value: etree._Element) -> bool:
        """Text after the body, people after the recipients."""
        return False

    def content(self) -> Content | None:
        """The source with the changes in it."""
        return BytesContent(self._source.data()) if self._touched else None

    def finish(self, item: Item) -> Item | None:
        """The mail itself."""
        return item
