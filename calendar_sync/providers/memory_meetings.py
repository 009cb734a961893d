"""What a server in memory does about meetings by itself: mails about them, and copies in the attendees' calendars."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

from calendar_sync.event import Event
from mail_sync.message import Address
from mail_sync.provider import FolderRole
from mail_sync.providers.memory_box import MemoryBox, MemoryItem
from mail_sync.providers.memory_server import MemoryServer


def guests(event: Event, organizer: str) -> list[str]:
    """The addresses of those who are mailed about a meeting."""
    found = (each.address.email.casefold() for each in event.attendees)
    return [email for email in dict.fromkeys(found) if email and email != organizer.casefold()]


def invite(server: MemoryServer, organizer: str, event: Event, recipients: Collection[str]) -> None:
    """Mail an invitation or its update, and put it into the recipients' calendars."""
    _mail(server, organizer, recipients, event, "REQUEST", "")
    for email in recipients:
        if server.holds(email):
            _place(server.box(email), replace(event, my_response="none", categories=(), reminder_minutes=None))


def cancel(server: MemoryServer, organizer: str, event: Event, recipients: Collection[str], comment: str) -> None:
    """Mail a cancellation; the recipients' copies stay and say so."""
    _mail(server, organizer, recipients, event, "CANCEL", comment)
    for email in recipients:
        item = _copy(server.box(email), event.uid) if server.holds(email) else None
        if item is not None and isinstance(item.content, Event):
            server.box(email).change(item.item_id, content=_cancelled(item.content, event))


def reply(server: MemoryServer, sender: str, event: Event, comment: str) -> None:
    """Mail an attendee's answer to the organizer, whose copy keeps it."""
    if event.organizer is None:
        return
    _mail(server, sender, [event.organizer.email], event, "REPLY", comment)
    box = server.box(event.organizer.email) if server.holds(event.organizer.email) else None
    item = _copy(box, event.uid) if box is not None else None
    if box is not None and item is not None and isinstance(item.content, Event):
        answered = tuple(
            replace(each, response=event.my_response) if each.address.email.casefold() == sender.casefold() else each
            for each in item.content.attendees
        )
        box.change(item.item_id, content=replace(item.content, attendees=answered))


def _mail(
    server: MemoryServer, sender: str, recipients: Collection[str], event: Event, method: str, comment: str
) -> None:
    if not recipients:
        return
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = f"{ {'REQUEST': '', 'CANCEL': 'Canceled: ', 'REPLY': 'Re: '}[method] }{event.title}"
    mail["Date"] = server.clock()
    mail["Message-ID"] = f"<meeting-{len(server.mailed) + 1}@memory.invalid>"
    mail.set_content(comment or event.description or event.title)
    mail.add_alternative(_calendar(event, method), subtype="calendar", params={"method": method})
    server.mail(sender, list(recipients), mail.as_bytes())


def _calendar(event: Event, method: str) -> str:
    """As much of an iCalendar object as names the meeting and its time."""
    original = [f"RECURRENCE-ID{_time(event.original_start)}"] if event.original_start is not None else []
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//memory//EN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence}",
        f"SUMMARY:{event.title}",
        f"DTSTART{_time(event.start)}",
        f"DTEND{_time(event.end)}",
        *original,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return f":{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f";VALUE=DATE:{value:%Y%m%d}"


def _copy(box: MemoryBox, uid: str) -> MemoryItem | None:
    """The item of a mailbox's calendar that holds this meeting."""
    for item in box.items(box.folder(FolderRole.CALENDAR)):
        if isinstance(item.content, Event) and item.content.uid == uid:
            return item
    return None


def _place(box: MemoryBox, event: Event) -> None:
    if event.original_start is not None:
        return  # an occurrence alone is told by mail only
    item = _copy(box, event.uid)
    if item is None:
        box.add(box.folder(FolderRole.CALENDAR), event, item_class="IPM.Appointment")
    elif isinstance(item.content, Event):
        kept = {name: getattr(item.content, name) for name in ("categories", "reminder_minutes", "my_response")}
        box.change(item.item_id, content=replace(event, **kept))


def _cancelled(copy: Event, event: Event) -> Event:
    if event.original_start is None:
        return replace(copy, status="cancelled")
    return replace(copy, exdates=tuple(dict.fromkeys((*copy.exdates, event.original_start))))


def organized_by(event: Event, address: str) -> Event:
    """The event as its organizer's server keeps it."""
    return replace(event, organizer=event.organizer or Address(address), my_response="organizer", method="", source=b"")
