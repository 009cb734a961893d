"""Selection rules as data: whom and what a service needs. Pure.

A rule is a tree as JSON or TOML writes it. A leaf picks resources, the others combine:

    {"all": [rule, ...]}                     each of them
    {"some": 1, "of": [rule, ...]}           so many of them
    {"pick": 1, "resources": ["Ann"], "groups": ["Vans"], "kinds": ["person"], "skills": {"welding": 3},
     "units": 1, "part": {"offset": 60, "duration": 60}, "strategy": "least_busy",
     "preferred": ["Ann"], "excluded": ["Bob"]}

Every node may have a "name" and "same_site": true. A leaf picks among its resources and the members of its groups, else
among all, those of its kinds with every skill at its level or above. People write names; the store keeps uids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from store.errors import Invalid

RESOURCE_KINDS = ("person", "equipment", "facility")
STRATEGIES = ("least_busy", "most_busy", "round_robin")

Rule = dict[str, Any]
Named = Callable[[str], str]

_COMMON = ("name", "same_site")
_PICK = ("resources", "groups", "kinds", "skills", "units", "part", "strategy", "preferred", "excluded")
#: Levels of a rule; what people think of has three.
DEEPEST = 12
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Names:
    """Where a rule names resources and groups: from what is written to what stands for it (uids, or names). Each raises
    Invalid for something that is not there."""

    resource: Named
    group: Named


def read_rule(data: Any, names: Names, *, duration: int) -> Rule:
    """The rule with uids for names, checked. Raises Invalid that says which part is wrong.

    `duration` is that of the service in minutes, in which its parts lie.
    """
    if not data:
        return {}
    return _read(data, names, duration, "The rule", 1)


def written_rule(rule: Mapping[str, Any], names: Names) -> Rule:
    """The rule with names for uids, as people write it."""
    found: Rule = {}
    for key, value in rule.items():
        if key in ("all", "of"):
            found[key] = [written_rule(one, names) for one in value]
        elif key in ("resources", "preferred", "excluded"):
            found[key] = [names.resource(uid) for uid in value]
        elif key == "groups":
            found[key] = [names.group(uid) for uid in value]
        else:
            found[key] = value
    return found


def named_in(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a rule refers to: "resource" or "group", and the uid."""
    for key in ("resources", "preferred", "excluded"):
        yield from (("resource", uid) for uid in rule.get(key, ()))
    yield from (("group", uid) for uid in rule.get("groups", ()))
    for child in (*rule.get("all", ()), *rule.get("of", ())):
        yield from named_in(child)


def _read(data: Any, names: Names, duration: int, place: str, level: int) -> Rule:
    if not isinstance(data, Mapping):
        raise Invalid(f'{place} is no rule; write it as {{"pick": 1, "groups": ["Vans"]}}.')
    if level > DEEPEST:
        raise Invalid(f"A rule has at most {DEEPEST} levels.")
    place = _place(data, place)
    sort = next((key for key in ("all", "some", "pick") if key in data), "")
    allowed = {"all": ("all",), "some": ("some", "of"), "pick": ("pick", *_PICK)}.get(sort)
    if allowed is None:
        raise Invalid(f'{place} says neither "all" nor "some" nor "pick".')
    if unknown := sorted(set(data) - set(allowed) - set(_COMMON)):
        raise Invalid(f"{place} has no {unknown[0]!r}; it has {', '.join((*allowed, *_COMMON))}.")
    rule: Rule = {"name": str(data["name"]).strip()} if data.get("name") else {}
    if _flag(data, "same_site", place):
        rule["same_site"] = True
    if sort == "pick":
        return {**_picked(data, names, duration, place), **rule}
    inner = data["all"] if sort == "all" else data.get("of")
    if not isinstance(inner, list) or not inner:
        raise Invalid(f"{place} has no parts.")
    below = [
        _read(each, names, duration, f"Part {number} of {place[:1].lower()}{place[1:]}", level + 1)
        for number, each in enumerate(inner, 1)
    ]
    if sort == "all":
        return {"all": below, **rule}
    wanted = _whole(data, "some", place)
    if wanted > len(below):
        raise Invalid(f"{place} can never be met: it needs {wanted} of {len(below)} parts.")
    return {"some": wanted, "of": below, **rule}


def _picked(data: Mapping[str, Any], names: Names, duration: int, place: str) -> Rule:
    rule: Rule = {"pick": _whole(data, "pick", place)}
    for key in ("resources", "groups", "preferred", "excluded"):
        find = names.group if key == "groups" else names.resource
        if found := [_found(find, name, place) for name in _texts(data, key, place)]:
            rule[key] = list(dict.fromkeys(found))
    if kinds := _texts(data, "kinds", place):
        if wrong := sorted(set(kinds) - set(RESOURCE_KINDS)):
            raise Invalid(f"{place}: there is no kind {wrong[0]!r}; there are {', '.join(RESOURCE_KINDS)}.")
        rule["kinds"] = kinds
    if data.get("skills"):
        rule["skills"] = skills_of(data["skills"], place)
    if "units" in data:
        rule["units"] = _whole(data, "units", place)
    if data.get("part"):
        rule["part"] = _part(data["part"], duration, place)
    if data.get("strategy"):
        if data["strategy"] not in STRATEGIES:
            raise Invalid(f"{place}: there is no strategy {data['strategy']!r}; there are {', '.join(STRATEGIES)}.")
        rule["strategy"] = data["strategy"]
    return rule


def skills_of(data: Any, place: str) -> dict[str, int]:
    """Skills with their levels, 1 to 10; 1 where a list names them only. Raises Invalid."""
    pairs = data.items() if isinstance(data, Mapping) else ((name, 1) for name in data)
    found: dict[str, int] = {}
    for name, level in pairs:
        skill = " ".join(str(name).split())
        if not skill or not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= 10:
            raise Invalid(f"{place}: the skill {skill or name!r} has a level from 1 to 10, not {level!r}.")
        found[skill] = level
    return found


def _part(data: Any, duration: int, place: str) -> dict[str, int]:
    if not isinstance(data, Mapping) or set(data) - {"offset", "duration"}:
        raise Invalid(f'{place}: a part is written {{"offset": 60, "duration": 60}}, in minutes.')
    offset, lasts = data.get("offset", 0), data.get("duration", 0)
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in (offset, lasts)) or offset < 0:
        raise Invalid(f'{place}: a part is written {{"offset": 60, "duration": 60}}, in minutes.')
    if lasts < 1:
        raise Invalid(f"{place}: a part lasts at least one minute.")
    if offset + lasts > duration:
        raise Invalid(f"{place} would end {offset + lasts - duration} minutes after the service.")
    return {"offset": offset, "duration": lasts}


def _whole(data: Mapping[str, Any], key: str, place: str) -> int:
    value = data[key]
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST:
        raise Invalid(f"{place}: {key} is a number from 1 to {_MOST:,}, not {value!r}.")
    return value


def _flag(data: Mapping[str, Any], key: str, place: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise Invalid(f"{place}: {key} is true or false, not {value!r}.")
    return value


def _texts(data: Mapping[str, Any], key: str, place: str) -> list[str]:
    value = data.get(key) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Invalid(f"{place}: {key} are names in a list.")
    return value


def _found(find: Named, name: str, place: str) -> str:
    try:
        return find(name)
    except Invalid as error:
        raise Invalid(f"{place}: {error.sentence}") from None


def _place(rule: Mapping[str, Any], place: str) -> str:
    name = str(rule.get("name") or "").strip()
    return f"{place} ({name})" if name and not place.endswith(f"({name})") else place
