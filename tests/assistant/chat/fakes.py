"""Names without a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.chat.understanding.values import Named
from store.names.compare import company_score, person_score

KNOWN = (
    Named("account", "Fabrikam GmbH", 1, "ACC-00001"),
    Named("account", "Northwind Traders AG", 1, "ACC-00002"),
    Named("contact", "Jane Doe", 1, "CON-00001", "Fabrikam GmbH"),
    Named("contact", "Martin Berger", 1, "CON-00002", "Fabrikam GmbH"),
    Named("contact", "Martin Berger", 1, "CON-00003", "Northwind Traders AG"),
    Named("lead", "Pia Lechner", 1, "LEA-00001"),
    Named("colleague", "Anna Hofer", 1),
    Named("resource", "Van 1", 1),
    Named("service", "Brake test", 1),
)
MATTERS = (
    Named("case", "Gate stays locked", 1, "CAS-00001", "Fabrikam GmbH"),
    Named("case", "Belt runs to one side", 1, "CAS-00002", "Fabrikam GmbH"),
    Named("opportunity", "Two snowcats", 1, "OPP-00001", "Northwind Traders AG"),
)
_COMPANIES = ("account", "service")


class FakeNaming:
    """The few names above, compared as the store compares them."""

    def named(self, texts: Sequence[str]) -> Mapping[str, Sequence[Named]]:
        found = {text: [replace(one, score=_alike(text, one)) for one in KNOWN] for text in texts}
        return {
            text: sorted((one for one in ones if one.score > 0.5), key=lambda one: -one.score)
            for text, ones in found.items()
        }

    def matters(self, kind: str, customers: Sequence[str]) -> Sequence[Named]:
        titles = {one.title for one in KNOWN if one.number in customers}
        return [one for one in MATTERS if one.kind == kind and (not customers or one.company in titles)]


def _alike(text: str, one: Named) -> float:
    return company_score(text, one.title) if one.kind in _COMPANIES else person_score(text, one.title)
