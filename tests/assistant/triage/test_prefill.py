"""What a record made of a mail says before a person has typed anything."""

from __future__ import annotations

from dataclasses import replace

from assistant.triage.prefill import FromMail, heading, prefilled

MAIL = FromMail(
    subject="AW: [EXT] Snow gun leaks",
    new_text="Hello,\nthe hose leaks.\x1b[31m\n",
    email="jan@contoso.example",
    name="Jan Weber",
    signed={"title": "Head of slopes", "mobile": "+43 660 1", "company": "Contoso GmbH", "city": "Ischgl"},
    contact="the contact",
    account="the account",
    queue=7,
    queue_kind="case",
    owner=3,
)


def test_case_of_a_mail_says_what_it_is_about_and_for_whom() -> None:
    assert prefilled("case", MAIL) == {
        "title": "Snow gun leaks",
        "status": "new",
        "priority": "normal",
        "account": "the account",
        "contact": "the contact",
        "origin": "email",
        "queue": 7,
        "owner": 3,
        "description": "Hello,\nthe hose leaks.␛[31m",
    }


def test_lead_and_contact_of_a_mail_take_over_the_signature() -> None:
    assert prefilled("lead", MAIL) == {
        "title": "Jan Weber",
        "job_title": "Head of slopes",
        "phone": "+43 660 1",
        "company": "Contoso GmbH",
        "city": "Ischgl",
        "emails": ("jan@contoso.example",),
        "topic": "Snow gun leaks",
        "status": "new",
        "source": "email",
        "owner": 3,
        "description": "Hello,\nthe hose leaks.␛[31m",
    }
    contact = prefilled("contact", MAIL)
    assert (contact["mobile"], contact["account"], "phone" in contact) == ("+43 660 1", "the account", False)


def test_names_come_from_the_signature_or_the_address_where_the_sender_has_none() -> None:
    signed = replace(MAIL, name="jan@contoso.example", signed={"name": "Jan F. Weber"})
    assert prefilled("lead", signed)["title"] == "Jan F. Weber"
    assert prefilled("lead", replace(MAIL, name="", signed={}))["title"] == "jan"


def test_heading_is_the_first_line_or_the_sender_where_there_is_no_subject() -> None:
    assert heading(replace(MAIL, subject="Re:")) == "Hello,"
    assert heading(replace(MAIL, subject="", new_text=" \n")) == "Mail from Jan Weber"


def test_opportunity_of_a_mail_stands_at_the_first_stage() -> None:
    found = prefilled("opportunity", MAIL)
    assert (found["title"], found["stage"], found["status"]) == ("Snow gun leaks", "qualify", "open")
