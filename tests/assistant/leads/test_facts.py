"""What rules may know of a lead."""

from __future__ import annotations

import pytest

from assistant.leads.facts import lead_facts, region_of
from assistant.triage.facts import LeadFacts


def test_facts_of_a_lead_are_what_it_says() -> None:
    lead = {
        "title": "Kurt",
        "company": "Logic AG",
        "emails": ["kurt@mail.logic.example", "kurt@gmail.com"],
        "country": "Österreich",
        "employees": 12,
        "industry": "Logic",
        "source": "fair",
        "topic": "Engines",
    }
    assert lead_facts(lead) == LeadFacts(
        email="kurt@mail.logic.example",
        domain="mail.logic.example",
        company="Logic AG",
        region="Europe",
        country="Österreich",
        employees=12,
        industry="Logic",
        source="fair",
        topic="Engines",
    )
    assert lead_facts({"title": "Kurt", "emails": ["kurt@gmail.com"]}).free_mail
    assert lead_facts({"title": "Kurt"}) == LeadFacts()


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("Austria", "Europe"),
        ("at", "Europe"),
        ("United Kingdom", "Europe"),
        ("USA", "North America"),
        ("Vereinigte Staaten", "North America"),
        ("México", "Latin America"),
        ("ARE", "Middle East"),
        ("Turkey", "Middle East"),
        ("India", "Asia"),
        ("Côte d'Ivoire", "Africa"),
        ("New Zealand", "Oceania"),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_the_region_follows_from_the_country(country: str, region: str) -> None:
    assert region_of(country) == region
