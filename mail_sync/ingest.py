"""Normal form to store, in chunks: whatever a page or a file brought is written in one transaction with its cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mail_sync.capture import CaptureRules
from mail_sync.compose_email import Ours, compose_email
from mail_sync.message import Message
from mail_sync.provider import RemoteMessage
from store.engine import Store
from store.items import ItemState
from store.mail import Added, NewEmail, add_emails
from store.queries.own import own_addresses, own_domains

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail ready to be written: everything that needs no transaction is done."""

    state: ItemState
    email: NewEmail


def prepare(remote: RemoteMessage, *, ours: Ours, capture: CaptureRules, now: datetime) -> Prepared | None:
    """None for what is never stored: drafts, and what the mailbox's capture rules exclude."""
    message: Message = remote.message
    if remote.is_draft or capture.excludes(message):
        return None
    email = compose_email(message, ours=ours, received_at=remote.received_at, now=now)
    state = ItemState(
        remote_id=remote.item_id,
        occurred_at=email.occurred_at,
        change_key=remote.change_key,
        is_read=remote.is_read,
        flagged=remote.flagged,
        categories=remote.categories,
    )
    return Prepared(state, email)


def write_mails(
    tx: Connection, mailbox_id: int, folder_id: int | None, mails: Sequence[Prepared], *, now: datetime
) -> Added:
    """Write a chunk; repeating it changes nothing."""
    return add_emails(tx, mailbox_id, folder_id, [(mail.state, mail.email) for mail in mails], now=now)


def ours_of(store: Store) -> Ours:
    """Our own addresses and domains as they stand in the store."""
    with store.read() as tx:
        return Ours(frozenset(own_addresses(tx)), frozenset(own_domains(tx)))
