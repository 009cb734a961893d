"""How resources, services, groups, sites and ways look in the lists where they are set up."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.scheduling.setup.telling import group_payload, resource_texts, service_texts, site_texts
from store.scheduling.reading import Setup, Thing
from store.scheduling.rule_words import ONE_SITE
from store.scheduling.written import length_text
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import RESOURCE_GLYPHS


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: its key, its name, its values as they are typed, and what is wrong with it."""

    key: Hashable
    name: str
    typed: Mapping[str, Any]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """All that is set up, by the name of its list."""

    setup: Setup
    by_list: Mapping[str, list[Line]] = field(default_factory=dict)


def lines_of(setup: Setup, troubles: Mapping[str, str]) -> Lines:
    """The lines of every list; `troubles` say by uid which services can never be done."""
    return Lines(
        setup,
        {
            "resources": _lines(setup, setup.resources, resource_texts),
            "services": _lines(setup, setup.services, service_texts, troubles),
            "groups": _lines(setup, setup.groups, _group),
            "sites": _lines(setup, setup.sites, site_texts),
            "travel": [_way(way, minutes) for way, minutes in sorted(setup.travel.items())],
        },
    )


def _lines(
    setup: Setup,
    things: Mapping[str, Thing],
    typed: Callable[[Setup, Thing], dict[str, Any]],
    remarks: Mapping[str, str] | None = None,
) -> list[Line]:
    said = remarks or {}
    return [Line(each.id, each.name, typed(setup, each), said.get(uid, "")) for uid, each in things.items()]


def _group(setup: Setup, group: Thing) -> dict[str, Any]:
    inside = group_payload(setup, group)
    return {"name": group.name, **{name: "; ".join(inside[name]) for name in ("resources", "groups")}}


def _way(way: tuple[str, str], minutes: int) -> Line:
    name = f"{way[0]} to {way[1]}" if any(way) else "Where no way is known"
    return Line(way, name, {"from_area": way[0], "to_area": way[1], "minutes": minutes})


def _said(name: str, nothing: str = "") -> Callable[[Line, datetime], Cell]:
    """A value as it is typed, its lines behind each other; where there is none, what that means."""

    def cell(one: Line, _now: datetime) -> Cell:
        text = " + ".join(each.strip() for each in str(one.typed[name]).splitlines() if each.strip())
        return plain(text) if text else (Span(nothing, "faint"),)

    return cell


def _needs(one: Line, _now: datetime) -> Cell:
    """Whom and what it needs, without what the lines are called."""
    lines = (re.sub(r"; called [^;:]*", "", each.strip()) for each in one.typed["rule"].splitlines())
    text = " + ".join(each for each in lines if each and each != ONE_SITE)
    return plain(text) if text else (Span("any one resource", "faint"),)


def _notice(one: Line, _now: datetime) -> Cell:
    none = one.typed["notice"] == length_text(0)
    return (Span("none", "faint"),) if none else plain(one.typed["notice"])


def _resource(one: Line, _now: datetime) -> Cell:
    return Span(f"{RESOURCE_GLYPHS[one.typed['kind']]} ", "dim"), Span(line(one.name), "strong")


def _name(one: Line, _now: datetime) -> Cell:
    return plain(one.name, "strong")


def _calendar(one: Line, _now: datetime) -> Cell:
    known = one.typed["mailbox"] or one.typed["colleague"] or one.typed["address"]
    return plain(known) if known else (Span("none", "faint"),)


def _capacity(one: Line, _now: datetime) -> Cell:
    return plain(f"{one.typed['capacity']:,}", "" if one.typed["capacity"] > 1 else "faint")


def _remark(one: Line, _now: datetime) -> Cell:
    return plain(one.remark, "warn")


RESOURCES: tuple[Column[Line], ...] = (
    Column("Resource", _resource, 16, 30, grow=2, priority=0),
    Column("Site", _said("site"), 8, 18, grow=1, priority=2),
    Column("Skills", _said("skills", "none"), 12, 40, grow=3, priority=1),
    Column("Work hours", _said("hours", "never at work"), 22, 50, grow=4, priority=0),
    Column("Off", _said("time_off"), 12, 40, grow=2, priority=3),
    Column("Calendar", _calendar, 12, 30, grow=2, priority=4),
    Column("At once", _capacity, 7, priority=5, right=True),
)
SERVICES: tuple[Column[Line], ...] = (
    Column("Service", _name, 16, 30, grow=2, priority=0),
    Column("Takes", _said("duration"), 10, 14, priority=0),
    Column("Needs", _needs, 24, 110, grow=20, priority=0),
    Column("Notice", _notice, 7, 10, priority=3),
    Column("Remark", _remark, 8, 60, grow=2, priority=4),
)
GROUPS: tuple[Column[Line], ...] = (
    Column("Group", _name, 16, 30, grow=1, priority=0),
    Column("Resources", _said("resources", "none"), 24, 120, grow=6, priority=0),
    Column("Groups within", _said("groups"), 14, 40, grow=2, priority=2),
)
SITES: tuple[Column[Line], ...] = (
    Column("Site", _name, 14, 30, grow=1, priority=0),
    Column("Time zone", _said("zone"), 14, 24, grow=1, priority=1),
    Column("Area", _said("area", "none"), 8, 20, grow=1, priority=2),
    Column("Closed on", _said("closures", "never"), 18, 60, grow=3, priority=1),
    Column("Writes to customers from", _said("mailbox", "nowhere"), 24, 40, grow=2, priority=2),
    Column("Reminds", _said("remind", "never"), 8, priority=3),
)
TRAVEL: tuple[Column[Line], ...] = (
    Column("Way", _name, 24, 60, grow=3, priority=0),
    Column("Minutes", _said("minutes"), 8, priority=0, right=True),
)
