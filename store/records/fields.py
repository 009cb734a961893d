"""Every editable field of every kind of record: forms, command options, CSV columns and checks all follow from it.

A field's name is its column's name, with these exceptions: `title` is the record's name, `owner` a user, `account`,
`contact`, `case`, `parent`, `follows` and `product` are other records, `queue` is a queue, `emails` and `domains` are
lists kept in tables of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.errors import Invalid
from store.scheduling.lifecycle import BOOKING_STATUSES


class FieldType(StrEnum):
    """What a field holds, and so how it is typed in, checked and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL_LIST = "email_list"
    DOMAIN_LIST = "domain_list"
    DATE = "date"
    AMOUNT = "amount"
    CURRENCY = "currency"
    INTEGER = "integer"
    PERCENT = "percent"
    CHOICE = "choice"
    RECORD = "record"
    USER = "user"
    QUEUE = "queue"  # one that holds records of this kind
    PHONE = "phone"
    FLAG = "flag"  # True, or nothing


@dataclass(frozen=True, slots=True)
class Field:
    """`record_kind` is set for records; `choices` for choices, in their natural order."""

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    record_kind: str = ""

    @property
    def is_list(self) -> bool:
        return self.type in (FieldType.EMAIL_LIST, FieldType.DOMAIN_LIST)

    @property
    def is_reference(self) -> bool:
        return self.type in (FieldType.RECORD, FieldType.USER, FieldType.QUEUE)


KINDS = ("account", "contact", "lead", "opportunity", "case", "product", "booking")

#: kind -> (one, many), as people read them.
LABELS: dict[str, tuple[str, str]] = {
    "account": ("account", "accounts"),
    "contact": ("contact", "contacts"),
    "lead": ("lead", "leads"),
    "opportunity": ("opportunity", "opportunities"),
    "case": ("case", "cases"),
    "product": ("product", "products"),
    "booking": ("booking", "bookings"),
}

#: Open stages of the pipeline with the probability that each suggests; won and lost end it.
STAGE_PROBABILITY: dict[str, int] = {"qualify": 20, "develop": 40, "propose": 60, "close": 80, "won": 100, "lost": 0}
STAGES = tuple(STAGE_PROBABILITY)
OPPORTUNITY_STATUSES = ("open", "won", "lost")
LEAD_STATUSES = ("new", "contacted", "qualified", "disqualified")
CASE_STATUSES = ("new", "in_progress", "on_hold", "waiting", "resolved", "cancelled")
CASE_CLOSED = ("resolved", "cancelled")
PRIORITIES = ("low", "normal", "high", "urgent")


def _record(name: str, label: str, kind: str, text: str = "") -> Field:
    return Field(name, label, FieldType.RECORD, record_kind=kind, help=text)


_OWNER = Field("owner", "Owner", FieldType.USER, help="who looks after it")
_QUEUE = Field("queue", "Queue", FieldType.QUEUE, help="where it waits for somebody")
_DESCRIPTION = Field("description", "Description", FieldType.LONG_TEXT)
_PHONE = Field("phone", "Phone", FieldType.PHONE)
_EMAILS = Field("emails", "E-mail", FieldType.EMAIL_LIST, help="the first one is preferred")
_CURRENCY = Field("currency", "Currency", FieldType.CURRENCY, help="three letters, as EUR")
_CITY = Field("city", "City")
_COUNTRY = Field("country", "Country")

