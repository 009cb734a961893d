"""A store with the demo company's names: customers, people, leads, opportunities, cases, colleagues, the workshop."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from assistant.compose import compose
from assistant.connecting import EXCHANGE
from assistant.demo.cast import read_texts
from assistant.demo.company import write_company
from assistant.demo.workshop import set_up_workshop
from assistant.tables.plan import plan_folder, plan_import
from assistant.tables.run import run_import
from store.actor import SYSTEM
from store.engine import open_store
from store.records.writing import create_record
from store.sync.mailboxes import add_mailbox

_ACTIVITIES = "activities.csv"


def filled_store(folder: Path, *, now: datetime) -> Path:
    """Write it into `folder`; the path of the store."""
    path = folder / "demo.db"
    company = write_company(folder / "company", now=now)
    store = open_store(str(path))
    tables = [each for each in sorted(company.crm.glob("*.csv")) if each.name != _ACTIVITIES]
    for plan in plan_folder(tables, store=store, by=SYSTEM).plans:
        current = plan_import(plan.path, store=store, by=SYSTEM, kind=plan.kind)
        run_import(current, store=store, by=SYSTEM, now=now)
    with store.write() as tx:
        for mailbox in company.mailboxes:
            add_mailbox(tx, address=mailbox.address, name=mailbox.name, provider=EXCHANGE, settings={}, now=now)
        for person in _strangers():
            create_record(tx, "lead", person, by=SYSTEM, now=now)
    store.close()
    services = compose(str(path), user_email=company.mailboxes[0].address, clock=lambda: now)
    set_up_workshop(services)
    services.close()
    return path


def _strangers() -> list[dict[str, str]]:
    """Who writes without being known, as the leads that triage makes of them."""
    people = [one for story in read_texts("strangers.toml")["story"] for one in story.get("people", {}).values()]
    return [{"title": one["name"], "company": one.get("company", ""), "emails": one.get("email", "")} for one in people]
