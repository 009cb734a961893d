"""Every switchable fault, as exchangelib meets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exchangelib import Account
from exchangelib.errors import (
    ErrorContentConversionFailed,
    ErrorInternalServerError,
    ErrorInvalidSyncStateData,
    ErrorMailboxStoreUnavailable,
    ErrorServerBusy,
    ErrorTimeoutExpired,
    EWSError,
    MalformedResponseError,
    TransportError,
    UnauthorizedError,
)
from lxml import etree

from mail_sync.sandbox.faults import FaultKind, Faults
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import add_event, add_mail, synthetic
from tests.mail_sync.sandbox.test_calendar import SINGLE
from tests.mail_sync.sandbox.test_mail import RICH
from tests.mail_sync.sandbox.test_protocol import GET, post
from tests.mail_sync.sandbox.test_sync import page


@pytest.fixture
def model() -> Model:
    return synthetic(5)


def read_all(account: Account) -> list[str]:
    return [item.subject for item in account.inbox.all().only("subject")]


def test_busy_server_names_its_back_off(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.BUSY, 1500, operation="FindItem", times=1)
    with pytest.raises(ErrorServerBusy) as caught:
        read_all(account)
    assert caught.value.back_off == 1.5
    assert len(read_all(account)) == 5


def test_busy_message_fails_inside_a_good_reply(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.BUSY_MESSAGE, 700, operation="FindItem", times=1)
    with pytest.raises(ErrorServerBusy):
        read_all(account)
    assert len(read_all(account)) == 5


def test_any_response_code_can_be_given(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.MESSAGE_ERROR, "ErrorMailboxStoreUnavailable", operation="FindItem")
    with pytest.raises(ErrorMailboxStoreUnavailable):
        read_all(account)


def test_any_soap_fault_can_be_given(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.SOAP_FAULT, "ErrorInternalServerError", operation="FindItem")
    with pytest.raises(ErrorInternalServerError):
        read_all(account)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, UnauthorizedError),
        (403, MalformedResponseError),
        (429, MalformedResponseError),
        (500, MalformedResponseError),
        (502, MalformedResponseError),
        (503, ErrorServerBusy),
    ],
)
def test_http_status_comes_instead_of_a_reply(
    sandbox: Sandbox, account: Account, status: int, error: type[EWSError]
) -> None:
    assert len(read_all(account)) == 5
    sandbox.faults.set(FaultKind.HTTP_STATUS, status, operation="FindItem", retry_after=7)
    with pytest.raises((error, TransportError)):
        read_all(account)


def test_connection_breaks_in_the_middle_of_the_reply(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.DROP_BODY, operation="FindItem", times=1)
    with pytest.raises((EWSError, OSError)):
        read_all(account)


def test_connection_breaks_before_the_reply(sandbox: Sandbox, account: Account) -> None:
    read_all(account)
    sandbox.faults.set(FaultKind.DROP_REQUEST, operation="FindItem", times=1)
    with pytest.raises(ErrorTimeoutExpired):
        read_all(account)


def test_kept_connection_is_dropped_after_a_reply(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.DROP_KEEP_ALIVE, operation="FindItem", times=1)
    assert len(read_all(account)) == 5


def test_slow_reply_still_comes(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.SLOW, 0.01, operation="FindItem", times=1)
    assert len(read_all(account)) == 5


def test_invalid_state_strikes_states_only(sandbox: Sandbox, account: Account) -> None:
    sandbox.faults.set(FaultKind.INVALID_SYNC_STATE, times=1)
    changes, state, _ = page(account, None)
    with pytest.raises(ErrorInvalidSyncStateData):
        page(account, state)
    assert (len(changes), page(account, state)[0]) == (5, [])


def test_error_without_a_state_element_confuses_exchangelib(sandbox: Sandbox, account: Account) -> None:
    _, state, _ = page(account, None)
    sandbox.faults.set(FaultKind.INVALID_SYNC_STATE)
    sandbox.faults.set(FaultKind.NO_SYNC_STATE_ELEMENT)
    with pytest.raises(AttributeError):
        page(account, state)


def test_ignored_state_is_a_full_resync_without_a_word(sandbox: Sandbox, account: Account) -> None:
    first, state, _ = page(account, None)
    sandbox.faults.set(FaultKind.IGNORE_SYNC_STATE, times=1)
    assert page(account, state)[0] == first


@pytest.mark.parametrize(
    ("code", "error"),
    [("ErrorInternalServerError", ErrorInternalServerError),
     ("ErrorContentConversionFailed", ErrorContentConversionFailed)],
)  # fmt: skip
def test_poison_item_cannot_be_fetched(
    sandbox: Sandbox, account: Account, anna: Mailbox, code: str, error: type[EWSError]
) -> None:
    bad, good = anna.folder("inbox").items[:2]
    sandbox.faults.set(FaultKind.POISON, code, target=bad.item_id)
    with pytest.raises(error):
        list(account.fetch([(bad.item_id, None), (good.item_id, None)], only_fields=["subject"]))
    assert [one.subject for one in account.fetch([(good.item_id, None)], only_fields=["subject"])] == ["Order 1"]


def test_poison_item_may_be_broken_xml(sandbox: Sandbox, anna: Mailbox) -> None:
    bad = anna.folder("inbox").items[0]
    sandbox.faults.set(FaultKind.POISON, "broken xml", target=bad.item_id)
    status, _, reply = post(sandbox, GET.format(item=bad.item_id))
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(reply)
    assert status == 200


def test_unknown_element_stops_the_page(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    sandbox.faults.set(FaultKind.UNKNOWN_ELEMENT, target=anna.folder("inbox").items[2].item_id)
    with pytest.raises(ValueError, match="SharingMessage"):
        page(account, None)


def test_sizes_can_lie(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    sandbox.faults.set(FaultKind.WRONG_SIZE, 7)
    item = add_mail(anna, RICH)
    [shown] = account.fetch([(item.item_id, None)], only_fields=["size", "attachments"])
    assert (shown.size, {one.size for one in shown.attachments}) == (7, {7})


def test_fractional_seconds_are_lost_on_exchangelib(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    item = anna.folder("inbox").items[0]
    sandbox.faults.set(FaultKind.FRACTIONAL_SECONDS)
    [shown] = account.fetch([(item.item_id, None)], only_fields=["datetime_received", "subject"])
    assert (shown.datetime_received, shown.subject) == (None, "Order 0")


@pytest.mark.filterwarnings("ignore:Cannot convert value:UserWarning")
@pytest.mark.parametrize("kind", [FaultKind.NO_TIME_ZONE, FaultKind.UNKNOWN_TIME_ZONE])
def test_time_zones_can_be_missing_or_unknown(
    sandbox: Sandbox, account: Account, anna: Mailbox, kind: FaultKind
) -> None:
    item = add_event(
        anna, SINGLE.format(uid="x", start=":20261105T090000Z", end=":20261105T093000Z", more="SEQUENCE:0")
    )
    sandbox.faults.set(kind, "Customized Time Zone")
    shown = account.calendar.get(id=item.item_id)
    assert shown._start_timezone is None


def test_mime_can_be_regenerated(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    item = add_mail(anna, RICH)
    sandbox.faults.set(FaultKind.REGENERATED_MIME)
    [shown] = account.fetch([(item.item_id, None)], only_fields=["mime_content", "subject"])
    assert (shown.subject, shown.mime_content == RICH.encode()) == ("Offer", False)
    assert b"Message-ID: <A2@northwind.example>\r\n" in shown.mime_content


def test_faults_count_down_and_skip() -> None:
    faults = Faults()
    faults.set("slow", 1, operation="GetItem", times=2, skip=1)
    struck = [faults.take(FaultKind.SLOW, "GetItem") is not None for _ in range(5)]
    assert struck == [False, True, True, False, False]
    assert faults.take(FaultKind.SLOW, "FindItem") is None


def test_faults_strike_by_chance_and_repeatably() -> None:
    def run() -> list[bool]:
        faults = Faults(seed=7)
        faults.set("busy", probability=0.5)
        return [faults.take(FaultKind.BUSY, "GetItem") is not None for _ in range(50)]

    assert run() == run()
    assert 10 < sum(run()) < 40


def test_fault_can_be_aimed_at_one_mailbox(sandbox: Sandbox, model: Model, signed_in: Callable[..., Account]) -> None:
    model.add_mailbox("max@alpineskihouse.example", "Max")
    sandbox.faults.set(FaultKind.MESSAGE_ERROR, "ErrorMailboxStoreUnavailable", target="max@alpineskihouse.example")
    assert signed_in().inbox.total_count == 5
    with pytest.raises(ErrorMailboxStoreUnavailable):
        _ = signed_in(address="max@alpineskihouse.example").inbox.total_count
