"""What the calendar agent of a mailbox does with a meeting mail that arrives: a tentative entry for a request, a
cancelled one for a cancellation, and for an answer a mark at the attendee in the organizer's entry.

https://learn.microsoft.com/exchange/client-developer/exchange-web-services/calendars-and-ews-in-exchange
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import icalendar

from mail_sync.sandbox.facts import event_lines, mail
from mail_sync.sandbox.facts.event import Facts, Unreadable
from mail_sync.sandbox.facts.event_source import EventSource
from mail_sync.sandbox.meetings import book
from mail_sync.sandbox.meetings.messages import CANCELED
from mail_sync.sandbox.model import Item, Mailbox

REQUEST_TYPE = "meetingRequest:MeetingRequestType"  # mark of a request: what it was when it arrived


def arrived(item: Item) -> None:
    """Take a mail in; one that is no meeting mail, or whose calendar cannot be read, changes nothing."""
    take = next((take for start, take in TAKERS.items() if item.item_class.startswith(start)), None)
    if take is None:
        return
    mailbox = item.folder.mailbox
    try:
        source = EventSource.of(mail.body(item.content).calendar, mailbox.timezone)
        facts = book.facts_of(source, source.master)
    except (ValueError, KeyError, IndexError, Unreadable):
        return
    take(item, source, facts)


def _request(item: Item, source: EventSource, facts: Facts) -> None:
    mailbox = item.folder.mailbox
    if book.is_organizer(mailbox, facts):
        return
    known = book.find(mailbox, facts.uid)
    item.marks[REQUEST_TYPE] = _request_type(known, source, facts)
    if known is None:
        for event in source.events:
            _make_tentative(event, facts)
        book.add(mailbox, source.content())
    elif item.marks[REQUEST_TYPE] != "Outdated":
        _update(known, source, mailbox)


def _request_type(known: Item | None, source: EventSource, facts: Facts) -> str:
    if known is None:
        return "NewMeetingRequest"
    original = _original(source)
    entry = book.source(known)
    had = book.facts_of(entry, (entry.exception(original) if original else None) or entry.master)
    if facts.sequence < had.sequence:
        return "Outdated"
    if original is not None and entry.exception(original) is None:
        return "FullUpdate" if facts.start != original else "InformationalUpdate"
    return "FullUpdate" if _calls_for_answer(had, facts) or _rule(entry) != _rule(source) else "InformationalUpdate"


def _rule(source: EventSource) -> str:
    return str(source.master.get("RRULE", ""))


def _calls_for_answer(before: Facts, after: Facts) -> bool:
    """Whether a change is significant ([MS-OXOCAL] 3.1.4.7.3): an answer to the old time says nothing on the new."""
    return (before.start, before.end) != (after.start, after.end) or after.sequence > before.sequence


def _update(known: Item, source: EventSource, mailbox: Mailbox) -> None:
    entry = book.source(known)
    original = _original(source)
    if original is not None:
        before = book.facts_of(entry, entry.exception(original) or entry.master)
        _keep_answer(source.master, book.facts_of(source, source.master), before, mailbox)
        entry.put(source.master)
        book.write(known, entry)
        return
    for event in source.events:
        original = _moment_of(event, source)
        held = (entry.exception(original) if original else None) or entry.master
        _keep_answer(event, book.facts_of(source, event), book.facts_of(entry, held), mailbox)
    book.write(known, source)


def _keep_answer(event: icalendar.Event, after: Facts, before: Facts, mailbox: Mailbox) -> None:
    if after.recurrence_id == before.recurrence_id:
        event_lines.set_own_values(event, before.own)
    me = next((one for one in before.people if one.email.lower() == mailbox.address.lower()), None)
    if me is None or me.response == "NoResponseReceived" or _calls_for_answer(before, after):
        _make_tentative(event, after)
        return
    event_lines.set_answer(event, me.email, me.response, me.replied)
    busy = after.intended_busy if me.response == "Accept" else "Tentative"
    event_lines.set_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", busy.upper())
    event_lines.set_reminder(event, before.reminder_minutes)


def _make_tentative(event: icalendar.Event, facts: Facts) -> None:
    intended = str(event.get("X-MICROSOFT-CDO-INTENDEDSTATUS", "")) or facts.busy.upper()
    event_lines.set_text(event, "X-MICROSOFT-CDO-INTENDEDSTATUS", intended)
    event_lines.set_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE" if intended == "FREE" else "TENTATIVE")


def _cancellation(item: Item, source: EventSource, facts: Facts) -> None:
    mailbox = item.folder.mailbox
    known = book.find(mailbox, facts.uid)
    if known is None or book.is_organizer(mailbox, facts):
        return
    entry, original = book.source(known), _original(source)
    if facts.sequence < book.facts_of(entry, entry.master).sequence:
        return
    for event in [entry.occurrence(original)] if original is not None else entry.events:
        event_lines.set_text(event, "STATUS", "CANCELLED")
        event_lines.set_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
        event_lines.set_reminder(event, None)
        event["SEQUENCE"] = icalendar.vInt(facts.sequence)
        subject = str(event.get("SUMMARY", ""))
        event_lines.set_text(event, "SUMMARY", CANCELED + subject.removeprefix(CANCELED))
    book.write(known, entry)


def _answer(item: Item, source: EventSource, facts: Facts) -> None:
    mailbox = item.folder.mailbox
    known = book.find(mailbox, facts.uid)
    if known is None or not facts.people:
        return
    entry, original = book.source(known), _original(source)
    held = book.facts_of(entry, entry.master)
    if not book.is_organizer(mailbox, held) or facts.sequence < held.sequence:
        return
    who, response = facts.people[0].email, ANSWERS[item.item_class.rpartition(".")[2]]
    at = mailbox.clock.now().replace(microsecond=0)
    proposal = (facts.start, facts.end) if mail.calendar_method(mail.body(item.content).calendar) == "COUNTER" else None
    if event_lines.set_answer(book.event_at(entry, original), who, response, at, proposal):
        book.write(known, entry)


def _original(source: EventSource) -> datetime | None:
    """The original start where a mail is about one occurrence alone."""
    return _moment_of(source.master, source)


def _moment_of(event: icalendar.Event, source: EventSource) -> datetime | None:
    return event_lines.moment(event, "RECURRENCE-ID", source.zone) if "RECURRENCE-ID" in event else None


ANSWERS = {"Pos": "Accept", "Tent": "Tentative", "Neg": "Decline"}
TAKERS: dict[str, Callable[[Item, EventSource, Facts], None]] = {
    "IPM.Schedule.Meeting.Request": _request,
    "IPM.Schedule.Meeting.Canceled": _cancellation,
    "IPM.Schedule.Meeting.Resp.": _answer,
}
