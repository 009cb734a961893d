"""Carrying out edits of appointments: the calendar's copy is read, merged with ours, written, and looked at again.

What a write leaves undone shows in the copy, so an act may be repeated: only what the copy does not show is written
again. A write that mails people is never repeated while nobody knows whether it happened: a person decides about one
whose effect does not show for as long as it may still come. A merge in the background mails nobody.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.outbox.elsewhere import MOVED_AWAY, holds_event
from assistant.outbox.event_copies import fetch_copy, keep_copy, leave, merge_copy, shows
from assistant.outbox.event_sending import LOOKING, Sending
from assistant.outbox.event_writing import write_event
from assistant.outbox.handling import LOOK_AGAIN, Delivery, Done, Dropped, Failed, Later, Outcome
from assistant.outbox.marks import moved_away
from calendar_sync.event import Event
from calendar_sync.fields import to_fields
from calendar_sync.merging import Copy, rules_for
from calendar_sync.stored import is_withheld, read_event
from mail_sync.directions import directions_of
from mail_sync.errors import Conflict
from mail_sync.merge import Deletion, plain, plan_deletion, same
from mail_sync.provider import Folder, FolderRole, Written
from store.activities.calendar_acts import be_born_again
from store.outbox.delivery import OutboxRow
from store.sync.bases import read_base
from store.sync.event_items import EventItem, brings_it_along, event_item
from store.sync.written import place_item, was_read

#: How often a copy that is edited at the same time is read and merged anew.
TRIES = 3
#: An act is tried so often before a person is told that the calendar keeps something otherwise.
MOST_WRITTEN = 8


def put_event(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Bring the calendar's copy and the appointment together; whom it mails stands in the payload."""
    with delivery.store.read() as tx:
        item = event_item(tx, row.item_id)
        is_covered = item is not None and not row.mails and brings_it_along(tx, item.item_id, row.outgoing_id)
    if item is None or item.deleted or is_withheld(item.identity):
        return Dropped("the appointment is not there any more")
    if is_covered:
        return Dropped("a later act brings it along and tells the guests")
    if item.buried:
        return Dropped("the calendar holds this appointment no longer")
    sending = Sending.of(delivery, row)
    return sending.guarded(lambda: _put(sending, item))


def _put(sending: Sending, item: EventItem) -> Outcome:
    if item.is_new:
        return _create(sending, item)
    return _gone(sending, item) if item.gone else _update(sending, item)


def _gone(sending: Sending, item: EventItem) -> Outcome:
    """It moved, or was deleted there: then an edit made here since makes it anew, and else it is given up."""
    delivery = sending.delivery
    outcome = moved_away(sending.row)
    if isinstance(outcome, Later) or not _was_edited_here(delivery, item):
        return outcome
    if holds_event(delivery, item):
        leave(delivery, item, MOVED_AWAY)
        return Dropped(MOVED_AWAY)
    with delivery.store.write() as tx:
        be_born_again(tx, item.item_id)
        anew = event_item(tx, item.item_id)
    return outcome if anew is None else _create(sending, anew)


def _was_edited_here(delivery: Delivery, item: EventItem) -> bool:
    """Whether an own appointment holds what its calendar never got. A meeting of others is theirs to put there."""
    with delivery.store.read() as tx:
        base = read_base(tx, item.item_id).fields
        event = read_event(tx, item.activity_id, item_id=item.item_id)
    mine = to_fields(event)
    if event.attendees and not item.is_organizers:
        return False
    rules = rules_for(Copy.OWN, directions_of(delivery.mailbox.settings, "appointment"), base, mine)
    return plan_deletion(base, rules, mine=mine) is Deletion.RECREATE


def _create(sending: Sending, item: EventItem) -> Outcome:
    delivery = sending.delivery
    folder = next((one for one in delivery.mail.folders() if one.role is FolderRole.CALENDAR), None)
    if folder is None:
        return Failed("This mailbox has no calendar.")
    with delivery.store.read() as tx:
        if not was_read(tx, delivery.mailbox.mailbox_id, folder.folder_id):
            return Later("The calendar is read first.", LOOK_AGAIN)
        event = read_event(tx, item.activity_id, item_id=item.item_id)
    found = delivery.calendar.find_stamped_event(item.stamp)
    if found is None and sending.may_show:
        return LOOKING
    if found is None and sending.may_have_mailed:
        return sending.in_doubt()
    made = found or _make(sending, item, event, folder)
    sending.told()
    with delivery.store.write() as tx:
        place_item(tx, item.item_id, folder.folder_id)
    remote = fetch_copy(delivery, made.item_id)
    if remote is None:
        if sending.row.attempts >= MOST_WRITTEN:
            return Failed("The appointment was made, and the calendar does not let it be read.")
        return Later("The appointment was made and cannot be read yet.")
    mine = to_fields(event)  # as it was sent: what is edited here meanwhile is no difference of the calendar's
    theirs = to_fields(remote.event)
    rules = rules_for(Copy.OWN, {}, theirs, mine)
    # What the server made of it otherwise was never agreed on and is merged when either side changes.
    agreed = {name: value for name, value in theirs.items() if same(plain(value), plain(mine.get(name)), rules[name])}
    keep_copy(delivery, item, remote, agreed, "created")
    # One that was made before may have been edited there since.
    return _update(sending, replace(item, remote_id=made.item_id, gone=False)) if found else Done()


def _make(sending: Sending, item: EventItem, event: Event, folder: Folder) -> Written:
    sending.owes = False  # what is made now tells of all of it
    sending.about_to_mail()
    return sending.delivery.calendar.create_event(folder, event, item.stamp, sending.notify)


def _update(sending: Sending, item: EventItem) -> Outcome:
    delivery = sending.delivery
    for _ in range(TRIES):
        remote = fetch_copy(delivery, item.remote_id)
        if remote is None:
            return _gone(sending, item)
        planned = merge_copy(delivery, item, remote)
        if planned is None:
            return Dropped("the appointment is not there any more")
        if not planned.there and not sending.owes:
            keep_copy(delivery, item, remote, planned.base, "")
            return Done("Both sides say the same.")
        if sending.may_have_mailed:
            return sending.in_doubt()
        try:
            write_event(sending, remote, planned)
        except Conflict:
            sending.nothing_went_out()
            continue
        sending.told()
        after = fetch_copy(delivery, item.remote_id)
        if after is not None and shows(after, planned.there):
            keep_copy(delivery, item, after, planned.base, ", ".join(sorted(planned.there)))
            # A write may change more than it says, as what an occurrence shares with its series.
            besides = merge_copy(delivery, item, after)
            if besides is None or not besides.there:
                return Done()
    if sending.row.attempts >= MOST_WRITTEN:
        return Failed("The calendar does not keep all of this appointment as it is here.")
    return Later("The appointment is being edited in the calendar at the same time.")
