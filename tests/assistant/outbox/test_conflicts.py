"""Choosing in conflicts, for contacts and appointments, and taking the choice back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.conflicts import resolve_conflict, shown
from calendar_sync.edit import EventEdit, Scope
from store.actor import Actor
from store.errors import Invalid, NotAllowed, NotFound
from store.history.operations import undo
from store.linking.by_hand import set_link
from store.queries.conflicts import ConflictRow, count_conflicts, open_conflicts
from store.records.writing import create_record
from tests.assistant.outbox.test_contacts import Contacts
from tests.assistant.outbox.test_events import AT, CALL, HOUR, WEEKLY, Appointments
from tests.assistant.outbox.world import World


def listed(world: World, by: Actor | None = None) -> tuple[ConflictRow, ...]:
    with world.store.read() as tx:
        return open_conflicts(tx, by=by or world.by).rows


def contacts_in_conflict(world: World) -> tuple[Contacts, str, int]:
    contacts = Contacts(world)
    remote_id = contacts.add()
    record_id = contacts.record_id()
    contacts.change_there(remote_id, job_title="Theirs")
    contacts.edit(record_id, job_title="Mine")
    contacts.cycle()
    return contacts, remote_id, record_id


def test_conflicts_are_listed_with_all_sides_in_words(world: World) -> None:
    contacts_in_conflict(world)
    (row,) = listed(world)
    said = shown(row)
    assert (said.label, said.base, said.theirs, said.mine) == ("Job title", "Buyer", "Theirs", "Mine")
    assert (row.title, row.mailbox, row.mine_by) == ("Jane Roe", "anna@alpine.example", "Anna")
    assert row.mine_at == row.found_at  # the clock stood still between the edit and the delivery that met it


def test_somebody_who_may_not_see_it_neither_sees_nor_settles_a_conflict(small: World) -> None:
    contacts_in_conflict(small)
    (row,) = listed(small)
    stranger = Actor(99, "Stranger", "restricted")
    assert listed(small, stranger) == ()
    with small.store.write() as tx:
        assert count_conflicts(tx, by=stranger) == 0
        with pytest.raises(NotFound):
            resolve_conflict(tx, row.uid, "mine", by=stranger, now=small.now)


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "Theirs"), ("mine", "Mine")])
def test_a_choice_brings_both_sides_of_a_contact_together(small: World, choice: str, expected: str) -> None:
    contacts, remote_id, record_id = contacts_in_conflict(small)
    small.do(resolve_conflict, listed(small)[0].uid, choice)
    contacts.cycle()
    assert (contacts.state(record_id)["job_title"], contacts.card(remote_id).job_title) == (expected, expected)
    assert listed(small) == ()


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_choice_taken_back_is_a_question_again(small: World, choice: str) -> None:
    contacts, _, record_id = contacts_in_conflict(small)
    before = listed(small)
    small.do(resolve_conflict, before[0].uid, choice)
    small.do(undo)
    assert [row.sides for row in listed(small)] == [row.sides for row in before]
    contacts.cycle()
    assert (contacts.state(record_id)["job_title"], len(listed(small))) == ("Mine", 1)


def test_only_one_of_the_sides_can_be_chosen(small: World) -> None:
    contacts_in_conflict(small)
    with pytest.raises(Invalid):
        small.do(resolve_conflict, listed(small)[0].uid, "both")


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "Theirs"), ("mine", "Mine")])
def test_a_choice_brings_both_sides_of_an_appointment_together(small: World, choice: str, expected: str) -> None:
    small.sync()
    calendar = Appointments(small)
    remote_id = calendar.add(CALL)
    calendar.change_there(remote_id, title="Theirs")
    calendar.edit(EventEdit(title="Mine"))
    calendar.cycle()
    small.do(resolve_conflict, listed(small)[0].uid, choice)
    calendar.cycle()
    assert (calendar.here().title, calendar.there(remote_id).title) == (expected, expected)


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_conflict_in_somebody_elses_calendar_is_seen_but_not_settled(small: World, choice: str) -> None:
    small.sync()
    calendar = Appointments(small)
    remote_id = calendar.add(CALL)
    account = small.do(create_record, "account", {"title": "Fabrikam"})
    small.do(set_link, calendar.key(), account.record_id)
    calendar.change_there(remote_id, title="Theirs")
    calendar.edit(EventEdit(title="Mine"))
    calendar.cycle()
    colleague = Actor(99, "Ben", "sales")
    (row,) = listed(small, colleague)
    with small.store.write() as tx, pytest.raises(NotAllowed, match="a calendar that is not yours"):
        resolve_conflict(tx, row.uid, choice, by=colleague, now=small.now)
    assert (listed(small), small.open_acts()) == ((row,), [])
    assert (calendar.here().title, calendar.there(remote_id).title) == ("Mine", "Theirs")


def test_a_contact_in_conflict_is_settled_by_whoever_may_edit_it(small: World) -> None:
    contacts, remote_id, _ = contacts_in_conflict(small)
    anna, small.by = small.by, replace(small.by, role="sales", mailbox_ids=frozenset())
    small.do(resolve_conflict, listed(small)[0].uid, "mine")
    small.by = anna
    contacts.cycle()
    assert contacts.card(remote_id).job_title == "Mine"


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_series_in_conflict_is_chosen_as_a_whole(small: World, choice: str) -> None:
    small.sync()
    calendar = Appointments(small)
    remote_id = calendar.add(WEEKLY)
    calendar.change_there(remote_id, rrule="FREQ=WEEKLY;BYDAY=MO;COUNT=3")
    calendar.edit(EventEdit(title="Mine"), scope=Scope.OCCURRENCE, original_start=AT + 24 * 7 * HOUR)
    calendar.cycle()
    (row,) = listed(small)
    assert shown(row).label == "Series"
    small.do(resolve_conflict, row.uid, choice)
    calendar.cycle()
    here, there = calendar.here(), calendar.there(remote_id)
    count = 3 if choice == "theirs" else 5
    names = ["Mine"] if choice == "mine" else []
    assert here.rrule == there.rrule == f"FREQ=WEEKLY;BYDAY=MO;COUNT={count}"
    assert [each.title for each in here.exceptions] == [each.title for each in there.exceptions] == names
