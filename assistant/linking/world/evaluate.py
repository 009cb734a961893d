"""Playing a world through the product: its mails come in the order of their dates, and each is judged when it came.

Records appear and are closed on their days, mails go the way of any mail (read, stored in the mailboxes they went to,
linked), and a decision is read before anything later is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from assistant.linking.worker import link_pending
from assistant.linking.world.figures import Figures, figures
from assistant.linking.world.format import World
from assistant.linking.world.judged import Candidate, Judged
from assistant.linking.world.loading import Mailboxes, Records
from assistant.linking.world.mails import Truth, WorldMail
from assistant.linking.world.steps import Step, beginning, steps
from calendar_sync.invitations import take_invitations
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail
from mail_sync.message import Message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from store.actor import SYSTEM
from store.engine import Store, open_store
from store.linking.by_hand import remove_link, set_link
from store.linking.links import links_of
from store.mail.adding import add_emails
from store.schema.records import Record

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """`problems` are sentences about the world, with file and line."""

    mails: tuple[Judged, ...]
    figures: Figures
    problems: tuple[str, ...]


def evaluate(world: World, *, learn: bool = False, progress: Progress = lambda share, label: None) -> Report:
    """Score a world, mail by mail. With `learn` somebody files every mail rightly after it was judged.

    Raises StoreError.
    """
    with playing(world, learn=learn) as play:
        judged = [each for each in play.run(progress) if each is not None]
        return Report(tuple(judged), figures(judged), (*world.problems, *play.records.refused))


@contextmanager
def playing(world: World, *, learn: bool = False) -> Iterator[Play]:
    """A play in a store of its own, which is gone afterwards."""
    with TemporaryDirectory(prefix="regarding-", ignore_cleanup_errors=True) as folder:
        store = open_store(str(Path(folder) / "world.db"))
        try:
            yield Play(world, store, learn=learn)
        finally:
            store.close()


class Play:
    """One world in one store."""

    def __init__(self, world: World, store: Store, *, learn: bool) -> None:
        self.store = store
        self.records = Records()
        self._world = world
        self._learn = learn
        now = beginning(world)
        with store.write() as tx:
            self._mailboxes = Mailboxes(tx, world.users, now=now)
            products = (name for record in world.records.values() for name in record.products)
            self.records.create_products(tx, products, now=now)
            self._ours = ours_in(tx)

    def run(self, progress: Progress, before: Callable[[int, Truth], None] | None = None) -> Iterator[Judged | None]:
        """What becomes of each mail, in order; None for one that has no truth.

        `before` is told of every mail that is stored and has a truth: its activity, when it was decided and before it
        is corrected.
        """
        done = 0
        for step in steps(self._world):
            self._records(step)
            for mail in step.mails:
                yield self._mail(mail, before)
                done += 1
                progress(done / len(self._world.mails), mail.path.name)

    def _records(self, step: Step) -> None:
        if step.created or step.closed:
            with self.store.write() as tx:
                self.records.create(tx, step.created, now=step.at)
                for record in step.closed:
                    self.records.close(tx, record, now=step.at)
            self._link(step.at)

    def _link(self, now: datetime) -> None:
        """Decide what waits. Nothing acts on it: cases are opened and closed when the world says so."""
        take_invitations(self.store, now=now)
        link_pending(self.store, now=now)

    def _mail(self, mail: WorldMail, before: Callable[[int, Truth], None] | None) -> Judged | None:
        message = mail.read()
        activity_id = self._receive(mail, message)
        self._link(mail.at)
        truth = self._world.truth.get(mail.message_id)
        if truth is None:
            return None
        if activity_id is None:
            return Judged(mail.message_id, message.subject, truth)
        with self.store.read() as tx:
            judged = Judged(mail.message_id, message.subject, truth, self._candidates(tx, activity_id))
        if before is not None:
            before(activity_id, truth)
        if self._learn:
            self._correct(activity_id, judged, now=mail.at)
        return judged

    def _receive(self, mail: WorldMail, message: Message) -> int | None:
        """Store the mail in the mailboxes of ours that hold it; None where it is one that is never stored."""
        remote = RemoteMessage(
            f"sha256:{sha256(message.source).hexdigest()}", "1", message, is_read=True, received_at=mail.at
        )
        prepared = prepare_mail(remote, ours=self._ours, capture=CaptureRules(), now=mail.at)
        if prepared is None:
            return None
        sender = message.sender.email if message.sender else ""
        recipients = [each.email for each in (*message.to, *message.cc, *message.bcc)]
        with self.store.write() as tx:
            for mailbox_id, folder_id in self._mailboxes.folders(tx, sender, recipients):
                added = add_emails(tx, mailbox_id, folder_id, [(prepared.state, prepared.email)], now=mail.at)
        return added.activity_ids[0]

    def _candidates(self, tx: Connection, activity_id: int) -> tuple[Candidate, ...]:
        """What the store proposes: the linked primary first, then in the order in which it was decided."""
        links = [link for link in links_of(tx, [activity_id]).get(activity_id, ()) if link.state != "rejected"]
        ids = [link.record_id for link in links]
        rows = tx.execute(select(Record.id, Record.kind, Record.title).where(Record.id.in_(ids)))
        known = {row.id: row for row in rows}
        candidates = [
            Candidate(
                name=self.records.names.get(link.record_id, (known[link.record_id].kind, "")),
                title=known[link.record_id].title,
                probability=link.score,
                is_linked=link.state == "linked",
                is_primary=link.is_primary,
                evidence=link.evidence,
            )
            for link in links
        ]
        return tuple(sorted(candidates, key=lambda each: not (each.is_linked and each.is_primary)))

    def _correct(self, activity_id: int, judged: Judged, *, now: datetime) -> None:
        """File it as a careful human would: the right record first of all, and nothing that is wrong."""
        wrong = [each.name for each in judged.candidates if each.is_linked and each.name not in judged.truth.right]
        with self.store.write() as tx:
            for name in wrong:
                if name in self.records.ids:
                    remove_link(tx, activity_id, self.records.ids[name], by=SYSTEM, now=now)
            right = self.records.ids.get(judged.truth.primary) if judged.truth.primary else None
            if right is not None:
                set_link(tx, activity_id, right, by=SYSTEM, now=now)
        self._link(now)
