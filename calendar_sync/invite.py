"""Who is mailed about a change of a meeting, told before it happens. Pure.

The rule: mail goes out only when the meeting starts in the future, we are its organizer, others are invited, and one of
these changed: subject, body, location, whole day or not, start, end, the people required or optional, status, priority,
recurrence. It is asked for an act of a person only: a merge in the background and a first sync mail nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.event import Event
from calendar_sync.provider import Notify
from calendar_sync.recurrence import occurrences
from mail_sync.message import Address

_AHEAD = timedelta(days=366 * 10)  # a series whose next time is later than that is over for everybody
_LOOKED_AT = 100  # occurrences; one that began before `now` may last


@dataclass(frozen=True, slots=True)
class MailedPreview:
    """Who gets what. `reason` says in a sentence why nobody does, '' when somebody does."""

    invited: tuple[Address, ...] = ()
    updated: tuple[Address, ...] = ()
    cancelled: tuple[Address, ...] = ()
    reason: str = ""

    @property
    def mails(self) -> bool:
        return bool(self.invited or self.updated or self.cancelled)

    @property
    def notify(self) -> Notify:
        """What the server is to be told."""
        if not self.mails:
            return Notify.NOBODY
        return Notify.EVERYBODY if self.updated else Notify.CHANGED

    @property
    def sentence(self) -> str:
        """What a person reads before it happens."""
        told = (("an invitation", self.invited), ("an update", self.updated), ("a cancellation", self.cancelled))
        said = [f"{_names(people)} {'gets' if len(people) == 1 else 'get'} {what}" for what, people in told if people]
        return "; ".join(said) + "." if said else f"Nobody is mailed: {self.reason}"


def who_is_mailed(before: Event | None, after: Event | None, *, now: datetime, ours: Collection[str]) -> MailedPreview:
    """What the change from `before` (None: it is new) to `after` (None: it is deleted) mails to whom.

    `ours` are the addresses of the mailbox whose calendar is changed.
    """
    event = after or before
    if event is None or not _others(before, ours) | _others(after, ours):
        return MailedPreview(reason="nobody is invited.")
    if not is_organizer(event, ours):
        name = (event.organizer.name or event.organizer.email) if event.organizer else "somebody else"
        return MailedPreview(reason=f"only the organizer invites, and that is {name}.")
    if before is None or _is_off(before):
        return _new(after, now, ours)
    if after is None or _is_off(after):
        if not _is_ahead(before, now):
            return MailedPreview(reason="it lies in the past.")
        return MailedPreview(cancelled=tuple(_others(before, ours).values()))
    return _changed(before, after, now, ours)


def together(*previews: MailedPreview) -> MailedPreview:
    """Several changes as one: who is mailed twice is named once for each kind."""

    def of(name: str) -> tuple[Address, ...]:
        return tuple(dict.fromkeys(person for each in previews for person in getattr(each, name)))

    found = MailedPreview(of("invited"), of("updated"), of("cancelled"))
    return found if found.mails else MailedPreview(reason=next((each.reason for each in previews), ""))


def is_organizer(event: Event, ours: Collection[str]) -> bool:
    """Whether the meeting is this mailbox's own: an appointment that names no organizer is."""
    return event.organizer is None or event.organizer.email in ours or event.my_response == "organizer"


def changed_fields(before: Event, after: Event) -> frozenset[str]:
    """The fields of the rule that differ, attendees apart from the rest; exceptions count as recurrence."""
    one, other = _facts(before), _facts(after)
    found = {name for name in one if one[name] != other[name]}
    if _exceptions(before) != _exceptions(after):
        found.add("recurrence")
    return frozenset(found)


def _new(after: Event | None, now: datetime, ours: Collection[str]) -> MailedPreview:
    if after is None or _is_off(after):
        return MailedPreview(reason="it does not take place.")
    if not _is_ahead(after, now):
        return MailedPreview(reason="it lies in the past.")
    return MailedPreview(invited=tuple(_others(after, ours).values()))


