"""Subjects without what mail programs put in front of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.mime.subjects import bare_subject, is_forward, without_prefixes


@pytest.mark.parametrize(
    "subject",
    [
        "Offer",
        "Re: Offer",
        "AW: Re[2]: Offer",
        "SV: VS: Offer",
        "RV: Offer",
        "TR : Offer",
        "ODP: Offer",
        "YNT: Offer",
        "回复：Offer",
        "答复: 转发: Offer",
        "پاسخ: Offer",
        "Antw.: Offer",
        "Vá: Offer",
        "Ang: Offer",
        "RES: ENC: Offer",
        "Rif: R: I: Offer",
        "RE^3: Offer",
        "Re(2): Offer",
        "[EXT] AW: *** SPAM *** Re: Offer",
        "Accepted: Offer",
        "  re:\n\tOffer ",
    ],
)
def test_bare_subject_is_what_the_first_writer_chose(subject: str) -> None:
    assert bare_subject(subject) == "Offer"


@pytest.mark.parametrize(
    "subject", ["Re-opening: when?", "Reference 12: pump", "Is: this", "[Pumps] offer", "12:30 call"]
)
def test_bare_subject_keeps_words_that_only_look_alike(subject: str) -> None:
    assert bare_subject(subject) == subject


@pytest.mark.parametrize(
    ("subject", "forward"),
    [
        ("FW: Offer", True),
        ("WG: AW: Offer", True),
        ("Re: Fwd: Offer", False),
        ("Offer", False),
        ("[EXTERNAL] TR: Offer", True),
        ("I: Offer", True),
        ("转发：Offer", True),
        ("", False),
    ],
)
def test_forward_is_told_by_the_outermost_prefix(subject: str, forward: bool) -> None:
    assert is_forward(subject) is forward


def test_without_prefixes_keeps_notices_and_tags() -> None:
    assert without_prefixes("AW: [EXT] Re: Offer") == "[EXT] Re: Offer"
    assert without_prefixes("Re: Accepted: Offer") == "Accepted: Offer"


@given(st.text(max_size=60))
def test_bare_subject_of_a_bare_subject_is_itself(subject: str) -> None:
    assert bare_subject(bare_subject(subject)) == bare_subject(subject)
