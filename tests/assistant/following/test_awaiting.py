"""Which mails of ours wait for an answer, and what answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from assistant.following.finding.awaiting import Ask, asks_of, heard, met
from assistant.following.saying.values import Said
from store.following.facts import Conversation, Met, Person, ThreadMail, Wishes
from store.sla.hours import BusinessCalendar, Hours

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = BusinessCalendar("UTC", ((Hours(time(9), time(17)),),) * 5 + ((), ()))
WISHES = Wishes("UTC", OFFICE, patience=3)
US = 1
FABRIKAM = 10
JANE = Person("jane@fabrikam.example", "Jane Roe", "fabrikam.example", frozenset({20}), frozenset({FABRIKAM}))
TOM = Person("tom@fabrikam.example", "Tom Fry", "fabrikam.example", frozenset({21}), frozenset({FABRIKAM}))
QUESTION = Said("question", "Could you send me the drawings?")


def mail(hour: float, direction: str = "out", others: tuple[Person, ...] = (JANE,), **more: Any) -> ThreadMail:
    values: dict[str, Any] = {"noise": "", "subject": "Snow guns", "text": "Hello", "user_id": US} | more
    return ThreadMail(int(hour * 10), f"m{hour}", START + hour * HOUR, direction, others=others, **values)


def asks(*mails: ThreadMail, said: Mapping[float, Said] | None = None, wishes: Wishes = WISHES) -> tuple[Ask, ...]:
    told = {0: QUESTION} if said is None else said
    sayings = {int(hour * 10): (one,) for hour, one in told.items()}
    return asks_of(Conversation(1, mails), sayings, {US: wishes})


def open_ones(*mails: ThreadMail, **how: Any) -> list[int]:
    return [ask.mail.activity_id for ask in asks(*mails, **how) if ask.is_open]


def why(*mails: ThreadMail, **how: Any) -> str:
    (ask,) = asks(*mails, **how)
    return ask.closed_why


def test_nothing_waits_that_asks_nothing_or_may_not_count() -> None:
    asked = mail(0)
    assert open_ones(asked) == [0]
    assert open_ones(asked, said={}) == []
    assert open_ones(asked, said={0: replace(QUESTION, conditional=True)}) == []
    for unfit in ({"is_fresh": False}, {"is_private": True}, {"is_automatic": True}, {"noise": "auto_reply"}):
        assert open_ones(replace(asked, **unfit)) == []
    everybody = tuple(replace(TOM, email=f"{number}@fabrikam.example") for number in range(9))
    assert open_ones(mail(0, others=everybody)) == []
    assert open_ones(replace(asked, user_id=2)) == []  # somebody who is not told


ALIAS = Person("j.roe@fabrikam.example", "Roe, Jane", "fabrikam.example")
CHANGED = Person("jane@fabrikam-snow.example", "", "fabrikam-snow.example", frozenset({20}))
NAMESAKE = Person("jane.roe@mail.example", "Jane Roe", "mail.example", frozenset({99}))
ELSE = Person("kim@contoso.example", "Kim Lee", "contoso.example")


@pytest.mark.parametrize("writer", [JANE, ALIAS, CHANGED])
def test_the_same_person_answers_under_any_address(writer: Person) -> None:
    assert why(mail(0), mail(5, "in", (writer,))) == f"{writer.shown} answered"


@pytest.mark.parametrize("writer", [TOM, NAMESAKE, ELSE])
def test_somebody_else_does_not_answer(writer: Person) -> None:
    assert open_ones(mail(0), mail(5, "in", (writer,))) == [0]


def test_a_colleague_answers_where_that_is_wanted_and_where_many_share_a_mailbox() -> None:
    (ask,) = asks(mail(0), mail(5, "in", (TOM,)))
    assert (ask.colleague, ask.is_open) == ("Tom Fry", True)
    assert why(mail(0), mail(5, "in", (TOM,)), wishes=replace(WISHES, colleagues=True)) == "Tom Fry answered"
    info = Person("info@fabrikam.example", "", "fabrikam.example")
    assert why(mail(0, others=(info,)), mail(5, "in", (TOM,))) == "Tom Fry answered"


def test_an_absence_lets_it_wait_and_answers_nothing() -> None:
    away: dict[str, Any] = {
        "noise": "auto_reply",
        "text": "I am out of office until 16 March.",
        "subject": "Automatic reply: Snow guns",
    }
    (ask,) = asks(mail(0), mail(1, "in", **away))
    assert (ask.is_open, ask.away) == (True, date(2026, 3, 16))
    (elsewhere,) = asks(mail(0))
    assert heard(elsewhere, [mail(1, "in", **away)], WISHES, elsewhere=True).away == date(2026, 3, 16)


def test_a_later_mail_of_ours_replaces_the_one_that_asks_or_lets_its_time_begin_anew() -> None:
    both: dict[float, Said] = {0: QUESTION, 20: QUESTION}
    first, second = asks(mail(0), mail(20), said=both)
    assert (first.closed_why, first.closed_by_id, second.is_open) == ("You wrote to them again", 200, True)
    (ask,) = asks(mail(0), mail(20))
    assert (ask.mail.activity_id, ask.last.activity_id) == (0, 200)


def test_what_was_answered_stays_answered_when_we_ask_again() -> None:
    first, second = asks(mail(0), mail(5, "in"), mail(20), said={0: QUESTION, 20: QUESTION})
    assert (first.closed_why, second.is_open) == ("Jane Roe answered", True)


def test_a_bounce_is_told_even_of_what_asks_nothing_until_it_is_sent_again() -> None:
    bounce = mail(0.1, "in", (), noise="bounce", bounced_status="5.1.1")
    (ask,) = asks(mail(0), bounce, said={})
    assert ask.bounced is bounce
    assert asks(mail(0), replace(bounce, bounced_status="4.4.1"), said={}) == ()  # it is only late
    assert why(mail(0), bounce, mail(3), said={}) == "You wrote to them again"
    assert open_ones(mail(0), bounce, mail(3), replace(bounce, activity_id=31, at=START + 3.1 * HOUR)) == [30]
    assert open_ones(mail(0), bounce, mail(4, "in")) == []


def test_a_bounce_of_one_of_several_stays_until_that_one_is_written_to() -> None:
    bounce = mail(0.1, "in", (), noise="bounce", bounced_status="5.1.1", text="To TOM@fabrikam.example: unknown")
    assert open_ones(mail(0, others=(JANE, TOM)), bounce, mail(3), said={}) == [0]
    assert open_ones(mail(0, others=(JANE, TOM)), bounce, mail(3, others=(TOM,)), said={}) == []


def test_in_another_conversation_only_the_same_person_about_the_same_answers() -> None:
    (ask,) = asks(mail(0))
    said = [mail(5, "in", subject=subject) for subject in ("RE: Snow guns", "Lunch")]
    assert [heard(ask, [one], WISHES, elsewhere=True).is_open for one in said] == [False, True]
    assert heard(ask, [mail(5, "in", (TOM,), subject="RE: Snow guns")], WISHES, elsewhere=True).is_open


def test_a_meeting_that_is_booked_with_them_after_it_answers() -> None:
    (ask,) = asks(mail(0))
    meeting = Met(7, "appointment", "Visit", START + 50 * HOUR, START + 5 * HOUR, (JANE,))
    assert met(ask, [meeting]).closed_why == "A meeting is booked with them: Visit"
    for other in ({"booked_at": START - HOUR}, {"others": (TOM,)}, {"kind": "phone_call"}):
        assert met(ask, [replace(meeting, **other)]).is_open


def test_an_offer_about_a_deal_waits_though_it_asks_nothing() -> None:
    offer = mail(0, files=("Offer_4711.pdf",), offered=True)
    assert [ask.is_offer for ask in asks(offer, said={})] == [True]
    assert asks(replace(offer, files=("photo.png",)), said={}) == ()
    assert asks(replace(offer, offered=False), said={}) == ()
