"""Rules as values for the store and as a TOML file, which `reading.py` reads as the same rules. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.triage import actions, conditions
from assistant.triage.model import YES, Action, Condition, Rule, RuleFile, RuleKind, ScoreRule

Values = Mapping[str, Any]

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def condition_values(kind: RuleKind, written: Sequence[Condition]) -> dict[str, dict[str, Any]]:
    """Conditions as a JSON object: names and values under `when` and `unless`, in their order."""
    found: dict[str, dict[str, Any]] = {}
    for condition in written:
        under = found.setdefault("unless" if condition.unless else "when", {})
        under[condition.name] = _condition_value(kind, condition)
    return found


def action_values(kind: RuleKind, written: Sequence[Action]) -> dict[str, Any]:
    """Actions as a JSON object, in their order."""
    return {each.name: True if actions.SORTS[kind][each.name].is_flag else each.value for each in written}


def _condition_value(kind: RuleKind, condition: Condition) -> bool | str | list[str]:
    if conditions.SORTS[kind][condition.name].is_flag:
        return condition.values[0] == YES
    return condition.values[0] if len(condition.values) == 1 else list(condition.values)


def write_rules(rules: RuleFile) -> str:
    """The rules as a TOML file."""
    blocks = [
        *("\n".join(_rule(rule)) for rule in (*rules.mail, *rules.lead)),
        *("\n".join(_score(rule)) for rule in rules.scores),
    ]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _rule(rule: Rule) -> Iterator[str]:
    yield f"[[{rule.kind}]]"
    yield f"name = {_toml(rule.name)}"
    if not rule.enabled:
        yield "enabled = false"
    yield from _conditions(rule.kind, rule.conditions)
    for name, value in action_values(rule.kind, rule.actions).items():
        yield f"then.{name} = {_toml(value)}"


def _score(rule: ScoreRule) -> Iterator[str]:
    yield "[[score]]"
    yield f"name = {_toml(rule.name)}"
    yield f"points = {rule.points}"
    yield from _conditions(RuleKind.LEAD, rule.conditions)


def _conditions(kind: RuleKind, written: Sequence[Condition]) -> Iterator[str]:
    for under, values in condition_values(kind, written).items():
        for name, value in values.items():
            yield f"{under}.{name} = {_toml(value)}"


def _toml(value: bool | str | list[str]) -> str:
    """A value in TOML. Texts hold no control character: `reading.py` refuses them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value.translate(_ESCAPES)}"'
