"""Cards as flat maps of fields, and maps written back into cards without losing what they do not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.card_fields import card_fields_of, from_card, from_record, shown, to_record, with_fields
from mail_sync.directions import directions_of
from mail_sync.merge import Direction

CARD = ContactCard(
    uid="",
    full_name="Jane  Roe",
    given_name="Jane",
    family_name="Roe",
    middle_name="Mary",
    company="Fabrikam",
    emails=(("", "jane@fabrikam.example"), ("", "see note")),
    phones=(("work fax", "9"), ("main", "+43 1 2"), ("cell", "+43 660 3"), ("home", "4")),
    postal=(PostalAddress("home", "Weg 2", "Linz"), PostalAddress("work", "Ring 1", "Vienna", "W", "1010", "Austria")),
    note="One \r\nTwo\r\n",
)


def test_a_card_says_what_a_contact_can_hold() -> None:
    assert from_card(CARD) == {
        "title": "Jane Roe",
        "given_name": "Jane",
        "family_name": "Roe",
        "company": "Fabrikam",
        "job_title": None,
        "department": None,
        "emails": ["jane@fabrikam.example"],
        "phone": {"digits": "+4312", "as": "+43 1 2"},
        "mobile": {"digits": "+436603", "as": "+43 660 3"},
        "street": "Ring 1",
        "city": "Vienna",
        "country": "Austria",
        "description": "One\nTwo",
    }


def test_a_contact_made_from_a_card_says_the_same() -> None:
    fields = from_card(CARD)
    record = {name: value for name, value in to_record(fields, fields).items() if value}
    assert from_record(record, "Fabrikam", {}) == fields


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"phone": {"digits": "5", "as": "5"}}, {"phones": (CARD.phones[0], ("main", "5"), *CARD.phones[2:])}),
        ({"mobile": None}, {"phones": (*CARD.phones[:2], CARD.phones[3])}),
        ({"city": "Graz"}, {"postal": (CARD.postal[0], replace(CARD.postal[1], city="Graz"))}),
        ({"emails": ["new@fabrikam.example"]}, {"emails": (("", "see note"), ("", "new@fabrikam.example"))}),
        ({"description": None, "title": None}, {"note": ""}),
    ],
)
def test_only_what_changed_is_written_into_a_card(changes: dict[str, object], expected: dict[str, object]) -> None:
    assert with_fields(CARD, changes) == replace(CARD, **expected)  # type: ignore[arg-type]


def test_the_fields_of_a_card_are_named_for_the_provider() -> None:
    assert card_fields_of(["phone", "mobile", "city", "title"]) == {"phones", "postal", "full_name"}


def test_the_account_that_stood_for_a_companys_name_still_does() -> None:
    base = {"company": "Fabrikam Inc.", "account": "u1"}
    assert from_record({"account": "u1"}, "Fabrikam", base)["company"] == "Fabrikam Inc."
    assert from_record({"account": "u2"}, "Wingtip", base)["company"] == "Wingtip"


def test_values_are_shown_as_people_read_them() -> None:
    assert [shown(value) for value in (None, {"digits": "1", "as": "(1)"}, ["a", "b"])] == ["", "(1)", "a, b"]


def test_directions_that_make_no_sense_count_as_the_default() -> None:
    settings = {"fields": {"contact": {"phone": "to_crm", "city": "sideways"}, "appointment": "all"}}
    assert directions_of(settings, "contact") == {"phone": Direction.TO_CRM}
    assert directions_of(settings, "appointment") == {}
