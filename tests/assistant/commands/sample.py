"""A small customer base as files: what `regarding import` takes."""

from __future__ import annotations

from pathlib import Path

HOSTILE = "\x1b[31mRed\x1b[0m [bold]offer[/bold] \u202egnp.exe"
OFFER_ID, ANSWER_ID = "<offer@engines.example>", "<answer@engines.example>"

ACCOUNTS = "Name,Website,City\nEngines Ltd,https://engines.example,Graz\nTables AG,https://tables.example,Linz\n"
CONTACTS = "First Name,Last Name,Email,Account\nAda,Lovelace,ada@engines.example,Engines Ltd\n"
USERS = "Name,Email\nAnna Hofer,anna@alpine.example\n"
CARD = """BEGIN:VCARD
VERSION:3.0
UID:c1
FN:Grace Hopper
N:Hopper;Grace;;;
EMAIL:grace@ships.example
END:VCARD
"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Engines//EN
BEGIN:VEVENT
UID:visit@engines.example
DTSTAMP:20260301T090000Z
DTSTART:20260305T090000Z
DTEND:20260305T100000Z
SUMMARY:Visit of the works
ORGANIZER;CN=Ada Lovelace:mailto:ada@engines.example
ATTENDEE:mailto:anna@alpine.example
END:VEVENT
END:VCALENDAR
"""


def mail(number: int, subject: str, *, message_id: str = "", answers: str = "", text: str = "Dear Anna,\n") -> bytes:
    """A mail of Ada to Anna on the given day of February."""
    head = (
        "From: Ada Lovelace <ada@engines.example>\nTo: Anna Hofer <anna@alpine.example>\n"
        f"Subject: {subject}\nDate: {number} Feb 2026 09:00:00 +0000\n"
        f"Message-ID: {message_id or f'<{number}@engines.example>'}\n"
    )
    return (head + (f"In-Reply-To: {answers}\n" if answers else "") + f"\n{text}").encode()


def write(folder: Path) -> Path:
    """The sample in a new folder: 3 mails, 1 meeting, 1 card, 3 tables with 4 rows, and one file that is no mail."""
    folder.mkdir()
    for name, content in (("accounts", ACCOUNTS), ("contacts", CONTACTS), ("users", USERS)):
        (folder / f"{name}.csv").write_text(content, "utf-8")
    (folder / "grace.vcf").write_text(CARD, "utf-8")
    (folder / "visit.ics").write_text(CALENDAR, "utf-8")
    (folder / "1.eml").write_bytes(mail(1, "Offer", message_id=OFFER_ID))
    (folder / "2.eml").write_bytes(mail(2, "Re: Offer", message_id=ANSWER_ID, answers=OFFER_ID))
    (folder / "3.eml").write_bytes(mail(3, HOSTILE))
    (folder / "broken.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no compound file follows")
    return folder
