"""Mail that names no other joins the thread that its text tells, in whatever order it arrives."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from store.engine import Store
from tests.assistant.linking.mails import JANE, US, mail, take_in, threads

ASKED = "when will the two pumps be delivered to our place in Oslo, and does the fitter come along with them?"
QUOTED = "On Monday Jane wrote:\n> " + ASKED.replace(", ", ",\n> ")
BOB, CAROL = "bob@stranger.example", "carol@else.example"

MAILS = [
    mail(1, subject="Pumps", body=ASKED),
    mail(2, sender=US, to=BOB, cc=JANE, subject="Delivery to Oslo", body=f"Do you know?\n\n{QUOTED}\n\n"),
    mail(3, subject="AW: Pumps", body="Any news?"),
    mail(4, sender=BOB, to=US, subject="Re: Pumps", body="Mine, too?"),
    mail(5, subject="Pumps", body="Another matter, with an old subject."),
    mail(6, answers=1, subject="Re: Pumps", body="Never mind."),
    mail(7, sender=US, to=CAROL, subject="Delivery to Oslo", body=f"Between us:\n\n{QUOTED}\n\n"),
    mail(8, answers=4, sender=US, to=BOB, cc=JANE, subject="Re: Pumps", body=f"Jane asks:\n\n{QUOTED}\n\n"),
]


@pytest.mark.parametrize("order", list(permutations(range(len(MAILS))))[::11527])
def test_mail_without_thread_headers_joins_by_text_in_any_order(
    new_company: Callable[[], Store], order: tuple[int, ...]
) -> None:
    store = new_company()
    take_in(store, [MAILS[number] for number in order])
    assert threads(store) == {
        frozenset({"m1@mail.example", "m2@mail.example", "m3@mail.example", "m6@mail.example"}),
        frozenset({"m4@mail.example", "m8@mail.example"}),
        frozenset({"m5@mail.example"}),
        frozenset({"m7@mail.example"}),
    }