FIELDS: dict[str, tuple[Field, ...]] = {
    "account": (
        Field("title", "Name", required=True),
        _OWNER,
        Field("domains", "Domains", FieldType.DOMAIN_LIST, help="mail from these belongs to the account"),
        _EMAILS,
        _PHONE,
        Field("website", "Website"),
        Field("industry", "Industry"),
        _record("parent", "Parent account", "account"),
        Field("street", "Street"),
        _CITY,
        _COUNTRY,
        Field("employees", "Employees", FieldType.INTEGER),
        Field("revenue", "Annual revenue", FieldType.AMOUNT),
        _DESCRIPTION,
    ),
    "contact": (
        Field("title", "Full name", required=True, help="made from given and family name when left out"),
        Field("given_name", "Given name"),
        Field("family_name", "Family name"),
        _record("account", "Account", "account", "where the person works now"),
        Field("job_title", "Job title"),
        Field("department", "Department"),
        _EMAILS,
        _PHONE,
        Field("mobile", "Mobile", FieldType.PHONE),
        Field("street", "Street"),
        _CITY,
        _COUNTRY,
        _OWNER,
        Field("in_outlook", "Keep in Outlook", FieldType.FLAG, help="yes: also among its owner's contacts in Outlook"),
        _DESCRIPTION,
    ),
    "lead": (
        Field("title", "Name", required=True),
        Field("company", "Company"),
        Field("job_title", "Job title"),
        Field("topic", "Topic", help="what they are interested in"),
        Field("status", "Status", FieldType.CHOICE, LEAD_STATUSES),
        _EMAILS,
        _PHONE,
        _CITY,
        _COUNTRY,
        Field("source", "Source", help="where the lead came from"),
        Field("industry", "Industry"),
        Field("employees", "Employees", FieldType.INTEGER),
        Field("disqualify_reason", "Given up because", help="why it is disqualified"),
        _QUEUE,
        _OWNER,
        _DESCRIPTION,
    ),
    "opportunity": (
        Field("title", "Name", required=True),
        _record("account", "Account", "account"),
        _record("contact", "Contact", "contact"),
        Field("stage", "Stage", FieldType.CHOICE, STAGES),
        Field("status", "Status", FieldType.CHOICE, OPPORTUNITY_STATUSES),
        Field("amount", "Amount", FieldType.AMOUNT, help="as 12,500.50 EUR; the sum of its lines when it has some"),
        _CURRENCY,
        Field("close_date", "Close date", FieldType.DATE, help="expected, or actual once won or lost"),
        Field("probability", "Probability", FieldType.PERCENT),
        Field("next_step", "Next step"),
        Field("next_step_date", "Next step on", FieldType.DATE),
        _OWNER,
        _DESCRIPTION,
    ),
    "case": (
        Field("title", "Title", required=True),
        _record("account", "Account", "account"),
        _record("contact", "Contact", "contact"),
        Field("status", "Status", FieldType.CHOICE, CASE_STATUSES),
        Field("priority", "Priority", FieldType.CHOICE, PRIORITIES),
        _record("product", "Product", "product"),
        Field("serial", "Serial number"),
        Field("origin", "Origin", help="how it reached us: email, phone, web"),
        _QUEUE,
        _OWNER,
        _record("parent", "Part of", "case", "the case that this one is a part of"),
        _record("follows", "Follows", "case", "the closed case that this one goes on with"),
        _DESCRIPTION,
        Field("resolution", "Resolution", FieldType.LONG_TEXT),
    ),
    "product": (
        Field("title", "Name", required=True),
        Field("code", "Code"),
        Field("family", "Family"),
        Field("price", "Price", FieldType.AMOUNT),
        _CURRENCY,
        _OWNER,
        _DESCRIPTION,
    ),
    "booking": (
        Field("title", "Title", required=True, help="the service and the customer when left out"),
        _record("account", "Account", "account"),
        _record("contact", "Contact", "contact"),
        _record("case", "Case", "case", "the case that it is done for"),
        Field("status", "Status", FieldType.CHOICE, BOOKING_STATUSES),
        Field("place", "Place", help="where it is done, as people find it"),
        Field("area", "Area", help="what travel is counted between; empty: where the resources are at home"),
        Field("locked", "Locked", FieldType.FLAG, help="yes: it stays where it is when others are planned anew"),
        _OWNER,
        _DESCRIPTION,
    ),
}

_BY_NAME: dict[str, dict[str, Field]] = {kind: {f.name: f for f in fields} for kind, fields in FIELDS.items()}


def fields_of(kind: str) -> dict[str, Field]:
    """The fields of a kind by name, in the order in which forms show them. Raises Invalid for an unknown kind."""
    try:
        return _BY_NAME[kind]
    except KeyError:
        raise Invalid(f"There is no kind of record called {kind!r}; there are {', '.join(KINDS)}.") from None


def field_of(kind: str, name: str) -> Field:
    """Raises Invalid when the kind has no such field."""
    fields = fields_of(kind)
    if name not in fields:
        raise Invalid(f"A record of kind {kind} has no field {name!r}; it has {', '.join(fields)}.")
    return fields[name]
