"""What a user reads when the way into a mailbox closes while it is synced: an Exchange and the service's worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assistant.connecting import EXCHANGE, exchange_connector
from assistant.mailbox_worker import FOREVER, Clocks, MailboxWorker
from assistant.pulling import SyncReport
from assistant.secret_store import SecretMissing
from assistant.signing_in import application_of
from mail_sync.providers.exchange.tokens import DeviceSignIn, forget_tokens
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme
from store.engine import Store, open_store
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.sync.mailboxes import add_mailbox
from tests.assistant.commands.sample import mail

ADA, SHARED = "ada@alpine.example", "support@alpine.example"
CLIENT = "public-app"


@dataclass
class Office:
    """An Exchange, a store and a worker whose clocks pass when they are told to."""

    sandbox: Sandbox
    store: Store
    now: datetime
    secrets: dict[str, str] = field(default_factory=dict)
    passed: float = 0.0
    sent: int = 0
    reports: list[SyncReport] = field(default_factory=list)

    def worker(self, address: str = ADA, **settings: Any) -> MailboxWorker:
        """A worker that has read the mailbox once."""
        with self.store.write() as tx:
            chosen = {"service_endpoint": self.sandbox.url, "folders": ["Inbox"], **settings}
            mailbox_id = add_mailbox(tx, address=address, provider=EXCHANGE, settings=chosen, now=self.now)
        connect = exchange_connector(self.secret, clock=lambda: self.now, keep=self.keep)
        clocks = Clocks(lambda: self.now, lambda: self.passed)
        worker = MailboxWorker(
            self.store, mailbox_id, connect, clocks=clocks, report=self.reports.append, listens=False
        )
        self.deliver(address)
        worker.turn()
        assert (self.row().state, self.known()) == ("ready", 1)
        self.deliver(address)
        return worker

    def secret(self, name: str) -> str:
        if name not in self.secrets:
            raise SecretMissing(f"There is no password for {name}.")
        return self.secrets[name]

    def keep(self, name: str, secret: str) -> bool:
        self.secrets[name] = secret
        return True

    def deliver(self, address: str) -> None:
        self.sent += 1
        box = self.sandbox.model.mailbox(address)
        box.add(box.folder("inbox"), BytesContent(mail(self.sent, f"Offer {self.sent}")), received=self.now)

    def later(self, **time: float) -> None:
        length = timedelta(**time)
        self.now += length
        self.passed += length.total_seconds()

    def row(self) -> Any:
        with self.store.read() as tx:
            return tx.execute(select(*Mailbox.__table__.c)).one()

    def known(self) -> int:
        with self.store.read() as tx:
            return len(tx.execute(select(MailboxItem.id)).all())


def office(tmp_path: Path, model: Model, sandbox: Sandbox) -> Office:
    return Office(sandbox, open_store(str(tmp_path / "store.db")), model.now(), {ADA: "demo"})


@pytest.fixture
def model() -> Model:
    made = Model()
    made.add_mailbox(ADA, "Ada")
    made.add_mailbox(SHARED, "Support")
    return made


@pytest.fixture
def premises(model: Model, tmp_path: Path) -> Iterator[Office]:
    """A server of the company's own."""
    with serve(model, schemes=[Scheme.NTLM]) as sandbox:
        made = office(tmp_path, model, sandbox)
        yield made
        made.store.close()


@pytest.fixture
def online(model: Model, tmp_path: Path) -> Iterator[Office]:
    """A server that takes tokens, to which Ada has signed in."""
    with serve(model, hosts=["outlook.example"], schemes=[Scheme.BEARER]) as sandbox:
        sandbox.authority.register(CLIENT)
        (tmp_path / "ca.pem").write_bytes(sandbox.ca_pem)
        made = office(tmp_path, model, sandbox)
        yield made
        made.store.close()
    forget_tokens()


