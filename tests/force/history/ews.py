"""The server of a history behind EWS: the sandbox, spoken to as Exchange is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.connecting import ConnectedMailbox
from calendar_sync.providers.exchange import ExchangeCalendar
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.providers.retry import HASTY, Retry
from mail_sync.sandbox import backup
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.transport import Envelope, deliver
from tests.force.history.world import OURS, START, Delivered

_PASSWORD = "correct horse"


@dataclass
class OverEws:
    """Two mailboxes of a sandbox; Gus is outside of it. Connections stay open for the next who asks."""

    sandbox: Sandbox
    skew: timedelta
    open: dict[str, ExchangeMailbox] = field(default_factory=dict)

    def connect(self, address: str) -> ConnectedMailbox:
        if address not in self.open:
            settings = ExchangeSettings(
                address=address,
                username=address,
                password=_PASSWORD,
                service_endpoint=self.sandbox.url,
                login=Login.BASIC,
            )
            self.open[address] = connect(settings, Retry(HASTY, sleep=lambda _: None))
        mailbox = self.open[address]
        return ConnectedMailbox(mailbox, ExchangeCalendar(mailbox), lambda: None)

    def deliver(self, address: str, raw: bytes) -> None:
        model = self.sandbox.model
        deliver(model, model.mailbox(address), raw, Envelope("gus@fabrikam.example", (address,)))

    def snapshot(self, address: str) -> Any:
        return backup.snapshot(self.sandbox.model.mailbox(address))

    def restore(self, address: str, kept: Any) -> None:
        backup.restore(self.sandbox.model.mailbox(address), kept)

    def mailed(self) -> list[Delivered]:
        return [Delivered(sent.recipient, sent.data) for sent in self.sandbox.model.outside]

    def set_skew(self, skew: timedelta) -> None:
        self.sandbox.model.clock.offset = self.skew + skew


@contextmanager
def over_ews() -> Iterator[OverEws]:
    """A sandbox of its own."""
    model = Model()
    for address in OURS:
        model.add_mailbox(address, address.partition("@")[0].title(), _PASSWORD, timezone="Europe/Berlin")
    with serve(model) as sandbox:
        server = OverEws(sandbox, START - datetime.now(UTC))
        server.set_skew(timedelta())
        try:
            yield server
        finally:
            for mailbox in server.open.values():
                mailbox.close()
