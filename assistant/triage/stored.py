"""Rules as the store keeps them and as they are used: read once, checked before they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from assistant.triage.facts import LeadFacts, MailFacts
from assistant.triage.forms import FORM
from assistant.triage.matching import Rulebook, lead_rulebook, mail_rulebook
from assistant.triage.model import Rule, RuleFile, RuleKind, ScoreRule
from assistant.triage.naming import Names, records_named, unknown_names
from assistant.triage.phrases import FILE, Wording
from assistant.triage.reading import RulesError, read_rules
from assistant.triage.scoring import ScoreCard
from assistant.triage.writing import write_rules
from store.actor import Actor
from store.errors import Invalid
from store.queries.triage_names import nameable
from store.triage.keeping import NewRule, save_rule
from store.triage.rules import LEAD, MAIL, SCORE, StoredRule, rules_by_uid, stored_rules

_TYPED = "The rule"  # how sentences call what was typed


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule that is kept, and what it says; `mistake` is why it cannot be used, '' for almost all."""

    stored: StoredRule
    rule: Rule | ScoreRule | None
    mistake: str = ""


def kept_rules(tx: Connection, kinds: Sequence[str] = (MAIL, LEAD, SCORE)) -> tuple[KeptRule, ...]:
    """The rules of these kinds in their order, switched off or not."""
    return tuple(_kept(one) for one in stored_rules(tx, kinds))


def all_rules(tx: Connection, *, by: Actor) -> tuple[KeptRule, ...]:
    """Every rule that is kept; they are no secret among colleagues."""
    return kept_rules(tx)


class LiveRules:
    """The rules for mail that are kept and switched on, made ready; those that cannot be read are left out."""

    def __init__(self, tx: Connection) -> None:
        kept = [one for one in kept_rules(tx, (MAIL,)) if one.stored.state.enabled]
        self._rules = [(one.stored, one.rule) for one in kept if isinstance(one.rule, Rule)]
        self._stored = {stored.name: stored for stored, _ in self._rules}
        self._books: dict[int, Rulebook[MailFacts]] = {}

    @property
    def any(self) -> bool:
        return bool(self._rules)

    def stored(self, rule: Rule) -> StoredRule:
        return self._stored[rule.name]

    def book(self, at: datetime) -> Rulebook[MailFacts]:
        """The rules that were there when a mail came."""
        minding = [place for place, (stored, _) in enumerate(self._rules) if stored.state.since <= at]
        key = sum(1 << place for place in minding)
        if key not in self._books:
            self._books[key] = mail_rulebook(self._rules[place][1] for place in minding)
        return self._books[key]


class LiveLeadRules:
    """The rules and scores for leads that are kept and switched on, made ready."""

    def __init__(self, tx: Connection) -> None:
        kept = [one for one in kept_rules(tx, (LEAD, SCORE)) if one.stored.state.enabled]
        rules = [(one.stored, one.rule) for one in kept if isinstance(one.rule, Rule)]
        self._stored = {stored.name: stored for stored, _ in rules}
        self.book: Rulebook[LeadFacts] = lead_rulebook(rule for _, rule in rules)
        self.scores = ScoreCard(one.rule for one in kept if isinstance(one.rule, ScoreRule))
        self.scored = any(isinstance(one.rule, ScoreRule) for one in kept)

    def stored(self, rule: Rule) -> StoredRule:
        return self._stored[rule.name]


def check_rules(tx: Connection, text: str, file: str, wording: Wording = FILE, *, by: Actor) -> RuleFile:
    """What a text says, if rules can be kept of it. Raises RulesError with all mistakes, also names that mean nothing
    here."""
    rules = read_rules(text, file)
    if mistakes := unknown_names(rules, names_for(tx, rules, by=by), file, wording):
        raise RulesError(mistakes)
    return rules


def names_for(tx: Connection, rules: RuleFile, *, by: Actor) -> Names:
    """What these rules may name."""
    found = nameable(tx, records_named(rules), by=by)
    return Names(found.queues, found.mailboxes, found.addresses, found.users, found.templates, found.records)


def check_rule(tx: Connection, text: str, wording: Wording = FILE, *, by: Actor) -> NewRule:
    """The one rule that a text says, ready to be kept. Raises Invalid with the first mistake."""
    try:
        rules = check_rules(tx, text, _TYPED, wording, by=by)
    except RulesError as error:
        raise Invalid(error.mistakes[0].removeprefix(f"{_TYPED}: ")) from error
    found = new_rules(rules)
    if len(found) != 1:
        raise Invalid("Write one rule here." if found else "Begin the rule with [[mail]], [[lead]] or [[score]].")
    return found[0]


def save_text(
    tx: Connection, text: str, *, uid: str | None = None, in_form: bool = False, by: Actor, now: datetime
) -> str:
    """Keep the one rule that a text says as the last of its kind, or in place of the one with this uid, which stays
    switched off where it was; returns its uid. Raises Invalid, where `in_form` in the words of the form, NotFound,
    NotAllowed."""
    rule = check_rule(tx, text, FORM if in_form else FILE, by=by)
    was = rules_by_uid(tx, [uid]).get(uid) if uid else None
    if was is not None:
        rule = replace(rule, enabled=rule.enabled and was.state.enabled)
    return save_rule(tx, rule, uid=uid, by=by, now=now)


def new_rules(rules: RuleFile) -> list[NewRule]:
    """The rules of a file, each on its own, in their order."""
    return [
        NewRule(kind, rule.name, _written(rule), rule.enabled if isinstance(rule, Rule) else True)
        for kind, rule in _each(rules)
    ]


def written_rules(kept: Iterable[KeptRule]) -> str:
    """Rules as a TOML file, switched off ones too; what cannot be read stays as it was written."""
    parts: list[str] = []
    for one in kept:
        rule = one.rule
        if isinstance(rule, Rule):
            parts.append(_text(replace(rule, enabled=one.stored.state.enabled)))
        elif isinstance(rule, ScoreRule):
            parts.append(_text(rule))
        else:
            parts.append(one.stored.state.written)
    return "\n".join(parts)


def _kept(stored: StoredRule) -> KeptRule:
    try:
        return KeptRule(stored, _read(stored.state.kind, stored.state.written))
    except RulesError as error:
        return KeptRule(stored, None, error.mistakes[0])


@lru_cache(maxsize=1_000)
def _read(kind: str, written: str) -> Rule | ScoreRule:
    found = [rule for read_kind, rule in _each(read_rules(written, _TYPED)) if read_kind == kind]
    if len(found) != 1:
        raise RulesError([f"{_TYPED}: there is no {kind} rule in it."])
    return found[0]


def _each(rules: RuleFile) -> Iterator[tuple[str, Rule | ScoreRule]]:
    yield from ((MAIL, rule) for rule in rules.mail)
    yield from ((LEAD, rule) for rule in rules.lead)
    yield from ((SCORE, score) for score in rules.scores)


def _written(rule: Rule | ScoreRule) -> str:
    """Without its switch, which the store keeps beside it."""
    return _text(replace(rule, enabled=True) if isinstance(rule, Rule) else rule)


def _text(rule: Rule | ScoreRule) -> str:
    if isinstance(rule, ScoreRule):
        return write_rules(RuleFile(scores=(rule,)))
    return write_rules(RuleFile(mail=(rule,)) if rule.kind is RuleKind.MAIL else RuleFile(lead=(rule,)))
