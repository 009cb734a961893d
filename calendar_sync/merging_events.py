"""Merging a calendar's events with ours: planned field by field, carried out on our side.

The server's side is carried out by the outbox (assistant.outbox.events), which plans again when its turn comes and
mails nobody about what a merge brought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from calendar_sync.event import Event
from calendar_sync.fields import to_fields, with_fields
from calendar_sync.merging import Copy, merge_events, rules_for
from calendar_sync.rows import compose_appointment
from calendar_sync.stored import read_event
from mail_sync.directions import directions_of
from mail_sync.merge import Direction, Fields, Merge, Rule
from mail_sync.ours import Ours
from store.activities.appointments import is_newer, replace_appointment
from store.activities.calendar_acts import SILENTLY
from store.actor import SYSTEM
from store.linking.timelines import refresh_timelines
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.sync.bases import Base, read_bases, save_bases
from store.sync.conflicts import Sides, keep_conflicts
from store.sync.event_items import EventItem, event_items, keep_copy, keep_versions
from store.sync.notes import note


@dataclass(frozen=True, slots=True)
class MetEvent:
    """An event as a calendar holds it, at an item that the store knows."""

    item_id: int
    activity_id: int
    event: Event


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """What has to go to the server, our side as it is now, and the base from when it was written there."""

    there: Fields
    mine: Event
    base: Fields


@dataclass
class EventMerger:
    """Merges met events of one mailbox within a transaction."""

    tx: Connection
    mailbox_id: int
    settings: Mapping[str, Any]
    ours: Ours
    now: datetime

    def agree(self, met: Sequence[tuple[int, Event]]) -> None:
        """These events, by item, were stored as they are just now."""
        save_bases(self.tx, {key: Base(to_fields(event)) for key, event in met}, now=self.now)

    def merge(self, met: Sequence[MetEvent], *, enqueue_there: bool = True) -> dict[int, PlannedEvent]:
        """Carry out our side, keep conflicts and bases; then the outbox carries out the server's side."""
        bases = read_bases(self.tx, [one.item_id for one in met])
        items = event_items(self.tx, [one.activity_id for one in met])
        found: dict[int, PlannedEvent] = {}
        for one in met:
            copies = items.get(one.activity_id, [])
            item = next((each for each in copies if each.item_id == one.item_id), None)
            if item is None or item.deleted:
                continue
            base = bases.get(one.item_id, Base())
            mine = read_event(self.tx, one.activity_id, item_id=one.item_id)
            rules = self.rules(item, copies, one.event, base.fields, to_fields(one.event), to_fields(mine))
            plan = merge_events(base.fields, to_fields(one.event), to_fields(mine), rules)
            mine = self._carry_out_here(one, item, mine, plan)
            self._keep(one, base, plan)
            found[one.item_id] = PlannedEvent(plan.there, mine, plan.base)
            if enqueue_there and plan.there:
                self._put(item)
            if plan.here:
                self._put_others(item, copies)
        return found

    def rules(self, item: EventItem, copies: Sequence[EventItem], event: Event, *sides: Fields) -> dict[str, Rule]:
        """The rules for this copy. A reminder is the business of one copy: the organizer's, else the first."""
        kind = copy_kind(item, copies, event)
        rules = rules_for(kind, directions_of(self.settings, "appointment"), *sides)
        leading = kind is Copy.OWN or (kind is Copy.GUEST and item.item_id == copies[0].item_id)
        return rules if leading else rules | {"reminder": Rule(direction=Direction.NONE)}

    def _carry_out_here(self, one: MetEvent, item: EventItem, mine: Event, plan: Merge) -> Event:
        theirs = one.event
        people = [each.address for each in theirs.attendees]
        merged = with_fields(mine, plan.here, people)
        carries = item.is_organizers or is_newer(theirs.sequence, theirs.modified_at, item.sequence, item.modified_at)
        if carries:
            sequence = max(theirs.sequence, mine.sequence)
            merged = replace(merged, sequence=sequence, modified_at=theirs.modified_at or mine.modified_at)
            merged = replace(merged, organizer=theirs.organizer or mine.organizer)
        merged = replace(merged, my_response=theirs.my_response or mine.my_response)
        if plan.here.keys() - {"categories"}:
            replace_appointment(self.tx, one.activity_id, compose_appointment(merged, ours=self.ours, now=self.now))
            refresh_timelines(self.tx, [one.activity_id])
        elif carries:
            keep_versions(self.tx, one.activity_id, merged.sequence, merged.modified_at)
        keep_copy(self.tx, one.item_id, merged.categories, theirs.my_response)
        if plan.here:
            note(self.tx, self.mailbox_id, one.item_id, "merged", ", ".join(sorted(plan.here)), now=self.now)
        return merged

    def _keep(self, one: MetEvent, base: Base, plan: Merge) -> None:
        save_bases(self.tx, {one.item_id: Base(plan.meanwhile, base.slots)}, now=self.now)
        if plan.conflicts or base.fields:
            sides = {each.field: Sides(each.base, each.theirs, each.mine) for each in plan.conflicts}
            keep_conflicts(self.tx, self.mailbox_id, {one.item_id: sides}, now=self.now)

    def _put_others(self, item: EventItem, copies: Sequence[EventItem]) -> None:
        """Other calendars that carry the appointment as their own follow."""
        for other in copies:
            if other.item_id != item.item_id and other.is_organizers and not other.gone and other.has_server:
                self._put(other)

    def _put(self, item: EventItem) -> None:
        act = NewOutgoing(
            item.mailbox_id,
            Verb.PUT_EVENT,
            f"Appointment {item.title[:80]}",
            SILENTLY,
            item_id=item.item_id,
            activity_id=item.activity_id,
        )
        enqueue(self.tx, act, by=SYSTEM, now=self.now)


def copy_kind(item: EventItem, copies: Sequence[EventItem], event: Event) -> Copy:
    """Whose copy it is. A guest's copy that is older than what is known says nothing about the meeting (RFC 5546
    section 2.1.5)."""
    if event.my_response == "organizer" or (not event.my_response and not event.attendees):
        return Copy.OWN
    if any(each.is_organizers and not each.buried for each in copies if each.item_id != item.item_id):
        return Copy.BESIDE
    newer = is_newer(event.sequence, event.modified_at, item.sequence, item.modified_at)
    return Copy.GUEST if newer else Copy.BESIDE
