"""The card of a meeting: each line rests on a record or an activity, and only what its reader may see is on it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from assistant.following.day.meeting_card import MeetingFacts, Person, Source, meeting_card
from assistant.following.day.meeting_facts import meeting_card as read_card
from assistant.following.finding.after_meetings import ask_after_meetings
from calendar_sync.appointments import create_appointment
from calendar_sync.edit import EventEdit
from calendar_sync.event import Attendee
from mail_sync.message import Address
from store.actor import actor_for
from store.engine import Store
from store.queries.follow_ups import follow_ups
from store.schema.activities import Activity
from store.sync.mailboxes import FolderState, save_folders
from tests.assistant.following.scene import ANNA, DAY, MONDAY, Scene

HOUR = timedelta(hours=1)


def meet(scene: Scene, title: str, *people: str, starts: timedelta = HOUR) -> int:
    """A meeting of an hour in Anna's calendar."""
    at = MONDAY + starts
    attendees = tuple(Attendee(Address(email, email.split("@")[0])) for email in people)
    edit = EventEdit(title=title, start=at, end=at + HOUR, attendees=attendees)
    with scene.store.write() as tx:
        save_folders(tx, scene.mailbox, [FolderState("cal", "Calendar", "calendar", "appointment", 0, True)])
        create_appointment(tx, edit, tell=False, by=actor_for(tx, ANNA), now=MONDAY)
        return tx.execute(select(Activity.id).where(Activity.subject == title)).scalar_one()


def test_card_says_who_comes_what_is_open_and_what_was_promised(sqlite_store: Store) -> None:
    scene = Scene(sqlite_store)
    scene.sends(0.5, "Dear Jane,\n\nI'll send you the drawings by Wednesday.\n\nAnna")
    deal = scene.record("opportunity", title="Second lift", account=scene.fabrikam, stage="propose")
    meeting = meet(scene, "Plan", "jane@fabrikam.example", "joe@else.example")
    with sqlite_store.read() as tx:
        found = read_card(tx, meeting, MONDAY + HOUR, by=actor_for(tx, ANNA), now=MONDAY + HOUR / 2)
    assert [(line.part, line.said) for line in found] == [
        ("people", "Jane Roe, Fabrikam"),
        ("people", "joe, joe@else.example, nobody we know yet"),
        ("talked", "We wrote: Snow guns"),
        ("open", "Second lift (propose)"),
        ("promises", "We: “I'll send you the drawings by Wednesday.”"),
    ]
    assert [line.source.record_id for line in found] == [scene.jane, None, None, deal, None]
    assert all(line.source.record_id or line.source.activity_id for line in found)


def test_card_of_a_meeting_about_nobody_is_empty() -> None:
    assert meeting_card(MeetingFacts(Source("appointment", "u", "Plan")), MONDAY) == ()
    only = MeetingFacts(Source("appointment", "u", "Plan"), (Person("Joe", "joe@else.example", "declined"),))
    (line,) = meeting_card(only, MONDAY)
    assert (line.said, line.source.id) == ("Joe, joe@else.example, nobody we know yet, declined", "u")


def test_after_a_meeting_with_people_from_outside_one_is_asked_once(sqlite_store: Store) -> None:
    scene = Scene(sqlite_store)
    meeting = meet(scene, "Plan", "jane@fabrikam.example")
    meet(scene, "Among us", "bert@alpine.example")
    meet(scene, "Long ago", "jane@fabrikam.example", starts=-5 * DAY)
    asked = [ask_after_meetings(sqlite_store, now=MONDAY + hours * HOUR, zone="UTC") for hours in (1, 2, 3)]
    assert asked == [0, 1, 0]
    with sqlite_store.read() as tx:
        (row,) = follow_ups(tx, by=scene.anna)
    assert (row.kind, row.text, row.ground and row.ground.activity_id) == ("meeting", "Plan", meeting)
    assert (row.comes_at, row.customer and row.customer.record_id) == (MONDAY + 2 * HOUR, scene.fabrikam)
