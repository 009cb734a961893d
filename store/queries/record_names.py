"""From what a person types to the record they mean."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from store.access import sees_record
from store.actor import Actor
from store.duplicates.merged import merged_into
from store.errors import Ambiguous, NotFound
from store.queries.refs import REF_COLUMNS, RecordRef
from store.schema.records import Record, RecordAddress
from store.search_text import fold

_NAMED = 5  # candidates in the sentence about an ambiguous name


def find_record(tx: Connection, text: str, *, by: Actor, kind: str | None = None) -> RecordRef:
    """The record with this number, uid, address or exact name, else the only one whose name begins so.

    The number and uid of a merged record name the one it was merged into. Case and diacritics do not matter. Raises
    NotFound, and Ambiguous naming the candidates.
    """
    wanted, folded = text.strip(), fold(text)
    if not wanted:
        raise NotFound
    for condition in _ways(wanted, folded):
        found = _matching(tx, condition, by, kind)
        if len(found) == 1:
            return found[0]
        if found:
            raise Ambiguous(_candidates(wanted, found))
    if kind is not None and (others := _matching(tx, Record.number == wanted.upper(), by, None)):
        raise NotFound(f"{others[0].number} is {_a(others[0].kind)} and not {_a(kind)}")
    raise NotFound(wanted)


def _a(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def named_from(beginning: str) -> ColumnElement[bool]:
    """The record's name begins so; case and diacritics do not matter."""
    folded = fold(beginning)
    return Record.title_key.between(folded, folded + "\U0010ffff")


def _ways(wanted: str, folded: str) -> list[ColumnElement[bool]]:
    """From the surest to the vaguest."""
    known_by = select(RecordAddress.record_id).where(RecordAddress.email == wanted.lower())
    ways = [
        Record.number == wanted.upper(),
        Record.uid == wanted.lower(),
        Record.id.in_(merged_into(wanted)),
        Record.id.in_(known_by),
    ]
    if folded:
        ways += [Record.title_key == folded, named_from(folded)]
    return ways


def _matching(tx: Connection, condition: ColumnElement[bool], by: Actor, kind: str | None) -> list[RecordRef]:
    statement = select(*REF_COLUMNS).where(condition, Record.deleted_at.is_(None), sees_record(by))
    if kind is not None:
        statement = statement.where(Record.kind == kind)
    return [RecordRef(*row) for row in tx.execute(statement.order_by(Record.title_key, Record.id).limit(_NAMED + 1))]


def _candidates(wanted: str, found: list[RecordRef]) -> str:
    named = ", ".join(f"{ref.title} ({ref.number})" for ref in found[:_NAMED])
    return f"{wanted!r} may be {named}{' and others' if len(found) > _NAMED else ''}: give the number."
