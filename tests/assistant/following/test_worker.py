"""Mails are read for what is asked and promised, whatever arrives first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from shutil import copy

import pytest

from store.engine import Store, open_store
from tests.assistant.following.scene import ANNA, JANE, TOM, Scene


@pytest.fixture
def scene(sqlite_store: Store) -> Scene:
    return Scene(sqlite_store)


ASKS = "Hello Jane,\n\ncould you send me the drawings of the hall?\n\nAnna"
AUTOMATIC = {"subject": "Automatic reply: Snow guns", "Auto_Submitted": "auto-replied"}


def test_a_question_comes_back_after_three_working_days_and_goes_with_the_answer(scene: Scene) -> None:
    scene.sends(1, ASKS)
    assert scene.hours() == [("awaiting_reply", 73.0)]  # Thursday, the same hour
    assert scene.told("sentence", "customer_id", "facts") == [
        (
            "could you send me the drawings of the hall?",
            scene.fabrikam,
            {"who": "Jane Roe", "subject": "Snow guns", "on": "2026-03-02"},
        )
    ]
    scene.hears(27, "Here they are.", answers=1)
    assert (scene.hours(), scene.closed()) == ([], [("awaiting_reply", "Jane Roe answered")])


def test_a_promise_comes_back_early_on_its_day_and_goes_when_its_file_was_sent(scene: Scene) -> None:
    scene.sends(1, "Hello Jane,\n\nI will send you the offer by Friday.\n\nAnna")
    assert scene.hours() == [("promise", 96.0)]  # Friday, 9:00
    scene.sends(26, "Jane, one more thing: the hall has to be dry.", answers=1)
    assert [facts["since"] for (facts,) in scene.told("facts")] == ["2026-03-03"]  # that alone keeps no promise
    scene.sends(30, "Have a look.", answers=1, attached="Offer.pdf")
    assert scene.closed() == [("promise", "You sent Offer.pdf")]


def test_what_arrives_first_makes_no_difference(tmp_path: Path, empty_file: Path) -> None:
    def seen(order: Sequence[int]) -> str:
        with closing(open_store(str(copy(empty_file, tmp_path / f"{order}.db")))) as store:
            scene = Scene(store)
            mails = [
                scene.raw(1, ASKS),
                scene.raw(4, "I am out of office until 16 March.", sender=JANE, to=ANNA, answers=1, **AUTOMATIC),
                scene.raw(26, "Jane, could you also tell me how high it is?", answers=1),
                scene.raw(27, "I will ask Tom on Wednesday.", sender=TOM, to=ANNA, answers=1),
            ]
            for place in order:
                scene.arrive(mails[place], at=30)
            return repr(sorted([*scene.told("kind", "due_at", "facts", "sentence")], key=repr))

    in_order = seen((0, 1, 2, 3))
    assert [seen(order) for order in ((3, 2, 1, 0), (1, 3, 0, 2))] == [in_order] * 2


def test_an_answer_that_came_before_its_question_leaves_nothing_open(scene: Scene) -> None:
    scene.arrive(scene.raw(3, "Here they are.", sender=JANE, to=ANNA, answers=1))
    scene.arrive(scene.raw(1, ASKS))
    assert scene.told("kind", states=("open", "proposed", "closed")) == []


def test_old_mail_of_a_first_sync_asks_nothing(scene: Scene) -> None:
    scene.arrive(scene.raw(1, ASKS), at=31 * 24)
    assert scene.hours() == []


def test_a_colleague_answers_for_whoever_was_asked_only_where_that_is_wanted(scene: Scene) -> None:
    scene.sends(1, ASKS)
    scene.hears(3, "Jane is busy, I will look for them.", sender=TOM, answers=1)
    assert [facts["colleague"] for kind, facts in scene.told("kind", "facts") if kind == "awaiting_reply"] == [
        "Tom Fry"
    ]
