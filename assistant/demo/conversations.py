"""Turns stories into dated letters: who, when, in answer to what, in which words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from assistant.demo.calendar_words import back_into_hours
from assistant.demo.cast import Account, Cast, Person
from assistant.demo.script import Phrases, Step, Story, fill

_SPAN = timedelta(days=78)  # ages of the threads' last mails; the oldest threads begin about ten days before that
_OPEN = 34  # so many of the youngest threads still wait for us
_TODAY, _YESTERDAY = 9, 10
_EVERYBODY = {"en": "team", "de": "zusammen", "fr": "à tous", "it": "a tutti", "sv": "allihop"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it becomes MIME. `at` is aware, in the sender's own zone; `parent` is the mail it answers."""

    key: str  # stable and unique, "t012-03"
    thread: str
    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    subject: str
    text: str
    signature: tuple[str, ...]
    lang: str
    at: datetime
    parent: Letter | None = None
    flags: frozenset[str] = frozenset()  # the script's flags, and auto for an automatic answer

    def people(self) -> tuple[Person, ...]:
        return (self.sender, *self.to, *self.cc)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A story with its moments fixed; `live` ones are still waiting for somebody."""

    key: str
    story: Story
    steps: tuple[Step, ...]
    times: tuple[datetime, ...]
    live: bool
    number: str = ""  # CAS-01042, OPP-00231, or '' where nothing is counted

    @property
    def account(self) -> str:
        return str(self.story.slot("account"))


def plan(stories: Iterable[Story], cast: Cast, *, now: datetime, rng: random.Random) -> list[Conversation]:
    """Spread the stories over the last weeks, oldest first, the youngest cut where a customer has the last word."""
    order = _by_age(list(stories), rng)
    fresh = fresh_moments(now, _TODAY, _YESTERDAY, rng)
    planned = []
    for n, story in enumerate(order):
        live = n < _OPEN
        steps = _cut(story.steps, rng) if live and not story.slot("whole") else story.steps
        end = fresh[n] if n < len(fresh) else now - timedelta(days=2) - _SPAN * n / len(order)
        planned.append((story, steps, _times(story, steps, end, cast, rng, pinned=n < len(fresh)), live))
    planned.sort(key=lambda row: row[2][0])
    counters = {"case": 1017, "deal": 204}
    prefixes = {"case": "CAS-{:05}", "deal": "OPP-{:05}"}
    conversations = []
    for n, (story, steps, times, live) in enumerate(planned):
        number = ""
        if story.kind in counters:
            counters[story.kind] += 1
            number = prefixes[story.kind].format(counters[story.kind])
        conversations.append(Conversation(f"t{n:03}", story, steps, times, live, number))
    return conversations


def _by_age(stories: list[Story], rng: random.Random) -> list[Story]:
    """Youngest first: the stories marked recent stand among the open ones, mixed with talks of known customers."""
    rng.shuffle(stories)
    recent = [story for story in stories if story.slot("recent")]
    others = [story for story in stories if not story.slot("recent")]
    fill_up = max(0, _OPEN - len(recent))
    young = recent + others[:fill_up]
    rng.shuffle(young)
    return young + others[fill_up:]


def fresh_moments(now: datetime, today: int, yesterday: int, rng: random.Random) -> list[datetime]:
    """Moments of mails that came today (since midnight, from half past six where that has passed) and yesterday."""
    midnight = datetime.combine(now.date(), time(0), now.tzinfo)
    dawn = midnight + timedelta(hours=6, minutes=30)
    begin = dawn if now - dawn > timedelta(hours=1) else midnight
    span = now - begin
    latest = [now - span * (n + rng.random()) / (today + 0.5) for n in range(today)]
    noon = midnight - timedelta(days=1) + timedelta(hours=7)
    return latest + [noon + timedelta(minutes=rng.randrange(680)) for _ in range(yesterday)]


def _cut(steps: tuple[Step, ...], rng: random.Random) -> tuple[Step, ...]:
    """A beginning of the script that ends with somebody outside waiting for an answer."""
    ends = [n for n, step in enumerate(steps) if step.sender not in ("me", "anna", "jonas", "support")]
    return steps[: rng.choice(ends[: max(1, len(ends) - 1)]) + 1] if ends else steps


def _times(
    story: Story, steps: Sequence[Step], end: datetime, cast: Cast, rng: random.Random, *, pinned: bool
) -> tuple[datetime, ...]:
    """Moments of the steps, walking back from the last; a `pinned` end stands even at an odd hour."""
    moment = end
    times = []
    for n, step in enumerate(reversed(steps)):
        sender = person(step.sender, story, cast)
        local = moment.astimezone(sender.zone) if pinned and n == 0 else back_into_hours(moment, sender.zone, rng)
        times.append(local.replace(microsecond=0))
        moment = local - step.after * rng.uniform(0.7, 1.3)
    return tuple(reversed(times))


def person(part: str, story: Story, cast: Cast) -> Person:
    """Who plays a part of a story; KeyError where nobody does."""
    if part == "me":
        return cast.staff[story.desk]
    if part in cast.staff:
        return cast.staff[part]
    guests: Mapping[str, Mapping[str, Any]] = story.slot("people", {})
    if part in guests:
        return guest(guests[part])
    people = cast.accounts[story.slot("account")].people
    chosen = int(story.slot("person", 0))
    other = int(story.slot("second", next(n for n in range(len(people)) if n != chosen)))
    return people[{"customer": chosen, "second": other, "third": 2, "last": len(people) - 1}[part]]


def guest(row: Mapping[str, Any]) -> Person:
    """Somebody who stands only in a story, written there as a small table."""
    name = str(row["name"])
    given, _, family = name.partition(" ")
    return Person(
        name=name,
        given=given,
        family=family,
        email=row["email"],
        title=row.get("title", ""),
        company=row.get("company", ""),
        phone=row.get("phone", ""),
        city=row.get("city", ""),
        country=row.get("country", ""),
        lang=row.get("lang", "en"),
        timezone=row.get("tz", "Europe/Vienna"),
        mailer=row.get("mailer", "outlook"),
        known=False,
    )


def tell(conversation: Conversation, cast: Cast, phrases: Phrases) -> list[Letter]:
    """The letters of one conversation, oldest first."""
    story = conversation.story
    rng = random.Random(f"tell {conversation.key} {story.subject} {story.slot('account')}")
    lang = str(story.slot("lang", "en"))
    slots = _slots(conversation, cast, rng)
    agent = rng.choice(("Priya Nair", "Marco Conti", "Priya Nair"))
    subject = fill(story.subject, slots, lang=lang, at=conversation.times[0], rng=rng, phrases=phrases)
    letters: list[Letter] = []
    for n, (step, at) in enumerate(zip(conversation.steps, conversation.times, strict=True)):
        draft = Letter(
            key=f"{conversation.key}-{n:02}",
            thread=conversation.key,
            sender=person(step.sender, story, cast),
            to=tuple(person(part, story, cast) for part in step.to),
            cc=tuple(person(part, story, cast) for part in step.cc),
            subject=subject,
            text="",
            signature=(),
            lang=_language(step, lang, cast, story),
            at=at,
            flags=step.flags,
        )
        parent = _answered(draft, letters)
        text = fill(step.text, slots, lang=draft.lang, at=at, rng=rng, phrases=phrases)
        text = re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)  # "Val Serena S.p.A.." at the end of a sentence
        signer = agent if draft.sender.email.startswith("support@") else ""
        letters.append(
            replace(
                draft,
                parent=parent,
                subject=_subject(draft, parent, conversation.number),
                text=_dressed(text, draft, parent, signer, rng, phrases),
                signature=signature(draft.sender, signer),
            )
        )
    return letters


def _slots(conversation: Conversation, cast: Cast, rng: random.Random) -> dict[str, Any]:
    story = conversation.story
    slots: dict[str, Any] = dict(story.slots)
    account: Account | None = cast.accounts.get(conversation.account)
    if account:
        slots |= {"account": account.name, "city": account.city}
    code = str(story.slot("product"))
    if code in cast.products:
        slots |= {"product": cast.products[code].name}
    return slots | {"number": conversation.number, "serial": serial(conversation)}


def serial(conversation: Conversation) -> str:
    """The serial number of the machine a case is about."""
    digits = random.Random(f"serial {conversation.story.subject} {conversation.account}").randrange(10000, 99999)
    return f"{str(conversation.story.slot('product')).partition('-')[0] or 'ASH'}{digits}"


def _language(step: Step, lang: str, cast: Cast, story: Story) -> str:
    """Colleagues write English to each other, whatever the customer writes."""
    inside = all(person(part, story, cast).domain == cast.domain for part in (step.sender, *step.to))
    return "en" if inside and story.kind != "internal" else lang


def _answered(draft: Letter, letters: Sequence[Letter]) -> Letter | None:
    """The newest letter both sides know; so an internal talk is never quoted to the customer."""
    if "new" in draft.flags:
        return None
    if "fwd" not in draft.flags:
        for letter in reversed(letters):
            if {draft.sender, draft.to[0]} <= set(letter.people()):
                return letter
    return next((letter for letter in reversed(letters) if draft.sender in letter.people()), None)


def _subject(draft: Letter, parent: Letter | None, number: str) -> str:
    subject = draft.subject
    if parent is not None:
        subject = prefixed(parent.subject, draft.sender, forward="fwd" in draft.flags)
    if "number" in draft.flags and number and number not in subject:
        subject += f" [{number}]"
    return subject


def prefixed(subject: str, sender: Person, *, forward: bool = False) -> str:
    """The subject of an answer: Outlook replaces a short prefix by its own, others put theirs in front."""
    prefix = sender.forward_prefix if forward else sender.reply_prefix
    head, colon, rest = subject.partition(": ")
    if sender.mailer == "outlook" and colon and len(head) <= 3 and head.isalpha():
        return f"{prefix}: {rest}"
    return subject if subject.startswith(f"{prefix}: ") else f"{prefix}: {subject}"


def _dressed(text: str, draft: Letter, parent: Letter | None, signer: str, rng: random.Random, phrases: Phrases) -> str:
    """The text with a greeting and a close, as people leave them out once a talk is under way."""
    if "bare" in draft.flags:
        return text
    brief = parent is not None and rng.random() < 0.35
    first = draft.to[0].given
    name = _EVERYBODY[draft.lang] if first == "team" else first
    greeting = phrases.draw(draft.lang, "greet").format(first=name) + "\n\n"
    if brief or text.partition(",")[0].partition(" ")[0] in ("Hello", "Dear", "Hi", "Greetings"):
        greeting = ""
    if len(draft.to) > 1 and greeting and draft.lang == "en":
        pair, many = ("Hi both,", "Hello you two,", "Dear both,"), ("Hi all,", "Hello everybody,", "Dear all,")
        greeting = rng.choice(pair if len(draft.to) == 2 else many) + "\n\n"
    if not greeting:
        text = text[0].upper() + text[1:]
    own = signer.partition(" ")[0] or draft.sender.given
    close = f"\n\n{own}" if brief else f"\n\n{phrases.draw(draft.lang, 'bye')}\n{own}"
    return f"{greeting}{text}{close}"


def signature(sender: Person, signer: str = "") -> tuple[str, ...]:
    """The lines under a mail: name, title, company, telephone."""
    title = sender.title and f"{sender.title}, {sender.company}" if sender.company else sender.title
    lines = [signer or sender.name, title or sender.company, sender.city]
    lines += [f"T {sender.phone}" if sender.phone else "", f"M {sender.mobile}" if sender.mobile else ""]
    if sender.company and "." in sender.domain and "mail.com" not in sender.domain:
        lines.append(f"www.{sender.domain}")
    return tuple(line for line in lines if line)


def utc(at: datetime) -> datetime:
    """`at` as UTC."""
    return at.astimezone(UTC)
