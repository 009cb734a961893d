"""Meetings between mailboxes of the sandbox, and with people outside, as exchangelib sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any, NamedTuple

import pytest
import requests
from exchangelib import Account, Attendee, EWSDate, EWSDateTime, EWSTimeZone, Mailbox
from exchangelib.errors import (
    ErrorCalendarIsCancelledForAccept,
    ErrorCalendarIsNotOrganizer,
    ErrorCalendarIsOrganizerForAccept,
    ErrorCalendarMeetingRequestIsOutOfDate,
)
from exchangelib.items import (
    SAVE_ONLY,
    SEND_ONLY,
    SEND_ONLY_TO_ALL,
    SEND_ONLY_TO_CHANGED,
    SEND_TO_ALL_AND_SAVE_COPY,
    CalendarItem,
    MeetingCancellation,
    MeetingRequest,
    MeetingResponse,
)
from exchangelib.items.calendar_item import BaseMeetingReplyItem
from exchangelib.properties import ReferenceItemId
from exchangelib.recurrence import Recurrence, WeeklyPattern

from mail_sync.sandbox import model as sandbox_model
from mail_sync.sandbox import transport
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_mail
from tests.mail_sync.sandbox.conftest import sign_in

VIENNA = EWSTimeZone("Europe/Vienna")
MAX = "max@alpineskihouse.example"
OUTSIDE = "eva@northwind.example"


class RemoveItem(BaseMeetingReplyItem):  # type: ignore[misc]
    """The answer that exchangelib has no class for."""

    ELEMENT_NAME = "RemoveItem"


class Office(NamedTuple):
    """Anna calls meetings, Max is invited."""

    anna: Account
    max: Account


@pytest.fixture
def office(model: sandbox_model.Model, sandbox: Sandbox, signed_in: Callable[..., Account]) -> Iterator[Office]:
    model.add_mailbox(MAX, "Max Moser")
    yield Office(signed_in(), signed_in(address=MAX))


def at(*parts: int) -> EWSDateTime:
    return EWSDateTime(*parts, tzinfo=VIENNA)


def meeting(account: Account, *people: str, send: str = SEND_ONLY_TO_ALL, **fields: object) -> CalendarItem:
    known = {"subject": "Ski test", "start": at(2026, 11, 5, 9), "end": at(2026, 11, 5, 10), **fields}
    return CalendarItem(
        account=account, folder=account.calendar, required_attendees=[_attendee(one) for one in people], **known
    ).save(send_meeting_invitations=send)


def _attendee(address: str) -> Attendee:
    return Attendee(mailbox=Mailbox(email_address=address), response_type="Unknown")


def weekly(account: Account, *people: str) -> CalendarItem:
    recurrence = Recurrence(
        pattern=WeeklyPattern(interval=1, weekdays=["Thursday"]), start=EWSDate(2026, 11, 5), number=4
    )
    return meeting(account, *people, recurrence=recurrence)


def entry(account: Account) -> CalendarItem:
    """The one entry in a calendar, whole."""
    [found] = account.calendar.all().only("subject")
    return account.calendar.get(id=found.id)


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def letters(account: Account, kind: Any) -> list[Any]:
    """The meeting mails of a kind in the inbox, oldest first, whole."""
    found = [one.id for one in account.inbox.all() if isinstance(one, kind)]
    return [account.inbox.get(id=one) for one in reversed(found)]


def answers(item: CalendarItem) -> dict[str, str]:
    people = [*(item.required_attendees or ()), *(item.optional_attendees or ())]
    return {one.mailbox.email_address: one.response_type for one in people}


def test_invitation_arrives_as_a_request_and_a_tentative_entry(office: Office) -> None:
    made = meeting(office.anna, MAX, body="Bring wax", location="Lodge")
    [request] = letters(office.max, MeetingRequest)
    copy = entry(office.max)
    assert (request.item_class, request.subject, request.text_body) == (
        "IPM.Schedule.Meeting.Request", "Ski test", "Bring wax",
    )  # fmt: skip
    assert (request.start, request.end, request.location) == (copy.start, copy.end, "Lodge")
    assert (request.meeting_request_type, request.intended_free_busy_status) == ("NewMeetingRequest", "Busy")
    assert request.associated_calendar_item_id.id == copy.id
    assert (copy.uid, copy.my_response_type, copy.legacy_free_busy_status) == (
        entry(office.anna).uid, "NoResponseReceived", "Tentative",
    )  # fmt: skip
    assert (copy.organizer.email_address, copy.appointment_state) == (
        office.anna.primary_smtp_address, ("Meeting", "Received"),
    )  # fmt: skip
    assert (copy.start, copy.end, copy.is_meeting) == (made.start, made.end, True)


def test_organizers_entry_says_whether_invitations_went_out(office: Office) -> None:
    meeting(office.anna, MAX, send="SendToNone")
    silent = entry(office.anna)
    assert (silent.is_meeting, silent.meeting_request_was_sent, list(office.max.inbox.all())) == (True, False, [])
    silent.save(update_fields=["subject"], send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY)
    assert (entry(office.anna).meeting_request_was_sent, len(letters(office.max, MeetingRequest))) == (True, 1)
    assert [one.subject for one in office.anna.sent.all()] == ["Ski test"]


def test_copy_of_an_invitation_is_saved_when_asked_for(office: Office) -> None:
    meeting(office.anna, MAX, send=SEND_TO_ALL_AND_SAVE_COPY)
    assert [type(one) for one in office.anna.sent.all()] == [MeetingRequest]


@pytest.mark.parametrize(
    ("verb", "response", "busy", "suffix"),
    [("accept", "Accept", "Busy", "Pos"), ("tentatively_accept", "Tentative", "Tentative", "Tent")],
)
def test_answer_reaches_the_organizer(office: Office, verb: str, response: str, busy: str, suffix: str) -> None:
    meeting(office.anna, MAX)
    [request] = letters(office.max, MeetingRequest)
    getattr(request, verb)(body="With pleasure")
    copy = entry(office.max)
    assert (copy.my_response_type, copy.legacy_free_busy_status) == (response, busy)
    assert copy.appointment_reply_time is not None
    assert answers(entry(office.anna)) == {MAX: response}
    [answer] = letters(office.anna, MeetingResponse)
    assert (answer.item_class, answer.response_type, answer.text_body) == (
        f"IPM.Schedule.Meeting.Resp.{suffix}", response, "With pleasure",
    )  # fmt: skip
    assert (letters(office.max, MeetingRequest), [one.subject for one in office.max.trash.all()]) == ([], ["Ski test"])
    assert [type(one) for one in office.max.sent.all()] == [MeetingResponse]


def test_declined_meeting_leaves_the_calendar(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.max).decline(message_disposition=SEND_ONLY)
    assert (list(office.max.calendar.all()), list(office.max.sent.all())) == ([], [])
    assert answers(entry(office.anna)) == {MAX: "Decline"}
    assert [one.subject for one in letters(office.anna, MeetingResponse)] == ["Declined: Ski test"]


def test_answer_makes_the_entry_anew_and_puts_the_request_away(office: Office) -> None:
    meeting(office.anna, MAX)
    before = entry(office.max)
    before.categories = ["Track"]
    before.save(update_fields=["categories"])
    list(office.max.calendar.sync_items())
    before.accept()
    after = entry(office.max)
    assert (after.id != before.id, after.uid, after.categories) == (True, before.uid, ["Track"])
    assert {(did, one.id) for did, one in office.max.calendar.sync_items()} == {
        ("create", after.id), ("delete", before.id),
    }  # fmt: skip
    assert (letters(office.max, MeetingRequest), [type(one) for one in office.max.trash.all()]) == (
        [], [MeetingRequest],
    )  # fmt: skip


def test_request_answered_in_deleted_items_is_gone(office: Office) -> None:
    meeting(office.anna, MAX)
    [request] = letters(office.max, MeetingRequest)
    request.move_to_trash()
    [request] = office.max.trash.all()
    request.accept()
    assert (list(office.max.trash.all()), entry(office.max).my_response_type) == ([], "Accept")


def test_cancelled_meeting_is_removed_with_its_mail(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.anna).delete(send_meeting_cancellations=SEND_ONLY_TO_ALL)
    [letter] = letters(office.max, MeetingCancellation)
    reference = ReferenceItemId(id=letter.id, changekey=letter.changekey)
    RemoveItem(account=office.max, reference_item_id=reference).send(SEND_ONLY)
    assert (list(office.max.calendar.all()), letters(office.max, MeetingCancellation)) == ([], [])
    assert sorted(type(one).__name__ for one in office.max.trash.all()) == ["CalendarItem", "MeetingCancellation"]


def test_silent_answer_stays_in_the_attendees_mailbox(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.max).accept(message_disposition=SAVE_ONLY, folder=office.max.drafts)
    assert (entry(office.max).my_response_type, answers(entry(office.anna))) == ("Accept", {MAX: "Unknown"})


def test_other_time_is_proposed(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.max).tentatively_accept(proposed_start=at(2026, 11, 5, 14), proposed_end=at(2026, 11, 5, 15))
    [answer] = letters(office.anna, MeetingResponse)
    assert (answer.response_type, answer.proposed_start, answer.proposed_end) == (
        "Tentative", at(2026, 11, 5, 14), at(2026, 11, 5, 15),
    )  # fmt: skip
    [attendee] = entry(office.anna).required_attendees
    assert (attendee.response_type, attendee.proposed_start) == ("Tentative", at(2026, 11, 5, 14))
    assert entry(office.anna).start == at(2026, 11, 5, 9)


def test_new_time_asks_for_new_answers(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.max).accept()
    mine = entry(office.anna)
    mine.start, mine.end = at(2026, 11, 5, 14), at(2026, 11, 5, 15)
    mine.save(update_fields=["start", "end"], send_meeting_invitations=SEND_ONLY_TO_ALL)
    assert (entry(office.anna).appointment_sequence_number, answers(entry(office.anna))) == (1, {MAX: "Unknown"})
    copy = entry(office.max)
    assert (copy.start, copy.my_response_type, copy.appointment_sequence_number) == (
        at(2026, 11, 5, 14), "NoResponseReceived", 1,
    )  # fmt: skip
    [second] = letters(office.max, MeetingRequest)
    first = office.max.trash.get(subject="Ski test")
    assert (first.is_out_of_date, second.is_out_of_date, second.meeting_request_type) == (True, False, "FullUpdate")
    with pytest.raises(ErrorCalendarMeetingRequestIsOutOfDate):
        first.accept()


def test_new_place_keeps_the_answers(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.max).accept()
    mine = entry(office.anna)
    mine.location = "Hut"
    mine.save(update_fields=["location"], send_meeting_invitations=SEND_ONLY_TO_CHANGED)
    copy = entry(office.max)
    assert (copy.location, copy.my_response_type, copy.legacy_free_busy_status) == ("Hut", "Accept", "Busy")
    assert answers(entry(office.anna)) == {MAX: "Accept"}
    assert [one.meeting_request_type for one in letters(office.max, MeetingRequest)] == ["InformationalUpdate"]


def test_change_without_sending_stays_with_the_organizer(office: Office) -> None:
    meeting(office.anna, MAX)
    mine = entry(office.anna)
    mine.start, mine.end = at(2026, 11, 5, 14), at(2026, 11, 5, 15)
    mine.save(update_fields=["start", "end"])
    assert (entry(office.anna).appointment_sequence_number, entry(office.max).start) == (0, at(2026, 11, 5, 9))


def test_only_new_and_former_attendees_hear_of_a_change_of_people(
    model: sandbox_model.Model, office: Office, signed_in: Callable[..., Account]
) -> None:
    model.add_mailbox("ida@alpineskihouse.example", "Ida")
    ida = signed_in(address="ida@alpineskihouse.example")
    meeting(office.anna, MAX, OUTSIDE)
    mine = entry(office.anna)
    mine.required_attendees = [_attendee(OUTSIDE), _attendee("ida@alpineskihouse.example")]
    mine.save(update_fields=["required_attendees"], send_meeting_invitations=SEND_ONLY_TO_CHANGED)
    assert len(letters(ida, MeetingRequest)) == 1
    assert [one.subject for one in letters(office.max, MeetingCancellation)] == ["Canceled: Ski test"]
    assert entry(office.max).is_cancelled
    assert [one.recipient for one in model.outside] == [OUTSIDE]


def test_deleted_meeting_is_cancelled_for_its_attendees(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.anna).delete(send_meeting_cancellations=SEND_TO_ALL_AND_SAVE_COPY)
    [letter] = letters(office.max, MeetingCancellation)
    copy = entry(office.max)
    assert (letter.item_class, letter.associated_calendar_item_id.id) == ("IPM.Schedule.Meeting.Canceled", copy.id)
    assert (copy.is_cancelled, copy.subject, copy.legacy_free_busy_status) == (True, "Canceled: Ski test", "Free")
    assert copy.appointment_state == ("Meeting", "Received", "Canceled")
    assert (list(office.anna.calendar.all()), [one.subject for one in office.anna.sent.all()]) == (
        [], ["Canceled: Ski test"],
    )  # fmt: skip
    with pytest.raises(ErrorCalendarIsCancelledForAccept):
        copy.accept()


def test_meeting_deleted_in_silence_stays_with_its_attendees(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.anna).delete()
    assert (letters(office.max, MeetingCancellation), entry(office.max).is_cancelled) == ([], False)


def test_meeting_is_cancelled_with_a_note(office: Office) -> None:
    meeting(office.anna, MAX)
    entry(office.anna).cancel(new_body="No snow")
    [letter] = letters(office.max, MeetingCancellation)
    assert (letter.text_body, list(office.anna.calendar.all())) == ("No snow", [])
    assert [one.subject for one in office.anna.trash.all()] == ["Ski test"]


def test_only_the_organizer_cancels_and_only_attendees_answer(office: Office) -> None:
    meeting(office.anna, MAX)
    with pytest.raises(ErrorCalendarIsNotOrganizer):
        entry(office.max).cancel()
    with pytest.raises(ErrorCalendarIsOrganizerForAccept):
        entry(office.anna).accept()


def test_one_occurrence_is_moved_for_everybody(office: Office) -> None:
    weekly(office.anna, MAX)
    entry(office.max).accept()
    second = entry(office.anna).occurrence(index=2)
    second.refresh()
    second.start, second.end = at(2026, 11, 13, 9), at(2026, 11, 13, 10)
    second.save(update_fields=["start", "end"], send_meeting_invitations=SEND_ONLY_TO_ALL)
    copy = entry(office.max)
    [moved] = copy.modified_occurrences
    assert (moved.start, moved.original_start) == (at(2026, 11, 13, 9), at(2026, 11, 12, 9))
    assert (copy.my_response_type, office.max.calendar.get(id=moved.id).my_response_type) == (
        "Accept", "NoResponseReceived",
    )  # fmt: skip
    update = letters(office.max, MeetingRequest)[-1]
    assert (update.type, update.start) == ("Exception", at(2026, 11, 13, 9))
    update.accept()
    [mine] = entry(office.anna).modified_occurrences
    assert answers(office.anna.calendar.get(id=mine.id)) == {MAX: "Accept"}


def test_one_occurrence_is_cancelled_for_everybody(office: Office) -> None:
    weekly(office.anna, MAX)
    last = office.anna.calendar.get(id=entry(office.anna).last_occurrence.id)
    last.delete(send_meeting_cancellations=SEND_ONLY_TO_ALL)
    assert [one.start for one in entry(office.anna).deleted_occurrences] == [at(2026, 11, 26, 9)]
    copy = entry(office.max)
    [gone] = copy.modified_occurrences
    assert (copy.is_cancelled, office.max.calendar.get(id=gone.id).is_cancelled) == (False, True)


def test_one_occurrence_is_declined(office: Office) -> None:
    weekly(office.anna, MAX)
    office.max.calendar.get(id=entry(office.max).first_occurrence.id).decline()
    assert [one.start for one in entry(office.max).deleted_occurrences] == [at(2026, 11, 5, 9)]
    mine = entry(office.anna)
    [changed] = mine.modified_occurrences
    assert answers(office.anna.calendar.get(id=changed.id)) == {MAX: "Decline"}
    assert answers(mine) == {MAX: "Unknown"}


def test_people_outside_get_a_calendar_in_their_mail(model: sandbox_model.Model, office: Office) -> None:
    weekly(office.anna, OUTSIDE)
    [sent] = model.outside
    mail = message_from_bytes(sent.data)
    [calendar] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    text = _text(calendar)
    lines = text.replace("\r\n ", "").splitlines()
    assert (sent.recipient, mail["Subject"], calendar.get_param("method")) == (OUTSIDE, "Ski test", "REQUEST")
    wanted = (
        "METHOD:REQUEST", "TZID:W. Europe Standard Time", "DTSTART;TZID=W. Europe Standard Time:20261105T090000",
        "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TH;WKST=MO", "SUMMARY:Ski test",
        'ORGANIZER;CN="Anna Hofer":mailto:anna@alpineskihouse.example', "SEQUENCE:0",
    )  # fmt: skip
    assert [line for line in wanted if line not in lines] == []


def post(sandbox: Sandbox, body: str) -> str:
    """What the server says to a body of Anna's that exchangelib would not send."""
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" '
        'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )
    return requests.post(sandbox.url, data=envelope, auth=(ANNA, "demo"), timeout=10).text


