"""A mail, a lead and rules that tests vary."""

from __future__ import annotations

from assistant.triage.facts import AtQueue, Attached, LeadFacts, MailFacts
from assistant.triage.model import Condition, Rule, RuleKind
from assistant.triage.reading import read_rules
from store.linking.facts import KnownRecord

EVE = KnownRecord(1, "contact", "CON-00001", "Eve Ünal", account_id=2)
FABRIKAM = KnownRecord(2, "account", "ACC-00002", "Fabrikam AG", account_id=2)
CASE = KnownRecord(3, "case", "CAS-00003", "Printer on fire", account_id=2)

MAIL = MailFacts(
    email="eve@mail.fabrikam.com",
    domain="mail.fabrikam.com",
    name="Eve Ünal",
    queues=(AtQueue("Support", "help@contoso.com"),),
    subject="Printer on fire",
    text="It burns again. Error 503, see the price\nlist",
    language="en",
    attachments=(Attached("Photo.JPG", "image/jpeg"),),
    parties=(EVE, FABRIKAM),
    entitled=True,
    entitlement="Contract Gold has 3 cases left.",
    hours="inside",
)

LEAD = LeadFacts(
    email="omar@tailspin.com",
    domain="tailspin.com",
    company="Tailspin",
    region="Europe",
    country="France",
    employees=300,
    industry="Logistics",
    source="Fair",
    topic="They want to see a demonstration",
)


def one_condition(kind: RuleKind, line: str) -> Condition:
    """The condition that a line of a file says, as in `when.known = true`."""
    (condition,) = rules_of(kind, f"name = 'P'\n{line}\nthen.assign = 'round_robin'")[0].conditions
    return condition


def rules_of(kind: RuleKind, *tables: str) -> tuple[Rule, ...]:
    """Rules of one kind from the lines of each."""
    read = read_rules("\n".join(f"[[{kind}]]\n{table}" for table in tables), "r.toml")
    return read.mail if kind is RuleKind.MAIL else read.lead
