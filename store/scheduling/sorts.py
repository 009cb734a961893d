"""Sites, resources, groups and services as things that are kept, changed and taken back."""

from __future__ import annotations

from store.kept.sorts import Part, Sort, plain
from store.scheduling.checks import check_group, check_resource, check_service, check_site
from store.scheduling.lists import GROUP_LISTS, RESOURCE_LISTS
from store.scheduling.uses import group_uses, resource_uses, service_uses, site_uses
from store.schema.people import Mailbox, User
from store.schema.scheduling import Resource, ResourceGroup, Service, Site

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
        **plain("name", "kind", "area", "zone", "capacity", "hours"),
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
    plain("name", "duration", "grid", "anchor", "before", "after", "notice", "rule", "initial_status"),
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
SORTS = (SITE, RESOURCE, GROUP, SERVICE)
