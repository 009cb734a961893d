"""A customer's mail about a booking is linked to it, and waits for a person who finds another time."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from assistant.scheduling.customers.notices import send_notices
from assistant.triage.making import accept_suggested
from assistant.triage.suggesting import Act, Suggestion, suggested
from mail_sync.mime.compose import one_line
from mail_sync.provider import FolderRole
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.queries.triage_list import triage_list
from store.records.writing import create_record
from store.scheduling.booking import Need, book
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SITE
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.outbox import Outgoing
from store.schema.triage import Triage
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.world import JANE, US, World, new_world
from tests.store.scheduling.scene import NINE, workshop


@pytest.fixture
def told(sqlite_store: Store) -> tuple[World, int]:
    """Jane was told of a repair, from Anna's mailbox."""
    world = new_world(sqlite_store)
    by: dict[str, Any] = {"by": SYSTEM, "now": world.now}
    with world.store.write() as tx:
        shop = workshop(tx)
        write_thing(tx, SITE, {"mailbox": US}, key=shop.site, **by)
        jane = create_record(tx, "contact", {"title": "Jane Doe", "emails": [JANE]}, **by).record_id
        values = {"contact": jane}
        booking = book(tx, shop.repair, NINE.replace(day=9), [Need(shop.ann)], values=values, **by).record_id
    world.do(send_notices, [booking])
    world.pass_time(seconds=20)
    world.deliver()
    world.sync()
    return world, booking


def arrives(world: World, number: int, subject: str, text: str, **headers: str) -> tuple[list[str], str]:
    """Jane writes; how her mail is linked to the booking, and how it stands in triage."""
    raw = mail(number, sender=JANE, to=US, subject=subject, body=text, headers=headers).replace(
        f"number {number}".encode(), b""
    )
    world.provider.deliver(world.folder(FolderRole.INBOX), raw)
    world.sync()
    with world.store.read() as tx:
        key = tx.execute(
            select(Activity.id).where(Activity.subject == subject, Activity.direction == "in")
        ).scalar_one()
        linked = (Link.activity_id == key, Link.state == "linked", Link.record_id == 3)
        rules = tx.execute(select(Link.rule).where(*linked)).scalars().all()
        state = tx.execute(select(Triage.state).where(Triage.activity_id == key)).scalar_one()
    return list(rules), state


def test_reply_to_a_notice_is_regarding_the_booking_and_waits(told: tuple[World, int]) -> None:
    world, _ = told
    with world.store.read() as tx:
        payload = tx.execute(select(Outgoing.payload)).scalar_one()
    names = {"In-Reply-To": f"<{payload['message_id']}>", "References": f"<{payload['references'][-1]}>"}
    subject = one_line(f"Re: {payload['subject']}")
    assert arrives(world, 1, subject, "Tuesday doesn't work", **names) == (["token"], "undecided")
    with world.store.read() as tx:
        (row,) = triage_list(tx, by=SYSTEM).rows
    assert (suggested(row), row.booking and row.booking.record.number) == (Suggestion(Act.MOVE, 1.0), "BKG-00001")
    with pytest.raises(Invalid, match=r"^Another time may be wanted for BKG-00001: look for a slot and move it\.$"):
        world.do(accept_suggested, [row.activity_id])
    assert arrives(world, 2, f"{subject} thanks", "Thank you!", **names) == (["token"], "handled")
    assert arrives(world, 3, "Next week", "About BKG-00001: can we do Thursday?") == (["number"], "undecided")
