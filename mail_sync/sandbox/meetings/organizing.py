"""What an organizer's changes mean for the attendees: who is told, and what they are told. The caller locks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import icalendar

from mail_sync.sandbox.facts import event_lines
from mail_sync.sandbox.facts.event import Facts, Person
from mail_sync.sandbox.facts.event_source import EventSource
from mail_sync.sandbox.meetings import book, messages
from mail_sync.sandbox.meetings.messages import Note
from mail_sync.sandbox.model import Item, Mailbox, Model


class Audience(StrEnum):
    """CalendarItemUpdateOperationType; a new and a deleted meeting know the first, second and fourth."""

    NONE = "SendToNone"
    ALL = "SendOnlyToAll"
    CHANGED = "SendOnlyToChanged"
    ALL_AND_SAVE = "SendToAllAndSaveCopy"
    CHANGED_AND_SAVE = "SendToChangedAndSaveCopy"

    @property
    def saves(self) -> bool:
        """Whether a copy goes to Sent Items."""
        return self in (Audience.ALL_AND_SAVE, Audience.CHANGED_AND_SAVE)

    @property
    def only_changed(self) -> bool:
        """Whether those whom a change does not concern are left alone."""
        return self in (Audience.CHANGED, Audience.CHANGED_AND_SAVE)


@dataclass(frozen=True, slots=True)
class Change:
    """A meeting before and after a change of it, or of the occurrence that starts at `original`."""

    before: Facts | None  # None for a new meeting
    after: Facts
    original: datetime | None = None
    is_other_series: bool = False  # the pattern has changed

    @property
    def is_significant(self) -> bool:
        """Whether answers given to the meeting as it was are void ([MS-OXOCAL] 3.1.4.7.3)."""
        before, after = self.before, self.after
        return before is not None and ((before.start, before.end) != (after.start, after.end) or self.is_other_series)

    @property
    def concerns_all(self) -> bool:
        """Whether more has changed than the list of people."""
        return self.before is None or self.is_other_series or _shared(self.before) != _shared(self.after)


def _shared(facts: Facts) -> Facts:
    """What all attendees see, without what each has of his own."""
    return replace(
        facts, required=(), optional=(), resources=(), organizer=None, sequence=0, stamp=None, created=None,
        reminder_minutes=None, was_sent=True, categories=(), busy="",
    )  # fmt: skip


def prepare(source: EventSource, event: icalendar.Event, change: Change, mailbox: Mailbox, audience: Audience) -> None:
    """Write what a change makes of a meeting itself before it is stored: organizer, sequence, answers still valid."""
    if not change.after.is_meeting or not book.is_organizer(mailbox, change.after):
        return
    event_lines.set_organizer(event, mailbox.name, mailbox.address)
    was_sent = change.before is not None and change.before.is_meeting and change.before.was_sent
    if audience is Audience.NONE:
        event_lines.set_text(event, event_lines.SENT, "TRUE" if was_sent else "FALSE")
        return
    event_lines.set_text(event, event_lines.SENT, "TRUE")
    if was_sent and change.is_significant:
        for one in [event] if change.original is not None else source.events:
            one["SEQUENCE"] = icalendar.vInt(int(one.get("SEQUENCE", 0)) + 1)
            event_lines.forget_answers(one)
    event_lines.touch(event, mailbox.clock.now())


def tell(model: Model, item: Item, change: Change, audience: Audience) -> None:
    """Send requests to those whom a stored change concerns, and cancellations to those who are no longer invited."""
    mailbox = item.folder.mailbox
    if audience is Audience.NONE or not book.is_organizer(mailbox, change.after):
        return
    had = _others(change.before.people if change.before else (), mailbox)
    have = _others(change.after.people, mailbox)
    gone = [one for address, one in had.items() if address not in have]
    if gone and change.before is not None and change.before.was_sent:
        messages.cancellation(model, item, gone, change.original, None, save=audience.saves)
    new = [one for address, one in have.items() if address not in had]
    told = new if audience.only_changed and not change.concerns_all else list(have.values())
    if told:
        messages.request(model, item, told, change.original, save=audience.saves)


def cancel(model: Model, item: Item, original: datetime | None, audience: Audience, note: Note | None = None) -> None:
    """Tell all attendees that a meeting, or one occurrence of it, is off; the organizer's own entry stays as it is."""
    source = book.source(item)
    facts = book.facts_of(source, source.master if original is None else source.occurrence(original))
    people = list(_others(facts.people, item.folder.mailbox).values())
    if audience is not Audience.NONE and people and facts.was_sent and not facts.cancelled:
        messages.cancellation(model, item, people, original, note, save=audience.saves)


def _others(people: Iterable[Person], mailbox: Mailbox) -> dict[str, Person]:
    """People by lower-case address, without the organizer."""
    found = {one.email.lower(): one for one in people}
    found.pop(mailbox.address.lower(), None)
    return found