def sign_in(office: Office, tmp_path: Path) -> dict[str, Any]:
    """Ada signs in; the settings of a mailbox that she opens."""
    settings = {
        "login": "device",
        "client_id": CLIENT,
        "authority": office.sandbox.base,
        "ca_bundle": str(tmp_path / "ca.pem"),
    }
    device = DeviceSignIn(application_of(settings))
    office.secrets[f"{ADA}.token"] = device.finish(lambda _: office.sandbox.authority.approve(device.shown.code, ADA))
    return settings


def test_a_password_that_was_changed_stops_the_sync_until_it_is_entered(premises: Office) -> None:
    worker = premises.worker()
    premises.sandbox.model.mailbox(ADA).password = "changed"
    premises.later(minutes=16)
    assert worker.turn() == FOREVER
    assert (premises.row().state, premises.row().state_detail) == (
        "auth_expired",
        'The mail server did not accept the user name and password; run "regarding connect" to enter them again (HTTP '
        "401).",
    )
    before = premises.sandbox.counts.total()
    premises.later(days=1)
    worker.turn()
    assert premises.sandbox.counts.total() == before
    premises.secrets[ADA] = "changed"
    worker.ask()
    worker.turn()
    assert (premises.row().state, premises.known()) == ("ready", 2)
    worker.close()


def test_a_token_that_expires_midway_is_renewed_and_nobody_notices(online: Office, tmp_path: Path) -> None:
    worker = online.worker(**sign_in(online, tmp_path))
    online.sandbox.model.clock.offset += timedelta(hours=2)
    online.later(minutes=16)
    worker.turn()
    assert (online.row().state, online.known()) == ("ready", 2)
    worker.close()


def test_a_sign_in_that_was_revoked_stops_the_sync_until_somebody_signs_in(online: Office, tmp_path: Path) -> None:
    worker = online.worker(**sign_in(online, tmp_path))
    online.sandbox.authority.revoke(ADA)
    online.later(minutes=16)
    assert worker.turn() == FOREVER
    assert (online.row().state, online.row().state_detail.partition(" (")[0]) == (
        "auth_expired",
        'The sign-in to this mailbox has ended; run "regarding connect" and sign in again',
    )
    sign_in(online, tmp_path)
    worker.ask()
    worker.turn()
    assert (online.row().state, online.known()) == ("ready", 2)
    worker.close()


def test_a_tenant_that_blocks_ews_is_told_and_not_asked_again(online: Office, tmp_path: Path) -> None:
    worker = online.worker(**sign_in(online, tmp_path))
    online.sandbox.faults.set(FaultKind.EWS_BLOCKED)
    online.later(minutes=16)
    assert worker.turn() == FOREVER
    assert (online.row().state, online.row().state_detail) == (
        "ews_blocked",
        "This organisation blocks Exchange Web Services; an administrator must allow it (EWSEnabled, "
        "EWSAllowedAppIDs) (HTTP 403).",
    )
    worker.close()


def test_a_right_that_was_taken_away_is_told_and_what_was_read_stays(premises: Office) -> None:
    premises.sandbox.model.mailbox(SHARED).readers.add(ADA)
    worker = premises.worker(SHARED, **{"as": ADA})
    premises.sandbox.model.mailbox(SHARED).readers.clear()
    premises.later(minutes=16)
    assert worker.turn() == FOREVER
    assert (premises.row().state, premises.row().state_detail.partition(" (")[0].rstrip(".")) == (
        "rights_revoked",
        "The right to read this mailbox was taken away; what was read stays here, ask its owner for access",
    )
    assert premises.known() == 1
    worker.close()


def test_a_mailbox_that_moves_is_told_and_read_on_where_it_is_then(premises: Office) -> None:
    worker = premises.worker()
    premises.sandbox.faults.set(FaultKind.MAILBOX_MOVE)
    premises.later(minutes=16)
    wait = worker.turn()
    assert (premises.row().state, premises.row().state_detail.partition(" (")[0]) == (
        "moved",
        "The mailbox was moved to another server; it is looked for there now",
    )
    premises.sandbox.faults.clear()
    premises.later(seconds=wait)
    worker.turn()
    assert (premises.row().state, premises.known()) == ("ready", 2)
    worker.close()
