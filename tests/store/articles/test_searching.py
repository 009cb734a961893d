"""The article that answers comes first, however its words are typed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from store.articles.fields import folded
from store.articles.searching import Shelf


@dataclass(frozen=True)
class Text:
    title: str
    text: str = ""
    queue_id: int | None = None

    @property
    def folded(self) -> str:
        return folded(self.title, self.text)


SHELF = Shelf(
    [
        Text("Opening hours", "We answer from nine to five. Printers are repaired on Mondays."),
        Text("Paper jam in the printer", "Open the lid, take the paper out."),
        Text("Password forgotten", "We have sent you a link."),
        Text("Rückerstattung", "Wir überweisen den Betrag."),
        Text("印刷できない", "紙を入れてください"),
    ]
)


def titles(shelf: Shelf[Text], typed: str) -> list[str]:
    return [one.title for one in shelf.find(typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("printer", "Paper jam in the printer"),  # in the title before in the text
        ("monday", "Opening hours"),
        ("pap lid", "Paper jam in the printer"),  # beginnings, of title and text
        ("pasword", "Password forgotten"),
        ("pritner jam", "Paper jam in the printer"),
        ("jma", "Paper jam in the printer"),
        ("paswrd", "Password forgotten"),
        ("ruckerstattung", "Rückerstattung"),
        ("RÜCKER", "Rückerstattung"),
        ("印刷", "印刷できない"),
    ],
)
def test_first_hit_has_the_words_as_typed_begun_or_mistyped(typed: str, first: str) -> None:
    assert titles(SHELF, typed)[0] == first


def test_only_what_has_every_word_is_found_where_something_has() -> None:
    assert titles(SHELF, "paper printer") == ["Paper jam in the printer"]
    assert titles(SHELF, "paper password") == ["Paper jam in the printer", "Password forgotten"]
    assert titles(SHELF, "zebra") == []
    assert len(titles(SHELF, " ")) == 5


def test_what_is_about_the_case_comes_first_and_nothing_is_left_out() -> None:
    found = [one.title for one in SHELF.about("Our printer says: paper jam, and we do not know what to do")]
    assert (found[0], len(found)) == ("Paper jam in the printer", 5)
    assert SHELF.about("") == SHELF.articles == SHELF.find("")


def test_own_queue_comes_before_everybodys_and_others() -> None:
    shelf = Shelf([Text("Jam", "a", 2), Text("Jam", "b"), Text("Jam", "c", 1)], queue_id=1)
    assert [one.text for one in shelf.find("jam")] == ["c", "b", "a"]
