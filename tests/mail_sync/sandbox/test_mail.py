"""Mails over EWS, read with exchangelib."""

from __future__ import annotations

from datetime import UTC, datetime

from exchangelib import Account, ExtendedProperty, FileAttachment, ItemAttachment, Message
from exchangelib.errors import ErrorInvalidIdMalformed, ErrorItemNotFound
from exchangelib.items import MeetingCancellation, MeetingRequest, MeetingResponse

from mail_sync.sandbox.model import Item, Mailbox
from tests.mail_sync.sandbox.builders import ANNA, add_mail

PLAIN = f"""From: =?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <jm@northwind.example>
Sender: desk@northwind.example
To: Anna Hofer <{ANNA}>, "Berger, Max" <max@alpineskihouse.example>
Cc: eva@northwind.example
Reply-To: orders@northwind.example
Subject: =?iso-8859-1?q?Bestellung_f=FCr_Montag?=
Message-ID: <A1@northwind.example>
In-Reply-To: <A0@northwind.example>
References: <Z9@northwind.example> <A0@northwind.example>
Date: Mon, 2 Nov 2026 09:15:00 +0100
Importance: high
Sensitivity: Private
Thread-Index: Ac8ABmr8AAAAAAAAAAAAAAAAAAAAAA==
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Grüße aus dem Norden
"""
RICH = """From: a@northwind.example
To: b@northwind.example
Subject: Offer
Message-ID: <A2@northwind.example>
Date: Mon, 2 Nov 2026 09:15:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain

plain words
--inner
Content-Type: text/html

<html><head><style>p {}</style></head><body><p>rich <b>words</b></p></body></html>
--inner--
--outer
Content-Type: image/png; name=logo.png
Content-ID: <logo@x>
Content-Disposition: inline; filename=logo.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--outer
Content-Type: application/pdf; name=offer.pdf
Content-Disposition: attachment; filename=offer.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQ=
--outer
Content-Type: message/rfc822

From: c@northwind.example
To: a@northwind.example
Subject: The mail inside
Message-ID: <A3@northwind.example>
Date: Sun, 1 Nov 2026 09:15:00 +0000

inner text
--outer--
"""
MEETING = """From: max@northwind.example
To: anna@alpineskihouse.example
Subject: Invitation
Message-ID: <M1@northwind.example>
MIME-Version: 1.0
Content-Type: text/calendar; method={method}; charset=utf-8

BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
METHOD:{method}
BEGIN:VEVENT
UID:meeting-1
DTSTAMP:20261101T080000Z
DTSTART:20261105T090000Z
DTEND:20261105T100000Z
SUMMARY:Invitation
ORGANIZER:mailto:max@northwind.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@alpineskihouse.example
END:VEVENT
END:VCALENDAR
"""


def fetched(account: Account, item: Item, *fields: str) -> Message:
    [found] = account.fetch([(item.item_id, None)], only_fields=fields or None)
    return found


def test_headers_become_fields(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_mail(anna, PLAIN, received=datetime(2026, 11, 2, 8, 16, tzinfo=UTC), is_read=False))
    assert (shown.subject, shown.author.name, shown.author.email_address, shown.sender.email_address) == (
        "Bestellung für Montag",
        "Jürgen Müller",
        "jm@northwind.example",
        "desk@northwind.example",
    )
    assert [(one.name, one.email_address) for one in shown.to_recipients] == [
        ("Anna Hofer", ANNA),
        ("Berger, Max", "max@alpineskihouse.example"),
    ]
    assert [one.email_address for one in shown.cc_recipients] == ["eva@northwind.example"]
    assert [one.email_address for one in shown.reply_to] == ["orders@northwind.example"]
    assert (shown.message_id, shown.in_reply_to) == ("<A1@northwind.example>", "<A0@northwind.example>")
    assert shown.references == "<Z9@northwind.example> <A0@northwind.example>"
    assert (shown.importance, shown.sensitivity, shown.is_read, shown.item_class) == (
        "High", "Private", False, "IPM.Note",
    )  # fmt: skip
    assert shown.datetime_received == datetime(2026, 11, 2, 8, 16, tzinfo=UTC)
    assert shown.datetime_sent == datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
    assert shown.conversation_index[:6] == bytes.fromhex("01cf00066afc")
    assert (shown.body, shown.text_body) == ("Grüße aus dem Norden\n", "Grüße aus dem Norden\n")
    assert [header.value for header in shown.headers if header.name == "Importance"] == ["high"]


def test_mime_is_the_source_as_delivered(account: Account, anna: Mailbox) -> None:
    assert fetched(account, add_mail(anna, RICH), "mime_content").mime_content == RICH.encode()


def test_body_is_html_where_there_is_html(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_mail(anna, RICH), "body", "text_body")
    assert (type(shown.body).__name__, shown.text_body) == ("HTMLBody", "plain words")
    assert "<p>rich <b>words</b></p>" in shown.body


