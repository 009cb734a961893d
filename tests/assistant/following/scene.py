"""Anna sells to Fabrikam: mails that go in and out at given hours, and the follow-ups that come of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from assistant.following.finding.worker import follow_mails
from assistant.linking.worker import link_pending
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.mime.reader import read_message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from store.actor import Actor
from store.engine import Store
from store.records.writing import create_record
from store.schema.following import FollowUp
from store.schema.people import User
from store.sync.mailboxes import add_mailbox

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # the opening of a working day
ANNA, JANE, TOM = "anna@alpine.example", "Jane Roe <jane@fabrikam.example>", "Tom Fry <tom@fabrikam.example>"
DAY = timedelta(days=1)


class Scene:
    """`hour` counts from Monday, 9:00 in UTC, where Anna works from 9:00 to 17:00."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = MONDAY
        with store.write() as tx:
            self.mailbox = add_mailbox(tx, address=ANNA, provider="exchange", now=MONDAY)
            user_id = tx.execute(select(User.id).where(User.email == ANNA)).scalar_one()
        self.anna = Actor(user_id, "Anna", "sales")
        self.fabrikam = self.record("account", title="Fabrikam", domains=["fabrikam.example"])
        self.jane = self.record("contact", title="Jane Roe", emails=["jane@fabrikam.example"], account=self.fabrikam)

    def record(self, kind: str, **values: Any) -> int:
        """A record of Anna's, long there."""
        with self.store.write() as tx:
            return create_record(tx, kind, values, by=self.anna, now=MONDAY - 90 * DAY).record_id

    def raw(
        self,
        hour: float,
        body: str,
        *,
        sender: str = ANNA,
        to: str = JANE,
        cc: str = "",
        subject: str = "Snow guns",
        answers: float | None = None,
        attached: str = "",
        **headers: str,
    ) -> bytes:
        """The mail of an hour, by which others name it in `answers`."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        if cc:
            message["Cc"] = cc
        message["Date"] = MONDAY + timedelta(hours=hour)
        message["Message-ID"] = f"<m{hour}@mail.example>"
        if answers is not None:
            message["In-Reply-To"] = f"<m{answers}@mail.example>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        if attached:
            message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=attached)
        return message.as_bytes()

    def arrive(self, *mails: bytes, at: float | None = None, read: bool = True) -> None:
        """Mails come in together, at an hour or when the last of them was sent."""
        messages = [read_message(raw) for raw in mails]
        sent = [one.sent_at for one in messages if one.sent_at is not None]
        self.now = max(self.now, max(sent) if at is None else MONDAY + timedelta(hours=at))
        with self.store.write() as tx:
            for raw, message in zip(mails, messages, strict=True):
                remote = RemoteMessage(sha256(raw).hexdigest(), "", message, is_read=False)
                prepared = prepare_mail(remote, ours=ours_in(tx), capture=CaptureRules(), now=self.now)
                assert prepared is not None
                write_mail(tx, self.mailbox, None, [prepared], now=self.now)
        if read:
            self.read()

    def read(self) -> None:
        """Link and read what waits."""
        link_pending(self.store, now=self.now)
        follow_mails(self.store, now=self.now, zone="UTC")

    def sends(self, hour: float, body: str, **how: Any) -> None:
        self.arrive(self.raw(hour, body, **how))

    def hears(self, hour: float, body: str, **how: Any) -> None:
        self.arrive(self.raw(hour, body, **({"sender": JANE, "to": ANNA} | how)))

    def told(self, *columns: str, states: Collection[str] = ("open", "proposed")) -> list[tuple[Any, ...]]:
        """These columns of the follow-ups in these states, in the order in which they were found."""
        wanted = [getattr(FollowUp, name) for name in columns]
        with self.store.read() as tx:
            rows = tx.execute(select(*wanted).where(FollowUp.state.in_(states)).order_by(FollowUp.id))
            return [tuple(row) for row in rows]

    def hours(self, **states: Any) -> list[tuple[str, float]]:
        """The open follow-ups: what they are, and when they come back."""
        return [(kind, (at - MONDAY) / timedelta(hours=1)) for kind, at in self.told("kind", "due_at", **states)]

    def closed(self) -> list[tuple[str, str]]:
        """Those that were closed: what they are, and why."""
        return [(kind, why) for kind, why in self.told("kind", "closed_why", states=("closed",))]
