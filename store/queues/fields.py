"""What people fill in for queues, business hours, SLAs and contracts: forms and options follow from it. Pure."""

from __future__ import annotations

from store.queues.values import ASSIGNMENTS, QUEUE_KINDS
from store.records.fields import Field, FieldType

QUEUE_FIELDS = (
    Field("name", "Name", required=True),
    Field("kind", "Holds", FieldType.CHOICE, QUEUE_KINDS, required=True, help="cases, or leads"),
    Field("address", "Address", help="mail to this address of ours belongs to the queue"),
    Field(
        "assignment",
        "Assignment",
        FieldType.CHOICE,
        ASSIGNMENTS,
        required=True,
        help="none: people take what they like; else to each member in turn, or to who has least to do",
    ),
    Field("sla", "SLA", help="what is promised where a contract promises nothing else"),
    Field("escalate_to", "Escalates to", help="the person or the queue that what is late goes to"),
    Field("reopen_days", "Reopens within", FieldType.INTEGER, help="days in which an answer opens a case again"),
)

CALENDAR_FIELDS = (
    Field("name", "Name", required=True),
    Field("zone", "Time zone", required=True, help="as Europe/Berlin; the clocks on the walls there count"),
    Field(
        "hours",
        "Hours",
        FieldType.LONG_TEXT,
        required=True,
        help="a line for each group of days, as Mon-Fri 09:00-12:30, 13:30-17:00",
    ),
    Field(
        "holidays",
        "Holidays",
        FieldType.LONG_TEXT,
        help="a day or days on each line, as 2026-12-24 09:00-12:00 or 2026-12-25 to 2026-12-31",
    ),
)

SLA_FIELDS = (
    Field("name", "Name", required=True),
    Field("calendar", "Business hours", required=True, help="the hours that count"),
    Field(
        "first_response", "First response", help="working time, as urgent 30 min; high 2 h; normal 8 h, or one for all"
    ),
    Field("resolution", "Resolution", help="working time, as urgent 4 h; normal 24 h, or one for all"),
    Field("warn_at", "Warns at", FieldType.PERCENT, help="of the time that is promised"),
    Field("pauses_waiting", "Waiting pauses", FieldType.FLAG, help="the time to resolve it stands meanwhile"),
    Field("pauses_on_hold", "On hold pauses", FieldType.FLAG, help="the time to resolve it stands meanwhile"),
    Field("starts_anew", "Reopening resets", FieldType.FLAG, help="yes: a case opened again has all its time again"),
)

CONTRACT_FIELDS = (
    Field("account", "Account", FieldType.RECORD, required=True, record_kind="account", help="whose contract it is"),
    Field("name", "Name", required=True),
    Field("starts_on", "From", FieldType.DATE, required=True),
    Field("ends_on", "Until", FieldType.DATE, help="the last day; empty: without end"),
    Field("cases_total", "Cases", FieldType.INTEGER, help="how many may be opened on it; empty: any number"),
    Field("sla", "SLA", help="what is promised under it; empty: what the queue promises"),
    Field("callers", "Who may call", help="contacts by name, with ; between them; empty: everybody of the account"),
)
