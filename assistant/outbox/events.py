"""Carrying out edits of appointments: the calendar's copy is read, merged with ours, written, and looked at again.

What a write leaves undone shows in the copy, so an act may be repeated: only what the copy does not show is written
again. A write that mails people is repeated only when the copy shows, for as long as it may still come, that it never
happened. A merge in the background mails nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assistant.outbox.elsewhere import MOVED_AWAY, holds_event
from assistant.outbox.handling import LOOK_AGAIN, Delivery, Done, Dropped, Failed, Later, Outcome
from assistant.outbox.marks import moved_away
from calendar_sync.event import Event
from calendar_sync.fields import (
    OF_OCCURRENCE,
    WRITABLE,
    at_occurrence,
    is_series,
    key_of,
    occurrence_key,
    original_start_of,
    part_of,
    to_fields,
    with_fields,
)
from calendar_sync.merging import Copy, rules_for
from calendar_sync.merging_events import EventMerger, MetEvent, PlannedEvent
from calendar_sync.provider import Notify, RemoteEvent
from calendar_sync.stored import is_withheld, read_event
from mail_sync.directions import directions_of
from mail_sync.errors import BrokenReply, Conflict, ItemGone, MailboxRefused, MailboxUnavailable, OutcomeUnknown
from mail_sync.merge import Deletion, Fields, plain, plan_deletion, same
from mail_sync.ours import ours_in
from mail_sync.provider import Folder, FolderRole, Poisoned, Written
from store.appointment_state import read_appointments, set_appointment_deleted
from store.bases import Base, read_base
from store.calendar_acts import be_born_again
from store.delivery import SENDING, OutboxRow
from store.event_items import EventItem, brings_it_along, event_item, leave_calendar, uid_of
from store.written import keep_item, place_item, was_read

#: How often a copy that is edited at the same time is read and merged anew.
TRIES = 3
#: An act is tried so often before a person is told that the calendar keeps something otherwise.
MOST_WRITTEN = 8
#: The stage of an act whose master was written silently: its guests hear of all of it when the occurrences are, too.
OWED = "owed"
#: The stage of an act whose guests were told: whatever the calendar shows otherwise afterwards is written silently.
TOLD = "told"
_LOOKING = Later("The calendar is being looked at for what was sent", LOOK_AGAIN)


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
    notify = Notify.NOBODY if row.stage == TOLD else Notify(row.payload.get("notify", Notify.NOBODY))
    sending = _Sending(delivery, row, notify, owes=row.stage == OWED)
    return sending.guarded(lambda: _put(sending, item))


def remove_event(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Take an appointment, or one occurrence, out of a calendar; guests are told as the payload says."""
    with delivery.store.read() as tx:
        item = event_item(tx, row.item_id)
    if item is None or item.buried or is_withheld(item.identity):
        return Dropped("the calendar holds this appointment no longer")
    sending = _Sending(delivery, row, Notify(row.payload.get("notify", Notify.NOBODY)))
    if item.is_new:
        found = delivery.calendar.find_stamped_event(item.stamp)
        if found is None:
            _leave(delivery, item, "it was deleted before the calendar got it")
            return Done()
        item = replace(item, remote_id=found.item_id)
    return sending.guarded(lambda: _remove(sending, item, str(row.payload.get("original_start", ""))))


