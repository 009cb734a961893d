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
from mail_sync.providers.files.rtf import decompress, rtf_body
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


@given(st.binary(max_size=300), st.sampled_from([b"LZFu", b"MELA", b"what"]))
def test_damaged_rtf_gives_text_or_nothing(data: bytes, kind: bytes) -> None:
    text, html = rtf_body(data)
    assert text == "" or html == ""
    text, html = rtf_body(b"\xff" * 8 + kind + b"\0" * 4 + data)
    assert text == "" or html == ""


@given(st.text(st.sampled_from("\\{}'*uc19af htmlrtag\n") | st.characters(), max_size=200))
def test_any_wrapped_html_is_read(text: str) -> None:
    rtf = b"{\\rtf1\\fromhtml1 " + text.encode("latin-1", "replace")
    assert isinstance(rtf_body(b"\0" * 4 + len(rtf).to_bytes(4, "little") + b"MELA" + b"\0" * 4 + rtf)[1], str)


def test_html_is_unwrapped_from_rtf() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\b\htmlrtf0 caf\'e9 "
        rb"\u8364?{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0 {\*\mhtmltag8 no}}"
    )
    assert rtf_body(b"\0" * 4 + len(rtf).to_bytes(4, "little") + b"MELA" + b"\0" * 4 + rtf) == ("", "<p>café €</p>")


def test_compressed_rtf_is_unpacked() -> None:
    """The examples of MS-OXRTFCP: plain literals, and a reference into what it is just writing."""
    simple = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
    assert decompress(bytes.fromhex(simple)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress(bytes.fromhex(crossing)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
