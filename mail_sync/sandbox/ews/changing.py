"""One item under change in an UpdateItem request, as the writers of all kinds see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from mail_sync.sandbox.content import Content
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.facts.event import Occurrence
from mail_sync.sandbox.model import Item, Traits


@dataclass(frozen=True, slots=True)
class Changing:
    """`traits` is a working copy that is stored after the last change; `occurrence` is set when the id named one."""

    call: Call
    item: Item
    occurrence: Occurrence | None
    traits: Traits


class Writer(Protocol):
    """Changes the source of one item of one kind, field by field. Every method may raise EwsError."""

    def put(self, path: Path, value: etree._Element | None) -> bool:
        """Set a field to the child element of t:Message, t:CalendarItem ..., or delete it with None.

        Asked before the fields common to all kinds; False for a field that is not this kind's.
        """
        ...

    def append(self, path: Path, value: etree._Element) -> bool:
        """Add to a field (AppendToItemField); False for a field that takes no additions."""
        ...

    def content(self) -> Content | None:
        """The new source, None when no change has touched it. Asked once, after the last change."""
        ...

    def finish(self, item: Item) -> Item | None:
        """What follows the stored change: sending, telling attendees. Gives the item whose id goes back, if any."""
        ...


# Begins the change of one item of a kind. Raises EwsError for an item that must not be changed.
Opener = Callable[[Changing], Writer]
