"""Over EWS: the customer's mailbox gets an invitation once, and the answer comes back to the booking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assistant.scheduling.customers.notices import send_notices
from calendar_sync.answers import answer_invitation
from calendar_sync.provider import Answer
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import serve
from store.actor import SYSTEM
from store.records.writing import create_record
from store.scheduling.booking import Need, book, move
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SITE
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.scheduling import BookingNotice
from store.schema.triage import Notice, Triage
from tests.assistant.outbox.test_meetings_over_ews import REQUEST, Person, _person, _store
from tests.assistant.scheduling.desk import DESK, JANE
from tests.store.scheduling.scene import workshop


@dataclass
class Shop:
    """The desk of a workshop and its customer, each with a mailbox and a store of the own."""

    desk: Person
    jane: Person
    booking: int

    def cycle(self) -> None:
        self.desk.cycle()
        self.jane.cycle()


@pytest.fixture
def shop(empty_file: Path, tmp_path: Path) -> Iterator[Shop]:
    with serve(Model()) as sandbox:
        desk, jane = (_person(sandbox, each, _store(empty_file, tmp_path / each)) for each in (DESK, JANE))
        by: dict[str, Any] = {"by": SYSTEM, "now": desk.now}
        start = (desk.now + timedelta(days=3)).replace(hour=9, minute=0)
        with desk.store.write() as tx:
            made = workshop(tx)
            write_thing(tx, SITE, {"mailbox": DESK}, key=made.site, **by)
            customer = create_record(tx, "contact", {"title": "Jane Doe", "emails": [JANE]}, **by).record_id
            one = book(tx, made.repair, start, [Need(made.ann)], values={"contact": customer}, **by)
        found = Shop(desk, jane, one.record_id)
        found.cycle()
        yield found
        for person in (desk, jane):
            person.mailbox.close()
            person.store.close()


def test_invitation_arrives_once_and_its_answer_comes_back(shop: Shop) -> None:
    desk, jane = shop.desk, shop.jane
    desk.sandbox.faults.set(FaultKind.DROP_REPLY, operation="SendItem", times=1)
    desk.do(send_notices, [shop.booking])
    for _ in range(2):
        shop.cycle()
    desk.do(move, shop.booking, starts_at=jane.event().start + timedelta(hours=1))
    assert [mail.kind for mail in desk.do(send_notices, [shop.booking]).mails] == ["change"]
    shop.cycle()
    assert (jane.mails(), desk.open_acts()) == ({REQUEST: 2}, [])
    event = jane.event()
    assert (event.title, event.sequence, event.organizer and event.organizer.email) == ("Repair (BKG-00001)", 1, DESK)
    jane.do(answer_invitation, jane.appointment(), Answer.DECLINED, comment="Tuesday does not work")
    for _ in range(2):
        shop.cycle()
    assert desk.mails() == {"IPM.Schedule.Meeting.Resp.Neg": 1}
    with desk.store.read() as tx:
        answers = tx.execute(select(BookingNotice.answer).order_by(BookingNotice.id)).scalars().all()
        told = tx.execute(select(Notice.text).where(Notice.record_id == shop.booking)).scalars().all()
        linked = select(Activity.direction).join(Link, Link.activity_id == Activity.id)
        linked = linked.where(Link.record_id == shop.booking, Link.state == "linked", Activity.kind == "email")
        directions = tx.execute(linked.order_by(Activity.id)).scalars().all()
        waits = tx.execute(select(Triage.state).join(Email, Email.id == Triage.activity_id)).scalars().all()
    assert waits == ["undecided"]
    assert [each.get("said") for each in answers] == [None, "declined"]
    assert (told, directions) == (["Jane Doe declined BKG-00001 Repair, Jane Doe."], ["out", "out", "in"])
