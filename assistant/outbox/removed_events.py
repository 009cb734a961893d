"""Taking an appointment, or one occurrence, out of a calendar; an edit made there meanwhile beats a silent deletion."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assistant.outbox.event_copies import fetch_copy, keep_copy, leave, merge_copy
from assistant.outbox.event_sending import Sending
from assistant.outbox.event_writing import take_out
from assistant.outbox.handling import Delivery, Done, Dropped, Later, Outcome
from assistant.outbox.marks import moved_away
from calendar_sync.event import Event
from calendar_sync.fields import key_of, to_fields
from calendar_sync.merging import Copy, rules_for
from calendar_sync.provider import Notify, RemoteEvent
from calendar_sync.stored import is_withheld
from mail_sync.directions import directions_of
from mail_sync.errors import Conflict, ItemGone
from mail_sync.merge import Deletion, plan_deletion
from store.activities.appointment_state import read_appointments, set_appointment_deleted
from store.outbox.delivery import OutboxRow
from store.sync.bases import read_base
from store.sync.event_items import EventItem, event_item, uid_of


def remove_event(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Take an appointment, or one occurrence, out of a calendar; guests are told as the payload says."""
    with delivery.store.read() as tx:
        item = event_item(tx, row.item_id)
    if item is None or item.buried or is_withheld(item.identity):
        return Dropped("the calendar holds this appointment no longer")
    sending = Sending(delivery, row, Notify(row.payload.get("notify", Notify.NOBODY)))
    if item.is_new:
        found = delivery.calendar.find_stamped_event(item.stamp)
        if found is None:
            leave(delivery, item, "it was deleted before the calendar got it")
            return Done()
        item = replace(item, remote_id=found.item_id)
    return sending.guarded(lambda: _remove(sending, item, str(row.payload.get("original_start", ""))))


def _remove(sending: Sending, item: EventItem, original_start: str) -> Outcome:
    delivery = sending.delivery
    remote = fetch_copy(delivery, item.remote_id)
    if remote is None:
        if not sending.may_have_mailed:
            return moved_away(sending.row)
        leave(delivery, item, "it was deleted here")
        return Done()
    if original_start:
        return _remove_occurrence(sending, item, remote, original_start)
    if not sending.row.mails and _was_edited(delivery, item, remote.event):
        return _restore(delivery, item, remote)
    if sending.may_have_mailed:
        return sending.in_doubt()
    sending.about_to_mail()
    comment = str(sending.row.payload.get("comment", ""))
    try:
        delivery.calendar.delete_event(remote.item_id, remote.change_key, sending.notify, comment)
    except Conflict:
        sending.nothing_went_out()
        return Later("The appointment was edited in the calendar just now.")
    except ItemGone:
        sending.nothing_went_out()
        return moved_away(sending.row)
    leave(delivery, item, "it was deleted here")
    return Done()


def _remove_occurrence(sending: Sending, item: EventItem, remote: RemoteEvent, original_start: str) -> Outcome:
    original = _moment(original_start, remote.event.timezone)
    if key_of(original) not in {key_of(each) for each in remote.event.exdates}:
        if sending.may_have_mailed:
            return sending.in_doubt()
        sending.about_to_mail()
        take_out(sending, remote.item_id, original, sending.notify, str(sending.row.payload.get("comment", "")))
    after = fetch_copy(sending.delivery, remote.item_id)
    planned = merge_copy(sending.delivery, item, after) if after is not None else None
    if after is not None and planned is not None and not planned.there:
        keep_copy(sending.delivery, item, after, planned.base, "skipped")
    return Done()


def _moment(text: str, timezone: str) -> datetime | date:
    if "T" not in text:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(ZoneInfo(timezone))


def _was_edited(delivery: Delivery, item: EventItem, theirs: Event) -> bool:
    """An edit in the calendar beats a deletion here that told nobody."""
    with delivery.store.read() as tx:
        base = read_base(tx, item.item_id).fields
    fields = to_fields(theirs)
    rules = rules_for(Copy.OWN, directions_of(delivery.mailbox.settings, "appointment"), base, fields)
    return item.deleted and plan_deletion(base, rules, theirs=fields, ours_to_remove=True) is Deletion.RESTORE


def _restore(delivery: Delivery, item: EventItem, remote: RemoteEvent) -> Outcome:
    with delivery.store.write() as tx:
        uid = uid_of(tx, item.activity_id)
        set_appointment_deleted(tx, read_appointments(tx, [uid])[uid], None)
    planned = merge_copy(delivery, replace(item, deleted=False), remote)
    if planned is not None and not planned.there:
        keep_copy(delivery, item, remote, planned.base, "")
    return Done("It was edited in the calendar after it was deleted here, so it is kept.")