def test_attachments_stream_their_content(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_mail(anna, RICH), "attachments", "has_attachments")
    inside, logo, offer = shown.attachments  # exchangelib reads item attachments first
    assert (logo.name, logo.is_inline, logo.content_id, logo.content) == (
        "logo.png", True, "logo@x", b"\x89PNG\r\n\x1a\n",
    )  # fmt: skip
    assert isinstance(offer, FileAttachment)
    with offer.fp as stream:
        assert stream.read() == b"%PDF-1.4"
    assert isinstance(inside, ItemAttachment)
    assert (inside.name, inside.item.subject, inside.item.message_id) == (
        "The mail inside", "The mail inside", "<A3@northwind.example>",
    )  # fmt: skip
    assert shown.has_attachments is True


def test_missing_item_fails_alone_in_its_batch(account: Account, anna: Mailbox) -> None:
    first, second = add_mail(anna, PLAIN), add_mail(anna, RICH)
    anna.delete(first.item_id)
    shown = list(account.fetch([(first.item_id, None), (second.item_id, None), ("nonsense!", None)],
                               only_fields=["subject"]))  # fmt: skip
    assert [type(one) for one in shown] == [ErrorItemNotFound, Message, ErrorInvalidIdMalformed]


def test_meeting_mails_come_as_their_own_elements(account: Account, anna: Mailbox) -> None:
    classes = {
        "REQUEST": ("IPM.Schedule.Meeting.Request", MeetingRequest),
        "CANCEL": ("IPM.Schedule.Meeting.Canceled", MeetingCancellation),
        "REPLY": ("IPM.Schedule.Meeting.Resp.Pos", MeetingResponse),
    }
    for method, (item_class, element) in classes.items():
        shown = fetched(account, add_mail(anna, MEETING.format(method=method), item_class=item_class))
        assert (type(shown), shown.item_class) == (element, item_class)


def test_meeting_request_shows_the_meeting(account: Account, anna: Mailbox) -> None:
    shown = fetched(
        account, add_mail(anna, MEETING.format(method="REQUEST"), item_class="IPM.Schedule.Meeting.Request")
    )
    assert (shown.start, shown.organizer.email_address) == (
        datetime(2026, 11, 5, 9, tzinfo=UTC), "max@northwind.example",
    )  # fmt: skip


def test_bounce_is_a_message_with_the_class_of_a_report(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_mail(anna, PLAIN, item_class="REPORT.IPM.Note.NDR"))
    assert (type(shown), shown.item_class) == (Message, "REPORT.IPM.Note.NDR")


def test_draft_and_sent_mail_say_so(account: Account, anna: Mailbox) -> None:
    assert fetched(account, add_mail(anna, PLAIN, "drafts"), "is_draft", "is_from_me").is_draft is True
    assert fetched(account, add_mail(anna, PLAIN, "sentitems"), "is_draft", "is_from_me").is_from_me is True


class SearchKey(ExtendedProperty):  # type: ignore[misc]
    property_tag = 0x300B
    property_type = "Binary"


class CrmHeader(ExtendedProperty):  # type: ignore[misc]
    distinguished_property_set_id = "InternetHeaders"
    property_name = "X-Crm"
    property_type = "String"


def test_search_key_survives_a_move_that_changes_the_id(account: Account, anna: Mailbox) -> None:
    item = add_mail(anna, PLAIN)
    before = item.item_id
    Message.register("search_key", SearchKey)
    try:
        key = fetched(account, item, "search_key").search_key
        moved = anna.move(before, anna.folder("archive"))
        assert (moved.item_id != before, fetched(account, moved, "search_key").search_key) == (True, key)
    finally:
        Message.deregister("search_key")


class FlagStatus(ExtendedProperty):  # type: ignore[misc]
    property_tag = 0x1090
    property_type = "Integer"


def test_follow_up_flag_is_a_property_of_the_item(account: Account, anna: Mailbox) -> None:
    plain, flagged = add_mail(anna, PLAIN), add_mail(anna, PLAIN, flagged=True)
    Message.register("flag_status", FlagStatus)
    try:
        assert [fetched(account, item, "flag_status").flag_status for item in (plain, flagged)] == [None, 2]
    finally:
        Message.deregister("flag_status")


def test_internet_header_is_an_extended_property(account: Account, anna: Mailbox) -> None:
    Message.register("crm_header", CrmHeader)
    try:
        with_header = fetched(account, add_mail(anna, "X-Crm: T-1\n" + PLAIN), "crm_header")
        without = fetched(account, add_mail(anna, PLAIN), "crm_header")
        assert (with_header.crm_header, without.crm_header) == ("T-1", None)
    finally:
        Message.deregister("crm_header")


def test_hostile_subject_is_still_xml(account: Account, anna: Mailbox) -> None:
    source = PLAIN.replace("=?iso-8859-1?q?Bestellung_f=FCr_Montag?=", "\x1b[31m[bold]<t:Evil/>&amp;\x07")
    assert fetched(account, add_mail(anna, source), "subject").subject == "?[31m[bold]<t:Evil/>&amp;?"


def test_categories_and_flags_are_those_of_the_item(account: Account, anna: Mailbox) -> None:
    item = add_mail(anna, PLAIN, categories=("Blue", "Track"))
    assert fetched(account, item, "categories").categories == ["Blue", "Track"]
