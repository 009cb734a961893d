"""Patterns mean what Python's mean, and none of them can hang."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.triage.facts import MOST_TEXT
from assistant.triage.patterns import UnsafePattern, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+b", "has a repeat or a choice within a repeat, which a long text could make it hang on"),
        ("(a|a)*b", "has a repeat or a choice within a repeat, which a long text could make it hang on"),
        ("((a?)b){2}", "has a repeat or a choice within a repeat, which a long text could make it hang on"),
        ("a*b*c*d", "repeats too much; at most two of *, + and {m,} go together, with little behind them"),
        ("a?" * 15 + "b", "repeats too much; at most two of *, + and {m,} go together, with little behind them"),
        ("(a|a)" * 15 + "b", "repeats too much; at most two of *, + and {m,} go together, with little behind them"),
        ("a**", "repeats a repeat"),
        ("a++", "repeats a repeat"),
        ("a{2}{3}", "repeats a repeat"),
        ("a{41}", "repeats {41} times; from 0 to 40 can be used, the smaller one first"),
        ("a{3,2}", "repeats {3,2} times; from 0 to 40 can be used, the smaller one first"),
        ("(?=a)b", "has a group that begins with (?, of which only (?: can be used"),
        (r"(a)\1", r"refers back with \1, which cannot be used"),
        (r"\Aa", r"says \A, which means nothing here"),
        (r"[\b]", r"says \b, which means nothing here"),
        ("*a", r"has a * with nothing to repeat; write \* for the character"),
        ("a{", r"has a { with nothing to repeat; write \{ for the character"),
        ("(a", "opens a group and does not close it"),
        ("a)", "closes a group that is not open"),
        ("[a", "opens a class with [ and does not close it"),
        ("a\\", "ends in a \\"),
        ("[z-a]", "cannot be read: bad character range z-a"),
        ("x*", "fits every text"),
        ("a|", "fits every text"),
        ("(" * 11 + "a" + ")" * 11, "has more than 10 groups within each other"),
        ("a" * 201, "is longer than 200 characters"),
    ],
)
def test_what_could_hang_or_means_nothing_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(UnsafePattern) as raised:
        compile_pattern(pattern)
    assert str(raised.value) == why


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"err(or)?[- ]?5\d{2}", "the ERROR-503", "ERROR-503"),
        (r"^order no\.? \d+$", "hi\nOrder No. 17\nbye", "Order No. 17"),
        (r"größe|taille", "Die GRÖSSE, Größe", "Größe"),
        (r"[]\-x]{2}", "a]-b", "]-"),
        (r"[^\w\s]", "ab c%", "%"),
        (r"\bSN[0-9A-F]{4,8}\b", "my sn00af12, please", "sn00af12"),
        (r"<.+?>", "<a><b>", "<a>"),
        (r"(foo|ba(r|z))!", "foo baz!", "baz!"),
        (
            "order .* has been .*cancelled",
            "Order 17 has been most sadly cancelled",
            "Order 17 has been most sadly cancelled",
        ),
    ],
)
def test_pattern_finds(pattern: str, text: str, found: str) -> None:
    ready = compile_pattern(pattern)
    hit = ready.expression.search(text)
    assert hit is not None and hit[0] == found
    assert ready.fits(text, text.casefold())


@settings(deadline=None)
@given(st.text("ab-[]()|?*+.^$\\d{1,2}", max_size=12), st.text("ab-1[ \n", max_size=12))
def test_accepted_pattern_means_what_it_means_to_python(pattern: str, text: str) -> None:
    try:
        ours = compile_pattern(pattern)
    except UnsafePattern:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of classes that may mean something else one day
        theirs = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    assert [each.span() for each in ours.expression.finditer(text)] == [each.span() for each in theirs.finditer(text)]
    assert ours.fits(text, text.casefold()) is (theirs.search(text) is not None)


@settings(deadline=None)
@given(st.lists(st.sampled_from("aſsßẞkKiIıİµμσςé"), max_size=6).map("".join))
def test_letters_of_any_case_are_found_as_python_finds_them(text: str) -> None:
    for letter in "skiıßμσÉ":
        ours = compile_pattern(f"{letter}a?")
        assert ours.fits(text, text.casefold()) is bool(re.search(letter, text, re.IGNORECASE))


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("ORDER .*no", "order "),
        ("a|bcd", ""),
        (r"err(or)? \d{2}kelvx", "kelvx"),
        (r"(ab\.c)d+", "ab.c"),
        ("abc?", "ab"),
    ],
)
def test_pattern_knows_what_a_text_must_have(pattern: str, needs: str) -> None:
    assert compile_pattern(pattern).needs == needs


@pytest.mark.parametrize("pattern", ["a*a*b", "(?:aa){1,20}a*b", r".*\w*;"])
def test_worst_accepted_patterns_come_to_an_end_on_hostile_text(pattern: str) -> None:
    hostile = "a" * MOST_TEXT
    assert compile_pattern(pattern).expression.search(hostile) is None
