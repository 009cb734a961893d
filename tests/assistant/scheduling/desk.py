"""A workshop that writes to its customers, and Jane of Contoso, who has a repair booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from assistant.scheduling.customers.notices import send_notices, untold
from store.actor import SYSTEM
from store.engine import Store
from store.records.writing import create_record
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SITE
from store.schema.outbox import Outgoing
from store.sync.mailboxes import add_mailbox
from tests.store.scheduling.scene import BY, NOW, Workshop, booked, workshop

DESK = "service@alpine.example"
JANE = "jane@contoso.example"


@dataclass
class Shop:
    """The store, the keys of what there is, and Jane's booking, for tomorrow at nine."""

    store: Store
    shop: Workshop
    jane: int
    booking: int
    number: str

    def do(self, use_case: Any, *args: Any, **more: Any) -> Any:
        with self.store.write() as tx:
            return use_case(tx, *args, **{**BY, **more})

    def tell(self, **more: Any) -> list[tuple[str, int]]:
        """The kinds and sequences of the notices that go out."""
        done = self.do(send_notices, [self.booking], **more)
        return [(mail.kind, mail.sequence) for mail in done.mails]

    def untold(self, now: datetime = NOW) -> list[tuple[str, str]]:
        with self.store.read() as tx:
            return [(each.kind, each.problem) for each in untold(tx, by=SYSTEM, now=now)]

    def mails(self) -> list[Any]:
        """What is in the outbox, the oldest first."""
        with self.store.read() as tx:
            columns = (Outgoing.state, Outgoing.payload, Outgoing.record_id, Outgoing.not_before)
            return list(tx.execute(select(*columns).order_by(Outgoing.id)))


def new_shop(store: Store, **site: Any) -> Shop:
    """The shop; `site` are further fields of its site."""
    with store.write() as tx:
        made = workshop(tx)
        add_mailbox(tx, address=DESK, provider="exchange", name="Alpine Service", now=NOW)
        write_thing(tx, SITE, {"mailbox": DESK, **site}, key=made.site, **BY)
        values = {"title": "Jane Doe", "given_name": "Jane", "emails": [JANE], "account": made.account}
        contact = create_record(tx, "contact", values, **BY).record_id
        one = booked(tx, made, contact=contact, place="Hauptstrasse 5")
    return Shop(store, made, contact, one.record_id, one.number)
