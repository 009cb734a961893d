"""What people, commands and files give for sites, resources, groups and services (store.scheduling.fields), as states.

What is not named stays as it is; empty values clear. Values come as typed, or as a file holds them: lists of names,
skills with their levels, numbers of minutes, a rule as a table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from store.domains import parse_email
from store.errors import Invalid, NotFound
from store.kept.sorts import Sort, State
from store.queues.written import holidays_from
from store.records.fields import Field
from store.records.references import find_user_uid
from store.scheduling.calendars import calendars_from
from store.scheduling.fields import GROUP_FIELDS, INITIAL_STATUSES, RESOURCE_FIELDS, SERVICE_FIELDS, SITE_FIELDS
from store.scheduling.given_notices import notices_from
from store.scheduling.reading import is_there, thing_called
from store.scheduling.rule_words import rule_from_lines
from store.scheduling.rules import RESOURCE_KINDS, Names, read_rule, skills_of
from store.scheduling.sorts import GROUP, RESOURCE, SERVICE, SITE
from store.scheduling.stored import Worked, dates_as_json, worked_as_json, worked_from
from store.scheduling.typed import count, lines, names, text
from store.scheduling.written import is_in_days, minutes_from, time_off_from, weeks_from
from store.schema.people import Mailbox
from store.schema.scheduling import Site

_MOST_CAPACITY = 100_000
_MONTH = 31 * 24 * 60
_YEAR = 366 * 24 * 60
_DAY = 24 * 60
_SITE: State = {"name": "", "zone": "", "area": "", "closures": {}, "calendars": {}, "notices": {}}
_RESOURCE: State = {
    "name": "", "kind": "person", "site": None, "user": None, "mailbox": None, "address": "", "area": "", "zone": "",
    "capacity": 1, "hours": {}, "skills": {}, "time_off": [],
}  # fmt: skip
_GROUP: State = {"name": "", "resources": [], "groups": []}
_SERVICE: State = {
    "name": "", "duration": 0, "on_end": True, "grid": 15, "anchor": "00:00", "before": 0, "after": 0, "notice": 0,
    "rule": {}, "initial_status": "confirmed",
}  # fmt: skip


def state_from(tx: Connection, sort: Sort, before: Mapping[str, Any] | None, given: Mapping[str, Any]) -> State:
    """The whole state of a thing after what was given; `before` is None for a new one. Raises Invalid, NotFound,
    Ambiguous."""
    fields, new, read = _READERS[sort.name]
    if unknown := sorted(set(given) - {field.name for field in fields}):
        raise Invalid(f"A {sort.noun} has no {unknown[0]!r}; it has {', '.join(field.name for field in fields)}.")
    state = deepcopy(dict(new if before is None else before))
    read(tx, state, given, new=before is None)
    return state


def _site(tx: Connection, state: State, given: Mapping[str, Any], *, new: bool) -> None:
    state |= {name: text(given[name]) for name in ("name", "area") if name in given}
    if "zone" in given or new:
        state["zone"] = text(given.get("zone"))
    if "closures" in given:
        state["closures"] = dates_as_json(holidays_from(lines(given["closures"])))
    state["calendars"] = calendars_from(given, state["calendars"])
    state["notices"] = notices_from(tx, given, state["notices"])


def _resource(tx: Connection, state: State, given: Mapping[str, Any], *, new: bool) -> None:
    state |= {name: text(given[name]) for name in ("name", "area", "zone") if name in given}
    if given.get("kind"):
        state["kind"] = _one_of("Kind", given["kind"], RESOURCE_KINDS)
    if "site" in given:
        state["site"] = thing_called(tx, SITE, text(given["site"])).uid
    if state["site"] is None:
        raise Invalid("Site: a resource belongs to one.")
    if "colleague" in given:
        name = text(given["colleague"])
        state["user"] = find_user_uid(tx, name) if name else None
    if "mailbox" in given:
        state["mailbox"] = _mailbox(tx, text(given["mailbox"]))
    if "address" in given:
        address = text(given["address"])
        state["address"] = parse_email(address) if address else ""
    if given.get("capacity") not in (None, ""):
        state["capacity"] = count("Capacity", given["capacity"], _MOST_CAPACITY)
    if "skills" in given:
        state["skills"] = _skills(given["skills"])
    state["hours"] = _hours(state["hours"], given)
    if "time_off" in given:
        state["time_off"] = time_off_from(lines(given["time_off"]), state["zone"] or _zone_of(tx, state["site"]))


def _group(tx: Connection, state: State, given: Mapping[str, Any], *, new: bool) -> None:
    if "name" in given:
        state["name"] = text(given["name"])
    for name, sort in (("resources", RESOURCE), ("groups", GROUP)):
        if name in given:
            state[name] = list(dict.fromkeys(thing_called(tx, sort, one).uid for one in names(given[name])))


def _service(tx: Connection, state: State, given: Mapping[str, Any], *, new: bool) -> None:
    if "name" in given:
        state["name"] = text(given["name"])
    if "duration" in given or new:
        state["duration"] = minutes_from("Duration", given.get("duration", ""), least=1, most=_MONTH)
        state["on_end"] = not is_in_days(given["duration"])
    for name, label, least, most in (
        ("grid", "Begins every", 1, _DAY),
        ("before", "Free before", 0, _DAY),
        ("after", "Free after", 0, _DAY),
        ("notice", "Notice", 0, _YEAR),
    ):
        if name in given:
            blank = given[name] in (None, "")
            state[name] = _SERVICE[name] if blank else minutes_from(label, given[name], least=least, most=most)
    if "anchor" in given:
        state["anchor"] = _time_of_day(text(given["anchor"]) or "00:00")
    if given.get("initial_status"):
        state["initial_status"] = _one_of("Booked as", given["initial_status"], INITIAL_STATUSES)
    if "rule" in given:
        state["rule"] = read_rule(_rule(tx, given["rule"]), _names_in(tx), duration=state["duration"])
    elif "duration" in given:
        state["rule"] = read_rule(state["rule"], _AS_IT_IS, duration=state["duration"])


_Reader = Callable[..., None]
_READERS: dict[str, tuple[tuple[Field, ...], State, _Reader]] = {
    SITE.name: (SITE_FIELDS, _SITE, _site),
    RESOURCE.name: (RESOURCE_FIELDS, _RESOURCE, _resource),
    GROUP.name: (GROUP_FIELDS, _GROUP, _group),
    SERVICE.name: (SERVICE_FIELDS, _SERVICE, _service),
}


def _hours(stored: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    before = worked_from(stored)
    weeks = weeks_from(lines(given["hours"])) if "hours" in given else before.weeks
    dates = holidays_from(lines(given["dates"])) if "dates" in given else before.dates
    return worked_as_json(Worked(weeks, dates))


def _skills(given: Any) -> dict[str, int]:
    if not isinstance(given, str):
        return skills_of(given or {}, "Skills")
    found: dict[str, int] = {}
    for part in filter(None, map(str.strip, re.split(r"[;,\n]", given))):
        match = re.fullmatch(r"(.*\S)\s+(\d+)", part)
        found |= skills_of({match[1]: int(match[2])} if match else {part: 1}, "Skills")
    return found


def _rule(tx: Connection, given: Any) -> Any:
    """A rule as a table, as JSON, or in words."""
    if not isinstance(given, str):
        return given
    if not given.lstrip().startswith("{"):
        return rule_from_lines(given, partial(_is_group, tx))
    try:
        return json.loads(given)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"Needs: this is no JSON ({error}).") from None


def _is_group(tx: Connection, name: str) -> bool:
    group, resource = is_there(tx, GROUP, name), is_there(tx, RESOURCE, name)
    if group and resource:
        raise Invalid(f"Needs: {name} is a group and a resource; write the rule as JSON to say which.")
    return group


def _names_in(tx: Connection) -> Names:
    return Names(_finder(tx, RESOURCE), _finder(tx, GROUP))


def _finder(tx: Connection, sort: Sort) -> Callable[[str], str]:
    def find(name: str) -> str:
        try:
            return thing_called(tx, sort, name).uid
        except NotFound as error:
            raise Invalid(f"there is {error.detail}.") from None

    return find


_AS_IT_IS = Names(str, str)


def _mailbox(tx: Connection, address: str) -> str | None:
    if not address:
        return None
    wanted = parse_email(address)
    uid = tx.execute(select(Mailbox.uid).where(Mailbox.address == wanted)).scalar()
    if uid is None:
        raise Invalid(f"Mailbox: there is no mailbox {wanted}.")
    return uid


def _zone_of(tx: Connection, site_uid: str) -> str:
    return tx.execute(select(Site.zone).where(Site.uid == site_uid)).scalar_one()


def _one_of(label: str, given: Any, choices: tuple[str, ...]) -> str:
    wanted = text(given).lower().replace(" ", "_").replace("-", "_")
    if wanted not in choices:
        raise Invalid(f"{label}: {text(given)!r} is none of {', '.join(choices)}.")
    return wanted


def _time_of_day(written: str) -> str:
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", written)
    if match is None:
        raise Invalid(f"Counted from: {written!r} is no time of day; write it as 08:00.")
    return f"{int(match[1]):02}:{match[2]}"
