"""A machine that answers our acknowledgement is not answered again, whatever it says of itself."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from assistant.triage.stored import check_rules, new_rules
from mail_sync.sandbox.model import Sent
from store.actor import SYSTEM
from store.mail.templates import save_template
from store.queues.saving import save_queue
from store.queues.values import QueueValues
from store.records.writing import create_record
from store.schema.activities import Activity
from store.schema.mail import Email
from store.triage.keeping import put_rules
from tests.assistant.outbox.world import JANE, START, US
from tests.cases.desk import written
from tests.cases.over_ews import OverEws

RULES = """
[[mail]]
name = "Support"
when.to_queue = "Support"
then.create = "case"
then.acknowledge = "We have it"
"""


@pytest.fixture
def support(ews: OverEws) -> OverEws:
    """Anna's mailbox is that of a queue whose rule makes cases and thanks for every mail."""
    with ews.store.write() as tx:
        create_record(tx, "contact", {"title": "Jane Roe", "emails": [JANE]}, by=SYSTEM, now=START)
        save_queue(tx, QueueValues("Support", address=US), by=SYSTEM, now=START)
        save_template(tx, "We have it", "", "It is {case.number}.", shared=True, by=SYSTEM, now=START)
        put_rules(tx, new_rules(check_rules(tx, RULES, "r", by=SYSTEM)), replace_all=True, by=SYSTEM, now=START)
    return ews


def answer(sent: Sent, number: int, **headers: str) -> bytes:
    """What an auto-responder at the other end makes of a mail of ours; `headers` replace what it says itself."""
    ours = message_from_bytes(sent.data, policy=policy.default)
    reply = EmailMessage()
    reply["From"], reply["To"] = JANE, US
    reply["Message-ID"] = f"<auto{number}@fabrikam.example>"
    said = {
        "Subject": f"Automatic reply {number}: {ours['Subject']}",
        "In_Reply_To": str(ours["Message-ID"]),
        "References": str(ours["Message-ID"]),
        "Auto_Submitted": "auto-replied",
    } | headers
    for name, value in said.items():
        if value:
            reply[name.replace("_", "-")] = value
    reply.set_content(f"I am away, {number}.")
    return reply.as_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        # It says neither that it is a machine nor what it answers.
        {"Auto_Submitted": "", "In_Reply_To": "", "References": "", "Subject": "Away"},
    ],
    ids=["marked", "unmarked"],
)
def test_a_loop_with_an_auto_responder_stops_at_one_message(support: OverEws, headers: dict[str, str]) -> None:
    support.now = START + timedelta(minutes=1)
    support.arrives(written(1, subject="Printer"))
    answered = 0
    for _ in range(3):
        support.cycle()
        outside = support.sandbox.model.outside
        for sent in outside[answered:]:
            answered += 1
            support.arrives(answer(sent, answered, **headers))

    [ours] = support.sandbox.model.outside
    assert (ours.recipient, answered) == (JANE, 1)
    head = message_from_bytes(ours.data, policy=policy.default)
    assert (head["From"], head["Subject"]) == (f"Anna <{US}>", "Re: Printer")
    assert (head["Auto-Submitted"], head["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    with support.store.read() as tx:
        mails = select(Activity.direction, Email.noise).join(Email, Email.id == Activity.id).order_by(Activity.id)
        assert tuple(tx.execute(mails).all()[1]) == ("out", "auto_reply")
