"""Acknowledgements: said once for each thread and day, and known again when the copy of what was sent arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select, update

from store.chunks import chunked
from store.mail.tokens import verified_uids
from store.outbox.queue import Verb
from store.schema.mail import Email
from store.schema.outbox import Outgoing
from store.schema.triage import Acknowledgement
from store.store_keys import MAIL_TOKENS, find_key
from store.upsert import upsert


def acknowledge(tx: Connection, thread_id: int, email: str, *, now: datetime) -> bool:
    """Say that a sender is sent an acknowledgement in this thread today, in UTC; False where somebody in it was
    already."""
    values = {"thread_id": thread_id, "on_date": now.date(), "email": email}
    said = upsert(tx, Acknowledgement).values(values).on_conflict_do_nothing().returning(Acknowledgement.thread_id)
    return tx.execute(said).first() is not None  # PostgreSQL counts no rows here


def is_acknowledgement(activity_id: Any) -> ColumnElement[bool]:
    """Condition that the mail in this column is the copy of an acknowledgement, whatever its headers say by now."""
    return exists().where(Acknowledgement.activity_id == activity_id)


def know_acknowledgements(tx: Connection, stamps: Mapping[int, Iterable[str]]) -> None:
    """Of these mails that we sent, by key, those are acknowledgements whose stamps name one in the outbox.

    A stamp is the uid of what was sent, as servers keep it on their items, or a token of ours in a header.
    """
    written = {key: [each for each in found if each] for key, found in stamps.items()}
    if not any(written.values()):
        return
    key = find_key(tx, MAIL_TOKENS)
    if key is None:
        return
    mails = {uid: activity_id for activity_id, found in written.items() for uid in (*found, *verified_uids(key, found))}
    for portion in chunked(mails):
        for row in tx.execute(_SENT.where(Outgoing.uid.in_(portion))):
            told = (
                Acknowledgement.thread_id == row.thread_id,
                Acknowledgement.on_date == row.created_at.date(),
                Acknowledgement.email.in_([str(email).lower() for email, _ in row.payload.get("to", ())]),
            )
            tx.execute(update(Acknowledgement).where(*told).values(activity_id=mails[row.uid]))


_SENT = (
    select(Outgoing.uid, Outgoing.payload, Outgoing.created_at, Email.thread_id)
    .join(Email, Email.id == Outgoing.activity_id)
    .where(Outgoing.verb == Verb.SEND_MAIL.value, Outgoing.user_id.is_(None))  # no person wrote it
)
