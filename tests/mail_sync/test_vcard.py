"""Contact cards from vCard files as clients really write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail_sync.card import PostalAddress
from mail_sync.errors import Unreadable
from mail_sync.vcard import read_cards

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "vcard"


def _card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]).encode()


def test_card_fields_are_read() -> None:
    raw = _card(
        "UID:7",
        "FN:Ada King",
        "N:King;Ada;Augusta;;",
        "ORG:Analytical Engines;Research;Numbers",
        "TITLE:Analyst",
        "EMAIL;TYPE=HOME:Ada@Home.example",
        "EMAIL;TYPE=WORK,PREF:ada@engines.example",
        "TEL;TYPE=CELL:+44 20 1",
        "ADR;TYPE=WORK:;;1 St James\\, Square;London;;SW1;UK",
        "BDAY:1815-12-10",
        "NOTE:first\\nsecond",
        "CATEGORIES:Friends,Maths\\, pure",
        "CLASS:PRIVATE",
    )
    (card,) = read_cards(raw).cards
    assert (card.uid, card.full_name, card.given_name, card.family_name, card.middle_name) == (
        "7",
        "Ada King",
        "Ada",
        "King",
        "Augusta",
    )
    assert (card.company, card.department, card.job_title) == ("Analytical Engines", "Research, Numbers", "Analyst")
    assert card.emails == (("work", "ada@engines.example"), ("home", "ada@home.example"))
    assert card.phones == (("mobile", "+44 20 1"),)
    assert card.postal == (PostalAddress("work", "1 St James, Square", "London", "", "SW1", "UK"),)
    assert card.birthday == date(1815, 12, 10)
    assert (card.note, card.categories, card.sensitivity) == ("first\nsecond", ("Friends", "Maths, pure"), "private")
    assert card.defects == ()


def test_vcard21_quoted_printable_is_decoded_across_soft_line_breaks() -> None:
    raw = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FC=\r\nller;J=F6rg\r\n"
        b"TEL;HOME;VOICE:1\r\nEND:VCARD\r\n"
    )
    (card,) = read_cards(raw).cards
    assert (card.full_name, card.phones) == ("Jörg Müller", (("home", "1"),))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_cards_are_read_in_any_encoding(encoding: str) -> None:
    raw = _card("FN:Zoë Ünal").decode().encode(encoding)
    assert [card.full_name for card in read_cards(raw).cards] == ["Zoë Ünal"]


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\r\n", "\n\n"])
def test_cards_are_read_with_any_line_ending(ending: str) -> None:
    raw = _card("FN:Ann", "NOTE:a", " b").decode().replace("\r\n", ending).encode()
    assert [(card.full_name, card.note) for card in read_cards(raw).cards] == [("Ann", "ab")]


def test_apple_labels_name_their_group() -> None:
    raw = _card(
        "FN:Ann", "item1.EMAIL:a@b.example", "item1.X-ABLabel:_$!<Work>!$_", "item2.TEL:1", "item2.X-ABLabel:Boat"
    )
    (card,) = read_cards(raw).cards
    assert (card.emails, card.phones) == ((("work", "a@b.example"),), (("boat", "1"),))


def test_agent_card_stays_inside_its_card() -> None:
    raw = _card("FN:Boss", "AGENT:", "BEGIN:VCARD", "FN:Secretary", "END:VCARD", "EMAIL:boss@b.example")
    assert [(card.full_name, card.emails) for card in read_cards(raw).cards] == [
        ("Boss", (("other", "boss@b.example"),))
    ]


def test_bad_card_stands_aside_and_the_rest_goes_on() -> None:
    cards = read_cards(_card("FN:Ann") + _card("NOTE:who?") + _card("FN:Bob"))
    assert [card.full_name for card in cards.cards] == ["Ann", "Bob"]
    assert [reason for reason, _ in cards.unreadable] == ["it names nobody"]
    assert cards.unreadable[0][1] == _card("NOTE:who?")


def test_missing_end_loses_neither_card() -> None:
    cards = read_cards(b"BEGIN:VCARD\nFN:Ann\nBEGIN:VCARD\nFN:Bob\nEND:VCARD\n")
    assert [(card.full_name, card.defects) for card in cards.cards] == [("Ann", ("its end is missing",)), ("Bob", ())]


def test_broken_off_card_is_unreadable() -> None:
    cards = read_cards(_card("FN:Ann") + b"BEGIN:VCARD\r\nFN:Bob\r\nEMAIL:bob@exa")
    assert ([card.full_name for card in cards.cards], [reason for reason, _ in cards.unreadable]) == (
        ["Ann"],
        ["the file breaks off in the middle of this card"],
    )


def test_group_and_company_are_recognised() -> None:
    raw = _card("FN:Board", "KIND:group", "MEMBER:mailto:Ann@b.example", "MEMBER:urn:uuid:7")
    raw += _card("FN:Acme", "X-ABShowAs:COMPANY")
    group, company = read_cards(raw).cards
    assert (group.kind, group.members) == ("group", ("ann@b.example", "7"))
    assert (company.kind, company.company) == ("company", "Acme")


def test_value_that_is_no_address_becomes_a_defect() -> None:
    (card,) = read_cards(_card("FN:Ann", "EMAIL:/o=Org/cn=ann", "TEL:none")).cards
    assert (card.emails, card.phones) == ((), ())
    assert card.defects == ('"/o=Org/cn=ann" is no e-mail address', '"none" is no phone number')


def test_photo_of_many_lines_and_many_numbers_are_read() -> None:
    photo = ["PHOTO;ENCODING=b:" + "A" * 60, *[" " + "A" * 70] * 10_000]
    (card,) = read_cards(_card("FN:Ann", *photo, *(f"TEL:{number}" for number in range(10_000)))).cards
    assert len(card.phones) == 10_000


def test_file_without_card_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_cards(b"account,contact\n1,2\n")


@settings(deadline=None)
@given(st.binary() | st.text(alphabet='BEGINVCARD:;="\\,\r\n =FNTL@.', max_size=200).map(str.encode))
def test_any_bytes_are_read_or_unreadable(raw: bytes) -> None:
    for data in (raw, b"BEGIN:VCARD\r\n" + raw + b"\r\nEND:VCARD"):
        try:
            cards = read_cards(data)
        except Unreadable:
            continue
        for card in cards.cards:
            assert read_cards(card.source).cards == (card,)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="../shared/data/vcard is not here")
def test_corpus_cards_read_again_from_their_source() -> None:
    cards = [card for path in sorted(CORPUS.rglob("*.vcf")) for card in read_cards(path.read_bytes()).cards]
    assert [read_cards(card.source).cards for card in cards] == [(card,) for card in cards]
    assert len(cards) > 40
