"""Which meeting a mail's calendar part leaves behind (RFC 5546, RFC 6047). Pure.

Anybody can send a mail, so a part changes a meeting that is known only where it comes from the one whose word it is:
of a request or a cancellation the organizer, of a reply the attendee it speaks for. An appointment without an organizer
is changed by us and by whoever brought it. An answer that somebody gives in another's place (DELEGATED-FROM, SENT-BY)
is therefore left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from calendar_sync.event import Attendee, Event
from calendar_sync.occurring import fits, is_at, occurrence_at
from calendar_sync.walls import instant
from mail_sync.message import Address
from store.errors import Invalid
from store.scheduling.notices import CustomerAnswer

_NEVER = datetime.min.replace(tzinfo=UTC)
_STATES = ("", "PUBLISH", "REQUEST")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another time that an attendee asks for (RFC 5546 section 3.2.7); the organizer decides."""

    who: Address
    start: datetime | date
    end: datetime | date
    original_start: datetime | date | None
    comment: str


def is_outdated(event: Event, known: Event) -> bool:
    """RFC 5546 section 2.1.5: the sequence decides, then the time at which it was written."""
    if event.sequence != known.sequence:
        return event.sequence < known.sequence
    return (event.modified_at or _NEVER) < (known.modified_at or _NEVER)


def taken(event: Event, known: Event | None, sender: str, *, is_keeper: bool = False) -> Event | None:
    """The meeting as it stands after this part of a mail from `sender`; None where the part changes nothing.

    `known` is the meeting with this UID in the store, `is_keeper` whether the sender is one of us or brought it.
    """
    match event.method.upper():
        case "REPLY":
            return None if known is None else _replied(event, known, sender)
        case "CANCEL":
            return _cancelled(event, known, sender, is_keeper=is_keeper)
        case method if method in _STATES:
            return _requested(event, known, sender, is_keeper=is_keeper)
    return None  # COUNTER, REFRESH, DECLINECOUNTER and ADD ask or tell something; none says how the meeting stands


def proposal(event: Event, known: Event | None = None) -> Proposal | None:
    """What a COUNTER asks for; None for anything else, and where it asks for the time that stands."""
    if event.method.upper() != "COUNTER":
        return None
    who = event.attendees[0].address if len(event.attendees) == 1 else Address("")
    if known is not None and (event.start, event.end) == (known.start, known.end):
        return None
    return Proposal(who, event.start, event.end, event.original_start, event.description)


def answer_of(event: Event, activity_id: int, sender: str, *, at: datetime) -> CustomerAnswer | None:
    """What a REPLY or a COUNTER in this mail, of this time, answers to one of our bookings; None for anything else.

    Some calendars repeat the request's own LAST-MODIFIED, so that the time of the mail decides which answer is newer.
    """
    method = event.method.upper()
    if method not in ("REPLY", "COUNTER") or len(event.attendees) != 1:
        return None
    who = event.attendees[0]
    said = "counter" if method == "COUNTER" else who.response
    times = (instant(event.start), instant(event.end)) if method == "COUNTER" else (None, None)
    return CustomerAnswer(activity_id, said, who.address.email, who.address.name, sender, event.sequence, at, *times)


def _requested(event: Event, known: Event | None, sender: str, *, is_keeper: bool) -> Event | None:
    if known is None:
        return event
    if not _leads(event, known, sender, is_keeper=is_keeper):
        return None
    if event.original_start is not None and known.is_series:
        return _with_occurrence(known, event)
    if is_outdated(event, known):
        return None
    kept = () if event.exceptions or not event.rrule else known.exceptions
    kept = tuple(each for each in kept if each.original_start is not None and fits(event, each.original_start))
    return replace(event, exceptions=event.exceptions or kept, categories=known.categories)


def _cancelled(event: Event, known: Event | None, sender: str, *, is_keeper: bool) -> Event | None:
    if known is None:
        return replace(event, status="cancelled")
    if not _leads(event, known, sender, is_keeper=is_keeper):
        return None
    if event.sequence < known.sequence:
        return None
    if event.original_start is not None and known.is_series:
        try:
            occurrence = occurrence_at(known, event.original_start)
        except Invalid:
            return None
        return _with_occurrence(known, replace(occurrence, status="cancelled", sequence=event.sequence))
    off = tuple(replace(each, status="cancelled") for each in known.exceptions)
    modified = max(event.modified_at or _NEVER, known.modified_at or _NEVER)
    stood = None if modified == _NEVER else modified
    return replace(known, status="cancelled", sequence=event.sequence, modified_at=stood, exceptions=off)


def _replied(reply: Event, known: Event, sender: str) -> Event | None:
    """One attendee answers for himself, about the meeting as it stands and not with an older answer than is known."""
    if len(reply.attendees) != 1 or reply.sequence < known.sequence:
        return None
    (answer,) = reply.attendees
    if answer.response == "none" or not _speaks(sender, answer.address):
        return None
    if reply.original_start is None:
        people = _answered(known.attendees, answer, reply.modified_at)
        return None if people is None else replace(known, attendees=people)
    try:
        occurrence = occurrence_at(known, reply.original_start)
    except Invalid:
        return None
    people = _answered(occurrence.attendees, answer, reply.modified_at)
    return None if people is None else _with_occurrence(known, replace(occurrence, attendees=people))


def _answered(people: tuple[Attendee, ...], answer: Attendee, at: datetime | None) -> tuple[Attendee, ...] | None:
    """Everybody with the new answer; None where it is nobody's, an older one, or no news."""
    found = next((each for each in people if each.address.email == answer.address.email), None)
    if found is None or found.response == answer.response:
        return None
    if found.answered_at is not None and (at is None or at < found.answered_at):
        return None
    told = replace(found, response=answer.response, answered_at=at)
    return tuple(told if each is found else each for each in people)


def _with_occurrence(known: Event, occurrence: Event) -> Event | None:
    """The series with this exception, unless a newer one is known."""
    original = occurrence.original_start
    if original is None or not (fits(known, original) or any(is_at(each, original) for each in known.exceptions)):
        return None
    before = next((each for each in known.exceptions if is_at(each, original)), None)
    if before is not None and is_outdated(occurrence, before):
        return None
    rest = [each for each in known.exceptions if not is_at(each, original)]
    plain = replace(occurrence, uid=known.uid, method="", rrule="", rdates=(), exdates=(), exceptions=())
    found = sorted([*rest, plain], key=lambda each: instant(each.original_start or each.start))
    return replace(known, exceptions=tuple(found))


def _leads(event: Event, known: Event, sender: str, *, is_keeper: bool) -> bool:
    """Whether the sender decides how a known meeting stands."""
    if known.organizer is None or not known.organizer.email:
        return is_keeper
    same = event.organizer is not None and event.organizer.email == known.organizer.email
    return same and _speaks(sender, known.organizer)


def _speaks(sender: str, who: Address | None) -> bool:
    """Whether the mail comes from this person; an unknown sender of an imported calendar counts as him."""
    return not sender or who is None or not who.email or who.email.lower() == sender.lower()
