"""Names that mean nothing here are told when rules are read."""

from __future__ import annotations

from assistant.triage.forms import FORM
from assistant.triage.naming import Names, records_named, unknown_names
from assistant.triage.reading import read_rules

RULES = read_rules(
    """
[[mail]]
name = "A"
when.to_queue = ["Suport", "help@contoso.com", "x@fabrikam.org"]
then.create = "case"
then.assign = "user:ana@contoso.com"
then.acknowledge = "We have it"
[[mail]]
name = "B"
unless.to_queue = "printers"
then.link = "CAS-00001"
then.assign = "queue:Plumbers"
[[mail]]
name = "C"
then.link = "open_case"
[[lead]]
name = "D"
then.assign = "user:Anna@contoso.com"
""",
    "r.toml",
)


def test_every_name_that_means_nothing_is_told() -> None:
    names = Names(
        queues=["Support", "Printers"],
        addresses=["help@contoso.com"],
        users=["anna@contoso.com"],
        templates=["Hi"],
    )
    assert unknown_names(RULES, names, "r.toml") == (
        'r.toml: mail rule "A": when.to_queue names "Suport", which is no queue; did you mean "Support"?',
        'r.toml: mail rule "A": when.to_queue names "x@fabrikam.org", which is no queue.',
        'r.toml: mail rule "A": then.assign names "ana@contoso.com", which is no user; did you mean "anna@contoso.com"'
        "?",
        'r.toml: mail rule "A": then.acknowledge names "We have it", which is no template.',
        'r.toml: mail rule "B": then.link names "CAS-00001", which is no record.',
        'r.toml: mail rule "B": then.assign names "Plumbers", which is no queue.',
    )
    assert unknown_names(RULES, names, "rule", FORM)[-1] == 'rule: “Assign to” names "Plumbers", which is no queue.'


def test_records_to_look_up_are_those_of_links() -> None:
    assert records_named(RULES) == {"CAS-00001"}


def test_names_that_are_there_are_no_mistake() -> None:
    names = Names(
        queues=["Suport", "PRINTERS", "plumbers"],
        addresses=["help@contoso.com", "x@fabrikam.org"],
        users=["ana@contoso.com", "anna@contoso.com"],
        templates=["We have it"],
        records=["CAS-00001"],
    )
    assert unknown_names(RULES, names, "r.toml") == ()
