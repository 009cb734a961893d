"""Finding the record, user or queue meant by a key, a uid, a number, an address or an exact name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.duplicates.merged import merged_into
from store.errors import Invalid
from store.records.fields import Field, FieldType, fields_of
from store.records.state import State
from store.schema.people import User
from store.schema.records import Product, Record
from store.schema.service import Queue
from store.search_text import fold

_UID_LENGTH = 36
_PRODUCT = Field("product", "Product", FieldType.RECORD, record_kind="product")


def resolve(tx: Connection, kind: str, states: Sequence[State], *, by: Actor) -> None:
    """Put uids in place of what `states` give for other records, users and queues; each name is looked up once.

    Lines of a deal also get the product's price where they have none. Raises Invalid.
    """
    known = _given_by_uid(tx, kind, states, by)
    for field in fields_of(kind).values():
        if not field.is_reference:
            continue
        for state in states:
            given = state.get(field.name)
            if given is None:
                continue
            state[field.name] = _known(tx, known, field, kind, given, by)
    for line in _lines(states):
        if line["product"] is not None:
            line["product"] = _known(tx, known, _PRODUCT, kind, line["product"], by)
    _price(tx, [line for line in _lines(states) if line["unit_price"] is None])


def still_there(tx: Connection, kind: str, state: State, *, by: Actor) -> State:
    """The state of another record, without what it says of records and queues that are gone, as a new one takes it."""
    found: State = {}
    for name, value in state.items():
        one = {name: value}
        try:
            resolve(tx, kind, [one], by=by)
        except Invalid:
            continue
        found |= one
    return found


def find_uid(tx: Connection, kind: str, given: int | str, *, by: Actor) -> str:
    """The uid of the record meant by a key, uid, number or exact name. Raises Invalid."""
    return _only(tx.execute(_candidates(kind, given, by).limit(2)).scalars(), f"{kind} {given}")


def find_user_uid(tx: Connection, given: int | str) -> str:
    """The uid of the active user meant by a key, uid, address or exact name. Raises Invalid."""
    query = select(User.uid).where(User.active.is_(True))
    if isinstance(given, int):
        query = query.where(User.id == given)
    else:
        text = given.strip().lower()
        query = query.where((User.uid == text) | (User.email == text) | (func.lower(User.name) == text))
    return _only(tx.execute(query.limit(2)).scalars(), f"user {given}")


def find_queue_uid(tx: Connection, kind: str, given: int | str) -> str:
    """The uid of the queue for records of this kind meant by a key, uid, address or exact name. Raises Invalid."""
    query = select(Queue.uid).where(Queue.kind == kind, Queue.deleted_at.is_(None))
    if isinstance(given, int):
        query = query.where(Queue.id == given)
    else:
        text = given.strip().lower()
        query = query.where((Queue.uid == text) | (Queue.address == text) | (func.lower(Queue.name) == text))
    return _only(tx.execute(query.limit(2)).scalars(), f"{kind} queue {given}")


def _given_by_uid(tx: Connection, kind: str, states: Sequence[State], by: Actor) -> dict[tuple[str, Any], str]:
    """Those of the given names that are uids of living records, found together."""
    wanted: dict[str, set[Any]] = {"product": {line["product"] for line in _lines(states)}}
    for field in fields_of(kind).values():
        if field.record_kind:
            wanted.setdefault(field.record_kind, set()).update(state.get(field.name) for state in states)
    known: dict[tuple[str, Any], str] = {}
    for record_kind, names in wanted.items():
        for portion in chunked({name for name in names if isinstance(name, str) and len(name) == _UID_LENGTH}):
            living = select(Record.uid).where(
                Record.uid.in_(portion), Record.kind == record_kind, Record.deleted_at.is_(None), sees_record(by)
            )
            known |= {(record_kind, uid): uid for uid in tx.execute(living).scalars()}
    return known


def _known(tx: Connection, known: dict[tuple[str, Any], str], field: Field, kind: str, given: Any, by: Actor) -> str:
    """The uid meant by what a field of a record of this kind was given."""
    sort = field.record_kind or field.type
    if (sort, given) not in known:
        try:
            known[sort, given] = _find(tx, field, kind, given, by)
        except Invalid as error:
            raise Invalid(f"{field.label}: {error.sentence}") from None
    return known[sort, given]


def _find(tx: Connection, field: Field, kind: str, given: Any, by: Actor) -> str:
    match field.type:
        case FieldType.USER:
            return find_user_uid(tx, given)
        case FieldType.QUEUE:
            return find_queue_uid(tx, kind, given)
        case _:
            return find_uid(tx, field.record_kind, given, by=by)


def _candidates(kind: str, given: int | str, by: Actor) -> Select[str]:
    query = select(Record.uid).where(Record.kind == kind, Record.deleted_at.is_(None), sees_record(by))
    if isinstance(given, int):
        return query.where(Record.id == given)
    text = given.strip()
    exact = (Record.uid == text.lower()) | (Record.number == text) | (Record.number == text.upper())
    return query.where(exact | Record.id.in_(merged_into(text)) | (Record.title_key == fold(text)))


def _only(found: Iterable[str], meant: str) -> str:
    uids = list(found)
    if not uids:
        raise Invalid(f"there is no {meant}.")
    if len(uids) > 1:
        raise Invalid(f"there is more than one {meant}; name it by its number.")
    return uids[0]


def _lines(states: Sequence[State]) -> list[State]:
    return [line for state in states for line in state.get("lines") or ()]


def _price(tx: Connection, lines: Sequence[State]) -> None:
    prices: dict[str | None, str] = {}
    for line in lines:
        uid = line["product"]
        if uid not in prices:
            query = select(Product.price).join(Record, Record.id == Product.id).where(Record.uid == uid)
            price = tx.execute(query).scalar() if uid else None
            prices[uid] = "0" if price is None else format(price.normalize() + 0, "f")
        line["unit_price"] = prices[uid]
