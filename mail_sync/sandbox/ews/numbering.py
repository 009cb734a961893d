"""Attachments by numbers that stay theirs while other attachments of the item come and go."""

from __future__ import annotations

from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.model import Item, Traits

MARK = "item:Attachments"


def numbers(item: Item) -> tuple[int, ...]:
    """The numbers of a mail's attachments, in the order of its source; those of a mail as it came are its leaves."""
    said = item.marks.get(MARK)
    if said is None:
        return tuple(one.path for one in mail.body(item.content).attachments)
    return tuple(int(one) for one in said.split())


def numbered(item: Item) -> list[tuple[int, mail.AttachmentFacts]]:
    """The attachments of a mail, each with its number."""
    return list(zip(numbers(item), mail.body(item.content).attachments, strict=False))


def open_source(item: Item) -> MailSource:
    """The source of a mail, to be changed."""
    return MailSource(item.content.read(), numbers(item))


def keep_numbers(source: MailSource, traits: Traits) -> None:
    """Note the numbers of a source that was written anew; to be called after `data`."""
    if source.is_rewritten:
        traits.marks[MARK] = " ".join(str(one.number) for one in source.parts.attachments)
