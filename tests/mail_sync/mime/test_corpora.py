"""Real and tortured mail: all of it is read, and where others published what a correct parse is, it is compared."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from lxml import etree

from mail_sync.errors import Unreadable
from mail_sync.message import DeliveryReport, Noise
from mail_sync.mime.parts import Part, PartReader
from mail_sync.mime.reader import read_message
from mail_sync.mime.transfer import decode, encoding_name
from tests.corpora import corpus

pytestmark = pytest.mark.corpus

MIME4J = ("mail", "mime4j", "core", "src", "test", "resources")

# Where mime4j throws text away that has no place in the structure (before a first boundary that never comes, or among
# broken headers), a reader of mail is better served by seeing it.
MIME4J_DIFFERENT = {
    "badbound.msg",
    "basic-plain-with-bad-header-separator.msg",
    "hdr-fakeout.msg",
    "malformedHeader-nocrlfcrlf.msg",
    "malformedHeader-noheader.msg",
    "malformedHeaderStartsBody-nocrlfcrlf.msg",
    "malformedHeaderStartsBody-noheader.msg",
    "missing-boundary.msg",
    "missing-inner-boundary.msg",
    "missing-inner-start-boundary.msg",
    "multipartnopart.msg",
    "very-long-boundary.msg",  # these three have a boundary that ends in a space, which RFC 2046 forbids
    "very-very-long-boundary.msg",
    "weird-boundary.msg",
}
NO_MAIL = {  # files without one header of a mail
    "SOURCE.txt",
    "erroneous.raw",
    "malformedHeader-noheader.msg",
    "malformedHeaderStartsBody-noheader.msg",
    "msg_19.txt",
    "part-content-only.golden",
    "part-empty.golden",
}

Shape = list["str | bytes | Shape"]


def test_mime4j_structure_and_texts_agree() -> None:
    root = corpus(*MIME4J)
    files = sorted(root.glob("*/*.msg"))
    different = {file.name for file in files if expected_shape(file) != actual_shape(file.read_bytes())}
    assert (len(files), different) == (80, MIME4J_DIFFERENT)


def expected_shape(file: Path) -> Shape:
    tree = etree.parse(str(file.with_name(f"{file.stem}_decoded.xml")), etree.XMLParser(recover=True))
    return _expected(tree.getroot(), file.parent)


def _expected(element: etree._Element, folder: Path) -> Shape:
    for child in element:
        if child.tag == "multipart":
            return ["multipart", *(_expected(part, folder) for part in child if part.tag == "body-part")]
        if child.tag == "message":
            return ["message", _expected(child, folder)]
        if child.tag == "text-body":
            return ["text", _normal((folder / str(child.get("name"))).read_bytes())]
    return ["binary"]


def actual_shape(raw: bytes) -> Shape:
    reader = PartReader(raw)
    return _actual(reader, reader.read(0, len(raw)))


def _actual(reader: PartReader, part: Part) -> Shape:
    if part.children:
        return ["multipart", *(_actual(reader, child) for child in part.children)]
    encoding = encoding_name(part.raw("content-transfer-encoding") or b"")
    data = decode(reader.source, part.start, part.end, encoding)
    if part.media_type == "message/rfc822":
        return ["message", actual_shape(data)]
    return ["text", _normal(data)] if part.media_type.startswith("text/") else ["binary"]


def _normal(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").strip()


@pytest.mark.parametrize("folder", ["cpython", "enmime", "mime4j", "notmuch", "phpimap"])
def test_every_mail_of_a_corpus_is_read(folder: str) -> None:
    refused = set()
    for file in sorted(corpus("mail", folder).rglob("*")):
        if not file.is_file() or file.name.startswith("UPSTREAM") or _is_expected_result(file):
            continue
        try:
            message = read_message(file.read_bytes())
        except Unreadable:
            refused.add(file.name)
            continue
        assert all(sum(map(len, one.chunks())) == one.size for one in message.attachments)
    assert refused <= NO_MAIL


def _is_expected_result(file: Path) -> bool:
    return "mime4j" in file.parts and file.suffix != ".msg"


def test_spamassassin_is_read_whole() -> None:
    counts = dict.fromkeys(Noise, 0)
    dated = addressed = 0
    with tarfile.open(corpus("mail", "spamassassin", "easy-ham-1.tar.gz")) as archive:
        for entry in archive:
            if content := archive.extractfile(entry) if entry.isfile() else None:
                message = read_message(content.read())
                counts[message.noise] += 1
                dated += message.sent_at is not None
                addressed += bool(message.sender and message.sender.email)
                assert message.text or message.attachments or message.html
    assert sum(counts.values()) == 2500
    assert (dated, addressed) == (2500, 2500)
    assert counts[Noise.LIST] == 1688


XLS, PDF = "Prostřeno_2014_poslední volné termíny.xls", "Kelvinsong—Font_test_page_bold.pdf"
READ_BY_EYE = [  # folder, file, subject, names of attachments, beginning of the text
    ("phpimap", "gbk_charset.eml", "Nuu", [], "Hi"),
    ("phpimap", "html_only.eml", "Nuu", [], "Hi"),
    ("phpimap", "ks_c_5601-1987_headers.eml", "RE: 회원님께 Ersi님이 메시지를 보냈습니다.", [], "Content"),
    ("phpimap", "embedded_email.eml", "embedded message", ["demo.eml"], "email that contains"),
    ("phpimap", "four_nested_emails.eml", "3-third-subject", ["2-second-email.eml"], "3-third-content"),
    ("phpimap", "attachment_encoded_filename.eml", "", [XLS], ""),
    ("phpimap", "issue-348.eml", "2 - test with a strange attachement", [PDF], "-------- Original"),
    ("phpimap", "issue-544.eml", "Test bad boundary", ["file.pdf"], "This message may contain"),
    ("phpimap", "mixed_filename.eml", "Свежий прайс-лист", ["Price4VladDaKar.xlsx"], ""),
    ("phpimap", "nestes_embedded_with_attachment.eml", "Nuu", ["first.eml", "second.eml"], "Dear Sarah"),
    ("phpimap", "pec.eml", "Certified", ["data.xml", "postacert.eml", "smime.p7s"], "Signed"),
    ("phpimap", "unknown_encoding.eml", "test", [], "MyPlain"),
    ("enmime", "mime-bad-8bit-filename.raw", "Malformed test", ["管理.doc"], "Text part"),
    ("enmime", "mime-bad-content-transfer-encoding.raw", "alert", [], ""),
    (
        "enmime",
        "mime-unquoted-tspecials-param.raw",
        "Confirmation of Booking with easyHotel",
        ["Invoice_(302232133150612).pdf"],
        "Thank you",
    ),
    ("enmime", "qp-utf8-header-recursed.raw", "MIME UTF8 Test ¢ More Text", [], "Lorem ipsum"),
    ("enmime", "chardet-success-big-5.raw", "", [], "顏是家訓"),
    ("enmime", "chardet-success-iso-8859-1.raw", "", [], "DIE Drachenköpfe"),
    ("enmime", "multibase64.raw", "", ["test.html"], "A text section"),
    ("enmime", "similar-boundary.raw", "", [], "Section one"),
    ("enmime", "quoted-printable.raw", "Quoted Printable", [], "Lorem ipsum"),
]


@pytest.mark.parametrize(("folder", "name", "subject", "names", "text"), READ_BY_EYE)
def test_tortured_mail_says_what_it_says(folder: str, name: str, subject: str, names: list[str], text: str) -> None:
    file = next(
        file for file in sorted(corpus("mail", folder).rglob(name)) if file.parent.name != "parts" or not subject
    )
    message = read_message(file.read_bytes())
    found = [attachment.filename for attachment in message.attachments]
    assert (message.subject, found, message.text[: len(text)]) == (subject, names, text)


def test_bounce_names_the_mail_it_answers() -> None:
    file = corpus("mail", "phpimap", "tests", "messages", "example_bounce.eml")
    message = read_message(file.read_bytes())
    assert (message.noise, message.report) == (
        Noise.BOUNCE,
        DeliveryReport(
            "UyVznI5nOyYGnv7Ij0hi6ro4gvxwGT999eQAtc4o@127.0.0.1",
            ("ding@ding.de",),
            "5.0.0",
            "550-Verification failed for <info@foo.de> 550-Unrouteable address 550 Sender verify failed",
        ),
    )
