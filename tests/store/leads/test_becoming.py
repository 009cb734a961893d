"""What a lead says about the account, the contact and the opportunity that it becomes."""

from __future__ import annotations

from store.leads.becoming import Wanted, domains_of, proposed

KURT = {
    "title": "Kurt Gödel",
    "company": "Logic AG",
    "job_title": "Head of Proofs",
    "topic": "Forty engines",
    "status": "contacted",
    "emails": ["kurt@mail.logic.example", "kurt@gmail.com"],
    "phone": "+43 1 234",
    "city": "Wien",
    "country": "Austria",
    "industry": "Logic",
    "employees": 12,
    "owner": "u",
    "description": "Met at the fair.",
    "extra": {"Fair": "Hannover"},
}


def test_a_lead_becomes_an_account_a_contact_and_an_opportunity() -> None:
    assert proposed(KURT) == Wanted(
        account={
            "title": "Logic AG",
            "domains": ["logic.example"],
            "industry": "Logic",
            "employees": 12,
            "owner": "u",
            "city": "Wien",
            "country": "Austria",
        },
        contact={
            "title": "Kurt Gödel",
            "job_title": "Head of Proofs",
            "emails": ["kurt@mail.logic.example", "kurt@gmail.com"],
            "phone": "+43 1 234",
            "owner": "u",
            "city": "Wien",
            "country": "Austria",
            "extra": {"Fair": "Hannover"},
        },
        opportunity={
            "title": "Forty engines",
            "stage": "qualify",
            "description": "Met at the fair.",
            "owner": "u",
        },
    )


def test_a_lead_without_a_company_becomes_no_account() -> None:
    wanted = proposed({"title": "Kurt", "emails": ["kurt@gmail.com"]})
    assert wanted == Wanted(
        None, {"title": "Kurt", "emails": ["kurt@gmail.com"]}, {"title": "Kurt", "stage": "qualify"}
    )


def test_a_lead_called_like_its_company_gives_it_the_telephone() -> None:
    wanted = proposed({"title": "Logic AG", "company": "Logic AG", "phone": "1"})
    assert wanted == Wanted({"title": "Logic AG", "phone": "1"}, None, {"title": "Logic AG", "stage": "qualify"})


def test_domains_where_anybody_has_a_mailbox_tell_of_no_company() -> None:
    assert domains_of(["a@gmail.com", "b@x.logic.example", "c@logic.example", "d@localhost"]) == ["logic.example"]