@dataclass
class _Sending:
    """An act under way, whether its next request may mail somebody, and whether guests have still to hear of it."""

    delivery: Delivery
    row: OutboxRow
    notify: Notify
    owes: bool = False

    def guarded(self, act: Callable[[], Outcome]) -> Outcome:
        """Carry out an act; where nobody knows whether a request that mails came through, look before repeating it."""
        try:
            return act()
        except (OutcomeUnknown, BrokenReply):
            if not self.row.mails:
                raise
            return _LOOKING
        except (MailboxUnavailable, MailboxRefused):
            self.nothing_went_out()
            raise

    @property
    def may_have_mailed(self) -> bool:
        return self.row.stage == SENDING

    @property
    def must_wait(self) -> bool:
        """Whether an earlier request that mails may still show its effect."""
        return self.may_have_mailed and self.delivery.still_looking(self.row)

    @property
    def may_show(self) -> bool:
        """Whether what an earlier request made, which told the guests, may still be found."""
        return self.row.stage in (SENDING, TOLD) and self.delivery.still_looking(self.row)

    def about_to_mail(self) -> None:
        """Call before each request that may mail somebody."""
        if self.row.mails and self.notify is not Notify.NOBODY:
            self.row = self.delivery.about_to_mail(self.row)

    def told(self) -> None:
        """Call when everything was written. A server may keep a value otherwise for ever (an address by another name
        of the same person), so what it does not show is no reason to tell the guests again."""
        if self.may_have_mailed:
            self.row = self.delivery.reach(self.row, TOLD)
            self.notify = Notify.NOBODY

    def owe(self) -> None:
        """Call before writing silently what guests are told of at the end."""
        if not self.owes:
            self.row = self.delivery.reach(self.row, OWED)
            self.owes = True

    def nothing_went_out(self) -> None:
        """The request certainly did not happen."""
        if self.may_have_mailed:
            self.row = self.delivery.reach(self.row, OWED if self.owes else "")


def _put(sending: _Sending, item: EventItem) -> Outcome:
    if item.is_new:
        return _create(sending, item)
    return _gone(sending, item) if item.gone else _update(sending, item)


def _gone(sending: _Sending, item: EventItem) -> Outcome:
    """It moved, or was deleted there: then an edit made here since makes it anew, and else it is given up."""
    delivery = sending.delivery
    outcome = moved_away(sending.row)
    if isinstance(outcome, Later) or not _was_edited_here(delivery, item):
        return outcome
    if holds_event(delivery, item):
        _leave(delivery, item, MOVED_AWAY)
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


def _create(sending: _Sending, item: EventItem) -> Outcome:
    delivery = sending.delivery
    folder = next((one for one in delivery.mail.folders() if one.role is FolderRole.CALENDAR), None)
    if folder is None:
        return Failed("This mailbox has no calendar.")
    with delivery.store.read() as tx:
        if not was_read(tx, delivery.mailbox.mailbox_id, folder.folder_id):
            return Later("The calendar is read first.", LOOK_AGAIN)
    found = delivery.calendar.find_stamped_event(item.stamp)
    if found is None and sending.may_show:
        return _LOOKING
    made = found or _make(sending, item, folder)
    sending.told()
    with delivery.store.write() as tx:
        place_item(tx, item.item_id, folder.folder_id)
    remote = _fetch(delivery, made.item_id)
    if remote is None:
        return Later("The appointment was made and cannot be read yet.")
    with delivery.store.read() as tx:
        mine = to_fields(read_event(tx, item.activity_id, item_id=item.item_id))
    theirs = to_fields(remote.event)
    rules = rules_for(Copy.OWN, {}, theirs, mine)
    # What the server made of it otherwise was never agreed on and is merged when either side changes.
    agreed = {name: value for name, value in theirs.items() if same(plain(value), plain(mine.get(name)), rules[name])}
    _keep(delivery, item, remote, agreed, "created")
    # One that was made before may have been edited there since.
    return _update(sending, replace(item, remote_id=made.item_id, gone=False)) if found else Done()


def _make(sending: _Sending, item: EventItem, folder: Folder) -> Written:
    with sending.delivery.store.read() as tx:
        event = read_event(tx, item.activity_id, item_id=item.item_id)
    sending.about_to_mail()
    return sending.delivery.calendar.create_event(folder, event, item.stamp, sending.notify)


def _update(sending: _Sending, item: EventItem) -> Outcome:
    delivery = sending.delivery
    for _ in range(TRIES):
        remote = _fetch(delivery, item.remote_id)
        if remote is None:
            return _gone(sending, item)
        planned = _merge(delivery, item, remote)
        if planned is None:
            return Dropped("the appointment is not there any more")
        if not planned.there and not sending.owes:
            _keep(delivery, item, remote, planned.base, "")
            return Done("Both sides say the same.")
        if sending.must_wait:
            return _LOOKING
        try:
            _write(sending, remote, planned)
        except Conflict:
            sending.nothing_went_out()
            continue
        sending.told()
        after = _fetch(delivery, item.remote_id)
        if after is not None and _shows(after, planned.there):
            _keep(delivery, item, after, planned.base, ", ".join(sorted(planned.there)))
            return Done()
    if sending.row.attempts >= MOST_WRITTEN:
        return Failed("The calendar does not keep all of this appointment as it is here.")
    return Later("The appointment is being edited in the calendar at the same time.")


