"""What a rule can do, and what goes together. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.triage.model import YES, Action, Assignee, RuleKind
from assistant.triage.phrases import Wording, there_are
from store.domains import parse_email
from store.errors import Invalid
from store.records.fields import PRIORITIES

_HOW = ("user", "queue", "round_robin", "least_loaded")
_TO_WHOM = ("user", "queue")
_CREATED = ("case", "lead")
OPEN_CASE = "open_case"  # a value of `link`: the open case of the mail's thread
_OUTCOMES = ("create", "link", "ignore")


@dataclass(frozen=True, slots=True)
class ActionSort:
    """`wrong` says what is the matter with a value, as the end of a sentence that begins with it; '' for a good one.
    `is_flag`: it is written as true."""

    wrong: Callable[[str], str]
    is_flag: bool = False


def assignee(value: str) -> Assignee:
    """Who is meant by the value of `assign`: `user:anna@contoso.com`, `queue:Printers`, `round_robin`."""
    how, _, name = value.partition(":")
    return Assignee(how, name)


def _wrong_assignee(value: str) -> str:
    to = assignee(value)
    if to.how not in _HOW:
        return "is nobody; write user:anna@contoso.com, queue:NAME, round_robin or least_loaded"
    if (to.how in _TO_WHOM) != bool(to.name.strip()):
        return f"names nobody; write {to.how}:NAME" if to.how in _TO_WHOM else "takes no name"
    if to.how == "user":
        try:
            parse_email(to.name)
        except Invalid:
            return "names no address; write user:anna@contoso.com"
    return ""


def _one_of(*values: str) -> Callable[[str], str]:
    return lambda value: "" if value in values else f"is none of {', '.join(values)}"


def _wrong_record(value: str) -> str:
    if value == OPEN_CASE or (any(c.isdigit() for c in value) and not any(c.isspace() for c in value)):
        return ""
    return f"is no record; write {OPEN_CASE} or a number such as CAS-01042"


def _named(value: str) -> str:
    return "" if value.strip() else "names nothing"


_ASSIGN = ActionSort(_wrong_assignee)

#: Actions by name, for each kind of rule. `link` takes the number of a record, or the open case of the thread;
#: `acknowledge` the name of a template.
SORTS: Mapping[RuleKind, Mapping[str, ActionSort]] = {
    RuleKind.MAIL: {
        "create": ActionSort(_one_of(*_CREATED)),
        "assign": _ASSIGN,
        "priority": ActionSort(_one_of(*PRIORITIES)),
        "acknowledge": ActionSort(_named),
        "link": ActionSort(_wrong_record),
        "ignore": ActionSort(_one_of(YES), is_flag=True),
    },
    RuleKind.LEAD: {"assign": _ASSIGN},
}


def unknown(kind: RuleKind, name: str) -> str:
    """The end of a sentence about an action that does not exist: what was meant."""
    return there_are(name, SORTS[kind])


def contradictions(actions: Sequence[Action], wording: Wording) -> Iterator[str]:
    """What does not go together, each as the end of a sentence that begins with the rule."""
    create, link = map(wording.action, ("create", "link"))
    values = {action.name: action.value for action in actions}
    outcomes = [name for name in _OUTCOMES if name in values]
    if not values:
        yield f"does nothing; {wording.nothing}"
    if len(outcomes) > 1:
        first, second = map(wording.action, outcomes[:2])
        yield f"says both {first} and {second}; a mail can have only one of them"
    elif "ignore" in values and len(values) > 1:
        other = next(name for name in values if name != "ignore")
        yield f"ignores the mail, so it cannot say {wording.action(other)}"
        return
    if "priority" in values and values.get("create") != "case" and "link" not in values:
        yield f"sets a priority, which only a case has; say {create} or {link} too"
    if "acknowledge" in values and not {"create", "link"} & values.keys():
        yield f"acknowledges a mail of which it makes nothing; say {create} or {link} too"
