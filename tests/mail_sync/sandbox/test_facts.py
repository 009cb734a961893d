"""What the sandbox reads from sources, real-world dirt included."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.ews.render import render
from mail_sync.sandbox.ews.shape import Shape
from mail_sync.sandbox.ews.soap import TYPES
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.facts.event import Unreadable
from mail_sync.sandbox.faults import Faults
from mail_sync.sandbox.loader import classify, kind_of
from mail_sync.sandbox.model import Kind, Model
from tests.mail_sync.sandbox.builders import ANNA
from tests.mail_sync.sandbox.test_mail import MEETING

DATA = Path(__file__).parents[4] / "shared" / "data"
EVERYTHING = Shape(base="AllProperties", mime=True, fields=frozenset(["item:TextBody"]))


def rendered(data: bytes, suffix: str) -> str:
    """The element name of an item made of these bytes, whose XML must be well-formed."""
    content, kind = BytesContent(data), kind_of(suffix)
    mailbox = Model().add_mailbox(ANNA)
    item = mailbox.add(mailbox.folder("inbox"), content, kind=kind, item_class=classify(content, kind))
    shown = render(View(item, EVERYTHING, Faults(), "GetItem"), listing=False)
    parser = etree.XMLParser(huge_tree=True)
    root = etree.fromstring(f'<x xmlns:t="{TYPES}">'.encode() + shown.encode() + b"</x>", parser)
    return str(etree.QName(root[0]).localname)


@pytest.mark.parametrize(
    ("content_type", "item_class"),
    [
        ("text/plain", "IPM.Note"),
        ('multipart/report; report-type="delivery-status"; boundary=x', "REPORT.IPM.Note.NDR"),
        ("multipart/report; report-type=disposition-notification; boundary=x", "REPORT.IPM.Note.IPNRN"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "IPM.Note.SMIME"),
        ('multipart/signed; protocol="application/pkcs7-signature"; boundary=x', "IPM.Note.SMIME.MultipartSigned"),
        ('multipart/signed; protocol="application/pgp-signature"; boundary=x', "IPM.Note"),
    ],
)
def test_item_class_follows_the_content_type(content_type: str, item_class: str) -> None:
    data = f"From: a@b.example\nContent-Type: {content_type}\n\nx\n".encode()
    assert classify(BytesContent(data), Kind.MAIL) == item_class


def test_invitation_with_a_broken_calendar_stays_a_plain_mail() -> None:
    good = MEETING.format(method="REQUEST")
    assert classify(BytesContent(good.encode()), Kind.MAIL) == "IPM.Schedule.Meeting.Request"
    broken = good.replace("BEGIN:VEVENT\n", "")
    assert classify(BytesContent(broken.encode()), Kind.MAIL) == "IPM.Note"


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        (b"Subject: Gr\xfc\xdfe", "Grüße"),
        (b"Subject: Gr\xc3\xbc\xc3\x9fe", "Grüße"),
        (b"Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n =?utf-8?q?_aus?=", "Grüße aus"),
        (b"Subject: =?no-such-charset?q?plain?=", "plain"),
        (b"Subject: =?utf-8?b?broken", "=?utf-8?b?broken"),
        (b"X: y", ""),
    ],
)
def test_subject_is_decoded_however_it_was_written(head: bytes, subject: str) -> None:
    mailbox = Model().add_mailbox(ANNA)
    item = mailbox.add(mailbox.folder("inbox"), BytesContent(head + b"\r\n\r\nbody"))
    assert View(item, EVERYTHING, Faults(), "GetItem").head.get("Subject") == subject


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["multipart/mixed; boundary=b", "text/html; charset=x", "message/rfc822"])
)
def test_no_mail_breaks_the_reply(data: bytes, content_type: str) -> None:
    mail = b"From: a@b.example\nContent-Type: " + content_type.encode() + b"\n" + data + b"\n\n--b\n" + data
    assert rendered(mail, "eml") == "Message"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_card_breaks_the_reply(data: bytes) -> None:
    assert rendered(b"BEGIN:VCARD\nVERSION:3.0\nFN:x\n" + data + b"\nEND:VCARD\n", "vcf") == "Contact"


def _archived_mails() -> Iterator[bytes]:
    with tarfile.open(DATA / "mail" / "spamassassin" / "easy-ham-1.tar.gz") as archive:
        for number, member in enumerate(archive):
            source = archive.extractfile(member) if member.isfile() and number % 10 == 0 else None
            if source is not None:
                yield source.read()


@pytest.mark.corpus
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")
def test_real_mails_all_have_a_reply() -> None:
    assert {rendered(data, "eml") for data in _archived_mails()} == {"Message"}


@pytest.mark.corpus
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")
@pytest.mark.filterwarnings("ignore")  # libraries warn about what they find in broken calendars
def test_real_calendars_and_cards_have_a_reply_or_are_refused() -> None:
    shown = {"CalendarItem": 0, "Contact": 0, "refused": 0}
    for path in [*sorted((DATA / "ical").rglob("*.ics")), *sorted((DATA / "vcard").rglob("*.vcf"))]:
        if path.stat().st_size > 200_000:
            continue
        try:
            shown[rendered(path.read_bytes(), path.suffix)] += 1
        except Unreadable:
            shown["refused"] += 1
    assert shown["CalendarItem"] > shown["refused"] > 0
    assert shown["Contact"] > 0
