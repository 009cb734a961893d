from __future__ import annotations

import pytest

from store.triage.standing import Seen, State, Tie, after_people, by_itself

WORK, CONTACT = Tie(is_work=True, by_person=False), Tie(is_work=False, by_person=False)
CHOSEN = Tie(is_work=False, by_person=True)


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(), State.UNDECIDED),
        (Seen(queued=True), State.UNDECIDED),
        (Seen(noise=True, queued=True), State.IGNORED),
        (Seen(refused=True), State.IGNORED),
        (Seen(meeting=True, queued=True), State.HANDLED),
        (Seen(ties=(WORK,)), State.HANDLED),
        (Seen(queued=True, ties=(WORK, CONTACT)), State.HANDLED),
        (Seen(ties=(CONTACT,)), State.HANDLED),
        (Seen(queued=True, ties=(CONTACT,)), State.UNDECIDED),
    ],
)
def test_a_mail_is_what_its_links_make_of_it_by_itself(seen: Seen, state: State) -> None:
    assert by_itself(seen) is state


@pytest.mark.parametrize(
    ("before", "was_decided", "seen", "state"),
    [
        (State.UNDECIDED, False, Seen(ties=(CHOSEN,)), State.HANDLED),
        (State.PENDING, False, Seen(ties=(CHOSEN,)), State.HANDLED),
        (State.SNOOZED, True, Seen(ties=(CHOSEN,)), State.HANDLED),
        (State.IGNORED, True, Seen(ties=(CHOSEN,)), State.HANDLED),
        (State.UNDECIDED, False, Seen(refused=True), State.IGNORED),
        (State.HANDLED, True, Seen(taken_off=True), State.UNDECIDED),
        (State.HANDLED, False, Seen(taken_off=True, ties=(CONTACT,)), State.UNDECIDED),
        (State.HANDLED, True, Seen(taken_off=True, ties=(WORK,)), State.HANDLED),
        (State.IGNORED, True, Seen(taken_off=True), State.UNDECIDED),
        (State.PENDING, False, Seen(taken_off=True), State.PENDING),
        (State.SNOOZED, True, Seen(), State.SNOOZED),
        (State.HANDLED, True, Seen(), State.HANDLED),
        (State.UNDECIDED, True, Seen(ties=(WORK,)), State.UNDECIDED),
        (State.UNDECIDED, False, Seen(ties=(WORK,)), State.HANDLED),
    ],
)
def test_a_mail_follows_what_people_do_to_its_links(before: State, was_decided: bool, seen: Seen, state: State) -> None:
    assert after_people(before, seen, was_decided=was_decided) is state
