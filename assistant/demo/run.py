"""The demo: a company's files, an Exchange that serves them, a store of its own, and the real sync between them."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from assistant.compose import Services, compose
from assistant.connecting import EXCHANGE, exchange_connector
from assistant.demo.cast import read_texts
from assistant.demo.company import DemoCompany, write_company
from assistant.demo.sandbox import running_sandbox
from assistant.demo.service import set_up_service
from assistant.demo.workshop import set_up_workshop
from assistant.pulling import SyncProgress, SyncReport
from assistant.secret_store import environment_name
from assistant.syncing import sync_mailbox
from assistant.tables.plan import plan_folder, plan_import
from assistant.tables.run import run_import
from store.activities.writing import add_note, add_task, log_phone_call
from store.actor import SYSTEM
from store.articles.saving import create_article
from store.engine import Store, open_store
from store.queries.record_names import find_record
from store.sync.mailboxes import add_mailbox, disconnect_mailboxes, share_mailbox, sync_mailboxes

_ACTIVITIES = "activities.csv"  # notes, calls and tasks; the other files are tables of records
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True)
class Demo:
    """A running demo; `services` act for the sales person."""

    company: DemoCompany
    store_url: str
    user: str
    services: Services


@contextmanager
def running_demo(*, keep: bool, clock: Callable[[], datetime]) -> Iterator[Demo]:
    """The company, its Exchange, and a store that knows its customers; all is gone afterwards unless `keep`.

    Raises SandboxFailed, StoreError.
    """
    folder = Path(tempfile.mkdtemp(prefix="regarding-demo-"))
    store_url = str(folder / "demo.db")
    try:
        company = write_company(folder / "company", now=clock())
        user = company.mailboxes[0].address
        with running_sandbox(company.folder) as url, _passwords(company):
            _fill(store_url, company, url, clock)
            services = compose(store_url, user_email=user, clock=clock, refuse_event_loop=True)
            try:
                yield Demo(company, store_url, user, services)
            finally:
                services.close()
    finally:
        if keep:
            _disconnect(store_url)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _disconnect(store_url: str) -> None:
    """Its Exchange ends with the demo: a kept store must not look for it."""
    store = open_store(store_url)
    with store.write() as tx:
        disconnect_mailboxes(tx)
    store.close()


def sync_demo(demo: Demo, *, progress: Callable[[SyncProgress], None]) -> list[SyncReport]:
    """Read all mailboxes over EWS, as any mailbox is read."""
    store = demo.services.store
    passwords = {mailbox.address: mailbox.password for mailbox in demo.company.mailboxes}
    with store.read() as tx:
        mailboxes = sync_mailboxes(tx)
    connect = exchange_connector(passwords.__getitem__, clock=demo.services.clock)
    return [
        sync_mailbox(store, mailbox, connect, clock=demo.services.clock, progress=progress) for mailbox in mailboxes
    ]


def _fill(store_url: str, company: DemoCompany, url: str, clock: Callable[[], datetime]) -> None:
    """What was there before the first sync: colleagues, customers, deals, cases, the mailboxes' connections, and how
    customers are served."""
    store = open_store(store_url)
    _import_tables(store, company.crm, clock)
    with store.write() as tx:
        for mailbox in company.mailboxes:
            mailbox_id = add_mailbox(
                tx,
                address=mailbox.address,
                name=mailbox.name,
                provider=EXCHANGE,
                settings={"service_endpoint": url, "login": "basic"},
                now=clock(),
            )
            # The sales person looks over everybody's shoulder, so that the demo shows the whole company.
            share_mailbox(tx, mailbox_id, company.mailboxes[0].address)
    store.close()
    services = compose(store_url, user_email=company.mailboxes[0].address, clock=clock)
    with (company.crm / _ACTIVITIES).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            _add_activity(services, row)
    set_up_service(services)
    for article in read_texts("articles.toml")["article"]:
        services.do(create_article, article)
    set_up_workshop(services)
    services.close()


def _import_tables(store: Store, crm: Path, clock: Callable[[], datetime]) -> None:
    tables = [path for path in sorted(crm.glob("*.csv")) if path.name != _ACTIVITIES]
    for plan in plan_folder(tables, store=store, by=SYSTEM).plans:
        # Planned again, because now the tables before this one are in the store.
        current = plan_import(plan.path, store=store, by=SYSTEM, kind=plan.kind)
        run_import(current, store=store, by=SYSTEM, now=clock())


def _add_activity(services: Services, row: Mapping[str, str]) -> None:
    record_id = services.read(find_record, row["account"]).record_id
    day = date.fromisoformat(row["date"])
    occurred_at = min(datetime.combine(day, _NOON), services.clock())
    match row["kind"]:
        case "task":
            services.do(add_task, record_id, row["subject"], due_on=day, text=row["description"], owner=row["owner"])
        case "phone_call":
            services.do(log_phone_call, record_id, row["subject"], text=row["description"], occurred_at=occurred_at)
        case _:
            services.do(add_note, record_id, row["description"], subject=row["subject"], occurred_at=occurred_at)


@contextmanager
def _passwords(company: DemoCompany) -> Iterator[None]:
    """The passwords in the environment, where the service process finds them."""
    names = {environment_name(mailbox.address): mailbox.password for mailbox in company.mailboxes}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
