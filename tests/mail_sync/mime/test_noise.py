from __future__ import annotations

import pytest

from mail_sync.message import DeliveryReport, Noise
from mail_sync.mime.reader import read_message


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("From: jo@example.org\nSubject: Hello", Noise.NONE),
        ("From: jo@example.org\nSubject: Out of office next week?", Noise.NONE),
        ("From: jo@example.org\nAuto-Submitted: no", Noise.NONE),
        ("From: jo@example.org\nAuto-Submitted: auto-replied (vacation)", Noise.AUTO_REPLY),
        ("From: jo@example.org\nAuto-Submitted: auto-generated", Noise.AUTO_REPLY),
        ("From: jo@example.org\nX-Auto-Response-Suppress: All", Noise.AUTO_REPLY),
        ("From: jo@example.org\nX-Auto-Response-Suppress: All\nList-Id: <x.example.org>", Noise.LIST),
        ("From: jo@example.org\nPrecedence: auto_reply", Noise.AUTO_REPLY),
        ("From: jo@example.org\nReturn-Path: <>\nSubject: Automatic reply: Hello", Noise.AUTO_REPLY),
        ("From: jo@example.org\nX-Autoreply: yes", Noise.AUTO_REPLY),
        ("From: MAILER-DAEMON@example.org\nSubject: x", Noise.BOUNCE),
        ("From: postmaster@example.org\nSubject: Your question", Noise.NONE),
        ("From: postmaster@example.org\nSubject: Undeliverable: Hello", Noise.BOUNCE),
        ("From: jo@example.org\nX-Failed-Recipients: a@example.com", Noise.BOUNCE),
        ("From: jo@example.org\nList-Id: <ski.example.org>", Noise.LIST),
        ("From: jo@example.org\nPrecedence: list", Noise.LIST),
        ("From: jo@example.org\nPrecedence: bulk", Noise.BULK),
        ("From: jo@example.org\nList-Unsubscribe: <https://example.org>", Noise.BULK),
    ],
)
def test_noise_is_known_by_headers(headers: str, expected: Noise) -> None:
    assert read_message(f"{headers}\n\nx".encode()).noise == expected


def test_invitation_of_a_calendar_server_is_no_noise() -> None:
    raw = b"From: jo@example.org\nAuto-Submitted: auto-generated\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
    assert read_message(raw).noise is Noise.NONE


DSN = """From: MAILER-DAEMON@example.org
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; <Gone@example.com>
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user
--b
Content-Type: text/rfc822-headers

From: jo@example.org
Message-ID: <original@example.org>
--b--
"""


def test_delivery_report_names_mail_recipient_and_reason() -> None:
    message = read_message(DSN.encode())
    assert (message.noise, message.report, message.text) == (
        Noise.BOUNCE,
        DeliveryReport("original@example.org", ("gone@example.com",), "5.1.1", "550 no such user"),
        "Sorry.",
    )


def test_report_in_prose_is_understood() -> None:
    raw = (
        b"From: mailer-daemon@example.org\n\n<gone@example.com>: 5.1.1 unknown\n\nMessage-ID: <original@example.org>\n"
    )
    assert read_message(raw).report == DeliveryReport("original@example.org", ("gone@example.com",), "5.1.1")


def test_read_receipt_answers_its_mail_and_is_no_bounce() -> None:
    raw = (
        b"From: jo@example.org\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        b"--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nOriginal-Message-ID: <a@x>\n--b--\n"
    )
    message = read_message(raw)
    assert message.report is not None
    assert (message.noise, message.report.original_message_id) == (Noise.AUTO_REPLY, "a@x")
