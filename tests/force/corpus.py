"""A small company's post, made from numbers: mails in threads, contacts and appointments, as files or for a sandbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from store.actor import SYSTEM
from store.engine import open_store
from store.records.writing import create_record

ANNA = "anna@alpine.example"
COMPANIES = tuple(f"Customer {letter}" for letter in "ABCDEFGH")
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_THREAD = 5  # mails in a thread


def domain(number: int) -> str:
    """The mail domain of a company."""
    return f"customer-{'abcdefgh'[number % len(COMPANIES)]}.example"


def person(number: int) -> str:
    """The address of a contact; contact `n` works at company `n` modulo their count."""
    return f"person{number}@{domain(number)}"


def is_ours(number: int) -> bool:
    """Whether mail `number` was sent by Anna."""
    return number % _THREAD in (1, 3)


def message_id(number: int) -> str:
    return f"force-{number}@mail.example"


def sent_at(number: int) -> datetime:
    return START + timedelta(minutes=37 * number)


def mail(number: int) -> bytes:
    """Mail `number` of its thread: question and answers, some with files, HTML or an invitation, some automatic."""
    thread, place = divmod(number, _THREAD)
    made = EmailMessage()
    other = person(thread % 40)
    made["From"], made["To"] = (ANNA, other) if is_ours(number) else (other, ANNA)
    made["Subject"] = f"{'Re: ' if place else ''}Snow guns for slope {thread}"
    made["Date"] = sent_at(number)
    made["Message-ID"] = f"<{message_id(number)}>"
    if place:
        made["In-Reply-To"] = f"<{message_id(number - 1)}>"
        made["References"] = " ".join(f"<{message_id(number - back)}>" for back in range(place, 0, -1))
    if place == 4:
        made["Auto-Submitted"] = "auto-replied"
    made.set_content(f"About slope {thread}, part {place}: we need {number} of them by spring.\n")
    if place == 2:
        made.add_alternative(f"<p>About <b>slope {thread}</b>, part {place}.</p>", subtype="html")
    if number % 7 == 0:
        made.add_attachment(f"plan {number}\n".encode() * 400, "application", "pdf", filename=f"plan-{number}.pdf")
    for depth, part in enumerate(each for each in made.walk() if each.is_multipart()):
        part.set_boundary(f"force-{number}-{depth}")  # a drawn one would make two mails of one number
    return made.as_bytes()


def card(number: int) -> str:
    """Contact `number` as a vCard 3.0."""
    company = COMPANIES[number % len(COMPANIES)]
    lines = (
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:Person {number}",
        f"N:{number};Person;;;",
        f"ORG:{company}",
        f"EMAIL;TYPE=INTERNET:{person(number)}",
        f"TEL;TYPE=WORK,VOICE:+43 1 {5_000_000 + number}",
        "END:VCARD",
    )
    return "\r\n".join(lines) + "\r\n"


def event(number: int) -> str:
    """Appointment `number` as a VEVENT, every fourth one weekly for a while."""
    start = START + timedelta(days=number)
    lines = (
        "BEGIN:VEVENT",
        f"UID:force-{number}@calendar.example",
        f"DTSTAMP:{START:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:Visit {number}",
        *(("RRULE:FREQ=WEEKLY;COUNT=6",) if number % 4 == 0 else ()),
        f"ORGANIZER:mailto:{ANNA}",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT:mailto:{person(number)}",
        "END:VEVENT",
    )
    return "\r\n".join(lines) + "\r\n"


def calendar(*events: str) -> str:
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//force//\r\n" + "".join(events) + "END:VCALENDAR\r\n"


def new_store(path: Path) -> Path:
    """A store that knows half of the companies, so that links come from domains, people and threads."""
    path.write_bytes(_new_store())
    return path


@cache
def _new_store() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = open_store(str(path))
        with store.write() as tx:
            for number, name in enumerate(COMPANIES[::2]):
                create_record(tx, "account", {"title": name, "domains": [domain(2 * number)]}, by=SYSTEM, now=START)
        store.close()
        return path.read_bytes()


def write_files(folder: Path, *, mails: int = 600, cards: int = 40, events: int = 40) -> Path:
    """A folder to import: a Maildir, a file of contacts, a calendar."""
    for name in ("cur", "new", "tmp"):
        (folder / "mail" / name).mkdir(parents=True)
    for number in range(mails):
        (folder / "mail" / "cur" / f"{number:06}.force:2,S").write_bytes(mail(number))
    (folder / "people.vcf").write_text("".join(map(card, range(cards))), "utf-8", newline="")
    (folder / "visits.ics").write_text(calendar(*map(event, range(events))), "utf-8", newline="")
    return folder


def write_mailbox(folder: Path, *, mails: int = 600, cards: int = 40, events: int = 40) -> Path:
    """A folder that the sandbox serves: Anna's mailbox with inbox, sent mail, contacts and calendar."""
    items: list[dict[str, object]] = []

    def place(name: str, source: bytes, home: str, received: datetime) -> None:
        (folder / name).write_bytes(source)
        entry = {"mailbox": ANNA, "folder": home, "file": name, "received": received.isoformat()}
        items.append(entry | {"read": len(items) % 3 != 0})

    folder.mkdir(parents=True)
    for number in range(mails):
        home = "sentitems" if is_ours(number) else "inbox"
        place(f"{number}.eml", mail(number), home, sent_at(number) + timedelta(seconds=20))
    for number in range(cards):
        place(f"{number}.vcf", card(number).encode(), "contacts", START)
    for number in range(events):
        place(f"{number}.ics", calendar(event(number)).encode(), "calendar", START)
    mailboxes = [{"address": ANNA, "name": "Anna Hofer", "password": "demo"}]
    index = {"version": 1, "mailboxes": mailboxes, "items": items}
    (folder / "index.json").write_text(json.dumps(index), "utf-8")
    return folder
