"""One raw mail to the normal form: headers, bodies, attachments, repairs."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest

from mail_sync.errors import Unreadable
from mail_sync.message import Address, Opaque
from mail_sync.mime import parts
from mail_sync.mime.reader import read_message

CRLF = "\r\n"


def mail(*headers: str, body: str = "Hello\n", encoding: str = "utf-8") -> bytes:
    return "\n".join([*headers, "", body]).encode(encoding)


def multipart(kind: str, *children: str, end: str = "--b--\n") -> bytes:
    body = "".join(f"--b\n{child}\n" for child in children)
    return f"From: a@example.org\nContent-Type: {kind}; boundary=b\n\npreamble\n{body}{end}".encode()


def test_plain_mail_gives_every_header() -> None:
    message = read_message(
        mail(
            "From: =?utf-8?q?J=C3=B6rg_M=C3=BCller?= <Joerg@Example.ORG>",
            'To: "Doe, Jane" <jane@example.com>, bob@example.com (Bob B.)',
            "Cc: Team: x@example.com, y@example.com;",
            "Reply-To: help@example.org",
            "Sender: office@example.org",
            "Subject: =?iso-8859-1?Q?Angebot_f=FCr?= =?iso-8859-1?Q?_Ski?=",
            "Date: Mon, 2 Nov 2026 10:00:00 +0100",
            "Message-ID: <One.Two@Example.org>",
            "In-Reply-To: <zero@example.org>",
            "References: <a@x>\n <b@x>",
            "Thread-Topic: Ski",
            "Importance: High",
            "Sensitivity: Company-Confidential",
            "X-Regarding: 0190-stamp",
        )
    )
    assert message.sender == Address("joerg@example.org", "Jörg Müller")
    assert message.to == (Address("jane@example.com", "Doe, Jane"), Address("bob@example.com", "Bob B."))
    assert message.cc == (Address("x@example.com"), Address("y@example.com"))
    assert message.reply_to == (Address("help@example.org"),)
    assert message.on_behalf == Address("office@example.org")
    assert message.subject == "Angebot für Ski"
    assert message.sent_at == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert message.message_id == "One.Two@Example.org"
    assert message.in_reply_to == ("zero@example.org",)
    assert message.references == ("a@x", "b@x")
    assert (message.thread_topic, message.importance, message.sensitivity) == ("Ski", "high", "confidential")
    assert (message.stamp, message.text, message.defects) == ("0190-stamp", "Hello", ())


def test_received_time_comes_from_the_newest_received_header() -> None:
    message = read_message(
        mail(
            "Received: from b by c; Tue, 3 Nov 2026 08:00:00 -0500",
            "Received: from a by b; Tue, 3 Nov 2026 07:00:00 -0500",
            "From: a@example.org",
        )
    )
    assert message.received_at == datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n  \n",
        b"\x00\x01\x02\x03" * 400,
        b"name,email\nJane,jane@example.com\n",
        b"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n",
        b"Dear all:\nthis is a note.\n",
        b"Date: 2026-01-01\nsource: a diary\n",
    ],
)
def test_what_is_no_mail_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_message(raw)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"=?utf-8?B?w6Q=?= =?utf-8?B?w7Y=?=", "äö"),
        (b"=?utf-8?B?w6Q=?==?utf-8?B?w7Y=?=", "äö"),
        (b"=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),  # one character cut across two words
        (b"=?utf-8?B?w6Q?=", "ä"),  # missing padding
        (b"=?utf-8?Q?with space =C3=A4?=", "with space ä"),
        (b"=?utf-8?Q?unfinished_=C3=A4", "unfinished ä"),
        (b"=?us-ascii?Q?smart_=93quote=94?=", "smart “quote”"),
        (b"=?x-unknown?Q?caf=E9?=", "café"),
        (b"=?gb2312?B?1tC5+g==?=", "中国"),
        (b"=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?utf-7?Q?caf+AOk-?=", "café"),
        (b"=?iso-8859-1*de?Q?gr=FCn?=", "grün"),
        ("grün".encode(), "grün"),
        (b"gr\xfcn", "grün"),
        (b"plain =?nonsense", "plain =?nonsense"),
        (b"folded\n subject", "folded subject"),
    ],
)
def test_subject_is_read_in_every_form(header: bytes, expected: str) -> None:
    assert read_message(b"From: a@example.org\nSubject: " + header + b"\n\nx").subject == expected


@pytest.mark.parametrize(
    ("charset", "body", "expected"),
    [
        ("us-ascii", b"caf\xe9", "café"),
        ("iso-8859-1", b"\x93hi\x94", "“hi”"),
        ("iso-8859-1", "Grüße".encode(), "Grüße"),
        ("utf-8", b"caf\xe9 au lait", "café au lait"),
        ("unknown-8bit", b"caf\xe9", "café"),
        ("gb2312", "镕".encode("gb18030"), "镕"),
        ("no-such-charset", "ü".encode(), "ü"),
        ("base64", b"plain", "plain"),  # a codec of Python, but no charset
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
    ],
)
def test_text_survives_a_charset_that_lies(charset: str, body: bytes, expected: str) -> None:
    raw = f"From: a@example.org\nContent-Type: text/plain; charset={charset}\n\n".encode() + body
    assert read_message(raw).text == expected


def test_text_is_normalised_and_free_of_nul() -> None:
    message = read_message("From: a@example.org\n\nu\u0308ber\0mut\r\nx".encode())
    assert message.text == "übermut\nx"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@example.org>", "a@example.org"),
        ("a@example.org", "a@example.org"),
        ("<a@\n example.org>", "a@example.org"),
        ("<a b@example.org>", "ab@example.org"),
        ("prose <a@example.org> more", "a@example.org"),
        ("no-at-sign", "no-at-sign"),
        ("<>", ""),
    ],
)
def test_message_id_is_read_in_odd_forms(value: str, expected: str) -> None:
    assert read_message(mail("From: a@example.org", f"Message-ID: {value}")).message_id == expected


def test_alternative_gives_the_plain_form_as_text_and_keeps_the_html() -> None:
    message = read_message(
        multipart(
            "multipart/alternative", "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>rich</p>"
        )
    )
    assert (message.text, message.html, message.attachments) == ("plain", "<p>rich</p>", ())


def test_alternative_with_an_empty_plain_form_gives_the_html_as_text() -> None:
    message = read_message(
        multipart("multipart/alternative", "Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>rich</p>")
    )
    assert (message.text, message.html) == ("rich", "<p>rich</p>")


def test_flowed_text_is_joined() -> None:
    message = read_message(
        mail("From: a@example.org", "Content-Type: text/plain; format=flowed", body="one \ntwo\n> q \n> r\n-- \nsig\n")
    )
    assert message.text == "one two\n> q r\n-- \nsig"


def test_attachment_is_decoded_lazily_in_pieces() -> None:
    message = read_message(
        multipart(
            "multipart/mixed",
            "Content-Type: text/plain\n\nsee file",
            'Content-Type: image/png; name="../../evil.png"\nContent-Transfer-Encoding: base64\n'
            "Content-ID: <pic@x>\nContent-Disposition: inline\n\niVBO\nRw0K\n",
        )
    )
    (attachment,) = message.attachments
    assert (attachment.filename, attachment.media_type, attachment.size) == ("evil.png", "image/png", 6)
    assert (attachment.content_id, attachment.inline) == ("pic@x", True)
    assert b"".join(attachment.chunks()) == b"".join(attachment.chunks()) == b"\x89PNG\r\n"


def test_forwarded_mail_is_named_by_its_subject() -> None:
    message = read_message(
        multipart(
            "multipart/mixed", "\nsee below", "Content-Type: message/rfc822\n\nSubject: Old / deal\nFrom: b@x\n\nhi"
        )
    )
    (attachment,) = message.attachments
    assert (message.text, attachment.filename) == ("see below", "Old - deal.eml")
    assert read_message(b"".join(attachment.chunks())).subject == "Old / deal"


def test_filename_is_read_from_rfc2231_pieces() -> None:
    message = read_message(
        multipart(
            "multipart/mixed",
            "Content-Type: application/pdf\nContent-Disposition: attachment;\n filename*0*=utf-8''Angebot%20f%C3%BCr;\n"
            ' filename*1="_Ski.pdf"\n\nx',
        )
    )
    assert [attachment.filename for attachment in message.attachments] == ["Angebot für_Ski.pdf"]


def test_calendar_part_is_kept_apart() -> None:
    message = read_message(
        multipart(
            "multipart/alternative",
            "Content-Type: text/plain\n\nMeeting",
            "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR",
        )
    )
    assert (message.text, message.calendars) == ("Meeting", ("BEGIN:VCALENDAR\nEND:VCALENDAR",))


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", Opaque.SMIME),
        ("application/pkcs7-mime; smime-type=signed-data", Opaque.SMIME),
        ("application/x-microsoft-rpmsg-message; name=message.rpmsg", Opaque.RIGHTS),
    ],
)
def test_sealed_content_is_kept_as_it_came(content_type: str, expected: Opaque) -> None:
    raw = mail("From: a@example.org", f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", body="AAEC")
    message = read_message(raw)
    assert (message.opaque, message.text) == (expected, "")
    assert [b"".join(attachment.chunks()) for attachment in message.attachments] == [b"\x00\x01\x02"]


def test_clear_signed_mail_is_read_and_encrypted_mail_is_not() -> None:
    signature = "Content-Type: application/pgp-signature; name=signature.asc\n\nx"
    signed = read_message(multipart("multipart/signed", "Content-Type: text/plain\n\nhello", signature))
    assert (signed.text, signed.opaque, len(signed.attachments)) == ("hello", Opaque.NONE, 1)
    sealed = read_message(
        multipart("multipart/encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", "\nsecret")
    )
    assert (sealed.text, sealed.opaque, len(sealed.attachments)) == ("", Opaque.PGP, 2)


def test_missing_boundary_is_found_by_looking() -> None:
    raw = b"From: a@example.org\nContent-Type: multipart/mixed\n\n--real\nContent-Type: text/plain\n\nhello\n--real--\n"
    message = read_message(raw)
    assert (message.text, message.defects) == ("hello", ("multipart without a boundary",))


def test_multipart_without_parts_is_read_as_text() -> None:
    message = read_message(b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\njust text\n")
    assert (message.text, message.defects) == ("just text", ("multipart without parts",))


def test_text_without_a_blank_line_before_it_is_kept() -> None:
    message = read_message(b"From: a@example.org\nSubject: x\nHello there\nsecond line\n")
    assert (message.subject, message.text) == ("x", "Hello there\nsecond line")


def test_fold_without_white_space_is_mended() -> None:
    message = read_message(b"Subject: one\ntwo\nFrom: a@example.org\n\nx")
    assert (message.subject, message.sender) == ("one two", Address("a@example.org"))


def test_carriage_returns_alone_end_lines() -> None:
    assert read_message(b"From: a@example.org\rSubject: x\r\rbody\r").text == "body"


def test_depth_and_parts_and_headers_are_counted() -> None:
    nested = b"From: a@example.org\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(parts.MAX_DEPTH * 3)
    )
    assert "multipart nested too deeply" in read_message(nested).defects
    many = multipart("multipart/mixed", *["\nx"] * (parts.MAX_PARTS + 5))
    assert f"more than {parts.MAX_PARTS} parts, the rest was left out" in read_message(many).defects
    headers = b"From: a@example.org\n" + b"X-A: b\n" * (parts.MAX_HEADERS + 5) + b"\nbody"
    assert f"more than {parts.MAX_HEADERS} headers, the rest was left out" in read_message(headers).defects
    long = b"From: a@example.org\nX-A: " + b"b" * parts.MAX_HEADER_BYTES + b"\n\nbody"
    assert f"more than {parts.MAX_HEADER_BYTES} bytes of headers, the rest was left out" in read_message(long).defects


def test_several_from_headers_give_the_first_sender() -> None:
    message = read_message(mail("From: a@example.org", "From: b@example.org"))
    assert (message.sender, message.defects) == (Address("a@example.org"), ("several from headers",))


def test_large_attachment_is_held_once() -> None:
    head = b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip\n"
    raw = (
        head
        + b"Content-Transfer-Encoding: base64\n\n"
        + b"QUJD" * 19
        + b"\n"
        + (b"QUJD" * 19 + b"\n") * 100_000
        + b"--b--\n"
    )
    tracemalloc.start()
    message = read_message(raw)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message.attachments[0].size == 57 * 100_001
    assert most < len(raw) / 4


def test_stamp_and_thread_index_are_decoded() -> None:
    message = read_message(mail("From: a@example.org", "Thread-Index: AQHa", "X-Regarding: 0190"))
    assert (message.thread_index, message.stamp) == (b"\x01\x01\xda", "0190")