REQUEST_FROM_OUTSIDE = """From: Eva <eva@northwind.example>
To: anna@alpineskihouse.example
Subject: Fabric samples
Message-ID: <m1@northwind.example>
Date: Mon, 2 Nov 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: text/calendar; method={method}; charset=utf-8

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Other//EN
METHOD:{method}
BEGIN:VEVENT
UID:outside-1
DTSTAMP:20261102T080000Z
SEQUENCE:{sequence}
DTSTART:20261110T{hour:02}0000Z
DTEND:20261110T{hour:02}3000Z
SUMMARY:Fabric samples
ORGANIZER;CN=Eva:mailto:eva@northwind.example
ATTENDEE;CN=Anna;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:anna@alpineskihouse.example
END:VEVENT
END:VCALENDAR
"""


def arrive(model: sandbox_model.Model, method: str = "REQUEST", sequence: int = 0, hour: int = 9) -> None:
    data = REQUEST_FROM_OUTSIDE.format(method=method, sequence=sequence, hour=hour).replace("\n", "\r\n").encode()
    with model.lock:
        transport.submit(model, data, transport.Envelope(OUTSIDE, ("anna@alpineskihouse.example",)))


def test_invitation_from_outside_is_answered_by_mail(model: sandbox_model.Model, account: Account) -> None:
    arrive(model)
    [request] = letters(account, MeetingRequest)
    assert (request.subject, request.associated_calendar_item_id.id) == ("Fabric samples", entry(account).id)
    assert (entry(account).uid, entry(account).my_response_type) == ("outside-1", "NoResponseReceived")
    request.accept()
    [sent] = model.outside
    [calendar] = [part for part in message_from_bytes(sent.data).walk() if part.get_content_type() == "text/calendar"]
    text = _text(calendar).replace("\r\n ", "")
    assert (sent.recipient, calendar.get_param("method"), text.count("BEGIN:VEVENT")) == (OUTSIDE, "REPLY", 1)
    assert [line for line in ("METHOD:REPLY", "UID:outside-1") if line not in text.splitlines()] == []
    assert "PARTSTAT=ACCEPTED" in text


