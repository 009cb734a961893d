"""What calendar parts of mail do to meetings (RFC 5546), and answers to those that came in files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_sync.answers import answer_invitation
from calendar_sync.event import Attendee, Event
from calendar_sync.ics import read_calendar
from calendar_sync.ics_writer import write_calendar, write_cancellation, write_reply, write_request
from calendar_sync.ingest import prepare_event, write_events
from calendar_sync.invitations import take_invitations
from calendar_sync.itip import Proposal, proposal, taken
from calendar_sync.mail_part import meeting_in
from calendar_sync.provider import Answer
from calendar_sync.stored import read_event
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.message import Address
from mail_sync.mime.outgoing import outgoing_mime
from mail_sync.mime.reader import read_message
from mail_sync.ours import Ours
from mail_sync.outgoing import OutgoingMail
from mail_sync.outgoing_payload import from_payload
from mail_sync.provider import RemoteMessage
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.schema.activities import Activity, Appointment
from store.schema.mail import Email, MailboxItem
from store.sync.mailboxes import files_mailbox
from tests.calendar_sync.calendars import ANNA, BEN, GUS, NOW, actor, arrive, connect, outbox

START = NOW + timedelta(days=1)
MEETING = Event(
    "u1@fabrikam.example", "Offer", START, START + timedelta(hours=1), organizer=GUS,
    attendees=(Attendee(ANNA), Attendee(BEN)), sequence=2, modified_at=NOW,
)  # fmt: skip
SERIES = replace(MEETING, rrule="FREQ=DAILY;COUNT=4")
SECOND = START + timedelta(days=1)


def request(event: Event = MEETING, **fields: object) -> Event:
    return replace(event, method="REQUEST", **fields)  # type: ignore[arg-type]


def reply(who: Address, answer: str, *, at: datetime = NOW, **fields: object) -> Event:
    people = (Attendee(who, response=answer),)
    return replace(MEETING, method="REPLY", attendees=people, modified_at=at, **fields)  # type: ignore[arg-type]


def responses(event: Event | None) -> list[str]:
    return [] if event is None else [each.response for each in event.attendees]


def test_new_invitation_is_taken_as_it_is() -> None:
    assert taken(request(), None, "") == request()


def test_update_replaces_and_an_older_one_does_not() -> None:
    """Hard case 34."""
    newer = request(title="Newer", sequence=3)
    assert taken(newer, MEETING, GUS.email) == newer
    later = request(title="Later", modified_at=NOW + timedelta(minutes=1))
    assert taken(later, MEETING, GUS.email) == later
    assert taken(request(sequence=1), MEETING, GUS.email) is None
    assert taken(request(modified_at=NOW - timedelta(minutes=1)), MEETING, GUS.email) is None


def test_only_the_organizer_updates_and_cancels() -> None:
    newer = request(sequence=3)
    assert taken(newer, MEETING, BEN.email) is None
    assert taken(replace(newer, organizer=BEN), MEETING, BEN.email) is None
    assert taken(replace(newer, method="CANCEL"), MEETING, BEN.email) is None


def test_meeting_without_an_organizer_is_changed_by_its_keeper_alone() -> None:
    for nobody in (None, Address("", "Somebody")):
        known = replace(SERIES, organizer=nobody)
        newer = request(organizer=BEN, sequence=3)
        off = replace(newer, method="CANCEL")
        for part in (newer, off, replace(newer, original_start=SECOND), replace(off, original_start=SECOND)):
            assert taken(part, known, BEN.email) is None
            assert taken(part, known, BEN.email, is_keeper=True) is not None
    assert taken(request(sequence=3), MEETING, BEN.email, is_keeper=True) is None


def test_update_of_one_occurrence_becomes_its_exception() -> None:
    moved = request(start=SECOND + timedelta(hours=2), end=SECOND + timedelta(hours=3), original_start=SECOND)
    found = taken(moved, SERIES, GUS.email)
    assert found is not None
    assert [each.start for each in found.exceptions] == [SECOND + timedelta(hours=2)]
    nowhere = replace(moved, original_start=SECOND + timedelta(minutes=1))
    assert taken(nowhere, SERIES, GUS.email) is None


def test_cancellation_calls_off_all_or_one() -> None:
    cancel = replace(MEETING, method="CANCEL", sequence=3)
    whole = taken(cancel, MEETING, GUS.email)
    one = taken(replace(cancel, original_start=SECOND), SERIES, GUS.email)
    assert whole is not None
    assert one is not None
    assert (whole.status, one.status, [each.status for each in one.exceptions]) == (
        "cancelled",
        "confirmed",
        ["cancelled"],
    )
    assert taken(replace(cancel, sequence=1), MEETING, GUS.email) is None


def test_reply_counts_only_from_its_attendee_and_only_if_it_is_not_older() -> None:
    mine = reply(ANNA, "accepted")
    assert responses(taken(mine, MEETING, ANNA.email)) == ["accepted", "none"]
    assert taken(mine, MEETING, BEN.email) is None
    assert taken(reply(GUS, "accepted"), MEETING, GUS.email) is None
    assert taken(reply(ANNA, "accepted", sequence=1), MEETING, ANNA.email) is None
    after = taken(mine, MEETING, ANNA.email)
    older = reply(ANNA, "declined", at=NOW - timedelta(hours=1))
    assert after is not None
    assert taken(older, after, ANNA.email) is None
    assert responses(taken(replace(older, modified_at=NOW + timedelta(hours=1)), after, ANNA.email)) == [
        "declined",
        "none",
    ]


def test_reply_to_one_occurrence_is_kept_there() -> None:
    found = taken(reply(ANNA, "declined", original_start=SECOND), SERIES, ANNA.email)
    assert found is not None
    assert (responses(found), [responses(each) for each in found.exceptions]) == (
        ["none", "none"],
        [["declined", "none"]],
    )


def test_delegated_reply_is_left_alone() -> None:
    delegate = Address("deputy@alpine.example")
    assert taken(reply(ANNA, "accepted"), MEETING, delegate.email) is None
    both = replace(reply(ANNA, "accepted"), attendees=(Attendee(ANNA, response="accepted"), Attendee(delegate)))
    assert taken(both, MEETING, ANNA.email) is None


def test_counter_is_a_proposal_and_changes_nothing() -> None:
    counter = replace(reply(ANNA, "tentative"), method="COUNTER", start=SECOND, end=SECOND + timedelta(hours=1))
    counter = replace(counter, description="Later?")
    assert taken(counter, MEETING, ANNA.email) is None
    assert proposal(counter, MEETING) == Proposal(ANNA, SECOND, SECOND + timedelta(hours=1), None, "Later?")
    assert proposal(request()) is None


def mail(store: Store, sender: Address, calendar: bytes, *, name: str, at: datetime = NOW) -> int:
    """Import a mail with a calendar part from a file; its activity."""
    method = read_calendar(calendar).method
    outgoing = OutgoingMail(
        sender, (ANNA,), f"Mail {name}", "Hello", message_id=f"{name}@mail.example", calendar=calendar,
        calendar_method=method,
    )  # fmt: skip
    raw = outgoing_mime(outgoing, "", at)
    remote = RemoteMessage(name, "", read_message(raw), is_read=True, received_at=at)
    prepared = prepare_mail(remote, ours=Ours(), capture=CaptureRules(), now=at)
    assert prepared is not None
    with store.write() as tx:
        write_mail(tx, files_mailbox(tx, now=NOW), None, [prepared], now=at)
    take_invitations(store, now=at)
    with store.read() as tx:
        found = tx.execute(select(Email.id).where(Email.message_id == f"{name}@mail.example"))
        return found.scalar_one()


def stored(store: Store) -> Event:
    with store.read() as tx:
        return read_event(tx, tx.execute(select(Appointment.id)).scalar_one())


def test_mails_from_files_carry_a_meeting_from_invitation_to_cancellation(store: Store) -> None:
    mail(store, GUS, write_request(SERIES, now=NOW), name="invite")
    moved = replace(SERIES, sequence=3, title="Offer, again")
    mail(store, GUS, write_request(moved, now=NOW + timedelta(hours=1)), name="update")
    mail(store, GUS, write_request(SERIES, now=NOW), name="late")
    assert stored(store).title == "Offer, again"
    answer = write_reply(moved, BEN, "accepted", now=NOW + timedelta(hours=2))
    mail(store, BEN, answer, name="reply")
    assert responses(stored(store)) == ["none", "accepted"]
    off = write_cancellation(replace(moved, sequence=4), now=NOW + timedelta(hours=3), original_start=SECOND)
    mail(store, GUS, off, name="one-off")
    assert [each.status for each in stored(store).exceptions] == ["cancelled"]
    assert responses(stored(store)) == ["none", "accepted"]
    mail(store, GUS, write_cancellation(replace(moved, sequence=5), now=NOW + timedelta(hours=4)), name="all-off")
    assert stored(store).status == "cancelled"


def test_stranger_cannot_call_off_a_meeting_by_mail(store: Store) -> None:
    mail(store, GUS, write_request(MEETING, now=NOW), name="invite")
    mail(store, BEN, write_cancellation(replace(MEETING, sequence=9), now=NOW + timedelta(hours=1)), name="off")
    assert stored(store).status == "confirmed"


def test_appointment_without_an_organizer_is_changed_by_us_and_by_whoever_brought_it(store: Store) -> None:
    connect(store, ANNA)
    alone = replace(MEETING, organizer=None, attendees=())
    mail(store, GUS, write_calendar(alone, "PUBLISH", now=NOW), name="brought")
    later = NOW + timedelta(hours=1)
    stranger = Address("eve@else.example")
    for number, (who, title) in enumerate([(stranger, "Eve's"), (GUS, "Gus's"), (stranger, "Eve's"), (ANNA, "Anna's")]):
        part = write_calendar(replace(alone, title=title, sequence=3 + number), "PUBLISH", now=later)
        mail(store, who, part, name=f"update{number}")
        assert stored(store).title == ("Offer", "Gus's", "Gus's", "Anna's")[number]
    off = write_calendar(replace(alone, sequence=9), "CANCEL", now=later)
    mail(store, stranger, off, name="off")
    assert stored(store).status == "confirmed"
    mail(store, GUS, off, name="called-off")
    assert stored(store).status == "cancelled"


def test_appointment_from_a_calendar_file_is_not_changed_by_mails_of_strangers(store: Store) -> None:
    alone = replace(MEETING, organizer=None, attendees=())
    with store.write() as tx:
        prepared = prepare_event("file", "", alone, ours=Ours(), capture=CaptureRules(), now=NOW)
        write_events(tx, files_mailbox(tx, now=NOW), None, [prepared], now=NOW)
    for method in ("REQUEST", "CANCEL"):
        part = write_calendar(replace(alone, title="Gus's", organizer=GUS, sequence=3), method, now=NOW)
        mail(store, GUS, part, name=method)
    assert stored(store) == replace(stored(store), title="Offer", status="confirmed", organizer=None)


def test_answer_to_a_meeting_from_a_file_is_mailed_to_its_organizer(store: Store) -> None:
    connect(store, ANNA)
    email_id = mail(store, GUS, write_request(MEETING, now=NOW), name="invite")
    with store.write() as tx:
        by = actor(tx, ANNA)
        meeting = meeting_in(tx, email_id, by=by)
        assert meeting is not None
        assert (meeting.method, meeting.can_answer, meeting.activity_id is not None) == ("REQUEST", True, True)
        answer_invitation(tx, email_id, Answer.ACCEPTED, comment="Glad to.", by=by, now=NOW)
        (waiting,) = outbox(tx)
        assert (waiting.verb, waiting.mails, waiting.delay) == ("send_mail", True, timedelta(seconds=15))
        sent = from_payload(waiting.payload)
    assert (sent.sender.email, sent.to, sent.subject, sent.calendar_method) == (
        ANNA.email,
        (GUS,),
        "Accepted: Offer",
        "REPLY",
    )
    (answered,) = read_calendar(sent.calendar).events
    assert answered.attendees == (Attendee(ANNA, response="accepted"),)
    assert responses(stored(store)) == ["accepted", "none"]


def test_answer_in_a_synced_calendar_is_given_by_its_server_and_can_be_recalled(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        made = arrive(tx, anna, replace(SERIES, my_response="none"))
        answer_invitation(tx, made, Answer.DECLINED, original_start=SECOND, comment="Ill.", by=by, now=NOW)
        (waiting,) = outbox(tx)
        assert (waiting.verb, waiting.payload, waiting.mails) == (
            "answer_meeting",
            {"answer": "declined", "comment": "Ill.", "tell": True, "original_start": "2026-03-04T09:00:00+00:00"},
            True,
        )
        answer_invitation(tx, made, Answer.TENTATIVE, tell=False, by=by, now=NOW)
        item = select(MailboxItem.response).where(MailboxItem.mailbox_id == anna)
        assert tx.execute(item).scalar_one() == "tentative"
        undo(tx, by=by, now=NOW)
        assert tx.execute(item).scalar_one() == "none"
        undo(tx, by=by, now=NOW)
        assert outbox(tx)[0].state == "cancelled"


def test_nothing_to_answer_is_refused_with_a_reason(store: Store) -> None:
    anna = connect(store, ANNA)
    with store.write() as tx:
        by = actor(tx, ANNA)
        own = arrive(tx, anna, replace(MEETING, uid="own", organizer=ANNA, my_response="organizer"), item_id="i2")
        off = arrive(tx, anna, replace(MEETING, uid="off", status="cancelled"), item_id="i3")
        with pytest.raises(Invalid, match="You organize"):
            answer_invitation(tx, own, Answer.ACCEPTED, by=by, now=NOW)
        with pytest.raises(Invalid, match="called off"):
            answer_invitation(tx, off, Answer.ACCEPTED, by=by, now=NOW)


def test_answer_that_no_mailbox_can_send_is_refused(store: Store) -> None:
    email_id = mail(store, GUS, write_request(replace(MEETING, attendees=(Attendee(ANNA),)), now=NOW), name="invite")
    with store.write() as tx, pytest.raises(Invalid):
        answer_invitation(tx, email_id, Answer.ACCEPTED, by=SYSTEM, now=NOW)


def test_broken_calendar_part_leaves_the_mail_alone(store: Store) -> None:
    calendar = write_calendar(MEETING, "REQUEST", now=NOW)
    mail(store, GUS, calendar.replace(b"DTSTART", b"DTSTRAT"), name="broken")
    with store.read() as tx:
        assert tx.execute(select(Activity.kind)).scalars().all() == ["email"]
