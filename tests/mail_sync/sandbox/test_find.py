"""FindItem and FindFolder: paging, filters, order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from exchangelib import Account, EWSDateTime, EWSTimeZone, ExtendedProperty, Message, Q
from exchangelib.errors import ErrorCalendarViewRangeTooBig

from mail_sync.sandbox.ews.shape import Extended
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import START, add_mail, synthetic

HTML_ONLY = """From: Zoe <zoe@fabrikam.example>
To: anna@alpineskihouse.example
Subject: Re: ORDER seven & more
Message-ID: <zoe@fabrikam.example>
MIME-Version: 1.0
Content-Type: text/html

<p>hello</p>
"""


@pytest.fixture
def model() -> Model:
    return synthetic(12)


def subjects(found: object) -> list[str]:
    return [item.subject for item in found]  # type: ignore[attr-defined]


def test_listing_is_paged_and_newest_first(account: Account, sandbox: Sandbox) -> None:
    found = account.inbox.all().only("subject")
    found.page_size = 5
    assert subjects(found) == [f"Order {number}" for number in reversed(range(12))]
    assert sandbox.counts["FindItem"] == 3


def test_order_and_slice_are_the_servers(account: Account) -> None:
    assert subjects(account.inbox.all().order_by("datetime_received").only("subject")[:3]) == [
        "Order 0", "Order 1", "Order 2",
    ]  # fmt: skip
    assert subjects(account.inbox.all().order_by("-is_read", "datetime_received").only("subject")[:5]) == [
        "Order 0", "Order 3", "Order 6", "Order 9", "Order 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Q(subject="Order 7"), ["Order 7"]),
        (Q(subject="order 7"), ["Order 7"]),
        (Q(subject__contains="Order 1"), ["Order 11", "Order 10", "Order 1"]),
        (Q(subject__icontains="ORDER 1"), ["Order 11", "Order 10", "Order 1"]),
        (Q(subject__startswith="Order 11"), ["Order 11"]),
        (Q(subject__contains="ORDER 1"), []),
        (Q(is_read=True), ["Order 9", "Order 6", "Order 3", "Order 0"]),
        (Q(is_read=True) & ~Q(subject="Order 6"), ["Order 9", "Order 3", "Order 0"]),
        (Q(subject="Order 1") | Q(subject="Order 2"), ["Order 2", "Order 1"]),
        (Q(message_id="<order-4@northwind.example>"), ["Order 4"]),
        (Q(size__gt=5000), []),
        (Q(categories__exists=True), []),
        (Q(subject__not="Order 7") & Q(subject__in=["Order 7", "Order 8"]), ["Order 8"]),
    ],
)
def test_filter_is_evaluated_on_the_server(account: Account, query: Q, expected: list[str]) -> None:
    assert subjects(account.inbox.filter(query).only("subject")) == expected


def test_instants_are_compared_as_instants(account: Account) -> None:
    vienna = EWSTimeZone("Europe/Vienna")
    since = EWSDateTime.from_datetime(START + timedelta(minutes=10)).astimezone(vienna)
    assert subjects(account.inbox.filter(datetime_received__gte=since).only("subject")) == ["Order 11", "Order 10"]
    window = (since - timedelta(minutes=2), since)
    assert subjects(account.inbox.filter(datetime_received__range=window).only("subject")) == [
        "Order 10", "Order 9", "Order 8",
    ]  # fmt: skip


class CrmId(ExtendedProperty):  # type: ignore[misc]
    property_set_id = "c11ff724-aa03-4555-9952-8fa248a11c3e"
    property_name = "CrmRecordId"
    property_type = "String"


def test_stamp_is_found_by_its_value(account: Account, anna: Mailbox) -> None:
    stamp = Extended(
        (("PropertyName", "CrmRecordId"), ("PropertySetId", CrmId.property_set_id), ("PropertyType", "String"))
    )
    item = anna.folder("inbox").items[3]
    anna.edit(item.item_id, properties={stamp.key: "42"})
    Message.register("crm_id", CrmId)
    try:
        found = list(account.inbox.filter(crm_id="42").only("subject", "crm_id"))
        assert [(one.subject, one.crm_id) for one in found] == [("Order 3", "42")]
        assert list(account.inbox.filter(crm_id="43")) == []
    finally:
        Message.deregister("crm_id")


def test_view_longer_than_two_years_is_refused(account: Account) -> None:
    zone = EWSTimeZone("UTC")
    with pytest.raises(ErrorCalendarViewRangeTooBig):
        list(
            account.calendar.view(start=EWSDateTime(2020, 1, 1, tzinfo=zone), end=EWSDateTime(2026, 1, 1, tzinfo=zone))
        )


def test_folders_are_found_in_depth(account: Account, anna: Mailbox) -> None:
    anna.folder("inbox/Customers/Northwind")
    assert [folder.absolute for folder in account.inbox.walk()] == [
        "/Root/Top of Information Store/Inbox/Customers",
        "/Root/Top of Information Store/Inbox/Customers/Northwind",
    ]
    assert (account.inbox // "Customers" // "Northwind").total_count == 0


def test_text_body_of_an_html_mail_is_made_by_the_server(account: Account, anna: Mailbox) -> None:
    item = add_mail(anna, HTML_ONLY)
    [shown] = account.fetch([(item.item_id, None)], only_fields=["text_body", "subject"])
    assert (shown.text_body.strip(), shown.subject) == ("hello", "Re: ORDER seven & more")
