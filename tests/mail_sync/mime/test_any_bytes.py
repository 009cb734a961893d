"""No bytes raise anything but Unreadable, and what is read keeps the promises of the normal form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail_sync.errors import Unreadable
from mail_sync.message import Message
from mail_sync.mime.charsets import decode_text
from mail_sync.mime.reader import read_message
from mail_sync.mime.transfer import decode, decode_pieces

CHARSETS = [
    "utf-8",
    "us-ascii",
    "gb2312",
    "iso-2022-jp",
    "utf-7",
    "hz",
    "utf-16",
    "utf-32",
    "x-unknown",
    "idna",
    "zlib",
]
PIECES = [
    b"From: ",
    b"To: a@b, ",
    b"Subject: =?utf-8?Q?",
    b"=?gb2312?B?",
    b"Date: Mon, 99 Feb 0000 25:61 +9999",
    b"Message-ID: <",
    b"References: <a@x> <",
    b"Received: from x; ",
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    b"Content-Type: text/html; charset=utf-7",
    b"Content-Type: text/plain; format=flowed; charset=",
    b"Content-Type: message/rfc822",
    b"Content-Type: message/delivery-status",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff",
    b"--b",
    b"--b--",
    b"\n\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"<table><a href='x:'><blockquote>",
    b"Thread-Index: AQ",
    b"\x00\xff\xfe\x1b$B",
    b"\xf0\x9f\x98",
    b"=ED=A0=80",
    b"begin 644 x\nM",
]


def check(message: Message) -> None:
    texts = [message.subject, message.text, message.new_text, message.signature, message.html, message.thread_topic]
    texts += [address.name for address in message.to] + [one.filename for one in message.attachments]
    for text in texts:
        assert "\0" not in text
        assert "\r" not in text
        assert unicodedata.is_normalized("NFC", text)
        text.encode()
    assert all(sum(map(len, one.chunks())) == one.size for one in message.attachments)
    for moment in (message.sent_at, message.received_at):
        assert moment is None or moment.utcoffset() is not None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=30).map(b"".join))
def test_no_bytes_raise_anything_but_unreadable(raw: bytes) -> None:
    try:
        check(read_message(b"From: a@b\n" + raw))
        check(read_message(raw))
    except Unreadable:
        pass


@given(st.binary(max_size=200), st.sampled_from(CHARSETS))
def test_every_charset_label_gives_text(data: bytes, label: str) -> None:
    text, _ = decode_text(data, label)
    assert isinstance(text, str)


@given(st.binary(max_size=400), st.sampled_from(["", "base64", "quoted-printable", "x-uuencode"]))
def test_pieces_are_the_whole(data: bytes, encoding: str) -> None:
    assert b"".join(decode_pieces(data, 0, len(data), encoding)) == decode(data, 0, len(data), encoding)


HUGE = 400_000


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: =?utf-8?q?" + b" " * HUGE + b"x",
        b"Subject: " + b"=?utf-8?q?a" * (HUGE // 11),
        b"To: a" + b" " * HUGE + b"b",
        b"To: " + b"a" * HUGE,
        b"To: " + b"(" * HUGE,
        b"To: " + b'"<' * (HUGE // 2),
        b"To: " + b"a@b," * (HUGE // 4),
        b"References: " + b"<a" * (HUGE // 2),
        b"Content-Type: text/plain" + b"; a" * (HUGE // 3),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * (HUGE // 4),
        b"X-Folded: a" + b"\n b" * (HUGE // 3),
        b"\n".join(b"no header" for _ in range(HUGE // 10)),
        b"\n" + b"> " * HUGE,
        b"\n" + b"on " * HUGE + b"wrote:",
        b"\n" + b"On 1 wrote <a@b>:\nx\n" * (HUGE // 20),
        b"\n" + b"- " * HUGE,
        b"Content-Type: text/html\n\n" + b"<b>" * (HUGE // 3),
        b"Content-Type: text/html\n\n" + b"<ol>" + b"<li>" * (HUGE // 40),
    ],
    ids=lambda raw: raw[:24].decode().replace("\n", "|"),
)
def test_hostile_repetition_costs_no_more_than_its_length(raw: bytes) -> None:
    check(read_message(b"From: a@b\n" + raw))
