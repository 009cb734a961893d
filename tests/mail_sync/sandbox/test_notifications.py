"""Subscribe, GetEvents and GetStreamingEvents, as exchangelib meets them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
import requests
from exchangelib import Account, Message
from exchangelib.errors import (
    ErrorExceededConnectionCount,
    ErrorExceededSubscriptionCount,
    ErrorExpiredSubscription,
    ErrorInvalidSubscriptionRequest,
    ErrorInvalidWatermark,
    ErrorMissedNotificationEvents,
    ErrorSubscriptionAccessDenied,
    ErrorSubscriptionDelegateAccessNotSupported,
    ErrorSubscriptionNotFound,
)
from exchangelib.properties import Notification
from exchangelib.protocol import close_connections
from exchangelib.services import GetEvents, GetStreamingEvents

from mail_sync.sandbox.ews.streaming import Pace
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.journal import MOST_ENTRIES
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox, serve
from tests.mail_sync.sandbox.builders import ANNA, add_event, add_mail, synthetic_mail
from tests.mail_sync.sandbox.conftest import sign_in
from tests.mail_sync.sandbox.test_calendar import SINGLE
from tests.mail_sync.sandbox.test_protocol import post

MAX = "max@alpineskihouse.example"
ALL = ["CopiedEvent", "CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent", "NewMailEvent"]


def deliver(mailbox: Mailbox, number: int = 1, folder: str = "inbox") -> str:
    return add_mail(mailbox, synthetic_mail(number), folder, is_read=False).item_id


def pull(account: Account, subscription: str, watermark: str) -> Notification:
    return GetEvents(account=account).get(subscription_id=subscription, watermark=watermark)


def told(notification: Notification) -> list[tuple[str, str]]:
    """(event, id) of the events about items."""
    return [(event.ELEMENT_NAME, event.item_id.id) for event in notification.events if getattr(event, "item_id", None)]


def test_pull_tells_of_a_new_mail(account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    item = deliver(anna)
    notification = pull(account, subscription, watermark)
    assert (told(notification), notification.more_events) == (
        [("CreatedEvent", item), ("NewMailEvent", item)],
        False,
    )
    [folder] = [event for event in notification.events if event.ELEMENT_NAME == "ModifiedEvent"]
    assert (folder.folder_id.id, folder.unread_count) == (anna.folder("inbox").folder_id, 1)


def test_pull_tells_of_every_kind_of_change(account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    first, second = deliver(anna, 1), deliver(anna, 2)
    anna.mark_read(first)
    anna.edit(first, categories=("Track",))
    moved = anna.move(first, anna.folder("inbox/Customers")).item_id
    anna.delete(second)
    events = [event for event in told(pull(account, subscription, watermark)) if event[0] not in ("NewMailEvent",)]
    assert events == [
        ("CreatedEvent", first), ("CreatedEvent", second), ("ModifiedEvent", first), ("ModifiedEvent", first),
        ("MovedEvent", moved), ("DeletedEvent", second),
    ]  # fmt: skip


def test_moved_event_names_the_old_place(account: Account, anna: Mailbox) -> None:
    item = deliver(anna)
    subscription, watermark = account.inbox.subscribe_to_pull(event_types=["MovedEvent"])
    moved = anna.move(item, anna.folder("archive")).item_id
    [event] = pull(account, subscription, watermark).events
    assert (event.item_id.id, event.old_item_id.id) == (moved, item)
    assert (event.parent_folder_id.id, event.old_parent_folder_id.id) == (
        anna.folder("archive").folder_id,
        anna.folder("inbox").folder_id,
    )


def test_copied_event_names_the_original(account: Account, anna: Mailbox) -> None:
    original = deliver(anna)
    subscription, watermark = account.subscribe_to_pull(event_types=["CopiedEvent", "CreatedEvent"])
    copy, _ = account.inbox.get(id=original).copy(account.drafts)
    [event] = pull(account, subscription, watermark).events
    assert (event.ELEMENT_NAME, event.item_id.id, event.old_item_id.id) == ("CopiedEvent", copy, original)
    assert event.old_parent_folder_id.id == anna.folder("inbox").folder_id


def test_mail_that_is_sent_is_told_to_its_reader(
    model: Model, account: Account, signed_in: Callable[..., Account]
) -> None:
    model.add_mailbox(MAX, password="max")
    other = signed_in(address=MAX, password="max")
    subscription, watermark = other.inbox.subscribe_to_pull(event_types=["NewMailEvent"])
    Message(account=account, subject="Hello", body="x", to_recipients=[MAX]).send()
    [event] = pull(other, subscription, watermark).events
    assert event.item_id.id == model.mailbox(MAX).folder("inbox").items[0].item_id


def test_change_of_an_appointment_changes_free_busy(account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.calendar.subscribe_to_pull(event_types=["FreeBusyChangedEvent"])
    item = add_event(anna, SINGLE)
    assert told(pull(account, subscription, watermark)) == [("FreeBusyChangedEvent", item.item_id)]


def test_pull_without_news_gives_a_status_event(account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    deliver(anna, folder="archive")
    [event] = pull(account, subscription, watermark).events
    assert event.ELEMENT_NAME == "StatusEvent"
    item = deliver(anna)
    assert ("NewMailEvent", item) in told(pull(account, subscription, event.watermark))


def test_pull_cuts_a_long_list_into_pages(account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull(event_types=["CreatedEvent"])
    items = [deliver(anna, number) for number in range(60)]
    first = pull(account, subscription, watermark)
    second = pull(account, subscription, first.events[-1].watermark)
    assert (first.more_events, second.more_events) == (True, False)
    assert [item for _, item in told(first) + told(second)] == items


def test_subscription_to_all_folders_hears_of_folders_too(account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.subscribe_to_pull(event_types=["CreatedEvent", "ModifiedEvent"])
    folder = anna.folder("inbox/New")
    events = pull(account, subscription, watermark).events
    assert [(event.ELEMENT_NAME, event.folder_id.id) for event in events] == [("CreatedEvent", folder.folder_id)]


def test_resubscribing_with_a_watermark_continues_there(account: Account, anna: Mailbox) -> None:
    _, watermark = account.inbox.subscribe_to_pull()
    item = deliver(anna)
    again, same = account.inbox.subscribe_to_pull(watermark=watermark)
    assert same == watermark
    assert ("NewMailEvent", item) in told(pull(account, again, same))


def test_unsubscribed_is_not_found(account: Account) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    account.inbox.unsubscribe(subscription)
    with pytest.raises(ErrorSubscriptionNotFound):
        pull(account, subscription, watermark)
    with pytest.raises(ErrorSubscriptionNotFound):
        account.inbox.unsubscribe(subscription)


def test_restart_forgets_all_subscriptions(sandbox: Sandbox, account: Account) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    sandbox.frontend.restart()
    with pytest.raises(ErrorSubscriptionNotFound):
        pull(account, subscription, watermark)


def test_unasked_subscription_expires(model: Model, account: Account) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull(timeout=10)
    model.clock.offset = timedelta(minutes=9)
    pull(account, subscription, watermark)
    model.clock.offset = timedelta(minutes=18)
    pull(account, subscription, watermark)
    model.clock.offset = timedelta(minutes=29)
    with pytest.raises(ErrorSubscriptionNotFound):
        pull(account, subscription, watermark)


def test_expired_subscription_by_fault(sandbox: Sandbox, account: Account) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    sandbox.faults.set(FaultKind.SUBSCRIPTION_EXPIRED, times=1)
    with pytest.raises(ErrorExpiredSubscription):
        pull(account, subscription, watermark)
    with pytest.raises(ErrorSubscriptionNotFound):
        pull(account, subscription, watermark)


@pytest.mark.parametrize("watermark", ["nonsense", "AQAAAA=="])
def test_wrong_watermark_is_refused(account: Account, watermark: str) -> None:
    subscription, _ = account.inbox.subscribe_to_pull()
    with pytest.raises(ErrorInvalidWatermark):
        pull(account, subscription, watermark)


def test_watermark_of_forgotten_events_is_refused(account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    item = deliver(anna)
    for number in range(MOST_ENTRIES // 2 + 1):
        anna.mark_read(item, number % 2 == 0)
    with pytest.raises(ErrorMissedNotificationEvents):
        pull(account, subscription, watermark)


def test_lost_events_are_passed_over(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    subscription, watermark = account.inbox.subscribe_to_pull()
    deliver(anna)
    sandbox.faults.set(FaultKind.LOST_EVENTS, times=1)
    [event] = pull(account, subscription, watermark).events
    assert event.ELEMENT_NAME == "StatusEvent"
    assert told(pull(account, subscription, event.watermark)) == []


def test_push_is_refused_in_words(account: Account) -> None:
    with pytest.raises(ErrorInvalidSubscriptionRequest) as caught:
        account.inbox.subscribe_to_push("http://client.example/notify")
    assert str(caught.value) == "This server offers pull and streaming subscriptions only."


def test_too_many_subscriptions_are_refused(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.SUBSCRIPTION_LIMIT, times=1)
    with pytest.raises(ErrorExceededSubscriptionCount):
        account.inbox.subscribe_to_pull()
    sandbox.frontend.subscriptions.most_per_mailbox = 1
    account.inbox.subscribe_to_pull()
    with pytest.raises(ErrorExceededSubscriptionCount):
        account.inbox.subscribe_to_pull()


def test_subscription_belongs_to_its_maker(model: Model, signed_in: Callable[..., Account], account: Account) -> None:
    model.add_mailbox(MAX, password="max")
    subscription, watermark = account.inbox.subscribe_to_pull()
    other = signed_in(address=MAX, password="max")
    with pytest.raises(ErrorSubscriptionAccessDenied):
        pull(other, subscription, watermark)


def test_delegate_cannot_subscribe(model: Model, signed_in: Callable[..., Account]) -> None:
    model.add_mailbox(MAX).readers.add(ANNA)
    shared = signed_in(address=MAX, user=ANNA)
    with pytest.raises(ErrorSubscriptionDelegateAccessNotSupported):
        shared.inbox.subscribe_to_pull()


@dataclass
class Listener:
    """Reads a stream in a thread of its own; the events, the errors and the end are seen from outside."""

    account: Account
    ids: list[str]
    events: list[Any] = field(default_factory=list)
    error: Exception | None = None
    thread: Thread = field(init=False)

    def __post_init__(self) -> None:
        self.service = GetStreamingEvents(account=self.account)
        self.thread = Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        try:
            for notification in self.service.call(subscription_ids=self.ids, connection_timeout=1):
                self.events += [(notification.subscription_id, event) for event in notification.events]
        except Exception as error:  # noqa: BLE001 - whatever ends the stream is what the test looks at
            self.error = error

    def items(self) -> list[tuple[str, str]]:
        return [(event.ELEMENT_NAME, event.item_id.id) for _, event in list(self.events) if event.item_id]

    def end(self) -> None:
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def listen(sandbox: Sandbox, account: Account) -> Iterator[Callable[..., Listener]]:
    started: list[Listener] = []
    before = account.protocol.TIMEOUT

    def start(*ids: str) -> Listener:
        started.append(Listener(account, list(ids)))
        until(lambda: sandbox.frontend.subscriptions.streams() == 1 or not started[-1].thread.is_alive())
        return started[-1]

    yield start
    assert before == account.protocol.TIMEOUT
    sandbox.frontend.drop_streams()
    for one in started:
        one.end()


def test_stream_tells_at_once(account: Account, anna: Mailbox, listen: Callable[..., Listener]) -> None:
    subscription = account.inbox.subscribe_to_streaming(event_types=["NewMailEvent"])
    listener = listen(subscription)
    first = deliver(anna, 1)
    until(lambda: len(listener.events) == 1)
    second = deliver(anna, 2)
    until(lambda: len(listener.events) == 2)
    assert listener.items() == [("NewMailEvent", first), ("NewMailEvent", second)]


def test_stream_serves_several_subscriptions(account: Account, anna: Mailbox, listen: Callable[..., Listener]) -> None:
    everything = account.subscribe_to_streaming(event_types=["CreatedEvent"])
    inbox = account.inbox.subscribe_to_streaming(event_types=["CreatedEvent"])
    listener = listen(everything, inbox)
    deliver(anna)
    until(lambda: len(listener.events) == 2)
    assert {subscription for subscription, _ in listener.events} == {everything, inbox}


def test_stream_tells_what_happened_before_it_was_opened(
    account: Account, anna: Mailbox, listen: Callable[..., Listener]
) -> None:
    subscription = account.inbox.subscribe_to_streaming(event_types=["NewMailEvent"])
    item = deliver(anna)
    listener = listen(subscription)
    until(lambda: len(listener.events) == 1)
    assert listener.items() == [("NewMailEvent", item)]


def test_stream_closes_when_its_minutes_are_over(
    sandbox: Sandbox, account: Account, listen: Callable[..., Listener]
) -> None:
    sandbox.frontend.pace = Pace(heartbeat=0.05, minute=0.3)
    listener = listen(account.inbox.subscribe_to_streaming())
    listener.end()
    assert (listener.error, listener.service.connection_status) == (None, "Closed")
    until(lambda: sandbox.frontend.subscriptions.streams() == 0)


def test_stream_gives_signs_of_life(sandbox: Sandbox, account: Account) -> None:
    sandbox.frontend.pace = Pace(heartbeat=0.05, minute=0.4)
    body = (
        '<GetStreamingEvents xmlns="http://schemas.microsoft.com/exchange/services/2006/messages" '
        'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><SubscriptionIds><t:SubscriptionId>'
        f"{account.inbox.subscribe_to_streaming()}</t:SubscriptionId></SubscriptionIds>"
        "<ConnectionTimeout>1</ConnectionTimeout></GetStreamingEvents>"
    )
    status, headers, data = post(sandbox, body)
    reply = data.decode()
    said = re.findall("<m:ConnectionStatus>(.*?)</m:ConnectionStatus>", reply)
    assert (status, headers["Transfer-Encoding"], set(said[:-1]), said[-1]) == (200, "chunked", {"OK"}, "Closed")
    assert len(said) > 3
    assert reply.count("<s:Envelope") == len(said)


def test_stream_of_an_unknown_subscription_is_refused(listen: Callable[..., Listener]) -> None:
    listener = listen("00000000-0000-0000-0000-000000000000")
    listener.end()
    assert isinstance(listener.error, ErrorSubscriptionNotFound)
    assert "00000000-0000-0000-0000-000000000000" in str(listener.error.value)


def test_unsubscribing_ends_the_stream(sandbox: Sandbox, account: Account, listen: Callable[..., Listener]) -> None:
    subscription = account.inbox.subscribe_to_streaming()
    listener = listen(subscription)
    sandbox.frontend.subscriptions.remove(subscription)
    with sandbox.model.changed:
        sandbox.model.changed.notify_all()
    listener.end()
    assert isinstance(listener.error, ErrorSubscriptionNotFound)


def test_dropped_stream_ends_in_the_middle(
    sandbox: Sandbox, account: Account, anna: Mailbox, listen: Callable[..., Listener]
) -> None:
    subscription = account.inbox.subscribe_to_streaming()
    sandbox.faults.set(FaultKind.DROP_STREAM, skip=1, times=1)  # after the first sign of life
    listener = listen(subscription)
    deliver(anna)
    listener.end()
    assert isinstance(listener.error, requests.exceptions.ChunkedEncodingError)
    again = listen(subscription)
    sandbox.frontend.drop_streams()
    again.end()
    assert isinstance(again.error, requests.exceptions.ChunkedEncodingError)


def test_silent_stream_says_nothing_and_stays_open(
    sandbox: Sandbox, account: Account, anna: Mailbox, listen: Callable[..., Listener]
) -> None:
    sandbox.frontend.pace = Pace(heartbeat=0.02, minute=60)
    sandbox.faults.set(FaultKind.SILENT_STREAM)
    listener = listen(account.inbox.subscribe_to_streaming())
    deliver(anna)
    listener.thread.join(timeout=0.2)
    assert (listener.thread.is_alive(), listener.events) == (True, [])


def test_too_many_streams_are_refused(sandbox: Sandbox, account: Account, listen: Callable[..., Listener]) -> None:
    sandbox.frontend.subscriptions.most_streams = 0
    listener = listen(account.inbox.subscribe_to_streaming())
    listener.end()
    assert isinstance(listener.error, ErrorExceededConnectionCount)


def test_stop_ends_streams_and_their_threads(model: Model) -> None:
    before = set(enumerate_threads())
    with serve(model) as sandbox:
        account = sign_in(sandbox)
        listener = Listener(account, [account.inbox.subscribe_to_streaming()])
        until(lambda: sandbox.frontend.subscriptions.streams() == 1)
    listener.end()
    close_connections()
    assert set(enumerate_threads()) - before == set()


def test_events_of_many_writers_arrive_once_each(
    account: Account, anna: Mailbox, listen: Callable[..., Listener]
) -> None:
    listener = listen(account.inbox.subscribe_to_streaming(event_types=["CreatedEvent"]))
    made: list[str] = []
    writers = [
        Thread(target=lambda start=start: made.extend(deliver(anna, start + number) for number in range(20)))
        for start in (0, 100, 200)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    until(lambda: len(listener.events) >= 60)
    assert sorted(item for _, item in listener.items()) == sorted(made)
