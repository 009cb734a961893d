"""How triage rules look: in their list, and on their own with what they would have made of past mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from assistant.triage.forms import label_of, said
from assistant.triage.model import Condition, Rule, ScoreRule
from assistant.triage.phrases import either
from assistant.triage.playing import Play, Tried
from assistant.triage.stored import KeptRule
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.when import short_when
from tui.widgets.sheet import Fact

KIND_LABELS = {"mail": "Mail", "lead": "Lead", "score": "Score"}
_LISTED = 12  # mails of a try
_LABEL = "$quiet"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, and how many mails it would have taken; None where that was not tried."""

    kept: KeptRule
    taken: int | None = None

    @property
    def uid(self) -> str:
        return self.kept.stored.uid


def _place(row: RuleRow, _now: datetime) -> Cell:
    return (Span(str(row.kept.stored.state.position), "dim"),)


def _name(row: RuleRow, _now: datetime) -> Cell:
    state = row.kept.stored.state
    if row.kept.mistake:
        return (Span("! ", "bad"), Span(line(state.name)))
    mark = Span("● ", "good") if state.enabled else Span("○ ", "dim")
    return (mark, Span(line(state.name), "" if state.enabled else "dim"))


def _kind(row: RuleRow, _now: datetime) -> Cell:
    return (Span(KIND_LABELS[row.kept.stored.state.kind], "dim"),)


def _taken(row: RuleRow, _now: datetime) -> Cell:
    return () if row.taken is None else (Span(f"{row.taken:,}", "accent" if row.taken else "dim"),)


COLUMNS: tuple[Column[RuleRow], ...] = (
    Column("#", _place, 3, priority=1, right=True),
    Column("Rule", _name, 18, 40, grow=3, priority=0),
    Column("Kind", _kind, 5, priority=3),
    Column("Does", lambda row, _: plain(does(row.kept.rule), "dim"), 16, grow=4, priority=2),
    Column("Tried", _taken, 5, priority=1, right=True),
)


def does(rule: Rule | ScoreRule | None) -> str:
    """What a rule does, in a few words."""
    if isinstance(rule, Rule):
        return ", ".join(_DOES[each.name](said(each.name, each.value)) for each in rule.actions)
    return "" if rule is None else f"{rule.points:+d} points"


_DOES: dict[str, Callable[[str], str]] = {
    "create": lambda kind: f"new {kind}",
    "assign": lambda to: f"given {to}" if to in ("in turn", "least loaded") else f"given to {to}",
    "priority": lambda priority: f"priority {priority}",
    "acknowledge": lambda template: f"answered with “{template}”",
    "link": lambda to: f"added to its {to}" if to == "open case" else f"linked to {to}",
    "ignore": lambda _: "not relevant",
}


def facts(row: RuleRow, played: Play | None, now: datetime) -> list[Fact]:
    """A rule to read: what it looks at and does, then what it would have made of past mail, and why not."""
    stored, rule = row.kept.stored, row.kept.rule
    switched = "on" if stored.state.enabled else "off"
    about = f"{KIND_LABELS[stored.state.kind]} rule  ·  {switched}  ·  since {short_when(stored.state.since, now)}"
    found = [
        Fact(Content.styled(line(stored.name), "b $foreground")),
        Fact(Content.styled(about, _LABEL)),
        Fact(Content("")),
    ]
    if row.kept.mistake:
        return [*found, Fact(Content.styled(line(f"It cannot be used: {row.kept.mistake}"), "$error"))]
    if rule is not None:
        found += [_condition(each, place) for place, each in enumerate(rule.conditions)]
        if not rule.conditions:
            found.append(Fact(Content("whatever comes"), "When", 8))
        found.append(Fact(Content(line(does(rule))), "Then", 8))
    if played is not None and isinstance(rule, Rule):
        found += _tried(rule, played, now)
    return found


def _condition(condition: Condition, place: int) -> Fact:
    values = [said(condition.name, value) for value in condition.values]
    words = either(values) if values not in (["yes"], ["no"]) else values[0]
    label = "Unless" if condition.unless else "and" if place else "When"
    return Fact(Content(line(f"{label_of(condition.name).lower()}: {words}")), label, 8)


def _tried(rule: Rule, played: Play, now: datetime) -> Iterator[Fact]:
    mine = [mail for mail in played.mails if mail.decision.rule is not None and mail.decision.rule.name == rule.name]
    near = [mail for mail in played.mails if mail.nearest is not None and mail.nearest.rule.name == rule.name]
    yield Fact(Content(""))
    acted = sum(bool(mail.decision.actions) for mail in mine)
    told = f"It fits {len(mine):,} of {len(played.mails):,} past mails and would have acted on {acted:,}."
    yield Fact(Content.styled(told, "b"))
    yield from _listed(mine, now)
    if near:
        yield Fact(Content(""))
        yield Fact(Content.styled("No rule took these, and it was the nearest:", "b"))
        yield from _listed(near, now)


def _listed(mails: Sequence[Tried], now: datetime) -> Iterator[Fact]:
    for mail in mails[:_LISTED]:
        yield Fact(
            Content.assemble((f"{short_when(mail.occurred_at, now)}  ", _LABEL), line(f"{mail.who}: {mail.subject}"))
        )
        why = (
            [mail.nearest.sentence]
            if mail.nearest
            else list(dict.fromkeys(each.why for each in mail.decision.withheld))
        )
        for sentence in why:
            yield Fact(Content.styled(line(sentence), _LABEL), indent=4)
    if len(mails) > _LISTED:
        yield Fact(Content.styled(f"and {len(mails) - _LISTED:,} more", _LABEL))
