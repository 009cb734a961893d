"""Which rule decides about a mail or a lead, why, and why not the others. Pure.

Rules stand in order and the first one that fits decides. Within a rule the order in which conditions are tried changes
nothing, so the cheap ones go first; `why_not` names the first that fails in the order in which they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from assistant.triage import conditions
from assistant.triage.acknowledging import why_not_acknowledged
from assistant.triage.facts import LeadFacts, MailFacts
from assistant.triage.flooding import why_not_created
from assistant.triage.model import Action, Condition, Rule, RuleKind
from assistant.triage.sorts import FactsT, Sort, Test


@dataclass(frozen=True, slots=True)
class Withheld:
    """An action that the rule asks for and that is not carried out, with the sentence that says why."""

    action: Action
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done: `actions` of the rule that fits, without those `withheld`. `reasons` say why the rule fits, a
    phrase each. Without a rule nothing is done."""

    rule: Rule | None = None
    actions: tuple[Action, ...] = ()
    reasons: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A rule that did not decide, and one sentence that says why."""

    rule: Rule
    sentence: str


@dataclass(frozen=True, slots=True)
class Ready(Generic[FactsT]):
    """A condition made ready for use."""

    condition: Condition
    sort: Sort[FactsT]
    test: Test[FactsT]

    def holds(self, facts: FactsT) -> bool:
        return bool(self.test(facts)) is not self.condition.unless

    def reason(self, hit: str, facts: FactsT) -> str:
        """Why it holds, as a phrase; `hit` is the value that fits."""
        if self.condition.unless:
            return self.sort.fails(self.condition.values, facts)
        return self.sort.holds(hit, facts)

    def objection(self, facts: FactsT) -> str:
        """Why it does not hold, as a phrase."""
        if self.condition.unless:
            return self.sort.holds(self.test(facts), facts)
        return self.sort.fails(self.condition.values, facts)


class ReadyConditions(Generic[FactsT]):
    """All conditions of a rule, in the order in which they are written and in that of their costs."""

    def __init__(self, written: Sequence[Condition], sorts: Mapping[str, Sort[FactsT]]) -> None:
        self._written = tuple(_ready(condition, sorts) for condition in written)
        cheap_first = sorted(enumerate(self._written), key=lambda each: each[1].sort.cost)
        self._cheap_first = tuple((place, each.test, each.condition.unless) for place, each in cheap_first)

    def reasons(self, facts: FactsT) -> tuple[str, ...] | None:
        """Why all of them hold, a phrase each; None where one does not."""
        hits: dict[int, str] = {}
        for place, test, unless in self._cheap_first:
            hit = test(facts)
            if bool(hit) is unless:
                return None
            hits[place] = hit
        return tuple(each.reason(hits[place], facts) for place, each in enumerate(self._written))

    def objection(self, facts: FactsT) -> str:
        """Why the first one that fails does; '' where all hold."""
        return next((each.objection(facts) for each in self._written if not each.holds(facts)), "")

    def distance(self, facts: FactsT) -> tuple[int, int]:
        """How far it is from holding: less is nearer. First how many conditions fail, then how few hold."""
        failing = sum(not each.holds(facts) for each in self._written)
        return failing, failing - len(self._written)


def _ready(condition: Condition, sorts: Mapping[str, Sort[FactsT]]) -> Ready[FactsT]:
    sort = sorts[condition.name]
    return Ready(condition, sort, sort.ready(condition.values))


class Rulebook(Generic[FactsT]):
    """Rules in order, made ready once for many mails or leads. Made by `mail_rulebook` and `lead_rulebook`."""

    def __init__(
        self,
        rules: Iterable[Rule],
        sorts: Mapping[str, Sort[FactsT]],
        withheld: Callable[[Rule, FactsT], tuple[Withheld, ...]],
    ) -> None:
        self._rules = tuple((rule, ReadyConditions(rule.conditions, sorts)) for rule in rules)
        self._enabled = tuple(each for each in self._rules if each[0].enabled)
        self._withheld = withheld

    def decide(self, facts: FactsT) -> Decision:
        """What the first enabled rule that fits says."""
        for rule, ready in self._enabled:
            if (reasons := ready.reasons(facts)) is not None:
                withheld = self._withheld(rule, facts)
                refused = [each.action for each in withheld]
                actions = tuple(action for action in rule.actions if action not in refused)
                return Decision(rule, actions, reasons, withheld)
        return Decision()

    def why_not(self, facts: FactsT) -> tuple[WhyNot, ...]:
        """A sentence for every rule that did not decide, in their order."""
        found: list[WhyNot] = []
        decided: Rule | None = None
        for rule, ready in self._rules:
            objection = ready.objection(facts)
            if not rule.enabled:
                found.append(WhyNot(rule, "It is switched off."))
            elif objection:
                found.append(WhyNot(rule, _sentence(objection)))
            elif decided is None:
                decided = rule
            else:
                found.append(WhyNot(rule, f"The rule {decided.name} stands before it and fits."))
        return tuple(found)

    def nearest(self, facts: FactsT) -> WhyNot | None:
        """Where no rule fits: the enabled one that misses least, the first of such; None where none is enabled.

        One that makes something comes before one that ignores: why nothing was made is what people ask.
        """
        if not self._enabled:
            return None
        rule, ready = min(self._enabled, key=lambda each: (_ignores(each[0]), each[1].distance(facts)))
        return WhyNot(rule, _sentence(ready.objection(facts)))


def mail_rulebook(rules: Iterable[Rule]) -> Rulebook[MailFacts]:
    """Rules for mail; those for leads are left out."""
    chosen = [rule for rule in rules if rule.kind is RuleKind.MAIL]
    return Rulebook(chosen, conditions.MAIL, _withheld)


def lead_rulebook(rules: Iterable[Rule]) -> Rulebook[LeadFacts]:
    """Rules for new leads; those for mail are left out."""
    chosen = [rule for rule in rules if rule.kind is RuleKind.LEAD]
    return Rulebook(chosen, conditions.LEAD, lambda rule, facts: ())


def _withheld(rule: Rule, facts: MailFacts) -> tuple[Withheld, ...]:
    created = next((action.value for action in rule.actions if action.name == "create"), "")
    if created and (why := why_not_created(facts)):
        return tuple(Withheld(action, f"No {created}: {why}.") for action in rule.actions)
    why = why_not_acknowledged(facts)
    told = [action for action in rule.actions if action.name == "acknowledge" and why]
    return tuple(Withheld(action, f"No acknowledgement: {why}.") for action in told)


def _ignores(rule: Rule) -> bool:
    return any(action.name == "ignore" for action in rule.actions)


def _sentence(phrase: str) -> str:
    return f"{phrase[:1].upper()}{phrase[1:]}."
