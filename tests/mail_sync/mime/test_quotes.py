"""New text, quotes and signatures, on handwritten and on annotated real mail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.mime.html_text import html_to_text
from mail_sync.mime.quotes import split_reply
from mail_sync.mime.reader import read_message
from tests.corpora import corpus


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, Nov 2, 2026 at 10:00 AM Jo <jo@example.org> wrote:\n> old\n> text",
        "On Mon, Nov 2, 2026 at 10:00 AM Jo\n<jo@example.org>\nwrote:\n\n> old",
        "Am 02.11.2026 um 10:00 schrieb Jo Doe:\n> alt",
        "Le 2 nov. 2026 à 10:00, Jo <jo@example.org> a écrit :\n> vieux",
        "Den mån 2 nov. 2026 kl 10:00 skrev Jo <jo@example.org>:\n\n> gammal",
        "-----Original Message-----\nFrom: Jo\nSent: Monday\nTo: Al\nSubject: x\n\nold",
        "-----Ursprüngliche Nachricht-----\nVon: Jo\nGesendet: Montag\nAn: Al\nBetreff: x\n\nalt",
        "________________________________\nFrom: Jo <jo@example.org>\nSent: Monday\nTo: Al\nSubject: x\n\nold",
        "De : Jo <jo@example.org>\nEnvoyé : lundi\nÀ : Al\nObjet : x\n\nvieux",
        "*From:* Jo\n*Sent:* Monday\n*To:* Al\n*Subject:* x\n\nold",
        "---------- Forwarded message ---------\nFrom: Jo\nDate: Monday\nSubject: x\n\nold",
        "Begin forwarded message:\n\nFrom: Jo\nSubject: x\n\nold",
        "2026-11-02 10:00 GMT+01:00 Jo <jo@example.org>:\n\nold",
        "发件人: Jo\n发送时间: 2026\n收件人: Al\n主题: x\n\nold",
        "差出人: Jo\n日時: 2026\n宛先: Al\n件名: x\n\nold",
        "من: Jo\nالتاريخ: 2026\nإلى: Al\nالموضوع: x\n\nold",
        "Gönderen: Jo\nTarih: 2026\nAlıcı: Al\nKonu: x\n\nold",
        "Message du : 12/12/2016 13:20\nDe : Jo <jo@example.org>\nA : al@example.org\nCopie à : \nSujet : x\n\nvieux",
        "De la: Jo\nTrimis: luni\nCătre: Al\nSubiect: x\n\nvechi",
        "-------- Továbbított üzenet --------\nFeladó: Jo\nTárgy: x\n\nrégi",
    ],
)
def test_quoted_mail_below_is_cut_off(quote: str) -> None:
    assert split_reply(f"Yes, that works.\n\n{quote}\n") == ("Yes, that works.", "")


def test_answers_between_quotes_are_kept() -> None:
    text = "On Mon, 2 Nov 2026 10:00, Jo <jo@example.org> wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n"
    assert split_reply(text) == ("Yes.\n\n\nNo.", "")


def test_end_of_a_quoted_line_that_was_broken_without_its_sign_is_quoted() -> None:
    quoted = "> Would you please tell us when the pumps will be delivered to\nour place?\n> Regards"
    assert split_reply(f"On Tuesday.\n\n{quoted}") == ("On Tuesday.", "")


@pytest.mark.parametrize(
    ("text", "new", "signature"),
    [
        ("Hello.\n-- \nJo Doe\n+1 555 123 4567", "Hello.", "-- \nJo Doe\n+1 555 123 4567"),
        ("Hello.\n\nBest regards,\nJo", "Hello.", "Best regards,\nJo"),
        (
            "Hallo.\n\nMit freundlichen Grüßen\n\nJo Doe\nSki GmbH",
            "Hallo.",
            "Mit freundlichen Grüßen\n\nJo Doe\nSki GmbH",
        ),
        ("Hello.\n\nSent from my iPhone", "Hello.", "Sent from my iPhone"),
        ("Hello.\n\nGet Outlook for iOS<https://aka.ms/x>", "Hello.", "Get Outlook for iOS<https://aka.ms/x>"),
        ("Jo Doe\nSales\n+1 555 123 4567", "", "Jo Doe\nSales\n+1 555 123 4567"),
        (
            f"Hello.\n{'_' * 40}\nDo you like mail?\nRead all of it for nothing now! http://mail.example",
            "Hello.",
            f"{'_' * 40}\nDo you like mail?\nRead all of it for nothing now! http://mail.example",
        ),
        ("Hello.\n\nJo Doe\njo@example.org", "Hello.", "Jo Doe\njo@example.org"),
        ("Thanks", "Thanks", ""),
        ("As regards the timeline, we are fine.", "As regards the timeline, we are fine.", ""),
        ("Done:\n\n----\n\n1. Costs fell by half, as you had asked for.\n2. Time too.", None, ""),
    ],
)
def test_signature_is_told_from_text(text: str, new: str | None, signature: str) -> None:
    assert split_reply(text) == (text if new is None else new, signature)


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, nobody wrote: we should wait.",
        "From: what I see, this is fine.\nSo go on.",
        "The times are\n2026-01-15 14:30\n15.01.2026 14:30\nas agreed.",
        "I said to Jane: go.\nTo be sure, call her.",
    ],
)
def test_prose_that_looks_like_a_quote_is_kept(text: str) -> None:
    assert split_reply(text) == (text, "")


@given(st.text(st.sampled_from("ab> \n:-_*@<.1\x0b") | st.characters(), max_size=400))
def test_split_keeps_whole_lines_in_their_order(text: str) -> None:
    new, signature = split_reply(text)
    lines = iter(text.split("\n"))
    assert all(line in lines for line in [*new.split("\n"), *signature.split("\n")] if line)


@given(
    st.lists(st.text(st.characters(categories=["Lu", "Ll", "Zs"]), min_size=1, max_size=40), min_size=1, max_size=40)
)
def test_split_loses_nothing_where_nothing_is_quoted(words: list[str]) -> None:
    text = "\n".join(words)
    new, signature = split_reply(text)
    assert [line for line in [*new.split("\n"), *signature.split("\n")] if line.strip()] == [
        line for line in text.split("\n") if line.strip()
    ]


def quagga_agreement(part: str) -> tuple[int, int]:
    """(texts whose own part, up to the first quoted header, is found line by line; all texts)."""
    agreed = texts = 0
    for file in sorted(corpus("quotes", "quagga", part).glob("*.txt.ann")):
        annotated = json.loads(file.read_text("utf-8"))
        headers = [one["start"] for one in annotated["denotations"] if one["type"] == "Header"]
        own = annotated["text"][: min(headers, default=None)]
        new, signature = split_reply(annotated["text"])
        agreed += filled(own) == filled(f"{new}\n{signature}")
        texts += 1
    return agreed, texts


def filled(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.corpus
def test_quagga_training_mails_are_split_where_people_split_them() -> None:
    assert quagga_agreement("train") == (386, 396)


@pytest.mark.corpus
def test_quagga_evaluation_mails_are_split_where_people_split_them() -> None:
    assert quagga_agreement("eval") == (76, 78)


@pytest.mark.corpus
def test_talon_standard_replies_give_their_reply() -> None:
    files = sorted(corpus("quotes", "talon", "tests", "fixtures", "standard_replies").glob("*.eml"))
    assert {file.name: read_message(file.read_bytes()).new_text.strip() for file in files} == {
        file.name: "Hello" for file in files
    }


@pytest.mark.corpus
def test_talon_html_replies_give_their_reply() -> None:
    files = sorted(corpus("quotes", "talon", "tests", "fixtures", "html_replies").glob("*.html"))
    assert {file.name: own_words(file) for file in files} == {
        file.name: "Hi. I am fine. Thanks, Alex" for file in files
    }


def own_words(file: Path) -> str:
    return " ".join(" ".join(split_reply(html_to_text(file.read_text("utf-8")))).split())


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("email_24.txt", "Fusce", "nibh."),
        ("email_danish_dash_separator.txt", "Fusce", "nibh."),
        ("email_norwegian_gmail.txt", "Fusce", "nibh."),
        ("email_russian.txt", "Fusce", "nibh."),
        ("email_zoho.txt", "What", "test?"),
        ("email_tricky_3_code_block.txt", "Here's", "signatures."),
        ("email_tricky_7_multiple_dashes.txt", "Here", "content."),
        ("email_one_is_not_on.txt", "Thank,", "run..."),
        ("email_not_a_signature_2.txt", "Hello,", "it"),
    ],
)
def test_crisp_replies_end_where_the_writer_ended(name: str, first: str, last: str) -> None:
    text = corpus("quotes", "crisp-reply", "test", "fixtures", name).read_text("utf-8")
    words = split_reply(text)[0].split()
    assert (words[0], words[-1]) == (first, last)
