from __future__ import annotations

import pytest

from assistant.following.saying.sentences import sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One.  Two\nlines! Three?", ["One.", "Two lines!", "Three?"]),
        ("Hello Jo,\n\nI'll call.", ["Hello Jo,", "I'll call."]),
        ("Open:\n- the valve\n- the pump\n1) the seal", ["Open:", "- the valve", "- the pump", "1) the seal"]),
        (
            "See Dr. Kern at 9 a.m. on 5. March, e.g. here. Bye",
            ["See Dr. Kern at 9 a.m. on 5. March, e.g. here.", "Bye"],
        ),
        ('He said "no." Then left…\nso', ['He said "no."', "Then left…", "so"]),
        ("Fine :-) see you", ["Fine :-)", "see you"]),
        ("送ります。いつですか？", ["送ります。", "いつですか？"]),
        ("Yes.\n> was it?\nJo> and this?\nNo.", ["Yes.", "No."]),
        ("", []),
    ],
)
def test_text_is_cut_into_sentences(text: str, found: list[str]) -> None:
    assert list(sentences(text)) == found


def test_what_runs_on_for_pages_is_no_sentence() -> None:
    assert list(sentences("word " * 200 + ". Short one.")) == ["Short one."]
