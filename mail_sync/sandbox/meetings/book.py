"""The calendar of a mailbox as the agents of meetings see it: entries by UID, their sources, whose meeting it is."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

import icalendar

from mail_sync.sandbox.content import BytesContent, Content
from mail_sync.sandbox.facts import event, mail
from mail_sync.sandbox.facts.event import Facts, Series, Unreadable
from mail_sync.sandbox.facts.event_source import EventSource
from mail_sync.sandbox.model import Item, Kind, Mailbox, Traits

UID = re.compile(rb"^UID:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.MULTILINE)  # long lines are folded
CLASS = "IPM.Appointment"
REQUEST = "IPM.Schedule.Meeting.Request"


def find(mailbox: Mailbox, uid: str) -> Item | None:
    """The entry of the calendar with this UID, the latest where there are several."""
    wanted = uid.encode()
    items = mailbox.well_known["calendar"].items
    return next((item for item in reversed(items) if uid and _uid(item.content) == wanted), None)


@lru_cache(maxsize=65536)
def _uid(content: Content) -> bytes:
    found = UID.search(content.read())
    return re.sub(rb"\r?\n[ \t]|\\(?=[,;\\])", b"", found[1]) if found else b""


def series(item: Item) -> Series:
    """What an entry says."""
    return event.series(item.content, item.folder.mailbox.timezone)


def source(item: Item) -> EventSource:
    """The source of an entry, to be changed."""
    return EventSource.of(item.content.read(), item.folder.mailbox.timezone)


def facts_of(source: EventSource, found: icalendar.Event) -> Facts:
    """What one event of a source says."""
    return event.facts_of(found, source.zone)


def write(item: Item, source: EventSource) -> Item:
    """Store a changed source: same id, new change key."""
    return item.folder.mailbox.edit(item.item_id, content=source.content())


def replace(item: Item, source: EventSource) -> Item:
    """Store a changed source as a new entry in place of the old one: another id."""
    mailbox = item.folder.mailbox
    made = mailbox.put(item.folder, source.content(), Kind.EVENT, item.traits, item.received)
    mailbox.delete(item.item_id)
    return made


def requests(mailbox: Mailbox, uid: str, original_start: datetime | None) -> list[Item]:
    """The requests in the inbox for a meeting, or for one occurrence of it."""
    found = []
    for item in mailbox.well_known["inbox"].items:
        if item.item_class.startswith(REQUEST):
            told = facts_told(item)
            if told is not None and (told.uid, told.recurrence_id) == (uid, original_start):
                found.append(item)
    return found


def facts_told(letter: Item) -> Facts | None:
    """What a meeting mail says of the meeting, None for one without a readable calendar."""
    try:
        return event.series_of(mail.body(letter.content).calendar, letter.folder.mailbox.timezone).facts
    except Unreadable:
        return None


def add(mailbox: Mailbox, content: BytesContent, *, categories: tuple[str, ...] = ()) -> Item:
    """A new entry in the calendar."""
    traits = Traits(CLASS, categories=categories)
    return mailbox.put(mailbox.well_known["calendar"], content, Kind.EVENT, traits)


def is_organizer(mailbox: Mailbox, facts: Facts) -> bool:
    """Whether the owner of the mailbox called the meeting; an entry without an organizer is one's own."""
    return facts.organizer is None or facts.organizer.email.lower() == mailbox.address.lower()


def event_at(source: EventSource, original_start: datetime | None) -> icalendar.Event:
    """The event of one occurrence, made where it has not been changed yet; the master without a start."""
    return source.master if original_start is None else source.occurrence(original_start)
