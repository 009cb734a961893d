"""Mails in all the states that a server leaves them in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mail_sync.errors import MailboxUnavailable, PoisonItem
from mail_sync.message import Address
from mail_sync.provider import FolderRole, Poisoned, RemoteMessage
from mail_sync.providers.exchange.items import read_facts
from mail_sync.providers.exchange.properties import message_from_properties
from mail_sync.sandbox.faults import FaultKind
from tests.mail_sync.providers.contract import RECEIVED, mail, the
from tests.mail_sync.providers.exchange.elements import element
from tests.mail_sync.providers.exchange.world import ExchangeWorld


def deliver(world: ExchangeWorld, *raws: bytes) -> list[str]:
    inbox = the(FolderRole.INBOX, world.connect())
    return [world.deliver(inbox, raw) for raw in raws]


def test_read_facts_reads_what_only_the_server_knows() -> None:
    facts = read_facts(
        "1",
        element(
            "MeetingRequest",
            "<ItemClass>IPM.Schedule.Meeting.Request</ItemClass><Size>1234</Size><IsRead>false</IsRead>"
            "<IsDraft>true</IsDraft><Importance>High</Importance><Sensitivity>Private</Sensitivity>"
            "<DateTimeReceived>2026-03-02T09:30:00.5Z</DateTimeReceived><ConversationTopic>Offer</ConversationTopic>"
            "<ConversationIndex>AQI=</ConversationIndex><Categories><String>Lead</String></Categories>"
            "<ExtendedProperty><ExtendedFieldURI/><Value>2</Value></ExtendedProperty>",
        ),
    )
    assert (facts.change_key, facts.size, facts.item_class) == ("key-1", 1234, "IPM.Schedule.Meeting.Request")
    assert (facts.is_read, facts.is_draft, facts.flagged) == (False, True, True)
    assert (facts.importance, facts.sensitivity, facts.categories) == ("high", "private", ("Lead",))
    assert facts.received_at == datetime(2026, 3, 2, 9, 30, 0, 500000, tzinfo=UTC)
    assert (facts.thread_index, facts.thread_topic) == (b"\x01\x02", "Offer")


def test_read_facts_of_an_empty_item_invent_nothing() -> None:
    facts = read_facts("1", element("Message", "<ConversationIndex>?</ConversationIndex>"))
    assert (facts.received_at, facts.importance, facts.sensitivity, facts.thread_index) == (None, "", "", b"")
    assert (facts.is_read, facts.is_draft, facts.flagged) == (True, False, False)


def test_flags_come_with_the_mail(world: ExchangeWorld) -> None:
    (item,) = deliver(world, mail(1))
    world.mailbox.edit(item, flagged=True)
    world.mark_read(item)
    (got,) = world.connect().fetch_messages([item])
    assert isinstance(got, RemoteMessage)
    assert (got.flagged, got.is_read) == (True, True)


def test_a_mail_beyond_the_limit_never_travels(world: ExchangeWorld) -> None:
    small, large = deliver(world, mail(1), mail(2, "x" * 70_000))
    provider = world.connect(largest_mail=65_536)
    world.sandbox.counts.clear()
    answers = {one.item_id: one for one in provider.fetch_messages([small, large])}
    assert isinstance(answers[small], RemoteMessage)
    refused = answers[large]
    assert isinstance(refused, Poisoned)
    assert isinstance(refused.error, PoisonItem)
    assert world.sandbox.counts == {"GetItem": 2}


def test_mail_from_before_the_horizon_never_travels(world: ExchangeWorld) -> None:
    old, new = deliver(world, mail(1)) + deliver(world, mail(2))
    world.mailbox.item(old).received = RECEIVED - timedelta(days=1)
    provider = world.connect(since=RECEIVED)
    assert [one.item_id for one in provider.fetch_messages([old, new])] == [new]


def test_connections_that_end_after_each_answer_lose_nothing(world: ExchangeWorld) -> None:
    items = deliver(world, *(mail(number) for number in range(45)))
    world.faults.set(FaultKind.DROP_KEEP_ALIVE)
    assert [one.item_id for one in world.connect().fetch_messages(items)] == items


def test_a_server_that_lies_about_sizes_cannot_fill_memory(world: ExchangeWorld) -> None:
    small, large = deliver(world, mail(1), mail(2, "x" * 20_000_000))
    world.faults.set(FaultKind.WRONG_SIZE, 100, target=large)
    provider = world.connect(largest_mail=65_536)
    answers = {one.item_id: one for one in provider.fetch_messages([small, large])}
    assert {item_id: type(one) for item_id, one in answers.items()} == {small: RemoteMessage, large: Poisoned}


def test_broken_xml_costs_only_its_own_item(world: ExchangeWorld) -> None:
    items = deliver(world, *(mail(number) for number in range(6)))
    world.faults.set(FaultKind.POISON, "broken xml", target=items[4])
    answers = {one.item_id: one for one in world.connect().fetch_messages(items)}
    assert [item for item in items if isinstance(answers[item], Poisoned)] == [items[4]]


@pytest.mark.parametrize("code", ["ErrorInternalServerError", "ErrorAccessDenied", "ErrorContentConversionFailed"])
def test_codes_that_the_library_raises_cost_only_their_own_item(world: ExchangeWorld, code: str) -> None:
    items = deliver(world, *(mail(number) for number in range(6)))
    world.faults.set(FaultKind.POISON, code, target=items[2])
    answers = {one.item_id: one for one in world.connect().fetch_messages(items)}
    assert [item for item in items if isinstance(answers[item], Poisoned)] == [items[2]]


def test_an_item_that_always_breaks_the_connection_is_found(world: ExchangeWorld) -> None:
    items = deliver(world, *(mail(number) for number in range(4)))
    world.faults.set(FaultKind.DROP_BODY, operation="GetItem", times=4)
    got = list(world.connect().fetch_messages(items))
    assert [type(one) for one in got] == [RemoteMessage] * 4


def test_a_mail_without_mime_comes_from_its_properties(world: ExchangeWorld) -> None:
    (item,) = deliver(world, mail(1))
    world.faults.set(
        FaultKind.POISON, "ErrorMimeContentConversionFailed", operation="GetItem", target=item, skip=1, times=1
    )
    (got,) = world.connect().fetch_messages([item])
    assert isinstance(got, RemoteMessage)
    message = got.message
    assert (message.subject, message.message_id) == ("Offer 1", "offer-1@engines.example")
    assert [message.sender, *message.to] == [
        Address("ada@engines.example", "Ada Byron"),
        Address("sales@alpine.example", "sales@alpine.example"),
    ]
    assert message.text.strip() == "Good morning"
    assert message.defects[0].startswith("the server gave no MIME: ErrorMimeContentConversionFailed")


def test_regenerated_mime_is_still_the_same_mail(world: ExchangeWorld) -> None:
    (item,) = deliver(world, mail(1))
    world.faults.set(FaultKind.REGENERATED_MIME)
    (got,) = world.connect().fetch_messages([item])
    assert isinstance(got, RemoteMessage)
    assert (got.message.message_id, got.message.text.strip()) == ("offer-1@engines.example", "Good morning")


def test_bytes_that_are_no_mail_keep_their_raw_form(world: ExchangeWorld) -> None:
    (item,) = deliver(world, b"\x00\x01 no headers at all")
    (got,) = world.connect().fetch_messages([item])
    assert isinstance(got, Poisoned)
    assert got.raw == b"\x00\x01 no headers at all"


def test_a_lost_server_is_unavailable_and_no_item_is_blamed(world: ExchangeWorld) -> None:
    (item,) = deliver(world, mail(1))
    provider = world.connect()
    world.faults.set(FaultKind.DROP_REQUEST)
    with pytest.raises(MailboxUnavailable):
        list(provider.fetch_messages([item]))


def test_message_from_properties_names_what_is_missing() -> None:
    message = message_from_properties(
        element(
            "Message",
            "<From><Mailbox><Name>Ada</Name><EmailAddress>/O=ORG/CN=ADA</EmailAddress><RoutingType>EX</RoutingType>"
            "</Mailbox></From><Body BodyType='HTML'>&lt;p&gt;Good morning&lt;/p&gt;</Body>"
            "<HasAttachments>true</HasAttachments><References>&lt;a@x&gt; &lt;b@x&gt;</References>",
        ),
        PoisonItem("ErrorCorruptData"),
    )
    assert message.sender == Address("", "Ada")
    assert (message.text.strip(), message.references) == ("Good morning", ("a@x", "b@x"))
    assert message.defects == ("the server gave no MIME: ErrorCorruptData", "its attachments were not read")
