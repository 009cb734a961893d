"""Before and after a record is made: which ones look like it. Forms, commands and whoever qualifies a lead ask here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from assistant.duplicates.likeness import Likeness
from assistant.duplicates.scanning import best_likeness
from store.actor import Actor
from store.duplicates.candidates import candidates, digits, read_compared, with_website
from store.duplicates.facts import Compared
from store.errors import Invalid
from store.queries.refs import RecordRef, refs
from store.records.references import find_uid
from store.records.values import read_values
from store.schema.records import Record

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A record that is likely the same. `sentence` says so: "Looks like ACC-00012 Fabrikam GmbH: same domain"."""

    record: RecordRef
    score: float
    sentence: str


def lookalikes(tx: Connection, record_id: int, *, by: Actor) -> tuple[Lookalike, ...]:
    """The records that look like this one, the likeliest first."""
    one = read_compared(tx, [record_id], by=by).get(record_id)
    return () if one is None else _like(tx, one, by)


def would_look_like(tx: Connection, kind: str, values: Mapping[str, Any], *, by: Actor) -> tuple[Lookalike, ...]:
    """The records that one made from these values (by field name, as `create_record` takes them) would look like.

    Values that cannot be read yet, as somebody types them, are passed over.
    """
    if kind not in _COMPARED_KINDS:
        return ()
    state: dict[str, Any] = {}
    for name, value in values.items():
        try:
            state |= read_values(kind, {name: value})
        except Invalid:
            continue
    return _like(tx, _imagined(tx, kind, state, by), by)


_COMPARED_KINDS = ("account", "contact", "lead")


def _like(tx: Connection, one: Compared, by: Actor) -> tuple[Lookalike, ...]:
    [keys] = candidates(tx, [one])
    others = read_compared(tx, [key for key in keys if key != one.record_id], by=by)
    found = best_likeness(one, others)[:_SHOWN]
    known = refs(tx, [other.record_id for other, _ in found], by=by)
    return tuple(
        Lookalike(known[other.record_id], each.probability, _sentence(known[other.record_id], each))
        for other, each in found
    )


def _sentence(record: RecordRef, each: Likeness) -> str:
    reasons = [reason.rule.replace("_", " ") for reason in each.reasons if reason.weight >= 1][:3]
    return f"Looks like {record.number} {record.title}: {', '.join(reasons)}"


def _imagined(tx: Connection, kind: str, state: Mapping[str, Any], by: Actor) -> Compared:
    account_id, company = _account(tx, state.get("account"), by)
    title = state.get("title") or " ".join(filter(None, (state.get("given_name"), state.get("family_name"))))
    return Compared(
        record_id=0,
        kind=kind,
        title=title,
        emails=tuple(state.get("emails", ())),
        domains=with_website(tuple(state.get("domains", ())), state.get("website") or ""),
        phones=digits(state.get("phone")),
        mobiles=digits(state.get("mobile")),
        account_id=account_id,
        company=state.get("company") or company,
        job_title=state.get("job_title") or "",
        street=state.get("street") or "",
        city=state.get("city") or "",
        country=state.get("country") or "",
    )


def _account(tx: Connection, given: Any, by: Actor) -> tuple[int | None, str]:
    if given is None:
        return None, ""
    try:
        uid = find_uid(tx, "account", given, by=by)
    except Invalid:
        return None, str(given)
    row = tx.execute(select(Record.id, Record.title).where(Record.uid == uid)).one()
    return row.id, row.title
