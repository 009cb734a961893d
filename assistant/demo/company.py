"""The demo company Alpine Ski House, written as files: three mailboxes for the sandbox Exchange and a CRM in CSV."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from assistant.demo.cards import write_cards
from assistant.demo.cast import Cast, load_cast
from assistant.demo.conversations import Conversation, Letter, plan, tell
from assistant.demo.delivery import deliver
from assistant.demo.folder import DemoFolder
from assistant.demo.invitations import write_calendars, write_invitations
from assistant.demo.mail import Post
from assistant.demo.meetings import load_meetings
from assistant.demo.noise import Noise
from assistant.demo.records import write_records
from assistant.demo.script import Phrases, Story, load_stories

PASSWORD = "demo"
_SEED = "Alpine Ski House"
_STORIES = ("cases.toml", "deals.toml", "bookings.toml", "internal.toml", "foreign.toml", "strangers.toml")


@dataclass(frozen=True, slots=True)
class DemoMailbox:
    address: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """What was written; `mails` counts each real message once, `items` what lies in all mailboxes."""

    mails: int
    threads: int
    items: int
    contacts: int
    appointments: int
    records: dict[str, int]  # CRM rows by file name


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """Where the company was written: `index` for the sandbox Exchange, `crm` with the CSV files."""

    folder: Path
    index: Path
    crm: Path
    mailboxes: tuple[DemoMailbox, ...]
    counts: DemoCounts


def write_company(folder: Path, *, now: datetime) -> DemoCompany:
    """Write the whole company into `folder`, as it looks at `now` (aware). The same `now` gives the same bytes."""
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    cast = load_cast()
    rng = random.Random(_SEED)
    # A fixed offset: subtracting from a time in a zone walks on the wall clock, into the future at a clock change.
    home_now = now.astimezone(timezone(now.astimezone(cast.staff["anna"].zone).utcoffset() or timedelta()))
    conversations = plan(_stories(), cast, now=home_now, rng=rng)
    out = DemoFolder(folder)
    post = Post(cast.domain)
    letters = _write_conversations(conversations, cast, out, post, home_now)
    noise = Noise(cast, out, post, home_now)
    noise.write(letters)
    meetings = load_meetings(cast, now=home_now)
    appointments = write_calendars(meetings, out, cast)
    about_meetings, meeting_threads = write_invitations(meetings, out, cast, now=home_now)
    contacts = write_cards(cast, out, now=home_now)
    records = write_records(folder / "crm", conversations, cast, now=home_now)
    mailboxes = tuple(DemoMailbox(cast.staff[k].email, cast.staff[k].name, PASSWORD) for k in cast.mailboxes)
    index = out.finish([{"address": m.address, "name": m.name, "password": m.password} for m in mailboxes])
    counts = DemoCounts(
        mails=len(letters) + about_meetings + noise.mails,
        threads=len(conversations) + meeting_threads + noise.threads,
        items=len(out.items),
        contacts=contacts,
        appointments=appointments,
        records=records,
    )
    return DemoCompany(folder, index, folder / "crm", mailboxes, counts)


def _stories() -> Iterator[Story]:
    for name in _STORIES:
        yield from load_stories(name)


def _write_conversations(
    conversations: list[Conversation], cast: Cast, out: DemoFolder, post: Post, now: datetime
) -> list[Letter]:
    phrases = Phrases(random.Random(_SEED))
    written: list[Letter] = []
    for conversation in conversations:
        letters = tell(conversation, cast, phrases)
        for letter in letters:
            deliver(letter, post, out, cast, now=now, last=letter is letters[-1])
        written += letters
    return written
