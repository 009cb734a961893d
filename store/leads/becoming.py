"""What an account, a contact and an opportunity made of a lead say. Pure; works on states (see store.records.state)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from store.domains import is_free_mail, registrable_domain
from store.errors import Invalid

Values = Mapping[str, Any]

_PLACE = ("city", "country")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What becomes of a lead. `account` and `contact` are the key of a record that it is already, or the values of a
    new one by field name; None for none. `opportunity` holds values, None for none."""

    account: int | Values | None
    contact: int | Values | None
    opportunity: Values | None

    def check(self) -> None:
        """Raises Invalid where nothing would become of it."""
        if self.account is None and self.contact is None:
            raise Invalid("A lead becomes an account or a contact at least.")


def proposed(lead: Values) -> Wanted:
    """What a lead becomes where nobody says otherwise: everything anew, but no account where no company is named."""
    return Wanted(account_values(lead) or None, contact_values(lead) or None, opportunity_values(lead))


def account_values(lead: Values) -> Values:
    """The values of a new account; {} where the lead names no company."""
    if not lead.get("company"):
        return {}
    own = () if _is_person(lead) else ("emails", "phone", "extra")
    values = {name: lead.get(name) for name in ("industry", "employees", "owner", *_PLACE, *own)}
    return _filled({"title": lead["company"], "domains": domains_of(lead.get("emails", ())), **values})


def contact_values(lead: Values) -> Values:
    """The values of a new contact, its account aside; {} where the lead is a company."""
    if not _is_person(lead):
        return {}
    person = {name: lead.get(name) for name in ("title", "job_title", "emails", "phone", "owner", *_PLACE)}
    return _filled({**person, "extra": lead.get("extra")})


def opportunity_values(lead: Values) -> Values:
    """The values of a new opportunity, whose it is aside."""
    who = lead.get("company") or lead.get("title")
    return _filled(
        {
            "title": lead.get("topic") or who,
            "stage": "qualify",
            "description": lead.get("description"),
            "owner": lead.get("owner"),
        }
    )


def domains_of(emails: Collection[str]) -> list[str]:
    """The domains that tell for whom somebody works."""
    found = {registrable_domain(email) for email in emails}
    return sorted(domain for domain in found if domain and not is_free_mail(domain))


def _is_person(lead: Values) -> bool:
    """A lead that is called like its company is no person; its telephone and its addresses are the company's."""
    return lead.get("title") != lead.get("company")


def _filled(values: dict[str, Any]) -> Values:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
