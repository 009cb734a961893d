"""What is kept for scheduling as a TOML file that `setup_files` reads as the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from assistant.scheduling.setup.telling import (
    group_payload,
    group_texts,
    resource_texts,
    rule_with_names,
    service_texts,
    site_texts,
)
from store.scheduling.reading import Setup, Thing


def write_setup(setup: Setup) -> str:
    """Sites, resources, groups (those within others first), services and travel times as tables of TOML."""
    tables: Sequence[tuple[str, Sequence[Thing], Callable[[Setup, Thing], Mapping[str, Any]]]] = (
        ("site", tuple(setup.sites.values()), site_texts),
        ("resource", tuple(setup.resources.values()), _resource),
        ("group", _inner_first(setup), _group),
        ("service", tuple(setup.services.values()), _service),
    )
    blocks = [
        "\n".join((f"[[{noun}]]", *_lines(values(setup, each)))) for noun, things, values in tables for each in things
    ]
    if setup.travel:
        ways = [[start, end, minutes] for (start, end), minutes in sorted(setup.travel.items()) if start or end]
        blocks.append("\n".join(("[travel]", *_lines({"default": setup.travel.get(("", ""), 0), "minutes": ways}))))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def toml_value(value: Any) -> str:
    """A text, number, flag, list or table on one line."""
    match value:
        case Mapping():
            return "{ " + ", ".join(f"{_key(name)} = {toml_value(each)}" for name, each in value.items()) + " }"
        case list() | tuple():
            return f"[{', '.join(map(toml_value, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    bare = name.replace("-", "").replace("_", "")
    return name if bare.isascii() and bare.isalnum() else toml_value(name)


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    return (f"{name} = {toml_value(value)}" for name, value in values.items() if value not in ("", [], {}, None))


def _resource(setup: Setup, resource: Thing) -> Mapping[str, Any]:
    return resource_texts(setup, resource) | {"skills": dict(resource.state["skills"])}


def _group(setup: Setup, group: Thing) -> Mapping[str, Any]:
    inside = group_payload(setup, group)
    return group_texts(setup, group) | {name: inside[name] for name in ("resources", "groups")}


def _service(setup: Setup, service: Thing) -> Mapping[str, Any]:
    return service_texts(setup, service) | {"rule": rule_with_names(setup, service)}


def _inner_first(setup: Setup) -> tuple[Thing, ...]:
    found: dict[str, Thing] = {}

    def enter(uid: str) -> None:
        for inner in setup.groups[uid].state["groups"]:
            if inner in setup.groups and inner not in found:
                enter(inner)
        found[uid] = setup.groups[uid]

    for uid in setup.groups:
        enter(uid)
    return tuple(found.values())
