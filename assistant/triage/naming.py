"""The queues, people, templates and records that rules name, held against those there are. Pure.

A rule whose queue was misspelt would never fit, and one whose user has left would give mail to nobody; so both are told
when the rules are read, and not when a mail waits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assistant.triage.actions import OPEN_CASE, assignee
from assistant.triage.model import Rule, RuleFile
from assistant.triage.phrases import FILE, Wording, nearest, quoted


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that a rule may name: names of queues, names of mailboxes, our own addresses, addresses of people who
    can be given work, names of templates that everybody may use, numbers of records."""

    queues: Collection[str] = ()
    mailboxes: Collection[str] = ()
    addresses: Collection[str] = ()
    users: Collection[str] = ()
    templates: Collection[str] = ()
    records: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A name in a rule: the condition or action, what it should be the name of, and those there are."""

    under: str
    part: str
    sort: str
    name: str
    known: Collection[str]


def records_named(rules: RuleFile) -> frozenset[str]:
    """The numbers of records that actions name, to be looked up."""
    links = (action.value for rule in rules.mail for action in rule.actions if action.name == "link")
    return frozenset(value for value in links if value != OPEN_CASE)


def unknown_names(rules: RuleFile, names: Names, file: str, wording: Wording = FILE) -> tuple[str, ...]:
    """A sentence for every name that means nothing here, as `reading.read_rules` words its mistakes."""
    return tuple(
        f"{file}: {wording.part(wording.rule(rule.kind, quoted(rule.name)), each.under, each.part).removesuffix(':')} "
        f"names {quoted(each.name)}, which is no {each.sort}{nearest(each.name, each.known)}"
        for rule in (*rules.mail, *rules.lead)
        for each in _named(rule, names)
        if each.name.casefold() not in {known.casefold() for known in each.known}
    )


def _named(rule: Rule, names: Names) -> Iterator[_Named]:
    for condition in rule.conditions:
        if condition.name == "to_queue":
            under = "unless" if condition.unless else "when"
            for value in condition.values:
                known = names.addresses if "@" in value else (*names.queues, *names.mailboxes)
                yield _Named(under, condition.name, "queue", value, known)
    for action in rule.actions:
        match action.name:
            case "assign":
                to = assignee(action.value)
                if to.how == "queue":
                    yield _Named("then", action.name, "queue", to.name, names.queues)
                elif to.how == "user":
                    yield _Named("then", action.name, "user", to.name, names.users)
            case "acknowledge":
                yield _Named("then", action.name, "template", action.value, names.templates)
            case "link" if action.value != OPEN_CASE:
                yield _Named("then", action.name, "record", action.value, names.records)
