"""Sites, resources, groups and services as people read and write them, and as `--json` prints them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from store.queues.written import holidays_text
from store.scheduling.calendars import SORTS, calendars_of
from store.scheduling.notices import NOTICE_KINDS, notices_of
from store.scheduling.reading import Setup, Thing
from store.scheduling.rule_words import rule_lines
from store.scheduling.rules import Names, written_rule
from store.scheduling.stored import ALWAYS, dates_from
from store.scheduling.written import length_text, time_off_text, weeks_text

Values = dict[str, Any]


def site_texts(setup: Setup, site: Thing) -> Values:
    """The fields of a site as they are typed."""
    state = site.state
    treated, written = calendars_of(state["calendars"]), notices_of(state["notices"])
    return {
        "name": site.name,
        "zone": state["zone"],
        "area": state["area"],
        "closures": holidays_text(dates_from(state["closures"])),
        **{name: "free" if name in treated.free else "busy" for name in SORTS},
        "stale_after": length_text(int(treated.stale_after.total_seconds()) // 60),
        "mailbox": setup.mailboxes.get(written.mailbox or "", ""),
        "remind": length_text(written.remind) if written.remind else "",
        **{kind: setup.templates.get(written.templates.get(kind, ""), "") for kind in NOTICE_KINDS},
    }


def resource_texts(setup: Setup, resource: Thing) -> Values:
    """The fields of a resource as they are typed."""
    state, worked = resource.state, setup.hours_of(resource)
    skills = (skill if level == 1 else f"{skill} {level}" for skill, level in state["skills"].items())
    return {
        **{name: state[name] for name in ("name", "kind", "address", "area", "zone", "capacity")},
        "site": setup.sites[state["site"]].name,
        "colleague": setup.users.get(state["user"], ""),
        "mailbox": setup.mailboxes.get(state["mailbox"], ""),
        "skills": "; ".join(skills),
        "hours": weeks_text(worked.weeks),
        "dates": holidays_text(worked.dates),
        "time_off": time_off_text(state["time_off"], setup.zone_of(resource)),
    }


def group_texts(setup: Setup, group: Thing) -> Values:
    """The fields of a group as they are typed."""
    inside = group_payload(setup, group)
    return {
        "name": group.name,
        "resources": "; ".join(inside["resources"]),
        "groups": "; ".join(inside["groups"]),
    }


def service_texts(setup: Setup, service: Thing) -> Values:
    """The fields of a service as they are typed."""
    state = service.state
    lengths = {name: length_text(state[name]) for name in ("grid", "before", "after", "notice")}
    return {
        "name": service.name,
        "duration": length_text(state["duration"], in_hours=state["on_end"]),
        **lengths,
        "anchor": state["anchor"],
        "rule": "\n".join(rule_lines(rule_with_names(setup, service))),
        "initial_status": state["initial_status"],
    }


def site_payload(setup: Setup, site: Thing) -> Values:
    """A site as JSON."""
    treated, written = calendars_of(site.state["calendars"]), notices_of(site.state["notices"])
    templates = {kind: setup.templates.get(written.templates.get(kind, "")) for kind in NOTICE_KINDS}
    return {
        "uid": site.uid,
        **{name: site.state[name] for name in ("name", "zone", "area")},
        "closures": _dates(site.state["closures"]),
        "free": sorted(treated.free),
        "stale_after": int(treated.stale_after.total_seconds()) // 60,
        "mailbox": setup.mailboxes.get(written.mailbox or ""),
        "remind": written.remind,
        "templates": templates,
    }


def resource_payload(setup: Setup, resource: Thing) -> Values:
    """A resource as JSON."""
    state = resource.state
    stored = state["hours"]
    weeks = [
        {
            "from": None if date.fromisoformat(each["from"]) == ALWAYS else each["from"],
            "week": [{"day": day, "times": times} for day, times in each["week"].items()],
        }
        for each in stored.get("patterns", ())
    ]
    return {
        "uid": resource.uid,
        **{name: state[name] for name in ("name", "kind")},
        "site": setup.sites[state["site"]].name,
        "colleague": setup.users.get(state["user"]),
        "mailbox": setup.mailboxes.get(state["mailbox"]),
        "address": state["address"],
        "area": setup.area_of(resource),
        "zone": setup.zone_of(resource),
        "capacity": state["capacity"],
        "skills": [{"skill": skill, "level": level} for skill, level in sorted(state["skills"].items())],
        "hours": weeks,
        "dates": _dates(stored.get("dates", {})),
        "time_off": [dict(one) for one in state["time_off"]],
    }


def group_payload(setup: Setup, group: Thing) -> Values:
    """A group as JSON."""
    return {
        "uid": group.uid,
        "name": group.name,
        "resources": [setup.resources[uid].name for uid in group.state["resources"] if uid in setup.resources],
        "groups": [setup.groups[uid].name for uid in group.state["groups"] if uid in setup.groups],
    }


def service_payload(setup: Setup, service: Thing) -> Values:
    """A service as JSON."""
    names = ("name", "duration", "on_end", "grid", "anchor", "before", "after", "notice", "initial_status")
    return {
        "uid": service.uid,
        **{name: service.state[name] for name in names},
        "rule": rule_with_names(setup, service),
    }


def rule_with_names(setup: Setup, service: Thing) -> Values:
    """The rule of a service as people write it."""
    return written_rule(service.state["rule"], Names(_name_in(setup.resources), _name_in(setup.groups)))


def _name_in(things: Mapping[str, Thing]) -> Callable[[str], str]:
    return lambda uid: things[uid].name if uid in things else uid


def _dates(stored: Mapping[str, Iterable[str]]) -> list[Values]:
    return [{"day": day, "times": list(times)} for day, times in stored.items()]
