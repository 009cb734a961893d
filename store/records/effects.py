"""What follows when records appear, change or go: search finds them and so do their names, timelines are right, mail is
decided again, clocks of cases run, follow-ups go with what they are about, what is booked stands on timelines and
nothing twice, and the mailboxes that hold a contact are told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.cases.events import ChangedCase, follow_cases
from store.cases.following import Way
from store.cases.mails import follow_cases_mails
from store.chunks import chunked
from store.following.grounds import follow_records
from store.leads.lifecycle import BECAME
from store.leads.scores import SCORED, forget_scores
from store.linking.timelines import refresh_records
from store.names.indexing import NAME_FIELDS, index_names
from store.phones import phone_key
from store.records.fields import FieldType, fields_of
from store.records.late_knowledge import decide_explained_again
from store.records.state import State, read_states
from store.scheduling.effects import ChangedBooking, follow_bookings
from store.schema.records import Record
from store.search import Document, add_documents, remove_documents
from store.search_text import indexed
from store.sync.contact_copies import ChangedContact, tell_mailboxes
from store.triage.new_leads import await_assignment

_MOVES = ("account", "contact", "case", "parent", "employments", *BECAME)
_TELLING = (FieldType.TEXT, FieldType.PHONE, FieldType.LONG_TEXT)


@dataclass(frozen=True, slots=True)
class Changed:
    """A record before and after; None where it did not exist or was deleted."""

    record_id: int
    kind: str
    number: str
    before: State | None
    after: State | None


def follow_up(
    tx: Connection,
    changes: Sequence[Changed],
    *,
    by: Actor,
    now: datetime,
    besides: int | None = None,
    way: Way = "on",
) -> None:
    """Carry the consequences of these changes through the store; `besides` is the mailbox item they came from.

    `way` says whether they take something back, or do again what was taken back.
    """
    add_documents(tx, [_document(one, one.after) for one in changes if one.after is not None])
    remove_documents(tx, record_ids=[one.record_id for one in changes if one.after is None])
    bookings = [ChangedBooking(one.record_id, one.before, one.after) for one in changes if one.kind == "booking"]
    follow_bookings(tx, bookings, by=by, now=now)
    index_names(tx, [one.record_id for one in changes if _renamed(one)])
    moved = [one.record_id for one in changes if one.before is not None and one.after is not None and _moved(one)]
    refresh_records(tx, moved)
    decide_explained_again(tx, changes, now=now)
    cases = [ChangedCase(one.record_id, one.before, one.after) for one in changes if one.kind == "case"]
    follow_cases_mails(tx, follow_cases(tx, cases, by=by, now=now, way=way), now=now)
    follow_records(tx, changes, now=now)
    forget_scores(tx, [one.record_id for one in changes if one.kind == "lead" and _tells_otherwise(one)])
    if way == "on":
        await_assignment(
            tx, [one.record_id for one in changes if one.kind == "lead" and one.before is None], by=by, now=now
        )
    contacts = [ChangedContact(one.record_id, one.before, one.after) for one in changes if one.kind == "contact"]
    tell_mailboxes(tx, contacts, by=by, now=now, besides=besides)


def index_anew(tx: Connection, kinds: Collection[str]) -> None:
    """Write the search documents of all records of these kinds once more, as this version of the program does."""
    living = select(Record.uid).where(Record.kind.in_(kinds), Record.deleted_at.is_(None))
    for portion in chunked(list(tx.execute(living).scalars())):
        stored = read_states(tx, portion).values()
        same = (Changed(one.record_id, one.kind, one.number, one.state, one.state) for one in stored)
        add_documents(tx, [_document(one, one.after) for one in same if one.after is not None])


def _document(one: Changed, state: State) -> Document:
    texts = [one.number]
    for name, field in fields_of(one.kind).items():
        if field.is_list:
            texts += state.get(name, ())
        elif field.type in _TELLING and name != "title":
            texts.append(str(state.get(name, "")))
            if field.type is FieldType.PHONE:
                texts.append(phone_key(str(state.get(name, ""))))
    # By name: PostgreSQL gives the fields of a JSON object back in an order of its own.
    texts += [str(value) for _, value in sorted(state.get("extra", {}).items())]
    texts += [line.get("description") or "" for line in state.get("lines", ())]
    return Document(indexed(state.get("title", "")), indexed(" ".join(texts)), record_id=one.record_id)


def _moved(one: Changed) -> bool:
    return any(_part(one.before, name) != _part(one.after, name) for name in _MOVES)


def _tells_otherwise(one: Changed) -> bool:
    """Whether a lead may be more or less promising than it was."""
    return one.before is not None and any(_part(one.before, name) != _part(one.after, name) for name in SCORED)


def _renamed(one: Changed) -> bool:
    fields = NAME_FIELDS.get(one.kind, ())
    return any(_part(one.before, name) != _part(one.after, name) for name in fields)


def _part(state: State | None, name: str) -> Any:
    return None if state is None else state.get(name)
