"""A lead as rules for leads see it. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.triage.facts import LeadFacts
from store.domains import is_free_mail, registrable_domain
from store.search_text import fold


def lead_facts(lead: Mapping[str, Any]) -> LeadFacts:
    """From a lead's state (store.records.state). Its first address counts."""
    email = next(iter(lead.get("emails", ())), "")
    country = lead.get("country", "")
    return LeadFacts(
        email=email,
        domain=email.partition("@")[2],
        company=lead.get("company", ""),
        region=region_of(country),
        country=country,
        employees=lead.get("employees"),
        industry=lead.get("industry", ""),
        source=lead.get("source", ""),
        topic=lead.get("topic", ""),
        free_mail=is_free_mail(registrable_domain(email)),
    )


def region_of(country: str) -> str:
    """The region of a country by its name in one of several languages, or by its code; '' where it is not known."""
    return _regions().get(fold(country), "")


@cache
def _regions() -> Mapping[str, str]:
    listed = tomllib.loads(files("assistant.leads").joinpath("countries.toml").read_text("utf-8"))
    return {
        fold(name): region
        for region, countries in listed.items()
        for code, names in countries.items()
        for name in (code, *names)
    }
