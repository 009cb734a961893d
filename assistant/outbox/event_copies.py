"""A calendar's copy of an appointment: read, merged with ours, compared with what was written, and kept."""

from __future__ import annotations

from assistant.outbox.handling import Delivery
from calendar_sync.fields import to_fields
from calendar_sync.merging import Copy, rules_for
from calendar_sync.merging_events import EventMerger, MetEvent, PlannedEvent
from calendar_sync.provider import RemoteEvent
from mail_sync.errors import ItemGone
from mail_sync.merge import Fields, plain, same
from mail_sync.ours import ours_in
from mail_sync.provider import Poisoned
from store.sync.bases import Base
from store.sync.event_items import EventItem, leave_calendar
from store.sync.written import keep_item


def fetch_copy(delivery: Delivery, remote_id: str) -> RemoteEvent | None:
    """The copy as the server has it now; None when it is gone. Raises SyncError for one that cannot be read."""
    for found in delivery.calendar.fetch_events([remote_id]):
        if not isinstance(found, Poisoned):
            return found
        if not isinstance(found.error, ItemGone):
            raise found.error
    return None


def merge_copy(delivery: Delivery, item: EventItem, remote: RemoteEvent) -> PlannedEvent | None:
    """Carry out our side; None where the appointment was deleted meanwhile."""
    met = MetEvent(item.item_id, item.activity_id, remote.event)
    with delivery.store.write() as tx:
        settings, now = delivery.mailbox.settings, delivery.clock()
        merger = EventMerger(tx, delivery.mailbox.mailbox_id, settings, ours_in(tx), now)
        return merger.merge([met], enqueue_there=False).get(item.item_id)


def shows(remote: RemoteEvent, there: Fields) -> bool:
    """Whether the copy holds what was written: a server may take a stale change key and lose half of it."""
    theirs = to_fields(remote.event)
    rules = rules_for(Copy.OWN, {}, theirs, there)
    return all(same(plain(theirs.get(name)), plain(value), rules[name]) for name, value in there.items())


def keep_copy(delivery: Delivery, item: EventItem, remote: RemoteEvent, base: Fields, detail: str) -> None:
    with delivery.store.write() as tx:
        now = delivery.clock()
        keep_item(tx, item.item_id, remote.item_id, remote.change_key, Base(base), detail=detail, now=now)


def leave(delivery: Delivery, item: EventItem, why: str) -> None:
    with delivery.store.write() as tx:
        leave_calendar(tx, item, why, now=delivery.clock())
