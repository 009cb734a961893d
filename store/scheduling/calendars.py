"""How a site reads the calendars of its resources: {"free": ["elsewhere"], "stale_after": 120}. Pure.

What a calendar calls tentative, away (out of office) or elsewhere keeps a resource busy unless the site says that it is
free. A calendar that was not read for `stale_after` minutes is not known any more, and never free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from store.errors import Invalid
from store.scheduling.written import minutes_from

TREATED = ("busy", "free")
#: What a calendar may call time, besides busy and free.
SORTS = ("tentative", "away", "elsewhere")
_STALE_AFTER = 120
_MOST = 31 * 24 * 60


@dataclass(frozen=True, slots=True)
class Calendars:
    """What leaves free, and after how long without news a calendar is not trusted."""

    free: frozenset[str]
    stale_after: timedelta


def calendars_of(stored: Mapping[str, Any]) -> Calendars:
    """How a site reads calendars, from what the store keeps."""
    minutes = stored.get("stale_after", _STALE_AFTER)
    return Calendars(frozenset(stored.get("free", ())), timedelta(minutes=minutes))


def calendars_from(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """For the store, with what was given by field; what is not named stays. Raises Invalid."""
    free = set(before.get("free", ()))
    for name in SORTS:
        if not given.get(name):
            continue
        if given[name] not in TREATED:
            raise Invalid(f"{name.capitalize()}: {given[name]!r} is none of {', '.join(TREATED)}.")
        free = free | {name} if given[name] == "free" else free - {name}
    stale_after = before.get("stale_after")
    if "stale_after" in given:
        blank = given["stale_after"] in (None, "")
        stale_after = None if blank else minutes_from("Calendars hold for", given["stale_after"], least=1, most=_MOST)
    kept = {"free": sorted(free), "stale_after": None if stale_after == _STALE_AFTER else stale_after}
    return {name: value for name, value in kept.items() if value}
