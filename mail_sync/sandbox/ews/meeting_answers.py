"""CreateItem for answers to meetings: Accept-, TentativelyAccept-, Decline- and RemoveItem, and CancelCalendarItem.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation-meeting-request
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from mail_sync.sandbox.ews.creation import Creation, Disposition
from mail_sync.sandbox.ews.event_fields import context_zone, read_instant
from mail_sync.sandbox.ews.items import find
from mail_sync.sandbox.ews.soap import EwsError, SoapFault, T
from mail_sync.sandbox.facts.event import Facts
from mail_sync.sandbox.meetings import answers, book
from mail_sync.sandbox.meetings.arrivals import REQUEST_TYPE, arrived
from mail_sync.sandbox.meetings.messages import Answer, Note
from mail_sync.sandbox.meetings.organizing import Audience, cancel
from mail_sync.sandbox.model import Item, Kind

CANCELLATION = "IPM.Schedule.Meeting.Canceled"
# Per element: what is answered, and what the error codes call it.
ANSWERS = {
    f"{T}AcceptItem": ("Accept", "AcceptItem"),
    f"{T}TentativelyAcceptItem": ("Tentative", "Tentative"),
    f"{T}DeclineItem": ("Decline", "DeclineItem"),
}


@dataclass(frozen=True, slots=True)
class _Meant:
    """What an answer refers to: an entry of the calendar, or one occurrence of it, and the mail that names it."""

    entry: Item
    original: datetime | None
    facts: Facts
    letter: Item | None = None


def answer_meeting(creation: Creation) -> list[Item]:
    """Accept or decline; gives the entry wherever it is then, the sent answer and the request, which is put away.

    What is answered may be the request or the entry: both are changed.
    """
    response, name = ANSWERS[str(creation.element.tag)]
    meant = _meant(creation, book.REQUEST, f"ErrorInvalidItemForOperation{name}")
    if book.is_organizer(meant.entry.folder.mailbox, meant.facts):
        raise EwsError(f"ErrorCalendarIsOrganizerFor{response}")
    if meant.facts.cancelled:
        raise EwsError(f"ErrorCalendarIsCancelledFor{response}")
    if meant.letter is not None and _is_out_of_date(meant):
        raise EwsError("ErrorCalendarMeetingRequestIsOutOfDate")
    given = Answer(response, _note(creation.element, "Body"), _proposal(creation))
    entry, copy = answers.respond(
        creation.call.model,
        meant.entry,
        meant.original,
        given,
        send=creation.disposition is not Disposition.SAVE,
        save=creation.disposition is Disposition.SEND_AND_SAVE,
    )
    mailbox, letters = entry.folder.mailbox, [meant.letter] if meant.letter else []
    letters += [one for one in book.requests(mailbox, meant.facts.uid, meant.original) if one is not meant.letter]
    return [entry, *([copy] if copy else []), *answers.put_away(letters)]


def cancel_meeting(creation: Creation) -> list[Item]:
    """CancelCalendarItem: the attendees are told, and the entry goes to Deleted Items."""
    meant = _meant(creation, "", "ErrorInvalidItemForOperationCancelItem")
    if not book.is_organizer(meant.entry.folder.mailbox, meant.facts):
        raise EwsError("ErrorCalendarIsNotOrganizer")
    audience = Audience.ALL_AND_SAVE if creation.disposition is Disposition.SEND_AND_SAVE else Audience.ALL
    body = creation.element.find(f"{T}NewBodyContent")
    note = _note(creation.element, "NewBodyContent") if body is not None else None
    cancel(creation.call.model, meant.entry, meant.original, audience, note)
    return [answers.remove(meant.entry, meant.original)]


def remove_meeting(creation: Creation) -> list[Item]:
    """RemoveItem: a cancelled meeting, and the mail that told of it, go to Deleted Items."""
    meant = _meant(creation, CANCELLATION, "ErrorInvalidItemForOperationRemoveItem")
    if meant.letter is None:
        raise EwsError("ErrorInvalidItemForOperationRemoveItem")
    if book.is_organizer(meant.entry.folder.mailbox, meant.facts):
        raise EwsError("ErrorCalendarIsOrganizerForRemove")
    return [answers.remove(meant.entry, meant.original), *answers.put_away([meant.letter])]


def _meant(creation: Creation, letter_class: str, wrong: str) -> _Meant:
    reference = creation.element.find(f"{T}ReferenceItemId")
    if reference is None:
        raise SoapFault("ErrorSchemaValidation")
    item, occurrence = find(creation.call, reference)
    if item.kind is Kind.EVENT:
        facts = occurrence.facts if occurrence else book.series(item).facts
        return _Meant(item, occurrence.original_start if occurrence else None, facts)
    if not letter_class or not item.item_class.startswith(letter_class):
        raise EwsError(wrong)
    return _behind(item, wrong)


def _behind(letter: Item, wrong: str) -> _Meant:
    """The entry a mail is about, made from a request where the calendar has none."""
    mailbox, told = letter.folder.mailbox, book.facts_told(letter)
    if told is None:
        raise EwsError(wrong)
    entry = book.find(mailbox, told.uid)
    if entry is None:
        if book.is_organizer(mailbox, told):
            raise EwsError(wrong)
        arrived(letter)
        entry = book.find(mailbox, told.uid)
    if entry is None:
        raise EwsError("ErrorItemNotFound")
    # What is answered is the meeting as the calendar has it now; whose it is, and whether it is off, is said there.
    held = book.series(entry)
    found = held.at(told.recurrence_id) if told.recurrence_id else None
    return _Meant(entry, told.recurrence_id, found.facts if found else held.facts, letter)


def _is_out_of_date(meant: _Meant) -> bool:
    letter = meant.letter
    told = book.facts_told(letter) if letter else None
    if letter is None or told is None:
        return False
    return letter.marks.get(REQUEST_TYPE) == "Outdated" or told.sequence < meant.facts.sequence


def _note(element: etree._Element, name: str) -> Note:
    body = element.find(f"{T}{name}")
    said = "" if body is None else body.text or ""
    return Note(html=said) if body is not None and body.get("BodyType") == "HTML" else Note(said)


def _proposal(creation: Creation) -> tuple[datetime, datetime] | None:
    start, end = (creation.element.findtext(f"{T}Proposed{name}") for name in ("Start", "End"))
    if not start or not end:
        return None
    zone = context_zone(creation.call.body).rules
    return read_instant(start, zone), read_instant(end, zone)
