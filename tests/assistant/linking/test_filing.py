"""Under whom mail is filed that is about no matter, and what a circular is regarding."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.linking.decide import decide
from store.linking.facts import ActivityFacts, KnownRecord, LastWord, Party, Said

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FABRIKAM = KnownRecord(1, "account", "ACC-00001", "Fabrikam", account_id=1)
CONTOSO = KnownRecord(4, "account", "ACC-00004", "Contoso", account_id=4)
JANE = KnownRecord(2, "contact", "CON-00002", "Jane Vane", account_id=1)
OFFER = KnownRecord(3, "opportunity", "OPP-00003", "Chair lift", account_id=4)
SENDER = Party("from", "jane@fabrikam.example", "fabrikam.example", "Jane Vane", own=False)

MAIL = ActivityFacts(
    activity_id=1,
    kind="email",
    occurred_at=NOW,
    direction="in",
    noise="",
    private=False,
    subject="Opening hours in May",
    mentions=(),
    parties=(SENDER,),
    people={SENDER.email: (JANE,)},
    accounts={SENDER.domain: (FABRIKAM,)},
    employers={JANE.record_id: FABRIKAM},
    said=Said(new_text="When do you open?"),
)


def first(facts: ActivityFacts) -> str:
    [kind] = [
        record.kind for link in decide(facts) if link.is_primary for record in (facts.records[link.record_id],)
    ] or [""]
    return kind


def test_business_is_filed_under_the_company() -> None:
    assert first(MAIL) == "account"


def test_people_who_file_under_the_person_are_followed() -> None:
    assert first(replace(MAIL, company_first=False)) == "contact"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Farewell", ""),
        ("Opening hours", "Friday is my last day here."),
        ("Frohe Weihnachten!", ""),
        ("Réunion", "Je pars à la retraite."),
    ],
)
def test_what_is_personal_is_filed_under_the_person(subject: str, text: str) -> None:
    assert first(replace(MAIL, subject=subject, said=Said(new_text=text))) == "contact"


def test_who_wrote_about_another_company_before_may_do_so_again() -> None:
    history = {SENDER.email: (LastWord(OFFER, 1, NOW),)}
    assert first(replace(MAIL, history=history)) == "contact"


def test_a_word_that_only_another_company_has_may_mean_that_one() -> None:
    assert first(replace(MAIL, spoken_of=frozenset({CONTOSO.record_id}))) == "contact"
    assert first(replace(MAIL, spoken_of=frozenset({FABRIKAM.record_id}))) == "account"


def test_a_circular_to_several_companies_is_regarding_none_of_them() -> None:
    names = ("contoso", "tailspin", "litware")
    others = tuple(Party("to", f"info@{name}.example", f"{name}.example", "", own=False) for name in names)
    ours = Party("from", "anna@alpine.example", "alpine.example", "Anna", own=True)
    to_jane = replace(SENDER, role="to")
    circular = replace(MAIL, direction="out", parties=(ours, to_jane, *others[:2]))
    assert {link.state for link in decide(circular)} == {"suggested"}
    assert first(replace(circular, parties=(ours, to_jane, others[0]))) == "account"
