"""Selection rules as lines that people read and write. Pure.

    at one site
    1 of Technicians; with lift 3, rope; called Inspector
    1 of Vans; in turn
    1 of these; called Place:
      1 of Bench 1
      2 of Hall, Yard; 3 units; for 1 h from 30 min

A line picks so many of the resources and groups that it names (`anybody`: of all), with what holds for them behind
semicolons; several lines are all needed. `all of these:` and `1 of these:` combine the lines that are indented below.
A name with a comma, semicolon or colon in it stands in quotation marks. Lines stand for the data of
store.scheduling.rules, with names in it, and come back as the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from store.errors import Invalid
from store.scheduling.rules import DEEPEST, Rule
from store.scheduling.written import length_text, minutes_from

#: Said of a rule whose resources have to be at one site.
ONE_SITE = "at one site"
_ANYBODY = "anybody"
_STEP = "  "
_STRATEGIES = {"least busy": "least_busy", "most busy": "most_busy", "in turn": "round_robin"}
_TOLD = {value: words for words, value in _STRATEGIES.items()}
_MOST = 31 * 24 * 60
_BEYOND = 10**9
#: What may be said once in a line.
_SAID = {
    "skills": "with which skills", "kinds": "of which kind", "units": "how many units", "part": "for how long",
    "strategy": "who comes first", "preferred": "who is preferred", "excluded": "who is not taken",
    "same_site": ONE_SITE, "name": "what it is called",
}  # fmt: skip
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_HEAD = re.compile(r"(?:(?P<all>all)|(?P<count>\d+)) of (?P<of>.+)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"for (?P<lasts>.+?)(?: from (?P<offset>.+))?", re.IGNORECASE)
_UNITS = re.compile(r"(\d+) units?", re.IGNORECASE)
_SKILL = re.compile(r"(.*\S)\s+(\d+)")

#: Whether a name is that of a group. Raises Invalid where it could be a resource as well.
IsGroup = Callable[[str], bool]
#: How deep a line stands, its number, and what it says.
_Line = tuple[int, int, str]


def rule_lines(rule: Mapping[str, Any]) -> list[str]:
    """The lines of a rule with names in it; none where a service needs any one resource."""
    if not rule:
        return []
    if "all" in rule and not rule.get("name") and len(rule["all"]) > 1:
        site = [ONE_SITE] if rule.get("same_site") else []
        return [*site, *(line for each in rule["all"] for line in _told(each, 0))]
    return list(_told(rule, 0))


def rule_from_lines(text: str, is_group: IsGroup) -> Rule:
    """The rule that the lines say, for store.scheduling.rules.read_rule. Raises Invalid that names the line."""
    lines = list(_read_lines(text))
    if not lines:
        return {}
    one_site = lines[0][2].lower() == ONE_SITE
    rules, rest = _siblings(lines[1:] if one_site else lines, is_group, 1)
    if rest:
        raise Invalid(f"Line {rest[0][1]} of the rule stands further left than the first.")
    if not rules:
        raise Invalid(f"The rule says only {ONE_SITE}, not who.")
    if len(rules) == 1 and not one_site:
        return rules[0]
    return {"all": rules, **({"same_site": True} if one_site else {})}


def _told(rule: Mapping[str, Any], level: int) -> Iterator[str]:
    said = "; ".join((_head(rule), *_clauses(rule)))
    below = rule.get("all") or rule.get("of") or ()
    yield f"{_STEP * level}{said}{':' if below else ''}"
    for each in below:
        yield from _told(each, level + 1)


def _head(rule: Mapping[str, Any]) -> str:
    if "all" in rule:
        return "all of these"
    if "some" in rule:
        return f"{rule['some']} of these"
    names = [*rule.get("groups", ()), *rule.get("resources", ())]
    return f"{rule['pick']} of {_listed(names) or _ANYBODY}"


def _clauses(rule: Mapping[str, Any]) -> Iterator[str]:
    if kinds := rule.get("kinds"):
        yield f"kind {', '.join(kinds)}"
    if skills := rule.get("skills"):
        yield f"with {', '.join(f'{_name(skill)} {level}' for skill, level in skills.items())}"
    if (units := rule.get("units", 1)) != 1:
        yield f"{units} units"
    if part := rule.get("part"):
        begins = f" from {length_text(part['offset'])}" if part["offset"] else ""
        yield f"for {length_text(part['duration'])}{begins}"
    if strategy := rule.get("strategy"):
        yield _TOLD[strategy]
    for key, word in (("preferred", "preferred"), ("excluded", "not")):
        if names := rule.get(key):
            yield f"{word} {_listed(names)}"
    if rule.get("same_site"):
        yield ONE_SITE
    if name := rule.get("name"):
        yield f"called {_name(name)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(_name, names))


def _name(name: str) -> str:
    bare = name == " ".join(name.split()) and not re.search(r'[";:,\\]', name)
    return name if bare and name.lower() not in (_ANYBODY, "these") else json.dumps(name, ensure_ascii=False)


def _read_lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            bare = line.expandtabs(len(_STEP))
            yield len(bare) - len(bare.lstrip()), number, bare.strip()


def _siblings(lines: Sequence[_Line], is_group: IsGroup, level: int) -> tuple[list[Rule], Sequence[_Line]]:
    """The rules of the lines that stand as deep as the first, and the lines after them."""
    if level > DEEPEST:
        raise Invalid(f"Line {lines[0][1]} of the rule stands too deep: a rule has at most {DEEPEST} levels.")
    found: list[Rule] = []
    rest = lines
    while rest and rest[0][0] == lines[0][0]:
        (depth, number, said), rest = rest[0], rest[1:]
        rule = _rule(number, said, is_group)
        if "pick" in rule:
            if rest and rest[0][0] > depth:
                raise Invalid(f"Line {rest[0][1]} of the rule stands below one that picks; end that with 'of these:'.")
        elif not rest or rest[0][0] <= depth:
            raise Invalid(f"Line {number} of the rule wants the parts indented below it.")
        else:
            rule["all" if "all" in rule else "of"], rest = _siblings(rest, is_group, level + 1)
        found.append(rule)
    if rest and rest[0][0] > lines[0][0]:
        raise Invalid(f"Line {rest[0][1]} of the rule is indented otherwise than its neighbours.")
    return found, rest


def _rule(number: int, said: str, is_group: IsGroup) -> Rule:
    """The rule of one line, without what is indented below it."""
    combines = said.endswith(":")
    head, *clauses = _split(said.removesuffix(":"), ";")
    match = _HEAD.fullmatch(head)
    these = match is not None and match["of"].strip().lower() == "these"
    if match is None or these != combines or (match["all"] and not these):
        raise Invalid(f"Line {number} of the rule is not understood: write it as '1 of Technicians; with welding 3'.")
    if these:
        rule: Rule = {"all": []} if match["all"] else {"some": _number(match["count"]), "of": []}
    else:
        rule = {"pick": _number(match["count"])} | _whom(match["of"], is_group)
    for clause in clauses:
        said_now = _clause(number, clause, combines=combines)
        if twice := rule.keys() & said_now.keys():
            raise Invalid(f"Line {number} of the rule has {clause!r} where it has said {_SAID[min(twice)]} before.")
        rule |= said_now
    return rule


def _whom(text: str, is_group: IsGroup) -> Rule:
    found: Rule = {}
    if text.strip().lower() == _ANYBODY:
        return found
    if not (named := _names(text)):
        raise Invalid(f"A line of the rule names nobody but {text.strip()!r}; write 1 of {_ANYBODY} for all.")
    for name in named:
        found.setdefault("groups" if is_group(name) else "resources", []).append(name)
    return found


def _clause(number: int, text: str, *, combines: bool) -> Rule:
    if text.lower() == ONE_SITE:
        return {"same_site": True}
    word, _, rest = text.partition(" ")
    if word.lower() == "called" and rest:
        return {"name": _unquoted(rest)}
    known = None if combines else _picking(word.lower(), rest, text)
    if known is None:
        raise Invalid(f"Line {number} of the rule has {text!r}, which is not understood.")
    return known


def _picking(word: str, rest: str, text: str) -> Rule | None:
    if text.lower() in _STRATEGIES:
        return {"strategy": _STRATEGIES[text.lower()]}
    if match := _UNITS.fullmatch(text):
        return {"units": _number(match[1])}
    if match := _PART.fullmatch(text):
        offset = minutes_from("From", match["offset"], least=0, most=_MOST) if match["offset"] else 0
        return {"part": {"offset": offset, "duration": minutes_from("For", match["lasts"], least=1, most=_MOST)}}
    match word:
        case "with":
            return {"skills": dict(map(_skill, _split(rest, ",")))}
        case "kind":
            return {"kinds": _names(rest)}
        case "preferred":
            return {"preferred": _names(rest)}
        case "not":
            return {"excluded": _names(rest)}
    return None


def _skill(text: str) -> tuple[str, int]:
    match = _SKILL.fullmatch(text)
    return (_unquoted(match[1]), _number(match[2])) if match else (_unquoted(text), 1)


def _number(digits: str) -> int:
    """The number; of one that is beyond all sense, that it is."""
    return int(digits) if len(digits) < len(str(_BEYOND)) else _BEYOND


def _names(text: str) -> list[str]:
    return [_unquoted(each) for each in _split(text, ",")]


def _unquoted(text: str) -> str:
    if re.fullmatch(_QUOTED, text):
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return text


def _split(text: str, mark: str) -> list[str]:
    """The parts between marks that stand outside quotation marks."""
    parts = re.findall(rf"(?:{_QUOTED}|[^{mark}])+", text)
    return [part.strip() for part in parts if part.strip()]
