"""Telling a server how mail is marked. Categories are merged with those that others put on it meanwhile."""

from __future__ import annotations

from assistant.outbox.handling import Delivery, Done, Dropped, Later, Outcome
from mail_sync.errors import ItemGone
from mail_sync.provider import MailMarks, Poisoned
from store.mail.marks import with_categories
from store.outbox.delivery import OutboxRow, Place, keep_categories, place_of

#: How often a mail that left its folder is looked for at its new place before its change is given up.
_PATIENCE = 6


def mark_mail(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Set the marks named in the payload."""
    place = place_here(delivery, row)
    if not isinstance(place, Place):
        return place
    try:
        categories = _categories(delivery, row, place.remote_id)
        marks = MailMarks(row.payload.get("is_read"), row.payload.get("flagged"), categories)
        delivery.mail.mark(place.remote_id, marks)
    except ItemGone:
        return moved_away(row)
    if categories is not None:
        with delivery.store.write() as tx:
            keep_categories(tx, place.item_id, categories)
    return Done()


def place_here(delivery: Delivery, row: OutboxRow) -> Place | Later | Dropped:
    """Where the server holds the item of a row, or what to do while it does not."""
    with delivery.store.read() as tx:
        place = place_of(tx, row.item_id)
    if place is None or place.buried:
        return Dropped("the item was deleted in the mailbox")
    return moved_away(row) if place.gone else place


def moved_away(row: OutboxRow) -> Later | Dropped:
    """The item left its folder: the next sync knows it by its new name, or that it is gone."""
    if row.attempts < _PATIENCE:
        return Later("It was moved in the mailbox and is looked for at its new place.")
    return Dropped("the item is not in the mailbox any more")


def _categories(delivery: Delivery, row: OutboxRow, remote_id: str) -> tuple[str, ...] | None:
    add, remove = row.payload.get("add_categories", ()), row.payload.get("remove_categories", ())
    if not (add or remove) or not delivery.mail.capabilities.categories:
        return None
    for mail in delivery.mail.fetch_messages([remote_id]):
        if isinstance(mail, Poisoned):
            raise mail.error
        return with_categories(mail.categories, add, remove)
    raise ItemGone(remote_id)
