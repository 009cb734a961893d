"""Writing what a plan wants into a calendar: the master's fields first, then occurrence by occurrence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from assistant.outbox.event_sending import Sending
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
from calendar_sync.merging_events import PlannedEvent
from calendar_sync.provider import Notify, RemoteEvent
from mail_sync.errors import ItemGone
from mail_sync.merge import Fields


def write_event(sending: Sending, remote: RemoteEvent, planned: PlannedEvent) -> None:
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
    sending: Sending, remote: RemoteEvent, wanted: Event, fields: Collection[str], there: Fields
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


def _write_occurrences(sending: Sending, item_id: str, stands: Event, wanted: Event, there: Fields) -> None:
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
        take_out(sending, item_id, original_start_of(key, wanted.timezone), notify, "")


def _own_values(event: Event) -> dict[str, dict[str, object]]:
    """What each exception has of its own, by original start."""
    found: dict[str, dict[str, object]] = {}
    for name, value in to_fields(event).items():
        if key := occurrence_key(name):
            found.setdefault(key, {})[part_of(name)] = value
    return found


def take_out(sending: Sending, item_id: str, original: datetime | date, notify: Notify, comment: str) -> None:
    try:
        sending.delivery.calendar.delete_occurrence(item_id, original, notify, comment)
    except ItemGone:
        return  # the series has no such occurrence any more, which is what is wanted
