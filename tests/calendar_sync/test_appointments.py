"""What people do with appointments, as far as the store, the ledger and the outbox hear of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from calendar_sync.appointments import (
    cancel_appointment,
    create_appointment,
    delete_appointment,
    edit_appointment,
    move_appointment,
    preview_cancellation,
    preview_creation,
    preview_edit,
)
from calendar_sync.corrections import make_up_for
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.event import Attendee, Event
from calendar_sync.ingest import prepare_event, roll_forward, write_events
from calendar_sync.stored import read_event
from mail_sync.capture import CaptureRules
from mail_sync.ours import Ours
from store.actor import SYSTEM
from store.engine import Store
from store.errors import AlreadySent, CannotUndo, Invalid, NotFound
from store.history.operations import undo
from store.queries.agenda import agenda
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from tests.calendar_sync.calendars import (
    ANNA,
    BEN,
    GUS,
    NOW,
    Waiting,
    actor,
    arrive,
    connect,
    delivered,
    meeting,
    outbox,
    times,
)
from tests.store.builders import World

SOON, RECALL = timedelta(), timedelta(seconds=15)


def put(notify: str = "nobody", *, mails: bool = False, state: str = "waiting") -> Waiting:
    return Waiting("put_event", {"notify": notify}, mails, RECALL if mails else SOON, state)


def test_new_appointment_shows_at_once_and_waits_for_its_server(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        acted = create_appointment(tx, meeting(), by=by, now=NOW)
        shown = agenda(tx, by=by, start=NOW, end=NOW + timedelta(days=2))
        item = tx.execute(select(MailboxItem.remote_id, MailboxItem.stamp, MailboxItem.folder_id)).one()
        stamp = tx.execute(select(Outgoing.uid)).scalar_one()
        assert outbox(tx) == [put()]
    assert [(row.title, row.starts_at) for row in shown] == [("Offer", NOW + timedelta(days=1))]
    assert (item.remote_id, item.stamp, item.folder_id is not None) == (f"new:{stamp}", stamp, True)
    assert acted.mailed.sentence == "Nobody is mailed: nobody is invited."


def test_new_meeting_mails_after_the_recall_time_as_its_preview_said(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        preview = preview_creation(tx, meeting(GUS), by=by, now=NOW)
        acted = create_appointment(tx, meeting(GUS), by=by, now=NOW)
        assert outbox(tx) == [put("changed", mails=True)]
        event = read_event(tx, acted.activity_id)
    assert preview == acted.mailed
    assert preview.sentence == "Gus Fab gets an invitation."
    assert (event.organizer, len(acted.outgoing_uids)) == (ANNA, 1)


def test_new_meeting_can_be_kept_from_the_others(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        acted = create_appointment(tx, meeting(GUS), tell=False, by=actor(tx, ANNA), now=NOW)
        assert outbox(tx) == [put()]
    assert acted.mailed.sentence == "Nobody is mailed: you chose to tell nobody."


def test_new_appointment_is_regarding_the_record_it_was_made_for(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        record_id = World(tx).record("account", "Fabrikam")
        by = actor(tx, ANNA)
        create_appointment(tx, meeting(rrule="FREQ=DAILY;COUNT=4"), record_id=record_id, by=by, now=NOW)
        (row, *_) = agenda(tx, by=by, start=NOW, end=NOW + timedelta(days=2))
        cut = NOW + timedelta(days=3)
        edit = EventEdit(title="Other")
        edit_appointment(tx, row.activity_id, edit, scope=Scope.FOLLOWING, original_start=cut, by=by, now=NOW)
        rows = agenda(tx, by=by, start=NOW, end=NOW + timedelta(days=9))
    assert row.regarding is not None
    assert {each.regarding for each in rows} == {row.regarding}
    assert [each.title for each in rows] == ["Offer", "Offer", "Other", "Other"]


def test_appointment_without_a_connected_mailbox_needs_no_server(store: Store) -> None:
    with store.write() as tx:
        acted = create_appointment(tx, meeting(GUS), by=SYSTEM, now=NOW)
        assert outbox(tx) == []
        assert times(tx, acted.activity_id) == ["03.03. 09:00 Offer"]
    assert acted.mailed.sentence == "Nobody is mailed: this calendar has no server that sends invitations."


@pytest.mark.parametrize("fields", [EventEdit(title="x"), EventEdit(start=NOW), EventEdit(title=" ", start=NOW)])
def test_appointment_needs_a_title_and_a_start(store: Store, fields: EventEdit) -> None:
    with store.write() as tx, pytest.raises(Invalid, match="needs a"):
        create_appointment(tx, fields, by=SYSTEM, now=NOW)


def test_edit_is_one_operation_that_undo_takes_back_everywhere(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(), by=by, now=NOW).activity_id
        before = read_event(tx, made)
        delivered(tx)
        move_appointment(tx, made, NOW + timedelta(days=5), by=by, now=NOW)
        assert times(tx, made) == ["07.03. 09:00 Offer"]
        undo(tx, by=by, now=NOW)
        assert (times(tx, made), read_event(tx, made)) == (["03.03. 09:00 Offer"], before)
        assert outbox(tx) == [put(state="done"), put()]  # one act that waits covers both changes
        undo(tx, by=by, now=NOW)
        assert agenda(tx, by=by, start=NOW, end=NOW + timedelta(days=9)) == ()
        assert outbox(tx)[-1].verb == "remove_event"


def test_undone_creation_that_no_server_knows_tells_none(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        create_appointment(tx, meeting(GUS), by=by, now=NOW)
        undone = undo(tx, by=by, now=NOW)
        assert outbox(tx) == [put("changed", mails=True, state="cancelled")]
        undo(tx, undone, by=by, now=NOW)
        assert [row.title for row in agenda(tx, by=by, start=NOW, end=NOW + timedelta(days=9))] == ["Offer"]
        assert outbox(tx)[0].state == "waiting"


def test_mailed_meeting_is_made_up_for_by_a_cancellation(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(GUS), by=by, now=NOW)
        delivered(tx)
        with pytest.raises(AlreadySent, match="you can send a correction"):
            undo(tx, by=by, now=NOW)
        (acted,) = make_up_for(tx, made.operation_uid, by=by, now=NOW)
        assert acted.mailed.sentence == "Gus Fab gets a cancellation."
        assert read_event(tx, made.activity_id).status == "cancelled"
        assert outbox(tx)[-1].payload == {"notify": "changed", "comment": "", "original_start": ""}


def test_mailed_edit_is_made_up_for_by_a_correction(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(GUS, rrule="FREQ=DAILY;COUNT=2"), by=by, now=NOW).activity_id
        delivered(tx)
        before = read_event(tx, made)
        edited = move_appointment(tx, made, NOW + timedelta(days=1, hours=2), by=by, now=NOW)
        delivered(tx)
        (acted,) = make_up_for(tx, edited.operation_uid, by=by, now=NOW)
        assert (acted.mailed.sentence, read_event(tx, made)) == ("Gus Fab gets an update.", before)
        assert times(tx, made) == ["03.03. 09:00 Offer", "04.03. 09:00 Offer"]
        assert outbox(tx)[-1] == put("everybody", mails=True)


def test_series_put_back_by_undo_is_written_out_by_the_next_cycle(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(rrule="FREQ=DAILY;COUNT=2"), by=by, now=NOW).activity_id
        edit_appointment(tx, made, EventEdit(title="Other", rrule=""), by=by, now=NOW)
        assert times(tx, made) == ["03.03. 09:00 Other"]
        undo(tx, by=by, now=NOW)
    roll_forward(store, now=NOW)
    with store.read() as tx:
        assert times(tx, made) == ["03.03. 09:00 Offer", "04.03. 09:00 Offer"]


def test_guest_changes_only_reminder_and_categories_of_a_meeting(store: Store) -> None:
    """Hard case 32."""
    anna = connect(store, ANNA)
    start = NOW + timedelta(days=1)
    theirs = Event(
        "u1",
        "Theirs",
        start,
        start + timedelta(hours=1),
        organizer=GUS,
        attendees=(Attendee(ANNA),),
        my_response="none",
    )
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = arrive(tx, anna, theirs)
        for edit in (EventEdit(title="Mine"), EventEdit(start=NOW), EventEdit(attendees=()), EventEdit(location="x")):
            with pytest.raises(Invalid, match=r"Gus Fab organizes this meeting: you can answer it"):
                edit_appointment(tx, made, edit, by=by, now=NOW)
        with pytest.raises(Invalid, match="decline it instead"):
            delete_appointment(tx, made, by=by, now=NOW)
        edit_appointment(tx, made, EventEdit(reminder_minutes=5, categories=("Blue",)), by=by, now=NOW)
        item_id = tx.execute(select(MailboxItem.id)).scalar_one()
        found = read_event(tx, made, item_id=item_id)
        assert (found.reminder_minutes, found.categories) == (5, ("Blue",))
        undo(tx, by=by, now=NOW)
        assert read_event(tx, made, item_id=item_id) == theirs


def test_edit_of_one_occurrence_leaves_the_others(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(GUS, rrule="FREQ=DAILY;COUNT=3"), by=by, now=NOW).activity_id
        second = NOW + timedelta(days=2)
        edit = EventEdit(title="Changed")
        preview = preview_edit(tx, made, edit, scope=Scope.OCCURRENCE, original_start=second, by=by, now=NOW)
        assert preview.sentence == "Gus Fab gets an update."
        edit_appointment(tx, made, edit, scope=Scope.OCCURRENCE, original_start=second, by=by, now=NOW)
        assert times(tx, made) == ["03.03. 09:00 Offer", "04.03. 09:00 Changed", "05.03. 09:00 Offer"]
        preview = preview_cancellation(tx, made, scope=Scope.OCCURRENCE, original_start=second, by=by, now=NOW)
        assert preview.mails
        cancel_appointment(tx, made, scope=Scope.OCCURRENCE, original_start=second, comment=" Ill. ", by=by, now=NOW)
        assert times(tx, made) == ["03.03. 09:00 Offer", "05.03. 09:00 Offer"]
        assert outbox(tx)[-1].payload == {
            "notify": "everybody",
            "comment": "Ill.",
            "original_start": "2026-03-04T09:00:00+00:00",
        }


def test_cancelled_meeting_stays_as_cancelled_and_own_appointment_goes(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        with_gus = create_appointment(tx, meeting(GUS), by=by, now=NOW).activity_id
        alone = create_appointment(tx, meeting(title="Alone"), by=by, now=NOW).activity_id
        delivered(tx)
        assert cancel_appointment(tx, with_gus, by=by, now=NOW).mailed.sentence == "Gus Fab gets a cancellation."
        delete_appointment(tx, alone, by=by, now=NOW)
        rows = agenda(tx, by=by, start=NOW, end=NOW + timedelta(days=9))
        assert [(row.title, row.status) for row in rows] == [("Offer", "cancelled")]
        undo(tx, by=by, now=NOW)
        rows = agenda(tx, by=by, start=NOW, end=NOW + timedelta(days=9))
        assert sorted(row.title for row in rows) == ["Alone", "Offer"]
        with pytest.raises(Invalid, match="cancel the meeting"):
            again = create_appointment(tx, meeting(GUS), by=by, now=NOW).activity_id
            delete_appointment(tx, again, by=by, now=NOW)


def test_series_ended_early_tells_of_it(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(GUS, rrule="FREQ=DAILY;COUNT=4"), by=by, now=NOW).activity_id
        cut = NOW + timedelta(days=3)
        acted = cancel_appointment(tx, made, scope=Scope.FOLLOWING, original_start=cut, by=by, now=NOW)
        assert (acted.mailed.sentence, times(tx, made)) == (
            "Gus Fab gets an update.",
            ["03.03. 09:00 Offer", "04.03. 09:00 Offer"],
        )


def test_divided_series_invites_to_the_second_and_updates_the_first(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(GUS, rrule="FREQ=DAILY;COUNT=4"), by=by, now=NOW).activity_id
        delivered(tx)
        cut = NOW + timedelta(days=3)
        acted = move_appointment(
            tx, made, cut + timedelta(hours=2), scope=Scope.FOLLOWING, original_start=cut, by=by, now=NOW
        )
        assert outbox(tx)[1:] == [put("everybody", mails=True), put("changed", mails=True)]
        assert times(tx, made) == ["03.03. 09:00 Offer", "04.03. 09:00 Offer"]
        assert times(tx, acted.following_id or 0) == ["05.03. 11:00 Offer", "06.03. 11:00 Offer"]
        undo(tx, by=by, now=NOW)
    roll_forward(store, now=NOW)
    with store.read() as tx:
        assert len(times(tx, made)) == 4
        deleted = select(Activity.deleted_at.is_not(None)).where(Activity.id == acted.following_id)
        assert tx.execute(deleted).scalar_one()


def test_other_bookings_at_that_time_are_told_and_not_refused(store: Store) -> None:
    connect(store, ANNA)
    ben = connect(store, BEN)
    with store.write() as tx:
        by = actor(tx, ANNA)
        first = create_appointment(tx, meeting(title="First"), by=by, now=NOW)
        create_appointment(tx, replace(meeting(title="Free"), busy="free"), by=by, now=NOW)
        create_appointment(tx, meeting(title="Ben's"), by=actor(tx, BEN), now=NOW)
        second = create_appointment(tx, meeting(title="Second"), by=by, now=NOW)
        later = move_appointment(tx, second.activity_id, NOW + timedelta(days=3), by=by, now=NOW)
    assert ben
    assert first.clashes == later.clashes == ()
    assert [clash.title for clash in second.clashes] == ["First"]


def test_nobody_acts_in_a_calendar_that_is_not_theirs(store: Store) -> None:
    anna = connect(store, ANNA)
    connect(store, BEN)
    with store.write() as tx:
        made = create_appointment(tx, meeting(), by=actor(tx, ANNA), now=NOW).activity_id
        ben = actor(tx, BEN)
        with pytest.raises(NotFound):
            edit_appointment(tx, made, EventEdit(title="Mine"), by=ben, now=NOW)
        with pytest.raises(NotFound):
            create_appointment(tx, meeting(), mailbox_id=anna, by=ben, now=NOW)


def test_appointment_of_which_only_the_time_is_known_cannot_be_changed(store: Store) -> None:
    anna = connect(store, ANNA)
    start = NOW + timedelta(days=1)
    secret = Event("u1", "Secret", start, start + timedelta(hours=1), sensitivity="private")
    with store.write() as tx:
        prepared = prepare_event("i1", "", secret, ours=Ours(), capture=CaptureRules(private_items=True), now=NOW)
        write_events(tx, anna, None, [prepared], now=NOW)
        made = tx.execute(select(Activity.id)).scalar_one()
        with pytest.raises(Invalid, match="only its time is known"):
            edit_appointment(tx, made, EventEdit(title="x"), by=actor(tx, ANNA), now=NOW)


def test_edit_that_nothing_speaks_for_is_nothing_to_take_back(store: Store) -> None:
    connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = create_appointment(tx, meeting(), by=by, now=NOW).activity_id
        acted = edit_appointment(tx, made, EventEdit(title="Offer"), by=by, now=NOW)
        with pytest.raises(CannotUndo):
            undo(tx, acted.operation_uid, by=by, now=NOW)
