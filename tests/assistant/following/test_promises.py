"""What was promised, and what shows that it was kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.following.finding.promises import Promise, kept_by_meeting, promises_of
from assistant.following.saying.values import Said
from store.following.facts import Conversation, Met, ThreadMail
from tests.assistant.following.test_awaiting import HOUR, JANE, START, TOM, US, WISHES, mail


def promised(sentence: str, *later: ThreadMail, theirs: bool = False, conditional: bool = False) -> list[Promise]:
    first = mail(0, "in" if theirs else "out")
    said = Said("their_promise" if theirs else "promise", sentence, conditional=conditional)
    return [*promises_of(Conversation(1, (first, *later)), {0: (said,)}, {US: WISHES})]


SEND, ANSWER, ASK_TOM = (
    "I will send you the offer.",
    "I will get back to you.",
    "I will talk to engineering about valves.",
)


@pytest.mark.parametrize(
    ("sentence", "later", "why"),
    [
        (SEND, mail(5, files=("Offer.pdf",)), "You sent Offer.pdf"),
        (SEND, mail(5, text="Please find it attached."), "You sent it along"),
        (SEND, mail(5, text="As promised: 4,200 euros."), "You wrote “as promised”"),
        (SEND, mail(5, text="One more thing about the offer."), ""),
        (ANSWER, mail(5), "You wrote since"),
        (
            ASK_TOM,
            mail(5, text="Engineering says the valves will do."),
            "You wrote about it since (engineering, valves)",
        ),
        (ASK_TOM, mail(5, text="How are you?"), ""),
        (ANSWER, mail(5, user_id=2), ""),
        (ANSWER, mail(5, "in"), ""),
    ],
)
def test_a_promise_is_kept_by_what_says_so(sentence: str, later: ThreadMail, why: str) -> None:
    (promise,) = promised(sentence, later)
    assert promise.closed_why == why


def test_what_may_have_kept_a_promise_is_told() -> None:
    (promise,) = promised(SEND, mail(5, text="One more thing."), mail(7, "in"))
    assert (promise.is_open, promise.since and promise.since.activity_id) == (True, 50)


def test_a_promise_of_theirs_is_kept_by_them_or_a_colleague() -> None:
    (promise,) = promised(SEND, mail(5, files=("Plan.pdf",)), theirs=True)
    assert promise.is_open
    (promise,) = promised(SEND, mail(5, "in", (TOM,), files=("Plan.pdf",)), theirs=True)
    assert promise.closed_why == "Tom Fry sent Plan.pdf"


def test_what_depends_on_something_else_is_no_promise() -> None:
    assert promised(SEND, conditional=True) == []


def test_calls_and_meetings_keep_what_promised_them() -> None:
    call = Met(7, "phone_call", "About the offer", START + 5 * HOUR, START + 5 * HOUR, about=frozenset({20}))
    visit = Met(8, "appointment", "Visit", START + timedelta(days=3), START + 5 * HOUR, (JANE,))
    why = {
        sentence: kept_by_meeting(promised(sentence)[0], [call, visit]).closed_why
        for sentence in ("I will call you.", "I will send an invitation.", SEND)
    }
    assert why == {
        "I will call you.": "You called them: About the offer",
        "I will send an invitation.": "It is booked: Visit",
        SEND: "",
    }