def _changed(before: Event, after: Event, now: datetime, ours: Collection[str]) -> MailedPreview:
    changed = changed_fields(before, after)
    if not changed:
        return MailedPreview(reason="nothing changed that the others need to know.")
    if not _is_change_ahead(before, after, changed, now):
        return MailedPreview(reason="it lies in the past.")
    old, new = _others(before, ours), _others(after, ours)
    kept = tuple(new[email] for email in new if email in old)
    return MailedPreview(
        invited=tuple(new[email] for email in new if email not in old),
        updated=kept if changed - {"attendees"} or not old.keys() ^ new.keys() else (),
        cancelled=tuple(old[email] for email in old if email not in new),
    )


def _is_change_ahead(before: Event, after: Event, changed: frozenset[str], now: datetime) -> bool:
    """Whether what was changed lies ahead: of a change to single occurrences these, else any time of the meeting."""
    if changed == {"recurrence"} and (before.rrule, before.rdates) == (after.rrule, after.rdates):
        return any(_starts(each) > now for each in _touched(before, after))
    return _is_ahead(after, now)


def _touched(before: Event, after: Event) -> Iterator[Event]:
    """The occurrences that were changed, taken out or brought back, as they were and as they are."""
    one, other = _exceptions(before), _exceptions(after)
    for event, mine, theirs in ((before, one, other), (after, other, one)):
        for exception in event.exceptions:
            key = _key(exception.original_start or exception.start)
            if mine.get(key) != theirs.get(key):
                yield exception
    for gone in set(before.exdates) ^ set(after.exdates):
        yield Event("", "", gone, gone, timezone=after.timezone)


def _is_ahead(event: Event, now: datetime) -> bool:
    if not event.is_series:
        return _starts(event) > now
    here = now.astimezone(ZoneInfo(event.timezone))
    found = occurrences(event, here, here + _AHEAD, limit=_LOOKED_AT)
    return any(_at(each.start, event.timezone) > now and each.event.status != "cancelled" for each in found)


def _starts(event: Event) -> datetime:
    return _at(event.start, event.timezone)


def _at(start: datetime | date, zone: str) -> datetime:
    """The instant; of a date its midnight in the event's zone."""
    if isinstance(start, datetime):
        return start.astimezone(UTC)
    return datetime.combine(start, time(), ZoneInfo(zone)).astimezone(UTC)


def _others(event: Event | None, ours: Collection[str]) -> dict[str, Address]:
    """Everybody invited but ourselves, in any part of the meeting, by address."""
    events = () if event is None else (event, *event.exceptions)
    people = (attendee.address for each in events for attendee in each.attendees)
    return {person.email: person for person in people if person.email and person.email not in ours}


def _is_off(event: Event) -> bool:
    return event.status == "cancelled"


def _facts(event: Event) -> dict[str, Any]:
    return {
        "title": event.title,
        "description": " ".join(event.description.split()),
        "location": event.location,
        "all_day": event.all_day,
        "start": _key(event.start),
        "end": _key(event.end),
        "attendees": {(each.address.email, each.role) for each in event.attendees},
        "status": event.status,
        "importance": event.importance,
        "recurrence": (
            event.rrule,
            {_key(each) for each in event.rdates},
            {_key(each) for each in event.exdates},
        ),
    }


def _exceptions(event: Event) -> dict[str, dict[str, Any]]:
    return {_key(each.original_start or each.start): _facts(each) for each in event.exceptions}


def _key(moment: datetime | date) -> str:
    return (moment.astimezone(UTC) if isinstance(moment, datetime) else moment).isoformat()


def _names(people: tuple[Address, ...]) -> str:
    first = people[0].name or people[0].email
    if len(people) == 1:
        return first
    return f"{first} and {len(people) - 1} other{'s' if len(people) > 2 else ''}"
