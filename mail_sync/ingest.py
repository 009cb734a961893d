"""Mail from the normal form into the store: what to keep of it, and in which shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mail_sync.capture import CaptureRules
from mail_sync.compose_email import compose_email
from mail_sync.met_mail import follow_met_mail
from mail_sync.ours import Ours
from mail_sync.provider import MailProvider, Poisoned, RemoteMessage
from mail_sync.pull import Excluded
from store.mail.adding import NewEmail, add_emails
from store.sync.items import ItemState
from store.sync.mailboxes import FolderRow
from store.sync.moves import Trace


@dataclass(frozen=True, slots=True)
class PreparedMail:
    """A mail ready to be written: everything that needs no transaction is done."""

    state: ItemState
    email: NewEmail

    @property
    def remote_id(self) -> str:
        return self.state.remote_id

    @property
    def raw(self) -> bytes:
        return self.email.source.data

    @property
    def trace(self) -> Trace:
        return Trace(self.remote_id, self.state.stamp, self.email.identity, self.email.text_digest)


def prepare_mail(
    remote: RemoteMessage, *, ours: Ours, capture: CaptureRules, since: datetime | None = None, now: datetime
) -> PreparedMail | None:
    """None for what is never stored: drafts, what is older than `since`, and what the capture rules exclude."""
    if remote.is_draft or capture.excludes(remote.message):
        return None
    email = compose_email(remote.message, ours=ours, received_at=remote.received_at, now=now)
    if since is not None and email.occurred_at < since:
        return None
    state = ItemState(
        remote_id=remote.item_id,
        occurred_at=email.occurred_at,
        change_key=remote.change_key,
        is_read=remote.is_read,
        flagged=remote.flagged,
        categories=remote.categories,
        stamp=remote.stamp,
    )
    return PreparedMail(state, email)


@dataclass(frozen=True, slots=True)
class MailReader:
    """Reads mail of one connected mailbox (see `mail_sync.pull.ItemReader`)."""

    provider: MailProvider
    mailbox_id: int
    ours: Ours
    capture: CaptureRules
    since: datetime | None
    now: datetime

    def read(self, item_ids: Sequence[str]) -> Iterator[PreparedMail | Poisoned | Excluded | None]:
        for item in self.provider.fetch_messages(item_ids):
            if isinstance(item, Poisoned):
                yield item
            elif self.capture.excludes(item.message):
                yield Excluded(item.item_id)
            else:
                yield prepare_mail(item, ours=self.ours, capture=self.capture, since=self.since, now=self.now)

    def write(self, tx: Connection, folder: FolderRow, items: Sequence[PreparedMail], *, now: datetime) -> int:
        new = write_mail(tx, self.mailbox_id, folder.folder_id, items, now=now)
        follow_met_mail(tx, self.mailbox_id, [item.remote_id for item in items], now=now)
        return new


def write_mail(
    tx: Connection, mailbox_id: int, folder_id: int | None, items: Sequence[PreparedMail], *, now: datetime
) -> int:
    """Write a chunk; repeating it changes nothing. Returns how many mails were new."""
    return len(add_emails(tx, mailbox_id, folder_id, [(item.state, item.email) for item in items], now=now).new_ids)
