"""What people fill in for sites, resources, groups, services and the wait list: forms and options follow from it.
Pure."""

from __future__ import annotations

from store.records.fields import Field, FieldType
from store.scheduling.calendars import TREATED
from store.scheduling.notices import NOTICE_KINDS
from store.scheduling.rules import RESOURCE_KINDS

INITIAL_STATUSES = ("hold", "confirmed")
_NOTICES = {kind: "an" if kind[0] in "aeiou" else "a" for kind in NOTICE_KINDS}

SITE_FIELDS = (
    Field("name", "Name", required=True),
    Field("zone", "Time zone", required=True, help="as Europe/Berlin; the clocks on the walls there count"),
    Field("area", "Area", help="what travel is counted between, as a postcode or a town"),
    Field(
        "closures",
        "Closed on",
        FieldType.LONG_TEXT,
        help="holidays and closures, as 2026-12-25; 2026-12-24 09:00-12:00; 2026-12-28 to 2026-12-31",
    ),
    Field("tentative", "Tentative is", FieldType.CHOICE, TREATED, help="what calendars call so; busy unless said"),
    Field("away", "Out of office is", FieldType.CHOICE, TREATED, help="what calendars call so; busy unless said"),
    Field(
        "elsewhere", "Working elsewhere is", FieldType.CHOICE, TREATED, help="what calendars call so; busy unless said"
    ),
    Field("stale_after", "Calendars hold for", help="without news of the server, as 2 h, which it is unless said"),
    Field("mailbox", "Scheduling mailbox", help="the address from which customers are written to"),
    Field("remind", "Reminds", help="customers so long before a booking, as 1 d; not at all unless said"),
    *(
        Field(kind, f"Text of {article} {kind}", help="a template for everybody; else a built-in text")
        for kind, article in _NOTICES.items()
    ),
)

RESOURCE_FIELDS = (
    Field("name", "Name", required=True),
    Field("kind", "Kind", FieldType.CHOICE, RESOURCE_KINDS, required=True),
    Field("site", "Site", required=True, help="where it belongs"),
    Field("colleague", "Colleague", help="whose calendar says when it is busy"),
    Field("mailbox", "Mailbox", help="the address of the calendar, where it is another one"),
    Field("address", "Address", help="of a calendar that is not synced: its server is asked when it is busy"),
    Field("area", "Area", help="where it is at home; empty: the site's"),
    Field("zone", "Time zone", help="empty: the site's"),
    Field("capacity", "Capacity", FieldType.INTEGER, help="how many units can be in use at once"),
    Field("skills", "Skills", help="with levels from 1 to 10, as welding 3; ladder"),
    Field(
        "hours",
        "Work hours",
        FieldType.LONG_TEXT,
        help="as Mon-Fri 08:00-12:00, 13:00-17:00; where they change later: from 2026-12-01 Mon-Thu 08:00-16:00",
    ),
    Field(
        "dates", "Other hours on", FieldType.LONG_TEXT, help="days with hours of their own, as 2026-12-24 08:00-12:00"
    ),
    Field("time_off", "Time off", FieldType.LONG_TEXT, help="as 2026-12-01 to 2026-12-05 holiday"),
)

GROUP_FIELDS = (
    Field("name", "Name", required=True),
    Field("resources", "Resources", help="with ; between them"),
    Field("groups", "Groups within", help="with ; between them"),
)

SERVICE_FIELDS = (
    Field("name", "Name", required=True),
    Field("duration", "Duration", required=True, help="as 45 min, 1 h 30 min, or 2 d: working days"),
    Field("grid", "Begins every", help="as 15 min, by the clock on the wall"),
    Field("anchor", "Counted from", help="as 08:00; midnight when left out"),
    Field("before", "Free before", help="as 10 min"),
    Field("after", "Free after", help="as 10 min"),
    Field("notice", "Notice", help="how long ahead it is booked at least, as 1 d"),
    Field(
        "rule",
        "Needs",
        FieldType.LONG_TEXT,
        help="a line for each, as 1 of Technicians; with welding 3",
    ),
    Field("initial_status", "Booked as", FieldType.CHOICE, INITIAL_STATUSES),
)

WAITING_FIELDS = (
    Field("service", "Service", required=True),
    Field("earliest", "From", help="a day or a time; now when left out"),
    Field("latest", "Until", required=True, help="a day, which counts, or a time"),
    Field("account", "Account", FieldType.RECORD, record_kind="account"),
    Field("contact", "Contact", FieldType.RECORD, record_kind="contact"),
    Field("case", "Case", FieldType.RECORD, record_kind="case", help="the case that it is done for"),
    Field("priority", "Priority", FieldType.INTEGER, help="1 to 9: the lower, the sooner; 5 unless said"),
    Field("area", "Area", help="what travel is counted between; empty: where the resources are at home"),
    Field("place", "Place", help="where it is done, as people find it"),
    Field("units", "Units", FieldType.INTEGER, help="how many of each resource; 1 unless said"),
    Field("preferred", "Preferred", help="resources that are asked first, with ; between them"),
    Field("excluded", "Excluded", help="resources that are not asked, with ; between them"),
    Field("name", "Name", help="the service and the customer when left out"),
    Field("description", "Description", FieldType.LONG_TEXT),
)
