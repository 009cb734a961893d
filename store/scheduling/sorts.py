"""Sites, resources, groups, services and the wait list as things that are kept, changed and taken back."""

from __future__ import annotations

from store.kept.sorts import Part, Sort, plain
from store.scheduling.checks import check_group, check_resource, check_service, check_site
from store.scheduling.lists import GROUP_LISTS, RESOURCE_LISTS
from store.scheduling.uses import group_uses, resource_uses, service_uses, site_uses
from store.scheduling.waiting_effects import check_waiting, forget_slot
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.schema.scheduling import Resource, ResourceGroup, Service, Site, Waiting

_TEAM = "sites, resources, groups and services are everybody's"

SITE = Sort(
    Site,
    "site",
    plain("name", "zone", "area", "closures", "calendars", "notices"),
    {
        "zone": "Time zone",
        "closures": "Closed on",
        "calendars": "How calendars are read",
        "notices": "How customers are told",
    },
    uses=site_uses,
    check=check_site,
    team=_TEAM,
)
RESOURCE = Sort(
    Resource,
    "resource",
    {
        **plain("name", "kind", "address", "area", "zone", "capacity", "hours"),
        "site": Part("site_id", Site),
        "user": Part("user_id", User),
        "mailbox": Part("mailbox_id", Mailbox),
    },
    {"zone": "Time zone", "hours": "Work hours", "user": "Colleague", "time_off": "Time off"},
    lists=RESOURCE_LISTS,
    uses=resource_uses,
    check=check_resource,
    team=_TEAM,
)
GROUP = Sort(
    ResourceGroup,
    "group",
    plain("name"),
    {"groups": "Groups within"},
    lists=GROUP_LISTS,
    uses=group_uses,
    check=check_group,
    team=_TEAM,
)
SERVICE = Sort(
    Service,
    "service",
    plain("name", "duration", "on_end", "grid", "anchor", "before", "after", "notice", "rule", "initial_status"),
    {
        "grid": "Begins every",
        "anchor": "Counted from",
        "before": "Free before",
        "after": "Free after",
        "initial_status": "Booked as",
    },
    uses=service_uses,
    check=check_service,
    team=_TEAM,
)
WAITING = Sort(
    Waiting,
    "entry of the wait list",
    {
        **plain("name", "area", "place", "units", "priority", "wishes", "description", "status", "reason"),
        "service": Part("service_id", Service),
        **{name: Part(f"{name}_id", Record) for name in ("account", "contact", "case", "booking")},
        **{name: Part(name, is_instant=True) for name in ("earliest", "latest", "created_at")},
    },
    {"earliest": "From", "latest": "Until"},
    follow_up=forget_slot,
    check=check_waiting,
    unique=False,
    team="the wait list is everybody's",
)
SORTS = (SITE, RESOURCE, GROUP, SERVICE, WAITING)
