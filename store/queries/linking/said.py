"""What mails and meetings say in their texts, as their clues keep it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.linking.facts import Said, SignatureField
from store.schema.activities import Appointment
from store.schema.knowledge import Clue


def said_by(tx: Connection, activity_ids: Collection[int]) -> dict[int, Said]:
    """What the texts of these activities say, as far as they were read."""
    found: dict[int, Said] = {}
    columns = (Clue.id, Clue.new_text, Clue.signature, Clue.fields, Clue.forwarded, Clue.passed_on, Clue.mentioned)
    for portion in chunked(activity_ids):
        for row in tx.execute(select(*columns).where(Clue.id.in_(portion))):
            fields = tuple(map(_field, row.fields))
            mentioned = tuple(row.mentioned)
            found[row.id] = Said(row.new_text, row.signature, fields, row.forwarded, row.passed_on, mentioned)
    return found


def locations_of(tx: Connection, activity_ids: Collection[int]) -> dict[int, str]:
    """Where these meetings take place, as far as they say so."""
    found: dict[int, str] = {}
    for portion in chunked(activity_ids):
        rows = select(Appointment.id, Appointment.location).where(Appointment.id.in_(portion))
        found.update({row.id: row.location for row in tx.execute(rows) if row.location})
    return found


def _field(stored: Mapping[str, Any]) -> SignatureField:
    return SignatureField(stored["field"], stored["value"], stored["quote"])
