"""Company names that a mail writes: in its signature, its subject, its text, or in the domain it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.linking.evidence.finding import Finding
from store.linking.facts import ActivityFacts

_RULES = {
    "signature": "signed_company",
    "display name": "company_in_name",
    "subject": "company_in_subject",
    "body": "company_in_text",
    "domain": "company_in_domain",
}


def mentioned(facts: ActivityFacts) -> Iterator[Finding]:
    """Somebody whose address is written in the mail, as in one that is passed on."""
    for hit in facts.hits:
        if hit.where == "address":
            source = f"the address of {hit.record.title} is written in the mail"
            yield Finding(hit.record, "mentioned", hit.score, hit.words, source)


def customer_named(facts: ActivityFacts) -> Iterator[Finding]:
    """Work of a company or a person that the mail names, though neither takes part."""
    named = {hit.record.record_id: hit for hit in facts.hits}
    for work in facts.work:
        for key in (work.record.account_id, work.contact_id):
            hit = named.get(key) if key is not None else None
            if hit is not None:
                source = f"the {hit.where} names {hit.record.title}"
                yield Finding(work.record, "customer_named", hit.score, hit.words, source)


def company_name(facts: ActivityFacts) -> Iterator[Finding]:
    """An account or a lead whose company is named. Several that fit the same words share the strength."""
    for hit in facts.hits:
        rule = _RULES.get(hit.where)
        if rule is None or hit.record.kind not in ("account", "lead"):
            continue
        if hit.record.kind == "lead" and hit.where == "display name":
            continue  # the name of a person, which another rule looks at
        rivals = [
            other
            for other in facts.hits
            if other.words == hit.words and other.record.kind == hit.record.kind and other.score >= hit.score - 0.02
        ]
        source = f"the {hit.where} says the name of {hit.record.title}"
        yield Finding(hit.record, rule, hit.score / max(1, len(rivals)), hit.words, source)
