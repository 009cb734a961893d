"""Services and their rules from what the store keeps to the values of the search. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.scheduling.engine.model import ResourceKind
from assistant.scheduling.engine.rules import All, Grid, Part, Pick, Rule, Service, Some, Strategy


def service_value(service_id: int, state: Mapping[str, Any], keys: Mapping[str, int], zone: str) -> Service:
    """A service (store.scheduling.sorts), whose grid counts on the clocks of `zone`; `keys` are those of resources and
    groups by uid. One without a rule takes any one resource."""
    hour, _, minute = str(state["anchor"]).partition(":")
    return Service(
        service_id,
        state["name"],
        state["duration"],
        rule_value(state["rule"], keys) if state["rule"] else Pick(),
        Grid(state["grid"], int(hour) * 60 + int(minute), zone),
        state["before"],
        state["after"],
        state["notice"],
        state["initial_status"],
        state["on_end"],
    )


def rule_value(rule: Mapping[str, Any], keys: Mapping[str, int]) -> Rule:
    """A rule as store.scheduling.rules keeps it."""
    name, same_site = str(rule.get("name", "")), bool(rule.get("same_site", False))
    if "all" in rule:
        return All(tuple(rule_value(each, keys) for each in rule["all"]), same_site, name)
    if "some" in rule:
        return Some(rule["some"], tuple(rule_value(each, keys) for each in rule["of"]), same_site, name)

    def named(key: str) -> tuple[int, ...]:
        return tuple(keys[uid] for uid in rule.get(key, ()) if uid in keys)

    part = rule.get("part")
    return Pick(
        n=rule["pick"],
        resources=named("resources"),
        groups=named("groups"),
        skills=dict(rule.get("skills", {})),
        kinds=frozenset(map(ResourceKind, rule.get("kinds", ()))),
        units=rule.get("units", 1),
        part=Part(part["offset"], part["duration"]) if part else None,
        strategy=Strategy(rule.get("strategy", Strategy.LEAST_BUSY)),
        preferred=frozenset(named("preferred")),
        excluded=frozenset(named("excluded")),
        same_site=same_site,
        name=name,
    )
