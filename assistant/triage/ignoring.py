"""Never again for a sender: a rule in front of all others, whose senders grow, ignores what they write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from assistant.triage.model import YES, Action, Condition, Rule, RuleFile, RuleKind
from assistant.triage.sorts import ANYTHING
from assistant.triage.stored import kept_rules
from assistant.triage.writing import write_rules
from store.actor import Actor
from store.domains import is_free_mail, parse_domain, parse_email, registrable_domain
from store.errors import Invalid
from store.queries.own import own_addresses, own_domains
from store.triage.ignoring import ignore_waiting
from store.triage.keeping import NewRule, put_first
from store.triage.rules import MAIL

NAME = "Ignored senders"
_MOST = 200  # senders in one rule


def ignore_sender(tx: Connection, sender: str, *, by: Actor, now: datetime) -> str:
    """Ignore what this address, or everybody of this domain, writes from now on, and what of theirs waits; returns the
    operation's uid. Raises Invalid, also where it is ignored already, ours, or anybody may have a mailbox at the
    domain, and NotAllowed."""
    value = _value(sender)
    _check_others(tx, value)
    rule = _grown(tx, value)
    changes = ignore_waiting(tx, value.removeprefix("*@"), by=by, now=now)
    told = f"Never again in triage: {value.removeprefix('*@')}"
    return put_first(tx, rule, changes, told, by=by, now=now)


def _value(sender: str) -> str:
    """The value of the condition `sender`: an address, or `*@` and a domain."""
    if "@" in sender.strip().lstrip("@"):
        email = parse_email(sender)
        if ANYTHING in email:
            raise Invalid(f"{email} cannot be ignored by itself: in a rule, a {ANYTHING} is any part of an address.")
        return email
    domain = parse_domain(sender.strip().lstrip("@"))
    if is_free_mail(domain):
        raise Invalid(f"Anybody can have a mailbox at {domain}: name the address.")
    return f"*@{domain}"


def _check_others(tx: Connection, value: str) -> None:
    """Raises Invalid for an address, or a domain, of ours: rules look at what others write."""
    domain = value.rpartition("@")[2]
    if value in own_addresses(tx) or registrable_domain(domain) in own_domains(tx):
        raise Invalid(f"{value.removeprefix('*@')} is one of our own; only the mail of others is ignored.")


def _grown(tx: Connection, value: str) -> NewRule:
    """The first of the rules for ignored senders that has room, with one more; a new one where there is none."""
    found = list(_ignoring(tx))
    if any(value in rule.conditions[0].values for rule in found):
        raise Invalid(f"{value.removeprefix('*@')} is ignored already.")
    room = next((rule for rule in found if len(rule.conditions[0].values) < _MOST), None)
    if room is None:
        name = NAME if not found else f"{NAME} {len(found) + 1}"
        room = Rule(RuleKind.MAIL, name, (Condition("sender", ()),), (Action("ignore", YES),))
    grown = replace(room, conditions=(Condition("sender", (*room.conditions[0].values, value)),), enabled=True)
    return NewRule(MAIL, grown.name, write_rules(RuleFile(mail=(grown,))))


def _ignoring(tx: Connection) -> Iterator[Rule]:
    """The rules that were made here and that nobody made something else of."""
    for kept in kept_rules(tx, (MAIL,)):
        rule = kept.rule
        if isinstance(rule, Rule) and rule.name.startswith(NAME) and _is_plain(rule):
            yield rule


def _is_plain(rule: Rule) -> bool:
    senders = [(each.name, each.unless) for each in rule.conditions] == [("sender", False)]
    return senders and [each.name for each in rule.actions] == ["ignore"]
