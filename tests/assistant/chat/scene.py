"""A store in which every example of every tool can be carried out: customers, mail, a calendar, a workshop."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, update

from assistant.chat.registry import Cite
from assistant.compose import Services
from assistant.linking.worker import link_pending
from assistant.scheduling.asking import Wish
from assistant.scheduling.booking import book_at
from assistant.scheduling.setup.files import import_setup
from calendar_sync.appointments import create_appointment
from calendar_sync.edit import EventEdit
from calendar_sync.event import Attendee, Event
from calendar_sync.reminders import add_reminder
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.message import Address
from mail_sync.mime.reader import read_message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from store.activities.writing import add_task, log_phone_call
from store.actor import Actor, actor_for
from store.engine import Store
from store.records.writing import create_record
from store.schema.people import Folder
from store.schema.records import Record
from store.sync.mailboxes import add_mailbox
from tests.calendar_sync.calendars import arrive

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ANNA = "anna@home.example"
JANE = "jane@fabrikam.example"
_PEOPLE = (Attendee(Address(ANNA, "Anna Hofer")),)
_VISIT = Event(
    uid="visit@fabrikam.example", title="Visit", start=NOW + timedelta(days=2), end=NOW + timedelta(days=2, hours=1),
    timezone="UTC", organizer=Address(JANE, "Jane Doe"), attendees=_PEOPLE,
)  # fmt: skip
_TITLES = {"mail": "An offer", "invitation": "Visit"}
_WORKSHOP = """
[[site]]
name = "Vienna"
zone = "Europe/Vienna"
area = "1010"
[[resource]]
name = "Van 1"
kind = "equipment"
site = "Vienna"
hours = "daily 00:00-24:00"
[[resource]]
name = "Van 2"
kind = "equipment"
site = "Vienna"
hours = "daily 00:00-24:00"
[[service]]
name = "Brake test"
duration = "1 h"
grid = 60
[service.rule]
pick = 1
resources = ["Van 1", "Van 2"]
[travel]
default = 0
"""


def furnish(store: Store) -> Services:
    """Fill an empty store; the services of Anna, who works in it."""
    with store.write() as tx:
        mailbox_id = add_mailbox(tx, address=ANNA, name="Anna Hofer", provider="exchange", now=NOW)
        for role, holds in (("inbox", "email"), ("sent", "email"), ("calendar", "appointment")):
            values = {"remote_id": role, "path": role.title(), "role": role, "holds": holds}
            tx.execute(insert(Folder).values(mailbox_id=mailbox_id, **values))
        by = actor_for(tx, ANNA)
        _records(tx, by)
        import_setup(tx, tomllib.loads(_WORKSHOP), by=by, now=NOW)
        arrive(tx, mailbox_id, _VISIT, item_id="visit")
    _take_in(store, mailbox_id, _offer())
    link_pending(store, now=NOW)
    services = Services(store, by, lambda: NOW)
    _days(services)
    return services


def here(services: Services, kind: str) -> Cite:
    """What is open on a screen of this kind."""
    with services.store.read() as tx:
        uid, subject = tx.exec_driver_sql(
            "SELECT uid, subject FROM activity WHERE subject = ?", (_TITLES.get(kind, "Kick-off"),)
        ).one()
    shown = {
        "case": Cite("case", "CAS-00031", "Gate stays locked"),
        "opportunity": Cite("opportunity", "OPP-00012", "Two snowcats"),
        "lead": Cite("lead", "LEA-00001", "Pia Lechner"),
        "account": Cite("account", "ACC-00001", "Fabrikam GmbH"),
    }
    return shown.get(kind, Cite("email" if kind == "mail" else "appointment", uid, subject))


def spoken_of(services: Services, kind: str) -> Cite:
    """The task, or the reminder, that the conversation named last."""
    table, title = {"task": ("activity", "subject"), "follow_up": ("follow_up", "text")}[kind]
    with services.store.read() as tx:
        named = f"SELECT uid, {title} FROM {table} WHERE {title} IN ('Send the list', 'ring Fabrikam')"
        return Cite(kind, *tx.exec_driver_sql(named).one())


def _records(tx: Connection, by: Actor) -> None:
    def make(kind: str, number: str | None = None, **values: Any) -> int:
        return create_record(tx, kind, {"owner": None, **values}, number=number, by=by, now=NOW).record_id

    fabrikam = make("account", title="Fabrikam GmbH", phone="+43 512 555 019", domains=["fabrikam.example"])
    make("account", title="Northwind Traders AG", phone="+33 4 50 55 50 10")
    make("contact", title="Jane Doe", account=fabrikam, emails=JANE)
    make("lead", title="Pia Lechner")
    make("case", "CAS-00031", title="Gate stays locked", account=fabrikam, priority="high")
    make("opportunity", "OPP-00012", title="Two snowcats", account="Northwind Traders AG", amount="1000 EUR",
         stage="propose", close_date="2026-11-01")  # fmt: skip
    add_task(tx, fabrikam, "Send the list", due_on="2026-11-02", by=by, now=NOW)
    log_phone_call(tx, fabrikam, "About the gate, with Fabrikam", by=by, now=NOW)


def _days(services: Services) -> None:
    """A meeting, a booking and a reminder."""
    soon = NOW + timedelta(days=2)
    person = Attendee(Address(JANE, "Jane Doe"))
    services.do(create_appointment, EventEdit(title="Kick-off", start=soon, end=soon, attendees=(person,)), record_id=1)
    tomorrow = NOW + timedelta(days=1)
    wish = Wish("Brake test", tomorrow, tomorrow + timedelta(days=1), "")
    booked = services.do(book_at, wish, ["Van 2"], values={"account": "ACC-00001"})
    with services.store.write() as tx:
        tx.execute(update(Record).where(Record.id == booked.record_id).values(number="BKG-00012"))
    wall = datetime.fromisoformat("2026-11-25T08:00")
    services.do(add_reminder, "ring Fabrikam", wall, "Europe/Vienna", record_id=1)


def _offer() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = f"Jane Doe <{JANE}>", f"Anna Hofer <{ANNA}>"
    message["Subject"], message["Message-ID"] = "An offer", "<offer@fabrikam.example>"
    message["Date"] = NOW - timedelta(hours=1)
    message.set_content("Dear Anna,\n\nCould you send us an offer for Fabrikam? I'll call you on Friday.\n")
    return message


def _take_in(store: Store, mailbox_id: int, message: EmailMessage) -> None:
    raw = message.as_bytes()
    with store.write() as tx:
        remote = RemoteMessage(sha256(raw).hexdigest(), "", read_message(raw), is_read=False)
        prepared = prepare_mail(remote, ours=ours_in(tx), capture=CaptureRules(), now=NOW)
        assert prepared is not None
        folder_id = tx.exec_driver_sql("SELECT id FROM folder WHERE role = 'inbox'").scalar_one()
        write_mail(tx, mailbox_id, folder_id, [prepared], now=NOW)