def test_updates_and_cancellations_from_outside_are_taken_in_order(
    model: sandbox_model.Model, account: Account
) -> None:
    arrive(model)
    arrive(model, sequence=2, hour=11)
    arrive(model, sequence=1, hour=10)
    assert entry(account).start == EWSDateTime(2026, 11, 10, 11, tzinfo=EWSTimeZone("UTC"))
    assert [one.meeting_request_type for one in letters(account, MeetingRequest)] == [
        "NewMeetingRequest", "FullUpdate", "Outdated",
    ]  # fmt: skip
    arrive(model, "CANCEL", sequence=3, hour=11)
    assert (entry(account).is_cancelled, len(letters(account, MeetingCancellation))) == (True, 1)


def test_signing_in_again_shows_the_same_meeting(sandbox: Sandbox, office: Office) -> None:
    meeting(office.anna, MAX)
    assert entry(sign_in(sandbox, address=MAX)).id == entry(office.max).id


def test_invitation_that_was_never_processed_is_accepted(model: sandbox_model.Model, account: Account) -> None:
    data = REQUEST_FROM_OUTSIDE.format(method="REQUEST", sequence=0, hour=9).replace("\n", "\r\n").encode()
    add_mail(model.mailbox(ANNA), data, item_class="IPM.Schedule.Meeting.Request")
    assert list(account.calendar.all()) == []
    [request] = letters(account, MeetingRequest)
    assert (request.has_been_processed, request.associated_calendar_item_id) == (False, None)
    request.accept()
    assert (entry(account).my_response_type, len(model.outside)) == ("Accept", 1)


