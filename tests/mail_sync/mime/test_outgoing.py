"""A mail that we send, read back as its recipient reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from mail_sync.message import Address
from mail_sync.mime.outgoing import outgoing_mime, stamp_headers, thread_ids
from mail_sync.mime.reader import read_message
from mail_sync.outgoing import OutgoingAttachment, OutgoingMail

MAIL = OutgoingMail(
    sender=Address("sales@alpine.example", "Müller, Anna"),
    to=(Address("ada@engines.example", "Ada Byron"),),
    bcc=(Address("boss@alpine.example"),),
    reply_to=(Address("team@alpine.example", "Team"),),
    subject="Re: Größe\r\nBcc: evil@example.org",
    text="Good morning\n.\nFrom here on",
    message_id="m-1@alpine.example",
    in_reply_to="o-2@engines.example",
    references=("o-1@engines.example", "o-2@engines.example"),
    importance="high",
)
SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_outgoing_mime_says_all_that_the_mail_says() -> None:
    got = read_message(outgoing_mime(MAIL, "stamp-1", SENT))
    assert (got.sender, got.to, got.bcc, got.reply_to) == ((MAIL.sender, MAIL.to, MAIL.bcc, MAIL.reply_to))
    assert (got.message_id, got.in_reply_to, got.references) == (MAIL.message_id, (MAIL.in_reply_to,), MAIL.references)
    assert (got.stamp, got.importance, got.sent_at) == ("stamp-1", "high", SENT)
    assert got.text.strip() == MAIL.text
    assert got.defects == ()


def test_a_header_cannot_be_smuggled_into_another() -> None:
    tricky = replace(MAIL, bcc=(), subject="a\u2028Bcc: b@c.example", headers=(("X-Note", "a\r\nBcc: d@e.example"),))
    raw = outgoing_mime(tricky, "s\nX: y")
    assert read_message(raw).bcc == ()
    assert b"\nX: y" not in raw


def test_without_bcc_it_is_what_recipients_may_see() -> None:
    assert read_message(outgoing_mime(MAIL, "s", SENT, bcc=False)).bcc == ()


def test_pictures_stay_inside_and_files_beside() -> None:
    files = (
        OutgoingAttachment("logo.png", "image/png", 4, lambda: b"\x89PNG", inline=True, content_id="logo@1"),
        OutgoingAttachment("Größe.txt", "text/plain", 5, lambda: b"large"),
        OutgoingAttachment("forwarded.eml", "message/rfc822", 5, lambda: b"From:"),
    )
    got = read_message(outgoing_mime(replace(MAIL, html='<img src="cid:logo@1">', attachments=files), "s", SENT))
    found = [(one.filename, one.inline, b"".join(one.chunks())) for one in got.attachments]
    assert found == [
        ("logo.png", True, b"\x89PNG"),
        ("Größe.txt", False, b"large"),
        ("forwarded.eml", False, b"From:"),
    ]
    assert got.html.strip() == '<img src="cid:logo@1">'


def test_a_calendar_part_names_its_method() -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Größe\r\nEND:VCALENDAR\r\n"
    raw = outgoing_mime(replace(MAIL, calendar=calendar.encode(), calendar_method="REQUEST"), "s", SENT)
    assert b"text/calendar" in raw
    assert b'method="REQUEST"' in raw
    (read,) = read_message(raw).calendars
    assert read.split() == calendar.split()


def test_stamp_headers_name_the_stamp_once() -> None:
    own = replace(MAIL, headers=(("x-regarding", "theirs"),))
    assert stamp_headers(own, "ours") == (("x-regarding", "theirs"),)
    assert stamp_headers(MAIL, "ours") == (("X-Regarding", "ours"),)


def test_thread_ids_leave_out_what_no_header_can_hold() -> None:
    assert thread_ids(("a@x", "b\n@x", "", "ü@x", "c@x")) == "<a@x> <c@x>"
