"""Which past mail a record could explain that appeared or says something else now: it is decided again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.dates import shifted
from store.leads.lifecycle import BECAME
from store.linking.reopening import (
    requeue_addresses,
    requeue_customers,
    requeue_domains,
    requeue_mentions,
    requeue_names,
    requeue_records,
)
from store.records.state import State
from store.schema.records import Record

#: How far back a case, an opportunity or a lead may explain mail of its customer.
PAST = timedelta(days=90)

#: Serial numbers that are looked for in mail; who brings more at once imports a table.
_FEW = 20

_NAMES = {"account": ("title",), "contact": ("title",), "lead": ("title", "company")}
_MATTERS = {
    "case": ("title", "description", "account", "contact", "product", "serial"),
    "opportunity": ("title", "description", "account", "contact", "lines"),
}


class Change(Protocol):
    """A record before and after, as in store.records.effects."""

    @property
    def record_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def before(self) -> State | None: ...
    @property
    def after(self) -> State | None: ...


def decide_explained_again(tx: Connection, changes: Collection[Change], *, now: datetime) -> None:
    """Put back to waiting what these changes could explain, or explained until now."""
    emails = {email for one in changes for email in _differing(one, "emails")}
    emails |= {email for one in changes if _differs(one, "account", "employments", *BECAME) for email in _emails(one)}
    requeue_addresses(tx, emails)
    requeue_domains(tx, {domain for one in changes for domain in _differing(one, "domains")})
    requeue_records(tx, [one.record_id for one in changes if one.after is None])
    requeue_names(tx, {name for one in changes for name in _new_names(one)})
    matters = [one.after for one in changes if one.after is not None and _differs(one, *_MATTERS.get(one.kind, ()))]
    customers = {uid for state in matters for uid in (state.get("account"), state.get("contact")) if uid}
    requeue_customers(tx, _keys(tx, customers), since=shifted(now, -PAST))
    serials = {state["serial"] for state in matters if state.get("serial")}
    requeue_mentions(tx, serials if len(serials) <= _FEW else ())


def _new_names(one: Change) -> Iterator[str]:
    for name in _NAMES.get(one.kind, ()):
        if one.after is not None and one.after.get(name) and _differs(one, name):
            yield one.after[name]


def _emails(one: Change) -> Collection[str]:
    """The addresses of a contact that moved, or of a lead that became one; of a new one they differ anyway."""
    if one.kind not in ("contact", "lead") or one.before is None or one.after is None:
        return ()
    return tuple(one.after.get("emails", ()))


def _differs(one: Change, *names: str) -> bool:
    before, after = one.before or {}, one.after or {}
    return any(before.get(name) != after.get(name) for name in names)


def _differing(one: Change, name: str) -> set[str]:
    before, after = one.before or {}, one.after or {}
    return set(before.get(name, ())) ^ set(after.get(name, ()))


def _keys(tx: Connection, uids: Collection[str]) -> list[int]:
    found: list[int] = []
    for portion in chunked(uids):
        found += tx.execute(select(Record.id).where(Record.uid.in_(portion))).scalars()
    return found
