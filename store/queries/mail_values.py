"""The values of a template's fields: whom a mail goes to, what it is regarding, and who writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.mail.fields import ROOTS
from store.queries.scheduling.customers import booking_values
from store.records.state import Stored, read_state, read_states
from store.schema.people import User
from store.schema.records import Record, RecordAddress


def mail_values(tx: Connection, emails: Sequence[str], record_id: int | None, *, by: Actor) -> Mapping[str, str]:
    """Values by names like contact.given_name: of the record, of what it belongs to, of the first recipient that is
    known, of the contact's account, and of the writer (me.name, me.email)."""
    values = _me(tx, by)
    stored = [_seen(tx, record_id, by), _recipient(tx, emails, by)]
    for one in [one for one in stored if one is not None]:
        _take(values, one)
        if one.kind == "booking":
            values |= booking_values(tx, one.record_id)
        for root in ("contact", "account"):
            uid = one.state.get(root)
            found = read_states(tx, [uid]).get(uid) if isinstance(uid, str) else None
            seen = _seen(tx, found.record_id, by) if found is not None else None
            if seen is not None:
                _take(values, seen)
    return values


def _take(values: dict[str, str], stored: Stored) -> None:
    """What was known first stays: the record the mail is regarding comes before the people in it."""
    if stored.kind not in ROOTS or f"{stored.kind}.number" in values:
        return
    plain = {name: value for name, value in stored.state.items() if isinstance(value, str | int | float)}
    values |= {f"{stored.kind}.{name}": str(value) for name, value in plain.items()}
    values[f"{stored.kind}.name"] = str(stored.state.get("title", ""))
    values[f"{stored.kind}.number"] = stored.number


def _recipient(tx: Connection, emails: Sequence[str], by: Actor) -> Stored | None:
    for email in emails:
        ids = tx.execute(
            select(RecordAddress.record_id)
            .where(RecordAddress.email == email.lower())
            .order_by(RecordAddress.position, RecordAddress.record_id)
        ).scalars()
        found = [seen for record_id in ids if (seen := _seen(tx, record_id, by)) is not None]
        if found:
            return found[0]
    return None


def _seen(tx: Connection, record_id: int | None, by: Actor) -> Stored | None:
    mine = (Record.id == record_id, Record.deleted_at.is_(None), sees_record(by))
    if record_id is None or tx.execute(select(Record.id).where(*mine)).scalar() is None:
        return None
    return read_state(tx, record_id)


def _me(tx: Connection, by: Actor) -> dict[str, str]:
    email = tx.execute(select(User.email).where(User.id == by.user_id)).scalar() if by.user_id else None
    return {"me.name": by.name, "me.email": email or ""}
