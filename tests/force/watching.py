"""The service's worker of a mailbox on a sandbox, turned by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from assistant import connecting
from assistant.mailbox_worker import Clocks, MailboxWorker
from assistant.pulling import Connected, SyncReport
from store.engine import Store
from store.schema.people import Mailbox
from store.sync.mailboxes import sync_mailboxes
from tests.force.corpus import ANNA, START


class Watch:
    """The worker of Anna's mailbox with clocks of its own: they stand at the time of its next turn."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = START + timedelta(days=300)
        self.steady = 1_000.0
        self.reports: list[SyncReport] = []
        self._connect = connecting.exchange_connector(lambda _: "demo", clock=lambda: self.now)
        with store.read() as tx:
            (mailbox,) = sync_mailboxes(tx)
        clocks = Clocks(lambda: self.now, lambda: self.steady)
        self.worker = MailboxWorker(
            store, mailbox.mailbox_id, self._connect, clocks=clocks, report=self.reports.append, listens=False
        )

    def connect(self) -> Connected:
        """Another connection to the mailbox."""
        with self.store.read() as tx:
            return self._connect(sync_mailboxes(tx)[0])

    def turn(self) -> list[SyncReport]:
        """One turn; what was reported in it."""
        before = len(self.reports)
        self.worker.turn()
        return self.reports[before:]

    def let_pass(self, time: timedelta) -> None:
        self.now += time
        self.steady += time.total_seconds()

    def row(self) -> Any:
        """The mailbox as it is stored."""
        with self.store.read() as tx:
            return tx.execute(select(*Mailbox.__table__.c).where(Mailbox.address == ANNA)).one()
