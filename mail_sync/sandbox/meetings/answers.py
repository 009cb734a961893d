"""An attendee's answer to an invitation, and what a cancelled meeting leaves to be removed. The caller locks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mail_sync.sandbox.facts import event_lines
from mail_sync.sandbox.facts.event import REPLY_TIME
from mail_sync.sandbox.meetings import book, messages
from mail_sync.sandbox.meetings.messages import Answer
from mail_sync.sandbox.model import Item, Model


def respond(
    model: Model, entry: Item, original: datetime | None, given: Answer, *, send: bool, save: bool
) -> tuple[Item, Item | None]:
    """Note an answer in the attendee's own entry and send it; gives the entry and the saved copy of the answer.

    As documented for Exchange, the entry of an accepted meeting is made anew, under another id, and that of a declined
    one is moved to Deleted Items.
    https://learn.microsoft.com/previous-versions/office/developer/exchange-server-2010/dd633648(v=exchg.80)
    """
    copy = _send(model, entry, original, given, save=save) if send else None
    if given.response == "Decline":
        return remove(entry, original), copy
    source = book.source(entry)
    found = book.event_at(source, original)
    facts = book.facts_of(source, found)
    mailbox = entry.folder.mailbox
    busy = facts.intended_busy if given.response == "Accept" else "Tentative"
    now = model.now()
    for event in source.events if original is None else [found]:
        event_lines.set_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", busy.upper())
        event_lines.set_answer(event, mailbox.address, given.response)
        event_lines.set_text(event, REPLY_TIME, event_lines.stamp(now))
    return (book.replace(entry, source) if original is None else book.write(entry, source)), copy


def _send(model: Model, entry: Item, original: datetime | None, given: Answer, *, save: bool) -> Item | None:
    source = book.source(entry)
    source.keep_only(book.event_at(source, original))
    return messages.answer(model, entry.folder.mailbox, source, given, save=save)


def put_away(letters: Iterable[Item]) -> list[Item]:
    """Move mails that have been dealt with to Deleted Items, and those that lie there off for good; gives the moved."""
    moved = []
    for letter in letters:
        mailbox = letter.folder.mailbox
        if letter.folder.distinguished == "deleteditems":
            mailbox.delete(letter.item_id)
        else:
            mailbox.mark_read(letter.item_id)
            moved.append(mailbox.move(letter.item_id, mailbox.well_known["deleteditems"]))
    return moved


def remove(entry: Item, original: datetime | None) -> Item:
    """Take a meeting, or one occurrence of it, out of the calendar."""
    mailbox = entry.folder.mailbox
    if original is None:
        return mailbox.move(entry.item_id, mailbox.well_known["deleteditems"])
    source = book.source(entry)
    source.remove(original)
    return book.write(entry, source)
