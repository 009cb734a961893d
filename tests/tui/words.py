"""The words of the sample store."""

from __future__ import annotations

import random
import unicodedata

PREFIX = {"account": "ACC", "contact": "CON", "lead": "LEA", "opportunity": "OPP", "case": "CAS", "product": "PRD"}
USERS = (
    ("Anna Hofer", "anna.hofer@alpineskihouse.example", "sales"),
    ("Jonas Berg", "jonas.berg@alpineskihouse.example", "scheduler"),
    ("Support Desk", "support@alpineskihouse.example", "support"),
)
# address, state, detail, done, total, minutes since success, error
MAILBOXES: tuple[tuple[str, str, str, int, int, int | None, str], ...] = (
    ("anna.hofer@alpineskihouse.example", "idle", "", 1842, 1842, 2, ""),
    ("support@alpineskihouse.example", "syncing", "Inbox", 3120, 8450, 31, ""),
    (
        "jonas.berg@alpineskihouse.example",
        "failed",
        "",
        0,
        0,
        2890,
        "The password was not accepted; run regarding connect again.",
    ),
)
_FIRST = (
    "Contoso",
    "Fabrikam",
    "Adatum",
    "Litware",
    "Proseware",
    "Northwind",
    "Tailspin",
    "Wingtip",
    "Trey",
    "Lucerne",
)
_SECOND = ("Hotels", "Lifts", "Logistics", "Resorts AG", "Sports", "Bergbahnen GmbH & Co. KG", "Travel", "Catering")
CITIES = (
    ("Innsbruck", "Austria"),
    ("Zürich", "Switzerland"),
    ("Bolzano", "Italy"),
    ("München", "Germany"),
    ("Łódź", "Poland"),
)
STREETS = ("Bahnhofstraße", "Via Dante", "Hauptplatz", "Seeweg", "Marktgasse")
INDUSTRIES = ("Hospitality", "Transport", "Retail", "Manufacturing", "Tourism")
GIVEN = ("Petra", "Luca", "Miriam", "Jürgen", "Sofía", "Tomasz", "Amélie", "Henrik", "明", "Yuki", "Priya", "Oluwaseun")
FAMILY = ("Vogel", "Rossi", "Meier", "Müller-Lüdenscheidt", "García", "Nowak", "Dubois", "Lund", "田中", "Sato", "Iyer")
JOBS = ("Head of Purchasing", "Technician", "Managing Director", "Operations", "Front office", "CFO")
PRODUCTS = (
    ("Snow gun SG-40", "SG40", "18400"),
    ("Lift control unit", "LCU", "7250.50"),
    ("Rental software seat", "RSS", "49"),
    ("Groomer service plan", "GSP", "3600"),
)
TOPICS = (
    "Lift maintenance contract",
    "Snow guns",
    "Season rental",
    "Ticket gates",
    "Groomer fleet renewal",
    "Group booking",
)
STAGES = ("qualify", "develop", "propose", "close", "won", "lost")
STEPS = ("Send the revised offer", "Call back about the discount", "Book a site visit", "Ask for the signed contract")
CASE_STATUSES = ("new", "in_progress", "on_hold", "waiting", "resolved", "new", "in_progress", "cancelled")
PROBLEMS = (
    "Snow gun loses pressure after an hour",
    "Turnstile 4 rejects valid passes",
    "Invoice shows the wrong address",
    "Lift control unit restarts at night",
    "Cannot sign in to the rental software",
)
SUBJECTS = (
    "Re: Offer for the east slope",
    "Question about invoice 2026-1187",
    "AW: Wartungsvertrag Sessellift",
    "Delivery date for the snow guns?",
    "Site visit on Thursday",
    "Re: Re: Group booking for 140 people in February, with lunch and equipment for everybody",
    "展示会のご案内 スキー用品",
    "Fwd: Photos of the damaged turnstile",
    "Contract signed",
    "[CAS-00004] Turnstile 4 still rejects passes",
    "SV: Priser för säsongen",
    "Quick one",
)
MEETINGS = (
    "Offer review",
    "Weekly sales round",
    "Site visit east slope",
    "Demo of the rental software",
    "Lunch with Petra",
)
PLACES = ("Room Patscherkofel", "Teams", "Valley station", "")
FILES = (
    ("offer-2026-11.pdf", "application/pdf", b"%PDF-1.4 offer"),
    ("setup.exe", "application/x-msdownload", b"MZ\x90\x00"),
)
#: rule -> (score, quote, source)
EVIDENCE = {
    "address": (0.99, "petra.vogel@contoso.example", "From"),
    "number": (0.97, "CAS-00004", "CAS-00004 is written in the mail and Petra Vogel is known"),
    "domain": (0.62, "contoso.example", "domain of the sender"),
}
NOTE = "They are happy with the last delivery and want a second offer before Christmas."
QUARANTINED = (
    ("anna.hofer@alpineskihouse.example/Inbox/AAMkAD7", "The mail is larger than 50 MB."),
    ("import: old-archive.mbox, mail 112", "The message has no readable header."),
    ("support@alpineskihouse.example/Inbox/AAMkAD9", "The server did not send the whole message, twice."),
)
_SENTENCES = (
    "Thank you for the offer of last week.",
    "Could you tell us when the two snow guns will arrive?",
    "We would like to go ahead if the maintenance is included for the first year.",
    "The turnstile at the valley station is still out of order and guests are queueing.",
    "Our purchasing department needs the new address on the invoice.",
    "Please call me on Thursday before ten.",
)


def companies(dice: random.Random, count: int) -> list[tuple[str, str]]:
    names = [f"{first} {second}" for second in _SECOND for first in _FIRST][:count]
    return [(name, f"{ascii_local(name.split(' GmbH')[0])}.example") for name in names]


def person(dice: random.Random) -> tuple[str, str]:
    return dice.choice(GIVEN), dice.choice(FAMILY)


def ascii_local(text: str) -> str:
    """The ASCII letters of a name, "x" where it has none."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if c.isascii() and c.isalnum()) or "x"


def mail_body(dice: random.Random, name: str) -> tuple[str, int]:
    """A mail with signature and quoted mail, and how many characters of it are new."""
    new = "Hello Anna,\n\n" + "\n".join(dice.sample(_SENTENCES, 3)) + f"\n\nBest regards\n{name.split()[0]}\n"
    rest = f"-- \n{name}\nTel. +43 660 5551234\n\nOn Mon, 2 Nov 2026 at 16:20, Anna Hofer wrote:\n"
    quoted = "> Dear all,\n> please find our offer attached.\n>\n> Kind regards\n> Anna\n"
    return new + rest + quoted, len(new)