def test_invitation_put_into_the_inbox_by_command_shows_in_the_calendar(sandbox: Sandbox, account: Account) -> None:
    source = REQUEST_FROM_OUTSIDE.format(method="REQUEST", sequence=0, hour=9)
    reply = requests.post(
        sandbox.control,
        json={"do": "deliver", "mailbox": ANNA, "source": source},
        headers={"Authorization": f"Bearer {sandbox.token}"},
        timeout=10,
    )
    assert (reply.json()["ok"], entry(account).uid) == (True, "outside-1")


def test_optional_attendees_and_rooms_are_invited_too(
    model: sandbox_model.Model, office: Office, signed_in: Callable[..., Account]
) -> None:
    address = "room@alpineskihouse.example"
    model.add_mailbox(address, "Room 1")
    item = meeting(office.anna, optional_attendees=[_attendee(MAX)], resources=[_attendee(address)])
    [request] = letters(office.max, MeetingRequest)
    assert ([one.email_address for one in request.cc_recipients], entry(office.max).optional_attendees[0].mailbox) == (
        [MAX], Mailbox(name=MAX, email_address=MAX, routing_type="SMTP", mailbox_type="OneOff"),
    )  # fmt: skip
    room = entry(signed_in(address=address))
    room.accept()
    assert entry(office.anna).resources[0].response_type == "Accept"
    assert item.required_attendees == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<m:CreateItem><m:Items><t:CalendarItem><t:Subject>A</t:Subject></t:CalendarItem></m:Items></m:CreateItem>',
         "ErrorSendMeetingInvitationsRequired"),
        ('<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="{id}"/></m:ItemIds></m:DeleteItem>',
         "ErrorSendMeetingCancellationsRequired"),
        ('<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="{id}"/>'
         '<t:Updates/></t:ItemChange></m:ItemChanges></m:UpdateItem>',
         "ErrorSendMeetingInvitationsOrCancellationsRequired"),
        ('<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone">'
         '<m:ItemChanges><t:ItemChange><t:ItemId Id="{id}"/><t:Updates><t:SetItemField><t:FieldURI '
         'FieldURI="calendar:StartTimeZone"/><t:CalendarItem><t:StartTimeZone Id="Moon Standard Time"/>'
         '</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>',
         "ErrorCalendarInvalidTimeZone"),
    ],
)  # fmt: skip
def test_requests_that_leave_out_what_calendars_need_are_refused(
    sandbox: Sandbox, account: Account, body: str, code: str
) -> None:
    item = meeting(account, send="SendToNone")
    reply = post(sandbox, body.replace("{id}", item.id))
    assert re.findall(r"<m:ResponseCode>(\w+)</m:ResponseCode>", reply) == [code]


def test_one_occurrence_is_changed_by_its_number(sandbox: Sandbox, office: Office) -> None:
    master = weekly(office.anna, MAX)
    body = (
        '<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendOnlyToAll">'
        f'<m:ItemChanges><t:ItemChange><t:OccurrenceItemId RecurringMasterId="{master.id}" InstanceIndex="3"/>'
        '<t:Updates><t:SetItemField><t:FieldURI FieldURI="calendar:Location"/><t:CalendarItem>'
        "<t:Location>Hut</t:Location></t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges>"
        "</m:UpdateItem>"
    )
    post(sandbox, body)
    for account in office:
        [changed] = entry(account).modified_occurrences
        assert (changed.original_start, account.calendar.get(id=changed.id).location) == (at(2026, 11, 19, 9), "Hut")
