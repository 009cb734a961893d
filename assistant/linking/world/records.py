"""The people and records of a world, checked against the fields that records have in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.linking.world.problems import Problems
from assistant.linking.world.tables import Row, read_instant, read_rows
from assistant.tables.headers import PRIORITY_WORDS, squeezed, word_table
from store.domains import parse_email
from store.errors import Invalid
from store.records.values import read_values

#: In the order in which they are created: what others refer to comes first.
KINDS = ("account", "contact", "lead", "opportunity", "case")


@dataclass(frozen=True, slots=True)
class WorldUser:
    """Somebody of our own company; a shared mailbox belongs to nobody. The first address is the mailbox's."""

    emails: tuple[str, ...]
    name: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class WorldRecord:
    """A record by field name (store.records.fields); `references` are keys of other records by field name.

    `created` None: known from the start. From `closed` on its status is `outcome`. `where` is its file and line.
    """

    kind: str
    key: str
    file: str
    line: int
    values: Mapping[str, Any]
    references: Mapping[str, str] = field(default_factory=dict)
    products: tuple[str, ...] = ()
    created: datetime | None = None
    closed: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of a kind: column -> field. `lists` hold several values; `outcomes` are the closed statuses."""

    file: str
    fields: Mapping[str, str]
    lists: tuple[str, ...] = ()
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # column -> field, kind
    unused: tuple[str, ...] = ()  # said of the end, or nothing a record holds
    products: str = ""
    outcomes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        more = ("closed", "status") if self.outcomes else ()
        products = (self.products,) if self.products else ()
        return ("key", *self.fields, *self.references, *self.unused, *products, *more, "created")


_CUSTOMER = {"account_key": ("account", "account"), "contact_key": ("contact", "contact")}
_SHAPES: dict[str, _Shape] = {
    "account": _Shape(
        "accounts.csv",
        {"name": "title", "domains": "domains", "phone": "phone", "city": "city", "country": "country"},
        lists=("domains",),
        references={"parent_key": ("parent", "account")},
    ),
    "contact": _Shape(
        "contacts.csv",
        {"full_name": "title", "emails": "emails", "phones": "phone", "title": "job_title"},
        lists=("emails", "phones"),
        references={"account_key": ("account", "account")},
    ),
    # A lead's status, a deal's stage and whether it was won are as of the end: reading them would tell the future.
    "lead": _Shape(
        "leads.csv",
        {"full_name": "title", "company": "company", "emails": "emails", "topic": "topic"},
        lists=("emails",),
        unused=("status",),
    ),
    "opportunity": _Shape(
        "opportunities.csv",
        {"title": "title", "owner": "owner"},
        references=_CUSTOMER,
        unused=("stage",),
        products="products",
        outcomes=("won", "lost"),
    ),
    "case": _Shape(
        "cases.csv",
        {"title": "title", "description": "description", "serial": "serial", "priority": "priority"},
        references=_CUSTOMER,
        products="product",
        outcomes=("resolved", "cancelled"),
    ),
}
_PRIORITIES = word_table(PRIORITY_WORDS)
_PHONES = ("phone", "mobile")  # a contact's first and second one; further ones have no field
_FROM_THE_START = ("account", "contact", "lead")  # the column `created` may be left out


def read_users(folder: Path, problems: Problems) -> list[WorldUser]:
    users = []
    for row in read_rows(folder / "users.csv", ("email", "name", "role"), problems, needed=("email",)):
        emails = _emails(row, "email", problems)
        if emails:
            role = row["role"].lower()
            users.append(WorldUser(tuple(emails), row["name"], "shared" in role or "mailbox" in role))
        else:
            problems.say(row.file, "the user has no address.", row.line)
    return users


def read_records(folder: Path, users: Iterable[WorldUser], problems: Problems) -> dict[tuple[str, str], WorldRecord]:
    """Every record by kind and key. References that lead nowhere are said and left out."""
    own = {name: user.emails[0] for user in users for name in (*user.emails, user.name.lower())}
    found: dict[tuple[str, str], WorldRecord] = {}
    for kind in KINDS:
        shape = _SHAPES[kind]
        optional = ("created",) if kind in _FROM_THE_START else ()
        for row in read_rows(folder / shape.file, shape.columns, problems, needed=("key",), optional=optional):
            record = _record(kind, shape, row, own, problems)
            if record is not None and (kind, record.key) in found:
                problems.say(
                    row.file, f"the key {record.key!r} stands in line {found[kind, record.key].line} too.", row.line
                )
            elif record is not None:
                found[kind, record.key] = record
    return {name: _with_known_references(record, found, problems) for name, record in found.items()}


def _record(kind: str, shape: _Shape, row: Row, own: Mapping[str, str], problems: Problems) -> WorldRecord | None:
    if not row["key"]:
        problems.say(row.file, "the row has no key.", row.line)
        return None
    values = _values(kind, shape, row, own, problems)
    if not values.get("title") and not (kind in ("contact", "lead") and values.get("emails")):
        problems.say(row.file, f"the {kind} has no name.", row.line)
        return None
    created = read_instant(row, "created", problems)
    closed, outcome = _ending(kind, shape, row, problems)
    if created and closed and closed < created:
        problems.say(row.file, "it is closed before it is created.", row.line)
        closed = created
    references = {name: row[column] for column, (name, _) in shape.references.items() if row[column]}
    products = tuple(row.several(shape.products)) if shape.products else ()
    return WorldRecord(kind, row["key"], row.file, row.line, values, references, products, created, closed, outcome)


def _values(kind: str, shape: _Shape, row: Row, own: Mapping[str, str], problems: Problems) -> dict[str, Any]:
    """What the fields hold; a cell that no field takes is said and left out."""
    given: dict[str, Any] = {}
    for column, name in shape.fields.items():
        if name == "emails":
            given[name] = _customers(row, column, own, problems)
        elif column == "phones":
            given |= dict(zip(_PHONES, row.several(column), strict=False))
        elif name == "priority":
            given[name] = _PRIORITIES.get(squeezed(row[column]), row[column])
        elif name == "owner":
            given |= _owner(row, own, problems)
        elif column in shape.lists:
            given[name] = [each for each in row.several(column) if _fits(kind, name, [each], row, problems)]
        else:
            given[name] = row[column]
    return {name: value for name, value in given.items() if value and _fits(kind, name, value, row, problems)}


def _fits(kind: str, name: str, value: Any, row: Row, problems: Problems) -> bool:
    if name == "owner":
        return True
    try:
        read_values(kind, {name: value})
    except Invalid as error:
        problems.say(row.file, error.sentence, row.line)
        return False
    return True


def _emails(row: Row, column: str, problems: Problems) -> list[str]:
    emails = []
    for text in row.several(column):
        try:
            emails.append(parse_email(text))
        except Invalid as error:
            problems.say(row.file, error.sentence, row.line)
    return emails


def _customers(row: Row, column: str, own: Mapping[str, str], problems: Problems) -> list[str]:
    emails = _emails(row, column, problems)
    for email in emails:
        if email in own:
            problems.say(row.file, f"{email} is an address of our own company and left out.", row.line)
    return [email for email in emails if email not in own]


def _owner(row: Row, own: Mapping[str, str], problems: Problems) -> dict[str, str]:
    owner = row["owner"].lower()
    if owner and owner not in own:
        problems.say(row.file, f"the owner {row['owner']!r} is not among the users.", row.line)
    return {"owner": own[owner]} if owner in own else {}


def _ending(kind: str, shape: _Shape, row: Row, problems: Problems) -> tuple[datetime | None, str]:
    """When it was closed and how; what is open follows from the date alone."""
    if not shape.outcomes:
        return None, ""
    closed, status = read_instant(row, "closed", problems, end_of_day=True), row["status"].lower()
    if status not in ("open", *shape.outcomes):
        problems.say(row.file, f"the status {row['status']!r} is none of open, {', '.join(shape.outcomes)}.", row.line)
    elif closed is None and status != "open":
        problems.say(row.file, f"the {kind} is {status} but has no date of closing, so it counts as open.", row.line)
    elif closed is not None and status == "open":
        problems.say(row.file, f"the {kind} is open but has a date of closing, so it counts as closed.", row.line)
    return closed, status if status in shape.outcomes else shape.outcomes[-1]


def _with_known_references(
    record: WorldRecord, found: Mapping[tuple[str, str], WorldRecord], problems: Problems
) -> WorldRecord:
    kinds = dict(_SHAPES[record.kind].references.values())
    for name, key in record.references.items():
        if (kinds[name], key) not in found:
            problems.say(record.file, f"there is no {kinds[name]} with the key {key!r}.", record.line)
    known = {name: key for name, key in record.references.items() if (kinds[name], key) in found}
    return replace(record, references=known)
