"""A rule as a form: a field for each condition and action, several values with commas between. Pure.

What stands under `unless` has no field and stays as it is; it is written as TOML.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.triage import actions, conditions
from assistant.triage.actions import OPEN_CASE, assignee
from assistant.triage.model import NO, YES, Rule, RuleKind, ScoreRule
from assistant.triage.phrases import Wording
from assistant.triage.reading import RulesError, read_values
from assistant.triage.writing import condition_values, write_rules
from store.domains import parse_email
from store.errors import Invalid
from store.records.fields import PRIORITIES, Field, FieldType

SCORE = "score"  # beside the kinds of rules

_SOURCE = "The rule"
_WHEN, _THEN = "when_", "then_"

_LABELS = {
    "to_queue": "Sent to",
    "says": "Says",
    "noise": "Sort of mail",
    "entitled": "Has a contract",
    "hours": "Business hours",
    "open_case": "Open case",
    "party": "Sender is",
    "known": "Sender is known",
    "party_kind": "Known as",
    "free_mail": "Free mail",
    "create": "Make a",
    "assign": "Assign to",
    "acknowledge": "Acknowledge with",
    "link": "Link to",
    "size": "People there",
}
_HELP = {
    "sender": "an address; * is any part: *@contoso.com",
    "sender_domain": "a domain, and all below it",
    "party": "name or number of the contact, lead or account",
    "party_kind": "contact, account, lead",
    "noise": "person, auto reply, bounce, list, bulk",
    "to_queue": "a queue's name or address",
    "subject": "words of the subject; print* is the beginning of a word",
    "text": "words of the text",
    "says": "words of the subject or the text",
    "language": "a code such as de",
    "attachment": "a name or a type: *.pdf, image/*",
    "size": "250+, 50-249 or -9",
    "assign": "a queue's name, a person's address, in turn, or least loaded",
    "acknowledge": "the name of a template that everybody may use",
    "link": "open case, or the number of a record",
    "points": "from -100 to 100",
}
_IN_WORDS = {"round_robin": "in turn", "least_loaded": "least loaded"}
_HOW = {"user", "queue", *_IN_WORDS}
_WITH_BLANKS = {OPEN_CASE, "auto_reply"}
_CHOICES = {
    "hours": ("inside", "outside"),
    "create": ("case", "lead"),
    "priority": PRIORITIES,
    "ignore": (YES,),
}


def form_fields(kind: str) -> tuple[Field, ...]:
    """The fields of a rule of this kind: mail, lead or score."""
    looked_at = conditions.SORTS[_facts_of(kind)]
    fields = [Field("name", "Name", required=True)]
    fields += [_field(_WHEN, name, is_flag=sort.is_flag) for name, sort in looked_at.items()]
    if kind == SCORE:
        points = Field("points", "Points", FieldType.INTEGER, required=True, help=_HELP["points"])
        return (*fields, points)
    fields += [_field(_THEN, name) for name in actions.SORTS[RuleKind(kind)]]
    return tuple(fields)


def is_condition(field: Field) -> bool:
    """Whether a field says what is looked at, and not what is done."""
    return field.name.startswith(_WHEN)


def form_values(rule: Rule | ScoreRule) -> dict[str, Any]:
    """What stands in the fields of a rule."""
    values: dict[str, Any] = {"name": rule.name}
    when = [each for each in rule.conditions if not each.unless]
    values |= {f"{_WHEN}{each.name}": _joined([said(each.name, one) for one in each.values]) for each in when}
    if isinstance(rule, ScoreRule):
        return values | {"points": rule.points}
    return values | {f"{_THEN}{each.name}": said(each.name, each.value) for each in rule.actions}


def form_text(kind: str, values: Mapping[str, Any], before: Rule | ScoreRule | None = None) -> str:
    """The rule that the fields say, as TOML, with what stood under `unless` before. Raises Invalid with what is wrong,
    in words."""
    looked_at = conditions.SORTS[_facts_of(kind)]
    table: dict[str, Any] = {"name": str(values.get("name") or "")}
    table["when"] = {
        name: _value(name, values[f"{_WHEN}{name}"], is_flag=sort.is_flag)
        for name, sort in looked_at.items()
        if values.get(f"{_WHEN}{name}")
    }
    table |= _unless(kind, before)
    if kind == SCORE:
        table["points"] = values.get("points")
    else:
        table["then"] = {
            name: True if sort.is_flag else _meant(name, values[f"{_THEN}{name}"])
            for name, sort in actions.SORTS[RuleKind(kind)].items()
            if values.get(f"{_THEN}{name}")
        }
    try:
        return write_rules(read_values({kind: [table]}, _SOURCE, FORM))
    except RulesError as error:
        raise Invalid(error.mistakes[0].removeprefix(f"{_SOURCE}: ")) from error


def label_of(name: str) -> str:
    """What people call a condition or an action."""
    return _LABELS.get(name, name.replace("_", " ").capitalize())


#: As a form names them.
FORM = Wording(
    rule=lambda _sort, _name: "The rule",
    part=lambda _rule, _under, name: f"“{label_of(name)}”:",
    action=lambda name: f"“{label_of(name)}”",
    nothing="fill in what it does, such as “Assign to”",
)


def said(name: str, value: str) -> str:
    """A value of a condition or an action as people write it: "in turn", "Printers", "anna@contoso.com"."""
    if name == "assign":
        to = assignee(value)
        plain = _IN_WORDS.get(to.how, to.name)
        return value if (to.how == "queue" and "@" in plain) or _assigned(plain) != value else plain
    return value.replace("_", " ") if value in _WITH_BLANKS else value


def _meant(name: str, typed: str) -> str:
    if name == "assign":
        return _assigned(typed)
    found = typed.strip().casefold().replace(" ", "_")
    return found if found in _WITH_BLANKS else typed.strip()


def _assigned(typed: str) -> str:
    """Raises Invalid for what has an @ and is no address."""
    how = next((how for how, words in _IN_WORDS.items() if words == typed.casefold()), "")
    if how or assignee(typed).how in _HOW:
        return how or typed
    if "@" not in typed:
        return f"queue:{typed}"
    parse_email(typed)
    return f"user:{typed}"


def begun_text(kind: str) -> str:
    """How a rule of this kind begins when it is written as TOML."""
    rest = "points = 10" if kind == SCORE else f'then.assign = "{"round_robin" if kind == RuleKind.LEAD else "queue:"}"'
    return f'[[{kind}]]\nname = ""\n{rest}\n'


def _facts_of(kind: str) -> RuleKind:
    return RuleKind.MAIL if kind == RuleKind.MAIL else RuleKind.LEAD


def _field(prefix: str, name: str, *, is_flag: bool = False) -> Field:
    label = label_of(name)
    choices = (YES, NO) if is_flag else _CHOICES.get(name, ())
    return Field(
        f"{prefix}{name}", label, FieldType.CHOICE if choices else FieldType.TEXT, choices, help=_HELP.get(name, "")
    )


def _unless(kind: str, before: Rule | ScoreRule | None) -> dict[str, Any]:
    kept = [] if before is None else [each for each in before.conditions if each.unless]
    return condition_values(_facts_of(kind), kept) if kept else {}


def _value(name: str, typed: str, *, is_flag: bool) -> bool | list[str]:
    if is_flag:
        return typed == YES
    return [_meant(name, value) for row in csv.reader([typed], skipinitialspace=True) for value in row if value.strip()]


def _joined(values: Sequence[str]) -> str:
    return ", ".join(_quoted(value) if "," in value or '"' in value else value for value in values)


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
