"""Decisions without a screen: columns, cells, times, windows of rows, parts of a mail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from store.queries.paging import Count
from store.queries.users import UserRow
from tests.store.builders import actor
from tui import reading, regarding_words, sync_words, trouble, when
from tui.cells import Cell, Span, beside, fit, plain, short
from tui.columns import Column, arrange
from tui.flows.cases import told_apart
from tui.preferences import Preferences, load, save
from tui.screens.service import COMMANDS as SERVICE
from tui.typed import searchable
from tui.widgets.top_bar import named_around
from tui.window import KEEP, Window, placed, with_rows

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def nothing(_row: object, _now: datetime) -> Cell:
    return ()


@given(st.text(max_size=60), st.integers(0, 40), st.booleans())
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int, right: bool) -> None:
    cell = fit(plain(text), width, right=right)
    assert sum(cell_len(span.text) for span in cell) == width


def test_fit_never_splits_a_wide_character() -> None:
    assert fit((Span("田中田中"),), 4) == (Span("田 …"),)


def test_short_ends_in_an_ellipsis() -> None:
    assert (short("a\nb   c", 10), short("abcdefghij", 5)) == ("a b c", "abcd…")


columns = st.lists(
    st.builds(
        Column,
        title=st.just("x"),
        cell=st.just(nothing),
        minimum=st.integers(1, 20),
        maximum=st.integers(20, 60),
        grow=st.integers(0, 5),
        priority=st.integers(1, 6),
        gap=st.integers(1, 2),
    ),
    min_size=1,
    max_size=8,
)


@given(columns, st.integers(0, 250))
def test_arranged_columns_never_exceed_the_width(chosen: list[Column[object]], width: int) -> None:
    found = arrange(chosen, width)
    assert sum(one.width for one in found) + sum(one.column.gap for one in found[:-1]) <= width
    assert all(one.column.minimum <= one.width <= one.column.maximum for one in found)


def test_the_least_important_column_goes_first() -> None:
    keep, spare = Column("keep", nothing, 10, priority=0), Column("spare", nothing, 10, priority=5)
    assert [one.column.title for one in arrange([keep, spare], 22)] == ["keep", "spare"]
    assert [one.column.title for one in arrange([keep, spare], 21)] == ["keep"]


def test_times_read_as_people_say_them() -> None:
    ages = [timedelta(minutes=16), timedelta(days=1), timedelta(days=3), timedelta(days=40), timedelta(days=700)]
    said = ["09:14", "yesterday", "Sat 09:30", "24 Sep", "3 Dec 2024"]
    assert [when.short_when(NOW - age, NOW) for age in ages] == said
    assert [when.ago(NOW - age, NOW) for age in ages[:3]] == ["16 min ago", "1 day ago", "3 days ago"]
    assert [when.due(date(2026, 11, day), NOW.date()) for day in (1, 2, 3, 4, 6)] == [
        "2 days late",
        "1 day late",
        "today",
        "tomorrow",
        "Fri",
    ]


def test_window_knows_its_place_when_the_beginning_is_reached() -> None:
    window: Window[int] = Window(total=500)
    window, _ = placed(window, "last", range(400, 500), more=True)
    assert (window.top, window.end, window.at(499)) == (400, 500, 499)
    window, moved = placed(window, "before", range(390, 400), more=False)
    assert (window.top, moved, window.at(0), len(window.rows)) == (0, -390, 390, 110)


@pytest.mark.parametrize(
    ("window", "rows", "held"),
    [
        pytest.param(Window((1, 3, 5), total=3), [4, 2], (1, 2, 3, 4, 5), id="between"),
        pytest.param(Window((1, 3, 5), total=3), [3], (1, 3, 5), id="in-place-of-itself"),
        pytest.param(Window((1, 3, 5), total=3), [0, 6], (0, 1, 3, 5, 6), id="at-the-ends-of-the-list"),
        pytest.param(
            Window((1, 3, 5), 10, more_before=True, more_after=True, total=30), [0, 4, 6], (1, 3, 4, 5), id="not-loaded"
        ),
        pytest.param(Window(), [2], (2,), id="into-nothing"),
    ],
)
def test_rows_that_come_back_stand_where_they_belong(window: Window[int], rows: list[int], held: tuple[int]) -> None:
    found = with_rows(window, rows, lambda row: row, lambda row: row)
    assert (found.rows, found.top) == (held, window.top)
    assert found.total == window.total + len(set(rows) - set(window.rows))


def test_window_lets_the_far_end_go() -> None:
    window: Window[int] = Window()
    for start in range(0, 3_000, 100):
        window, _ = placed(window, "after", range(start, start + 100), more=True)
    assert (len(window.rows), window.more_before, window.at(2_999)) == (KEEP, True, 2_999)


def test_mail_is_split_into_new_text_signature_and_quotation() -> None:
    text = "Hello\n\n-- \nPetra\n\nOn Monday Anna wrote:\n> Dear Petra\n"
    parts = reading.split(text, 6)
    assert (parts.new, parts.signature, parts.quoted) == ("Hello", "-- \nPetra", "On Monday Anna wrote:\n> Dear Petra")


def test_a_very_long_mail_is_cut_with_a_word_about_it() -> None:
    parts = reading.split("a" * 200_000, 200_000)
    assert len(parts.new) == reading.SHOWN
    assert "too long" in parts.signature


def test_likelihood_is_told_in_words() -> None:
    assert [regarding_words.likelihood(score) for score in (0.99, 0.85, 0.6, 0.4, 0.1)] == [
        "certain",
        "very likely",
        "likely",
        "possible",
        "unlikely",
    ]


def test_probabilities_are_told_in_words_and_never_as_quite_certain() -> None:
    assert [regarding_words.how_sure(score) for score in (0.999, 0.91, 0.002, 1.0)] == [
        "certain 99%",
        "very likely 91%",
        "unlikely 1%",
        "certain 100%",
    ]


def test_what_is_looked_at_again_is_counted() -> None:
    assert [sync_words.re_examining(Count(many)) for many in (0, 1, 1200)] == [
        "",
        "re-examining 1 mail",
        "re-examining 1,200 mails",
    ]
    assert sync_words.overall((), NOW, again=Count(3)) == ("re-examining 3 mails", "accent")


def test_progress_bar_is_as_long_as_asked() -> None:
    assert [sync_words.bar(part, 4) for part in (0.0, 0.5, 1.0)] == [("", "━━━━"), ("━━", "━━"), ("━━━━", "")]


def test_unreadable_preferences_are_the_defaults(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "deep" / "ui.json"
    assert load(path) == Preferences()
    save(path, Preferences(theme="paper"))
    assert load(path) == Preferences(theme="paper")
    path.write_text("[1]")
    assert load(path) == Preferences()


def test_an_unexpected_error_is_one_line() -> None:
    assert trouble.said(ValueError("a\nb")) == "Something went wrong here (ValueError: a)."


def test_a_word_just_begun_is_left_out_of_the_search() -> None:
    typed = ["l", "lu", "lucerne l", "lucerne li", '"lucerne l', "展 示", "a b c"]
    assert [searchable(text) for text in typed] == ["l", "lu", "lucerne", "lucerne li", '"lucerne l', "展 示", "a b"]


def test_colleagues_of_one_name_are_told_apart() -> None:
    names = [("Bo Ek", ""), ("Kim Roe", "kim@our.example"), ("Kim Roe", "")]
    users = [UserRow(key, str(key), name, email, "sales") for key, (name, email) in enumerate(names)]
    assert told_apart(users) == {"Bo Ek": 0, "Kim Roe (kim@our.example)": 1, "Kim Roe (2)": 2}


def test_title_leaves_room_for_the_first_fact_and_others_stand_behind_it_as_they_fit() -> None:
    facts = ["CAS-1", "New", "Case"]
    assert beside("Snow gun", facts, 40) == ("Snow gun", "   CAS-1  ·  New  ·  Case")
    assert beside("Snow gun", facts, 26) == ("Snow gun", "   CAS-1  ·  New")
    assert beside("Snow gun stops after ten minutes", facts, 20) == ("Snow gun st…", "   CAS-1")
    assert beside("Snow gun", [], 5) == ("Snow…", "")


@pytest.mark.parametrize(
    ("lit", "room", "shown"),
    [
        (0, 30, ["Inbox", "Leads", "Cases", ""]),
        (3, 30, ["", "Leads", "Cases", "Calendar"]),
        (1, 23, ["", "Leads", "Cases", ""]),
        (1, 0, ["", "Leads", "", ""]),
        (2, 90, ["Inbox", "Leads", "Cases", "Calendar"]),
    ],
)
def test_tabs_around_the_lit_one_have_their_names_and_the_others_their_keys(
    lit: int, room: int, shown: list[str]
) -> None:
    assert named_around(lit, ["Inbox", "Leads", "Cases", "Calendar"], room) == shown


@pytest.mark.parametrize(("role", "offered"), [("sales", {"new", "edit", "delete", "members"}), ("restricted", set())])
def test_queues_and_hours_are_offered_to_change_to_those_who_share_all_work(role: str, offered: set[str]) -> None:
    screen = SimpleNamespace(services=SimpleNamespace(actor=actor(2, role)), tab="queues", row=object())
    changing = [one for one in SERVICE if one.action in ("new", "edit", "delete", "members")]
    assert {one.action for one in changing if one.available(screen)} == offered
