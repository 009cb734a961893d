"""Keeping what customers were told of bookings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from store.schema.scheduling import BookingNotice


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice by the mail with this key in the outbox, None where it was told otherwise; the rest as `BookingNotice`
    has it."""

    booking_id: int
    kind: str
    sequence: int
    told: Mapping[str, Any]
    outgoing_id: int | None = None


def keep_notice(tx: Connection, notice: NewNotice, *, now: datetime) -> int:
    """Remember it; it counts as long as its mail is sent, or about to be. Returns its key."""
    new = (
        insert(BookingNotice)
        .values(
            booking_id=notice.booking_id,
            kind=notice.kind,
            sequence=notice.sequence,
            told=dict(notice.told),
            outgoing_id=notice.outgoing_id,
            answer={},
            made_at=now,
        )
        .returning(BookingNotice.id)
    )
    return int(tx.execute(new).scalar_one())