def _write(sending: _Sending, remote: RemoteEvent, planned: PlannedEvent) -> None:
    """Write the master's fields, then occurrence by occurrence. Raises Conflict where somebody was faster.

    Another rule or time of a series drops its exceptions, on the server and with whoever is told of it. So guests are
    told when the exceptions stand again: by one update of the whole, that they see no wrong day in between.
    """
    calendar, there = sending.delivery.calendar, planned.there
    people = [each.address for each in planned.mine.attendees]
    wanted = with_fields(remote.event, there, people)
    fields = [name for name in there if name in WRITABLE]
    before = remote.event
    if _brings_back(before, wanted) and "recurrence" not in fields:
        fields.append("recurrence")  # no request puts an occurrence back; writing the rule anew drops all deletions
    anew = {"recurrence", "when"} & set(fields)
    if anew and sending.notify is Notify.EVERYBODY and (wanted.exceptions or wanted.exdates):
        sending.owe()
    if sending.owes:
        _tell_at_the_end(sending, remote, wanted, fields, there)
        return
    if fields:
        sending.about_to_mail()
        calendar.update_event(remote.item_id, remote.change_key, wanted, fields, sending.notify)
    if is_series(wanted):
        stands = replace(before, exceptions=(), exdates=()) if anew else before
        _write_occurrences(sending, remote.item_id, stands, wanted, there)


def _tell_at_the_end(
    sending: _Sending, remote: RemoteEvent, wanted: Event, fields: Collection[str], there: Fields
) -> None:
    """Write everything silently but who is invited, and that with a field that is there already: it tells of all."""
    calendar, quietly = sending.delivery.calendar, replace(sending, notify=Notify.NOBODY)
    silent = [name for name in fields if name != "attendees"]
    if silent:
        calendar.update_event(remote.item_id, remote.change_key, wanted, silent, Notify.NOBODY)
    if is_series(wanted):
        anew = {"recurrence", "when"} & set(fields)
        stands = replace(remote.event, exceptions=(), exdates=()) if anew else remote.event
        _write_occurrences(quietly, remote.item_id, stands, wanted, there)
    sending.about_to_mail()
    told = ["title", *(["attendees"] if "attendees" in fields else [])]
    calendar.update_event(remote.item_id, "", wanted, told, Notify.EVERYBODY)
    sending.owes = False


def _brings_back(before: Event, wanted: Event) -> bool:
    return bool({key_of(each) for each in before.exdates} - {key_of(each) for each in wanted.exdates})


def _write_occurrences(sending: _Sending, item_id: str, stands: Event, wanted: Event, there: Fields) -> None:
    """Bring the occurrences from how they stand to how they are wanted; guests are told only of what was decided."""
    calendar = sending.delivery.calendar
    have, want = _own_values(stands), _own_values(wanted)
    decided = {occurrence_key(name) for name in there}
    exceptions = {key_of(each.original_start or each.start): each for each in wanted.exceptions}
    skipped = {key_of(each) for each in wanted.exdates}
    for key in sorted((have.keys() | want.keys()) - skipped):
        mine, theirs = want.get(key, {}), have.get(key, {})
        names = [name for name in OF_OCCURRENCE if name != "status" and mine.get(name) != theirs.get(name)]
        if not names:
            continue
        original = original_start_of(key, wanted.timezone)
        notify = sending.notify if key in decided else Notify.NOBODY
        if notify is not Notify.NOBODY:
            sending.about_to_mail()
        occurrence = exceptions.get(key) or at_occurrence(wanted, original)
        calendar.update_occurrence(item_id, original, occurrence, names, notify)
    for key in sorted(skipped - {key_of(each) for each in stands.exdates}):
        notify = sending.notify if "skipped" in there else Notify.NOBODY
        if notify is not Notify.NOBODY:
            sending.about_to_mail()
        _take_out(sending, item_id, original_start_of(key, wanted.timezone), notify, "")


