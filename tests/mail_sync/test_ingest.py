"""What mail brings is stored on both databases, whatever its text holds."""

from __future__ import annotations

import random
import string
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from assistant.linking.worker import link_pending
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.message import Address, Attachment, DeliveryReport, Message
from mail_sync.ours import Ours
from mail_sync.provider import RemoteMessage
from store.engine import Store
from store.schema.activities import Activity, ActivityParty
from store.sync.mailboxes import files_mailbox

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NUL, HALF = "a\0b", "a\ud800b"
ORDINARY = Message(
    message_id="m1@mail.example",
    subject="Guns",
    sender=Address("jane@fabrikam.example", "Jane"),
    to=(Address("anna@alpine.example"),),
    sent_at=NOW,
    text="Hello",
    new_text="Hello",
    source=b"x",
)


def _long(length: int) -> str:
    """Text that no database can pack."""
    letters = random.Random(length)
    return "".join(letters.choice(string.ascii_letters + string.digits) for _ in range(length))


def _file(name: str) -> Attachment:
    return Attachment(filename=name, media_type=name, size=1, chunks=lambda: iter([b"x"]), content_id=name)


def take_in(
    store: Store, message: Message, *, remote_id: str = "r1", at: datetime | None = None, mailbox_id: int | None = None
) -> int:
    """Store one mail as a mailbox holds it; returns how many were new."""
    remote = RemoteMessage(remote_id, "", message, is_read=True, categories=(NUL, HALF), received_at=at)
    prepared = prepare_mail(remote, ours=Ours(), capture=CaptureRules(private_items=False), now=NOW)
    assert prepared is not None
    with store.write() as tx:
        return write_mail(tx, mailbox_id or files_mailbox(tx, now=NOW), None, [prepared], now=NOW)


@pytest.mark.parametrize("dirt", [NUL, HALF, "a\ud83d\ude00b"], ids=["nul", "half a pair", "split pair"])
def test_mail_with_characters_that_databases_refuse_is_stored_once(store: Store, dirt: str) -> None:
    message = replace(
        ORDINARY,
        message_id=f"{dirt}@mail.example",
        in_reply_to=(f"0{dirt}@mail.example",),
        subject=dirt,
        sender=Address(f"{dirt}@fabrikam.example", dirt),
        thread_index=bytes(22),
        thread_topic=dirt,
        text=dirt,
        new_text=dirt,
        html=dirt,
        attachments=(_file(dirt),),
        stamp=dirt,
        report=DeliveryReport(dirt, status=dirt),
    )
    assert [take_in(store, message), take_in(store, message), take_in(store, message, remote_id="r2")] == [1, 0, 0]
    assert link_pending(store, now=NOW) == 0


def test_refused_characters_are_shown_as_replaced(store: Store) -> None:
    for number, subject in enumerate([NUL, HALF, "a\ud83d\ude00b"]):
        take_in(store, replace(ORDINARY, message_id=f"{number}@mail.example", subject=subject), remote_id=str(number))
    with store.read() as tx:
        assert tx.execute(select(Activity.subject).order_by(Activity.id)).scalars().all() == [
            "a\ufffdb",
            "a\ufffdb",
            "a\U0001f600b",
        ]


@pytest.mark.parametrize(
    "long",
    [
        {"message_id": f"{_long(9_000)}@mail.example"},
        {"references": (f"{_long(9_000)}@mail.example",)},
        {"references": tuple(f"{number}@mail.example" for number in range(20_000))},
        {"sender": Address(f"{_long(9_000)}@fabrikam.example")},
        {"sender": Address(f"jane@{_long(9_000)}.example")},
        {"sender": Address("jane@fabrikam.example", _long(100_000))},
        {"subject": _long(1_000_000)},
        {"text": " ".join(_long(9 + number % 7) for number in range(30_000))},
        {"attachments": (_file(_long(100_000)),)},
        {"thread_index": bytes(22), "thread_topic": _long(9_000)},
        {"sent_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"sent_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)},
    ],
    ids=lambda long: next(iter(long)),
)
def test_mail_with_very_long_or_far_values_is_stored_once(store: Store, long: dict[str, Any]) -> None:
    message = replace(ORDINARY, **long)
    assert [take_in(store, message), take_in(store, message)] == [1, 0]
    assert link_pending(store, now=NOW) == 0


def test_answer_finds_a_mail_whose_name_is_very_long(store: Store) -> None:
    name = f"{_long(3_000)}@mail.example"
    take_in(store, replace(ORDINARY, message_id=name))
    take_in(store, replace(ORDINARY, message_id="m2@mail.example", in_reply_to=(name,)), remote_id="r2")
    with store.read() as tx:
        threads = tx.exec_driver_sql("SELECT DISTINCT thread_id FROM email").all()
    assert len(threads) == 1


def test_address_that_is_too_long_for_one_is_kept_as_a_name(store: Store) -> None:
    take_in(store, replace(ORDINARY, sender=Address("j" * 400 + "@fabrikam.example")))
    with store.read() as tx:
        party = tx.execute(select(ActivityParty.email, ActivityParty.name).where(ActivityParty.role == "from")).one()
    assert party == ("", "j" * 320)
