"""Who is mailed about a change of a meeting, and why nobody is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from calendar_sync.edit import EventEdit, Scope, apply_edit, without
from calendar_sync.event import Attendee, Event
from calendar_sync.invite import MailedPreview, together, who_is_mailed
from calendar_sync.provider import Notify
from mail_sync.message import Address
from tests.calendar_sync.strategies import events

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ME, ANN, BEN = (
    Address("me@alpine.example", "Me"),
    Address("ann@fabrikam.example", "Ann Lee"),
    Address("ben@fabrikam.example"),
)
OURS = frozenset({"me@alpine.example"})


def meeting(*people: Address, start: datetime = NOW + timedelta(days=1), **fields: Any) -> Event:
    return Event(
        "u1",
        "Offer",
        start,
        start + timedelta(hours=1),
        organizer=ME,
        attendees=tuple(Attendee(each) for each in people),
        **fields,
    )


def told(before: Event | None, after: Event | None) -> MailedPreview:
    return who_is_mailed(before, after, now=NOW, ours=OURS)


def test_new_meeting_invites_everybody_but_ourselves() -> None:
    preview = told(None, meeting(ME, ANN, BEN))
    assert preview == MailedPreview(invited=(ANN, BEN))
    assert (preview.mails, preview.notify) == (True, Notify.CHANGED)
    assert preview.sentence == "Ann Lee and 1 other get an invitation."


@pytest.mark.parametrize(
    "change",
    [
        {"title": "New"},
        {"description": "New"},
        {"location": "Room 2"},
        {"start": NOW + timedelta(days=2), "end": NOW + timedelta(days=2, hours=1)},
        {"end": NOW + timedelta(days=1, hours=3)},
        {"all_day": True, "start": date(2026, 3, 3), "end": date(2026, 3, 4)},
        {"attendees": (Attendee(ANN, "optional"),)},
        {"status": "tentative"},
        {"importance": "high"},
        {"rrule": "FREQ=DAILY"},
    ],
)
def test_field_of_the_rule_mails_an_update(change: dict[str, Any]) -> None:
    before = meeting(ANN)
    preview = told(before, replace(before, **change))
    assert (preview, preview.notify) == (MailedPreview(updated=(ANN,)), Notify.EVERYBODY)


@pytest.mark.parametrize(
    "change",
    [
        {"busy": "free"},
        {"sensitivity": "private"},
        {"categories": ("Blue",)},
        {"reminder_minutes": 5},
        {"sequence": 7},
        {"attendees": (Attendee(ANN, response="accepted"),)},
    ],
)
def test_other_fields_mail_nobody(change: dict[str, Any]) -> None:
    before = meeting(ANN)
    preview = told(before, replace(before, **change))
    assert preview.sentence == "Nobody is mailed: nothing changed that the others need to know."
    assert preview.notify is Notify.NOBODY


def test_meeting_in_the_past_mails_nobody() -> None:
    past = meeting(ANN, start=NOW - timedelta(hours=1))
    for before, after in ((None, past), (past, None), (past, replace(past, title="New"))):
        assert told(before, after) == MailedPreview(reason="it lies in the past.")


def test_appointment_without_others_mails_nobody() -> None:
    assert told(None, meeting(ME)) == MailedPreview(reason="nobody is invited.")


def test_copy_of_somebody_elses_meeting_mails_nobody() -> None:
    theirs = replace(meeting(ME, BEN), organizer=ANN)
    preview = told(theirs, replace(theirs, title="New"))
    assert preview == MailedPreview(reason="only the organizer invites, and that is Ann Lee.")


def test_added_is_invited_removed_is_cancelled_and_others_hear_nothing() -> None:
    preview = told(meeting(ANN), meeting(BEN))
    assert preview == MailedPreview(invited=(BEN,), cancelled=(ANN,))
    assert told(meeting(ANN), meeting(ANN, BEN)) == MailedPreview(invited=(BEN,))
    assert preview.notify is Notify.CHANGED


def test_deleted_and_cancelled_meetings_are_cancelled() -> None:
    before = meeting(ANN, BEN)
    assert (
        told(before, None) == told(before, replace(before, status="cancelled")) == MailedPreview(cancelled=(ANN, BEN))
    )


def test_series_that_goes_on_mails_although_it_began_in_the_past() -> None:
    weekly = meeting(ANN, start=NOW - timedelta(days=30), rrule="FREQ=WEEKLY")
    assert told(weekly, replace(weekly, title="New")) == MailedPreview(updated=(ANN,))
    over = replace(weekly, rrule="FREQ=WEEKLY;COUNT=2")
    assert told(over, replace(over, title="New")).mails is False


def test_change_of_one_occurrence_counts_by_that_occurrence() -> None:
    weekly = meeting(ANN, start=NOW - timedelta(days=21), rrule="FREQ=WEEKLY")
    past, coming = NOW - timedelta(days=7), NOW + timedelta(days=7)
    changed = [apply_edit(weekly, EventEdit(title="New"), Scope.OCCURRENCE, at).event for at in (past, coming)]
    gone = [without(weekly, Scope.OCCURRENCE, at) for at in (past, coming)]
    assert [told(weekly, each).mails for each in (*changed, *gone)] == [False, True, False, True]


def test_divided_series_updates_one_and_invites_to_the_other() -> None:
    daily = meeting(ANN, rrule="FREQ=DAILY;COUNT=5")
    cut = apply_edit(daily, EventEdit(title="New"), Scope.FOLLOWING, NOW + timedelta(days=3), new_uid="u2")
    preview = together(told(daily, cut.event), told(None, cut.following))
    assert preview == MailedPreview(invited=(ANN,), updated=(ANN,))


@settings(max_examples=40, deadline=None)
@given(event=events())
def test_unchanged_event_mails_nobody(event: Event) -> None:
    assert who_is_mailed(event, event, now=NOW, ours=OURS).mails is False
