"""Outlook files, compared with what Outlook shows (expectations written by hand)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.errors import Unreadable
from mail_sync.message import Message
from mail_sync.mime.reader import read_message
from mail_sync.providers.files.msg import read_msg
from mail_sync.providers.files.rtf import rtf_to_text
from tests.corpora import corpus


def sample(name: str) -> Message:
    return read_msg(corpus("mail", "msgreader", "MsgReaderTests", "SampleFiles", name).read_bytes())


def addresses(message: Message) -> tuple[list[str], list[str], list[str]]:
    to, cc, bcc = ([one.email.partition("@")[0] for one in kind] for kind in (message.to, message.cc, message.bcc))
    return to, cc, bcc


@pytest.mark.corpus
def test_recipients_keep_their_kinds() -> None:
    message = sample("EmailWithAttachments.msg")
    assert addresses(message) == (["crocodile"], ["tinkerbel"], ["wendy"])
    assert (message.subject, message.text) == ("This is the subject", "Hello Neverland text")
    assert message.sent_at == datetime(2016, 12, 3, 18, 8, 54, tzinfo=UTC)
    assert [(one.filename, one.media_type, one.size) for one in message.attachments] == [
        ("peterpan.jpg", "image/jpeg", 39150),
        ("tinkerbell.jpg", "image/jpeg", 49353),
    ]
    assert b"".join(message.attachments[0].chunks())[:3] == b"\xff\xd8\xff"


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "subject", "begins", "files"),
    [
        ("TxtSampleEmail.msg", "TxtSampleEmail", "BOOK ONE: 1805", []),
        ("HtmlSampleEmail.msg", "HtmlSampleEmail", "BOOK ONE: 1805", []),
        ("RtfSampleEmail.msg", "RtfSampleEmail", "BOOK ONE: 1805", []),
        (
            "RtfSampleEmailWithAttachment.msg",
            "RtfSampleEmailWithAttachment",
            "This is a sample RTF",
            ["SampleAttachment.pdf"],
        ),
        ("RtfWithShortRussianString.msg", "", "ввести  «Имя пользователя»", []),
        ("EmailWithSpecialCharsInSubject_2.msg", "Un sujet très bien défini", "Voilà", []),
        ("EmailWithReactions.msg", "Test read receipts", "Testing", []),
        ("EmailWithMsgAttachment.msg", "FW: Msg Attachment Test", "", ["Msg Attachment Test.eml"]),
        (
            "EmailWithInnerMailAndAttachments.msg",
            "Outer mail",
            "Outer mail",
            ["OUTER 1.pdf", "OUTER 2.pdf", "Inner mail.eml"],
        ),
    ],
)
def test_sample_says_what_outlook_shows(name: str, subject: str, begins: str, files: list[str]) -> None:
    message = sample(name)
    assert (message.subject, message.text.strip()[: len(begins)]) == (subject, begins)
    assert [attachment.filename for attachment in message.attachments] == files


@pytest.mark.corpus
def test_internet_headers_give_ids_and_references() -> None:
    message = sample("EmailWithMsgAttachment.msg")
    assert message.message_id == "DU2P193MB2002A84BC32A6456B725A3CBB35CA@DU2P193MB2002.EURP193.PROD.OUTLOOK.COM"
    assert message.references == ("DU2P193MB2002BFDF69BC4B02DF594370B35CA@DU2P193MB2002.EURP193.PROD.OUTLOOK.COM",)
    assert (len(message.thread_index), message.thread_topic) == (27, "Msg Attachment Test")


@pytest.mark.corpus
def test_sender_known_only_to_exchange_gets_the_address() -> None:
    message = sample("sender_not_found_from_exchange.msg")
    assert message.sender is not None
    assert message.sender.email.startswith("dsi@")


@pytest.mark.corpus
def test_attached_mail_can_be_opened() -> None:
    inner = read_message(b"".join(sample("EmailWithInnerMailAndAttachments.msg").attachments[2].chunks()))
    assert inner.subject == "Inner mail"
    assert len(inner.attachments) == 2


@pytest.mark.parametrize(
    "raw", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000]
)
def test_what_is_no_outlook_file_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_msg(raw)


@pytest.mark.corpus
@given(st.data())
def test_damaged_outlook_file_is_read_or_unreadable(data: st.DataObject) -> None:
    raw = bytearray(corpus("mail", "msgreader", "MsgReaderTests", "SampleFiles", "TxtSampleEmail.msg").read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    for damaged in (bytes(raw), bytes(raw[:cut])):
        try:
            message = read_msg(damaged)
            assert all(sum(map(len, one.chunks())) == one.size for one in message.attachments)
        except Unreadable:
            pass


@given(st.binary(max_size=300))
def test_damaged_rtf_gives_text_or_nothing(data: bytes) -> None:
    assert isinstance(rtf_to_text(data), str)
