"""What a server holds otherwise than a write said: made by a lost process, before the first reading, or besides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from calendar_sync.appointments import create_appointment, edit_appointment
from calendar_sync.edit import EventEdit
from calendar_sync.event import Event
from calendar_sync.provider import Notify, RemoteEvent
from calendar_sync.providers.memory import MemoryCalendar
from calendar_sync.stored import read_event
from mail_sync.card import ContactCard
from mail_sync.errors import ItemGone
from mail_sync.provider import Folder, FolderRole, Poisoned, Written
from store.records.writing import create_record
from store.schema.merging import SyncConflict
from store.schema.outbox import Outgoing
from store.schema.records import Record
from tests.assistant.outbox import world as world_module
from tests.assistant.outbox.world import START, World

HOUR = timedelta(hours=1)
JANE: dict[str, Any] = {"title": "Jane Roe", "emails": ["jane@fabrikam.example"], "in_outlook": True}


def in_folder(world: World, role: FolderRole) -> list[tuple[str, Any]]:
    return [(item.item_id, item.content) for item in world.provider.box.items(world.folder(role))]


def conflicts(world: World) -> dict[str, tuple[Any, Any]]:
    """What the server has and what we have, by field."""
    with world.store.read() as tx:
        rows = tx.execute(select(SyncConflict.field, SyncConflict.sides).where(SyncConflict.choice == ""))
        return {row.field: (row.sides["theirs"], row.sides["mine"]) for row in rows}


def deliver_twice_with_an_edit_between(world: World, role: FolderRole, **edited: Any) -> None:
    """The reply to the first write gets lost, and Outlook edits what it made."""
    world.provider.faults.lose_replies()
    world.deliver()
    ((item_id, content),) = in_folder(world, role)
    world.provider.replace(item_id, replace(content, **edited))
    world.pass_time(minutes=1)
    world.deliver()


def test_contact_made_by_a_lost_process_and_edited_in_outlook_is_merged(small: World) -> None:
    small.sync()
    small.do(create_record, "contact", JANE)
    deliver_twice_with_an_edit_between(small, FolderRole.CONTACTS, full_name="Jane Roe-Smith", job_title="Buyer")
    with small.store.read() as tx:
        jane = tx.execute(select(Record.title).where(Record.kind == "contact")).scalars().all()
    ((_, card),) = in_folder(small, FolderRole.CONTACTS)
    assert isinstance(card, ContactCard)
    assert (jane, card.full_name) == (["Jane Roe"], "Jane Roe-Smith")
    assert conflicts(small) == {"title": ("Jane Roe-Smith", "Jane Roe")}


def test_appointment_made_by_a_lost_process_and_moved_in_outlook_is_asked_about(small: World) -> None:
    small.sync()
    start = (START + timedelta(days=1)).replace(tzinfo=None)
    small.do(create_appointment, EventEdit(title="Call", start=start, timezone="UTC"))
    later = START + timedelta(days=2)
    deliver_twice_with_an_edit_between(small, FolderRole.CALENDAR, start=later, end=later + timedelta(minutes=30))
    ((_, event),) = in_folder(small, FolderRole.CALENDAR)
    assert isinstance(event, Event)
    assert event.start == later
    ((name, (theirs, mine)),) = conflicts(small).items()
    assert (name, theirs["start"], mine["start"]) == (
        "when",
        "2026-03-04T09:00:00+00:00",
        "2026-03-03T09:00:00+00:00",
    )


class Unread(MemoryCalendar):
    """A calendar that hands out nothing it holds."""

    def fetch_events(self, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
        return iter([Poisoned(each, ItemGone(each)) for each in item_ids])


def test_appointment_edited_here_while_it_is_being_made_is_no_conflict(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(MemoryCalendar):
        def create_event(self, folder: Folder, event: Event, stamp: str, notify: Notify) -> Written:
            made = super().create_event(folder, event, stamp, notify)
            small.do(edit_appointment, key, EventEdit(title="Visit"))
            return made

    small.sync()
    start = (START + timedelta(days=1)).replace(tzinfo=None)
    key = small.do(create_appointment, EventEdit(title="Call", start=start, timezone="UTC")).activity_id
    monkeypatch.setattr(world_module, "MemoryCalendar", Slow)
    for _ in range(2):
        small.deliver()
        small.sync()
    ((_, event),) = in_folder(small, FolderRole.CALENDAR)
    assert (event.title, conflicts(small)) == ("Visit", {})


def test_appointment_that_is_made_and_never_handed_out_is_told(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small.sync()
    start = (START + timedelta(days=1)).replace(tzinfo=None)
    small.do(create_appointment, EventEdit(title="Call", start=start, timezone="UTC"))
    monkeypatch.setattr(world_module, "MemoryCalendar", Unread)
    assert failures(small) == ["The appointment was made, and the calendar does not let it be read."]
    assert len(in_folder(small, FolderRole.CALENDAR)) == 1


def test_contact_that_is_made_and_never_handed_out_is_told(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small.sync()
    small.do(create_record, "contact", JANE)
    monkeypatch.setattr(
        small.provider, "fetch_contacts", lambda ids: iter([Poisoned(each, ItemGone(each)) for each in ids])
    )
    assert failures(small) == ["The contact was made, and the mailbox does not let it be read."]
    assert len(in_folder(small, FolderRole.CONTACTS)) == 1


def failures(world: World) -> list[str]:
    """What people are told after many attempts."""
    for _ in range(10):
        world.deliver()
        world.pass_time(minutes=20)
    with world.store.read() as tx:
        return list(tx.execute(select(Outgoing.last_error).where(Outgoing.state == "failed")).scalars())


def test_contact_waits_until_the_mailbox_was_read_and_is_not_made_twice(small: World) -> None:
    small.provider.deliver(
        small.folder(FolderRole.CONTACTS), ContactCard("", "Jane", emails=(("", JANE["emails"][0]),))
    )
    small.do(create_record, "contact", JANE)
    for _ in range(3):
        small.sync()
    assert [card.full_name for _, card in in_folder(small, FolderRole.CONTACTS)] == ["Jane"]


def test_series_renamed_here_while_outlook_moves_an_occurrence_is_the_same_on_both_sides(small: World) -> None:
    start = START + timedelta(days=1)
    small.sync()
    edit = EventEdit(title="Team", start=start.replace(tzinfo=None), timezone="UTC", rrule="FREQ=DAILY;COUNT=3")
    key = small.do(create_appointment, edit).activity_id
    small.deliver()
    small.sync()
    small.do(edit_appointment, key, EventEdit(title="Crew"))
    ((item_id, event),) = in_folder(small, FolderRole.CALENDAR)
    moved = replace(event, start=start + HOUR, end=start + 2 * HOUR, original_start=start, rrule="")
    small.provider.replace(item_id, replace(event, exceptions=(moved,)))
    small.deliver()
    small.sync()
    ((_, after),) = in_folder(small, FolderRole.CALENDAR)
    with small.store.read() as tx:
        here = read_event(tx, key)
    for one in (here, after):
        assert (one.title, [(each.title, each.start) for each in one.exceptions]) == (
            "Crew",
            [("Team", start + HOUR)],
        )
