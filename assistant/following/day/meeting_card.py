"""What to know before a meeting: who they are, the last contacts, open points, promises on both sides. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Part = Literal["people", "talked", "open", "promises"]

TITLES: dict[Part, str] = {
    "people": "Who they are",
    "talked": "Last contacts",
    "open": "Open points",
    "promises": "Promised",
}
_ANSWERS = {"accepted": "comes", "tentative": "may come", "declined": "declined"}


@dataclass(frozen=True, slots=True)
class Source:
    """The record or activity that a line rests on: its kind, its number or uid, and its title."""

    kind: str
    id: str
    title: str
    record_id: int | None = None
    activity_id: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody from outside who takes part; `source` is their contact or lead, None for somebody we do not know.
    `response` is what they answered to the invitation."""

    name: str
    email: str
    response: str = ""
    job_title: str = ""
    company: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Talked:
    """Something we had to do with them: `way` is in, out, internal or ''."""

    at: datetime
    way: str
    who: str
    source: Source


@dataclass(frozen=True, slots=True)
class Matter:
    """A case, an opportunity or a question that is open, how it stands, and until when it is to be done."""

    said: str
    state: str
    until: datetime | None
    source: Source


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised, word for word, and when it is due."""

    is_ours: bool
    sentence: str
    until: datetime
    source: Source


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What is known of those who take part, and of whom the meeting is about. `meeting` is the meeting itself."""

    meeting: Source
    people: tuple[Person, ...] = ()
    talked: tuple[Talked, ...] = ()
    matters: tuple[Matter, ...] = ()
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class CardLine:
    """One statement and what it rests on. `at` is when it was, or when it is due; `is_late`: that is over."""

    part: Part
    said: str
    source: Source
    at: datetime | None = None
    is_late: bool = False


def meeting_card(facts: MeetingFacts, now: datetime) -> tuple[CardLine, ...]:
    """The card from top to bottom; empty for a meeting among ourselves that is about nobody."""
    return tuple(_lines(facts, now))


def _lines(facts: MeetingFacts, now: datetime) -> Iterator[CardLine]:
    for person in facts.people:
        yield CardLine("people", _who(person), person.source or facts.meeting)
    for one in facts.talked:
        yield CardLine("talked", _talked(one), one.source, one.at)
    for matter in sorted(facts.matters, key=lambda each: (each.until is None, each.until or now)):
        said = f"{matter.said} ({matter.state})" if matter.state else matter.said
        yield CardLine("open", said, matter.source, matter.until, _is_late(matter.until, now))
    for promise in sorted(facts.promises, key=lambda each: (not each.is_ours, each.until)):
        said = f"{'We' if promise.is_ours else 'They'}: “{promise.sentence}”"
        yield CardLine("promises", said, promise.source, promise.until, _is_late(promise.until, now))


def _who(person: Person) -> str:
    """ "Jane Doe, Head of Operations at Fabrikam, comes"."""
    name = person.name or person.email
    known = " at ".join(filter(None, (person.job_title, person.company)))
    if person.source is None:
        known = f"{person.email}, nobody we know yet" if person.name else "nobody we know yet"
    return ", ".join(filter(None, (name, known, _ANSWERS.get(person.response, ""))))


def _talked(one: Talked) -> str:
    """ "Jane Doe wrote: Re: Offer", "We wrote: Offer", "Call: ..."."""
    if one.source.kind != "email":
        return f"{one.source.kind.replace('_', ' ').capitalize()}: {one.source.title}"
    return f"{'We' if one.way == 'out' else one.who or 'They'} wrote: {one.source.title}"


def _is_late(until: datetime | None, now: datetime) -> bool:
    return until is not None and until < now