def _own_values(event: Event) -> dict[str, dict[str, object]]:
    """What each exception has of its own, by original start."""
    found: dict[str, dict[str, object]] = {}
    for name, value in to_fields(event).items():
        if key := occurrence_key(name):
            found.setdefault(key, {})[part_of(name)] = value
    return found


def _take_out(sending: _Sending, item_id: str, original: datetime | date, notify: Notify, comment: str) -> None:
    try:
        sending.delivery.calendar.delete_occurrence(item_id, original, notify, comment)
    except ItemGone:
        return  # the series has no such occurrence any more, which is what is wanted


def _remove(sending: _Sending, item: EventItem, original_start: str) -> Outcome:
    delivery = sending.delivery
    remote = _fetch(delivery, item.remote_id)
    if remote is None:
        if not sending.may_have_mailed:
            return moved_away(sending.row)
        _leave(delivery, item, "it was deleted here")
        return Done()
    if original_start:
        return _remove_occurrence(sending, item, remote, original_start)
    if not sending.row.mails and _was_edited(delivery, item, remote.event):
        return _restore(delivery, item, remote)
    if sending.must_wait:
        return _LOOKING
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
    _leave(delivery, item, "it was deleted here")
    return Done()


def _remove_occurrence(sending: _Sending, item: EventItem, remote: RemoteEvent, original_start: str) -> Outcome:
    original = _moment(original_start, remote.event.timezone)
    if key_of(original) not in {key_of(each) for each in remote.event.exdates}:
        if sending.must_wait:
            return _LOOKING
        sending.about_to_mail()
        _take_out(sending, remote.item_id, original, sending.notify, str(sending.row.payload.get("comment", "")))
    after = _fetch(sending.delivery, remote.item_id)
    planned = _merge(sending.delivery, item, after) if after is not None else None
    if after is not None and planned is not None and not planned.there:
        _keep(sending.delivery, item, after, planned.base, "skipped")
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
    planned = _merge(delivery, replace(item, deleted=False), remote)
    if planned is not None and not planned.there:
        _keep(delivery, item, remote, planned.base, "")
    return Done("It was edited in the calendar after it was deleted here, so it is kept.")


def _merge(delivery: Delivery, item: EventItem, remote: RemoteEvent) -> PlannedEvent | None:
    """Carry out our side; None where the appointment was deleted meanwhile."""
    met = MetEvent(item.item_id, item.activity_id, remote.event)
    with delivery.store.write() as tx:
        settings, now = delivery.mailbox.settings, delivery.clock()
        merger = EventMerger(tx, delivery.mailbox.mailbox_id, settings, ours_in(tx), now)
        return merger.merge([met], enqueue_there=False).get(item.item_id)


def _shows(remote: RemoteEvent, there: Fields) -> bool:
    """Whether the copy holds what was written: a server may take a stale change key and lose half of it."""
    theirs = to_fields(remote.event)
    rules = rules_for(Copy.OWN, {}, theirs, there)
    return all(same(plain(theirs.get(name)), plain(value), rules[name]) for name, value in there.items())


def _keep(delivery: Delivery, item: EventItem, remote: RemoteEvent, base: Fields, detail: str) -> None:
    with delivery.store.write() as tx:
        now = delivery.clock()
        keep_item(tx, item.item_id, remote.item_id, remote.change_key, Base(base), detail=detail, now=now)


def _leave(delivery: Delivery, item: EventItem, why: str) -> None:
    with delivery.store.write() as tx:
        leave_calendar(tx, item, why, now=delivery.clock())


def _fetch(delivery: Delivery, remote_id: str) -> RemoteEvent | None:
    """The copy as the server has it now; None when it is gone. Raises SyncError for one that cannot be read."""
    for found in delivery.calendar.fetch_events([remote_id]):
        if not isinstance(found, Poisoned):
            return found
        if not isinstance(found.error, ItemGone):
            raise found.error
    return None
