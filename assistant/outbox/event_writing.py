"""Writing what a plan wants into a calendar: the master's fields first, then occurrence by occurrence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from assistant.outbox.event_sending import Sending
from calendar_sync.event import Event
from calendar_sync.fields import (
    OF_OCCURRENCE,
    WRITABLE,
    at_occurrence,
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


@dataclass(frozen=True, slots=True)
class _Step:
    """One request about an occurrence: what it becomes, None for one that is taken out. Guests are told only of what
    was `decided`; the rest stands again as it stood."""

    original: datetime | date
    occurrence: Event | None
    names: tuple[str, ...]
    decided: bool


def write_event(sending: Sending, remote: RemoteEvent, planned: PlannedEvent) -> None:
    """Write the master's fields, then occurrence by occurrence. Raises Conflict where somebody was faster.

    Guests are told by one request: where several would tell them, and where another rule or time of a series drops
    its exceptions, everything is written silently first. Then they see no wrong day in between, and whoever goes on
    after a crash knows whether they were told.
    """
    calendar, there = sending.delivery.calendar, planned.there
    people = [each.address for each in planned.mine.attendees]
    wanted = with_fields(remote.event, there, people)
    fields = [name for name in there if name in WRITABLE]
    before = remote.event
    if _brings_back(before, wanted) and "recurrence" not in fields:
        fields.append("recurrence")  # no request puts an occurrence back; writing the rule anew drops all deletions
    anew = bool({"recurrence", "when"} & set(fields))
    stands = replace(before, exceptions=(), exdates=()) if anew else before
    steps = _steps(stands, wanted, there) if wanted.is_series else []
    drops = anew and sending.notify is Notify.EVERYBODY and (wanted.exceptions or wanted.exdates)
    tells = bool(fields) + sum(step.decided for step in steps)
    if sending.notify is not Notify.NOBODY and (drops or tells > 1):
        sending.owe()
    if sending.owes:
        _tell_at_the_end(sending, remote, wanted, fields, steps)
        return
    if fields:
        sending.about_to_mail()
        calendar.update_event(remote.item_id, remote.change_key, wanted, fields, sending.notify)
        sending.told()
    for step in steps:
        _write_occurrence(sending, remote.item_id, step)


def _tell_at_the_end(
    sending: Sending, remote: RemoteEvent, wanted: Event, fields: Collection[str], steps: Collection[_Step]
) -> None:
    """Write everything silently but who is invited, and that with a field that is there already: it tells of all."""
    calendar, quietly = sending.delivery.calendar, replace(sending, notify=Notify.NOBODY)
    silent = [name for name in fields if name != "attendees"]
    if silent:
        calendar.update_event(remote.item_id, remote.change_key, wanted, silent, Notify.NOBODY)
    for step in steps:
        _write_occurrence(quietly, remote.item_id, step)
    sending.about_to_mail()
    told = ["title", *(["attendees"] if "attendees" in fields else [])]
    calendar.update_event(remote.item_id, "", wanted, told, sending.notify)


def _brings_back(before: Event, wanted: Event) -> bool:
    return bool({key_of(each) for each in before.exdates} - {key_of(each) for each in wanted.exdates})


def _steps(stands: Event, wanted: Event, there: Fields) -> list[_Step]:
    """What brings the occurrences from how they stand to how they are wanted, in the order of their time."""
    have, want = _own_values(stands), _own_values(wanted)
    decided = {occurrence_key(name) for name in there}
    exceptions = {key_of(each.original_start or each.start): each for each in wanted.exceptions}
    skipped = {key_of(each) for each in wanted.exdates}
    steps = []
    for key in sorted((have.keys() | want.keys()) - skipped):
        mine, theirs = want.get(key, {}), have.get(key, {})
        names = tuple(name for name in OF_OCCURRENCE if name != "status" and mine.get(name) != theirs.get(name))
        if names:
            original = original_start_of(key, wanted.timezone)
            occurrence = exceptions.get(key) or at_occurrence(wanted, original)
            steps.append(_Step(original, occurrence, names, key in decided))
    for key in sorted(skipped - {key_of(each) for each in stands.exdates}):
        steps.append(_Step(original_start_of(key, wanted.timezone), None, (), "skipped" in there))
    return steps


def _write_occurrence(sending: Sending, item_id: str, step: _Step) -> None:
    notify = sending.notify if step.decided else Notify.NOBODY
    if step.decided:
        sending.about_to_mail()
    if step.occurrence is None:
        take_out(sending, item_id, step.original, notify, "")
    else:
        sending.delivery.calendar.update_occurrence(item_id, step.original, step.occurrence, step.names, notify)
    if step.decided:
        sending.told()


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
