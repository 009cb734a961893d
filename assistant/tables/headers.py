"""What other programs call the fields in their exports: Salesforce, HubSpot, Dynamics, Outlook, and plain tables.

Names are compared without case, blanks and punctuation. A kind's `SIGNATURE` are fields that tell it from the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from store.records.fields import FIELDS
from store.search_text import fold

#: Fields of a table that are no fields of a record.
KEY = "key"  # the other program's own id, kept in `extra` under the column's name
NUMBER = "number"
USER_FIELDS = ("title", "email", "role")
OPENED, CLOSED = "opened on", "closed on"  # when a case was

#: Fields that name another record; our own exports carry its number in a column beside it.
REFERENCES = ("account", "contact", "parent", "follows", "product")

#: A booking takes time of people and things, which a table cannot say.
KINDS = (*(kind for kind in FIELDS if kind != "booking"), "user")

_PERSON = {
    "given_name": "first name; given name; firstname; vorname",
    "family_name": "last name; surname; family name; lastname; nachname",
    "title": "full name; name; contact name; contact; display name; lead name; person",
    "job_title": "job title; title; position; role; jobtitle; funktion",
    "emails": "email; e-mail; e-mail address; email address; email 1; primary email; work email; mail; "
    "e-mail 2 address; e-mail 3 address; email address 2; additional email addresses; emailaddress1; emails",
    "phone": "phone; phone number; business phone; telephone; work phone; main phone; tel; primary phone; telefon",
    "city": "city; mailing city; business city; address 1: city; town; ort",
    "country": "country; country/region; business country/region; mailing country; address 1: country/region; "
    "country region; land",
    "description": "description; notes; note; comments; about",
    "owner": "owner; contact owner; lead owner; sales agent; sales rep; account manager; assigned to; owner name",
}

SYNONYMS: dict[str, dict[str, str]] = {
    "account": {
        KEY: "account id; company id; record id; id; accountid; external id",
        NUMBER: "number; account number",
        "title": "account; account name; company; company name; name; organization; organisation; customer; "
        "firm; firma",
        "domains": "domain; domains; company domain name; email domain; website domain",
        "emails": "email; company email; emails; e-mail",
        "phone": "phone; main phone; company phone; phone number; telephone",
        "website": "website; website url; web site; url; homepage; web page",
        "industry": "industry; sector; branch; branche; vertical",
        "parent": "parent account; parent company; parent; subsidiary of; parent account id; parent name",
        "street": "street; billing street; address; street address; address 1: street 1; strasse",
        "city": "city; billing city; address 1: city; town; ort",
        "country": "country; office location; billing country; country/region; address 1: country/region; location",
        "employees": "employees; number of employees; no of employees; headcount; staff; employee count",
        "revenue": "revenue; annual revenue; turnover; sales; umsatz",
        "description": "description; notes; about us; comments",
        "owner": "owner; account owner; company owner; account manager; sales agent; owner name",
    },
    "contact": {
        KEY: "contact id; record id; id; contactid; external id",
        NUMBER: "number; contact number",
        **_PERSON,
        "account": "account; account name; company; company name; organization; organisation; associated company; "
        "employer; firma",
        "department": "department; dept; abteilung",
        "mobile": "mobile; mobile phone; mobile phone number; cell; cell phone; mobil",
        "street": "street; mailing street; business street; street address; address 1: street 1",
    },
    "lead": {
        KEY: "lead id; record id; id; leadid; external id",
        NUMBER: "number; lead number",
        **_PERSON,
        "company": "company; company name; account name; organization; organisation",
        "topic": "topic; subject; interest; product interest",
        "status": "status; lead status; rating status",
        "source": "source; lead source; original source; original source type; campaign; herkunft",
        "industry": "industry; sector; branch; branche; vertical",
        "employees": "employees; number of employees; no of employees; headcount; staff; employee count",
        "disqualify_reason": "disqualify reason; disqualification reason; unqualified reason; lost reason; reason",
    },
    "opportunity": {
        KEY: "opportunity id; deal id; record id; id; opportunityid; external id",
        NUMBER: "number; opportunity number",
        "title": "opportunity; opportunity name; deal name; deal; name; topic; title; dealname",
        "account": "account; account name; company; company name; customer; associated company; potential customer; "
        "organization",
        "contact": "contact; contact name; primary contact; associated contact; contact email",
        "stage": "stage; deal stage; sales stage; pipeline stage; stage name; dealstage; phase",
        "status": "status; deal status; state; status reason",
        "amount": "amount; value; close value; deal value; est revenue; estimated revenue; opportunity amount; "
        "deal amount; total; actual revenue; betrag",
        "currency": "currency; opportunity currency; deal currency; iso currency code; amount currency",
        "close_date": "close date; closing date; expected close date; est close date; estimated close date; closed on; "
        "actual close date; abschlussdatum",
        "probability": "probability; probability %; deal probability; win probability; likelihood; probability (%)",
        "next_step": "next step; next steps; next action",
        "next_step_date": "next step date; next step on; next activity date; follow up date",
        "description": "description; notes; deal description; comments",
        "owner": "owner; opportunity owner; deal owner; sales agent; sales rep; account manager; owner name; "
        "salesperson",
        "product": "product; product name; item; products",
        "quantity": "quantity; qty; units; amount of units; menge",
    },
    "case": {
        KEY: "case id; ticket id; record id; id; incident id; external id",
        NUMBER: "number; case number; ticket number; ticket; case; incident number",
        "title": "title; subject; case title; ticket name; case subject; summary; short description; betreff",
        "account": "account; account name; company; company name; customer; organization",
        "contact": "contact; contact name; contact email; requester; requester email; reported by",
        "status": "status; case status; ticket status; state; status reason",
        "priority": "priority; ticket priority; severity; urgency; prioritaet",
        "product": "product; product name; asset; item",
        "serial": "serial; serial number; serial no; asset serial number; seriennummer",
        "origin": "origin; case origin; source; channel; ticket source",
        "description": "description; details; ticket description; case description; comments",
        "resolution": "resolution; solution; resolution notes; loesung",
        "queue": "queue; support queue; case queue; assigned queue; team; warteschlange",
        "parent": "parent; parent case; parent ticket; parent case number",
        "follows": "follows; follow-up of; follows case",
        "owner": "owner; case owner; ticket owner; assignee; assigned to; agent; owner name",
        OPENED: "opened; created; created on; created at; created date; created time; creation date; create date; "
        "date opened; opened date; opened at; opened on; open date; date time opened; erstellt am; eroeffnet am",
        CLOSED: "closed; closed on; closed at; closed date; close date; date closed; date time closed; resolved on; "
        "resolved at; resolved date; date resolved; resolution date; resolved time; geschlossen am; geloest am",
    },
    "product": {
        KEY: "product id; id; record id; productid; external id",
        NUMBER: "number; product number",
        "title": "product; product name; name; item; item name; title; artikel",
        "code": "code; product code; sku; item number; article number; part number; artikelnummer",
        "family": "family; product family; series; category; product line; product group; group; type",
        "price": "price; sales price; unit price; list price; standard price; preis; standard cost",
        "currency": "currency; price currency; iso currency code",
        "description": "description; product description; notes",
        "owner": "owner",
    },
    "user": {
        KEY: "user id; id; record id; userid",
        "title": "name; full name; user; user name; sales agent; agent; sales rep; employee; salesperson; display name",
        "given_name": "first name; given name; vorname",
        "family_name": "last name; surname; nachname",
        "email": "email; e-mail; email address; e-mail address; user email; work email; mail",
        "role": "role; security role; user role; profile; rolle",
    },
}

#: Fields that hardly any other kind has, as (field, weight).
SIGNATURE: dict[str, tuple[str, ...]] = {
    "account": ("industry", "employees", "revenue", "parent", "domains", "website"),
    "contact": ("given_name", "family_name", "job_title", "department", "mobile", "emails"),
    "lead": ("source", "topic", "company", "status"),
    "opportunity": ("stage", "close_date", "amount", "probability", "next_step"),
    "case": ("priority", "serial", "origin", "resolution", "status"),
    "product": ("price", "code", "family"),
    "user": ("role",),
}

#: Words in a file's name or a header that name a kind.
KIND_WORDS: dict[str, str] = {
    "account": "account accounts company companies organization organizations customers kunden firmen",
    "contact": "contact contacts people persons kontakte",
    "lead": "lead leads",
    "opportunity": "opportunity opportunities deal deals pipeline",
    "case": "case cases ticket tickets incident incidents",
    "product": "product products items catalogue catalog pricelist",
    "user": "user users team teams agents employees staff",
}

STAGE_WORDS: dict[str, str] = {
    "qualify": "qualify; prospecting; prospect; new; qualification; appointment scheduled; qualified to buy; "
    "discovery; initial contact; lead in; contact made; open; identified",
    "develop": "develop; engaging; engaged; needs analysis; value proposition; id decision makers; "
    "perception analysis; presentation scheduled; demo scheduled; needs defined; evaluation; analysis",
    "propose": "propose; proposal; proposal price quote; decision maker bought in; quote; quoted; proposal made; offer",
    "close": "close; negotiation; negotiation review; contract sent; negotiations started; verbal agreement; commit; "
    "closing",
    "won": "won; closed won; closedwon; win; gewonnen",
    "lost": "lost; closed lost; closedlost; canceled; cancelled; out sold; abandoned; disqualified; verloren",
}
STATUS_WORDS: dict[str, dict[str, str]] = {
    "case": {
        "new": "new; open; unassigned; opened",
        "in_progress": "in progress; working; active; assigned; in bearbeitung; researching",
        "on_hold": "on hold; hold; pending; escalated",
        "waiting": "waiting; waiting on contact; waiting on customer; waiting for details; awaiting reply; "
        "waiting on us",
        "resolved": "resolved; closed; solved; done; problem solved; information provided; fixed",
        "cancelled": "cancelled; canceled; merged; rejected; duplicate",
    },
    "lead": {
        "new": "new; open; open not contacted; unread; attempted to contact",
        "contacted": "contacted; working; working contacted; in progress; connected; open deal",
        "qualified": "qualified; closed converted; converted",
        "disqualified": "disqualified; unqualified; closed not converted; lost; bad timing; cannot contact",
    },
    "opportunity": {
        "open": "open; in progress; active; on hold",
        "won": "won; closed won",
        "lost": "lost; closed lost; canceled; cancelled; out sold",
    },
}
PRIORITY_WORDS: dict[str, str] = {
    "low": "low; minor; p4; 4; 3",
    "normal": "normal; medium; moderate; p3; 2",
    "high": "high; major; p2; 1",
    "urgent": "urgent; critical; blocker; p1; emergency; 0",
}


def number_field(name: str) -> str:
    """The field of a table that holds the number of the record that `name` names."""
    return f"{name} number"


def squeezed(text: str) -> str:
    """Without case, diacritics, blanks and punctuation."""
    return fold(text).replace(" ", "")


def names_of(kind: str) -> dict[str, tuple[str, ...]]:
    """All known names of each field of a kind, squeezed; our own names and labels first."""
    own = {field.name: [field.name, field.label] for field in FIELDS.get(kind, ())}
    own |= {number_field(name): [number_field(name)] for name in REFERENCES if name in own}
    names = {name: [*own.pop(name, [name]), *_parts(listed)] for name, listed in SYNONYMS[kind].items()}
    names |= own
    return {name: tuple(dict.fromkeys(map(squeezed, listed))) for name, listed in names.items()}


def word_table(words: dict[str, str]) -> dict[str, str]:
    """squeezed word -> our value."""
    return {squeezed(word): value for value, listed in words.items() for word in (value, *_parts(listed))}


def _parts(listed: str) -> Iterable[str]:
    return (part.strip() for part in listed.split(";"))
