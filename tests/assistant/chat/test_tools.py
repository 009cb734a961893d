"""Tools in use: what they show, what they say where something cannot be, and what is told when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from shutil import copy
from zoneinfo import ZoneInfo

import pytest

from assistant.chat.conversation import Conversation
from assistant.chat.conversing import reply
from assistant.chat.pointing import shown
from assistant.chat.printing import proposal_lines, told_lines
from assistant.chat.registry import Answer, Change, Done, Proposal, Talk
from assistant.chat.taking_back import take_back
from assistant.chat.understanding.values import Step, Understood
from assistant.compose import Services
from assistant.scheduling.asking import Wish
from assistant.scheduling.booking import book_at
from store.actor import SYSTEM
from store.engine import open_store
from store.errors import AlreadySent, Ambiguous, Invalid
from store.records.writing import create_record
from tests.assistant.chat.scene import NOW, furnish


@pytest.fixture(scope="module")
def furnished(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    filled = furnish(open_store(str(copy(empty_file, tmp_path_factory.mktemp("tools") / "store.db"))))
    yield filled
    filled.close()


@pytest.fixture
def chat(furnished: Services) -> Conversation:
    return Conversation(furnished, UTC)


def _said(chat: Conversation, *texts: str) -> list[str]:
    """What is told to the last of these."""
    return told_lines([chat.say(text) for text in texts][-1])


def test_opened_case_shows_the_values_of_its_fields(chat: Conversation) -> None:
    shown = _said(chat, "CAS-00031")
    assert [line for line in shown if line.startswith(("status", "priority", "account"))] == [
        "account: Fabrikam GmbH",
        "status: new",
        "priority: high",
    ]


def test_a_mail_out_of_a_list_is_opened_as_one(chat: Conversation) -> None:
    assert [line.partition("  [")[0] for line in _said(chat, "mail from Jane Doe", "open the first one")] == [
        "Tue 24 Nov 08:00 An offer",
        "Dear Anna,",
        "",
        "Could you send us an offer for Fabrikam? I'll call you on Friday.",
    ]


def test_record_with_a_bracket_in_its_name_is_found(chat: Conversation, furnished: Services) -> None:
    furnished.do(create_record, "account", {"title": "Contoso (UK)"})
    assert _said(chat, "open Contoso (UK)")[0] == "ACC-00003 Contoso (UK)"


def test_reminder_says_when_it_comes_first_and_never_proposes_what_is_over(
    chat: Conversation, furnished: Services
) -> None:
    assert _said(chat, "remind me today at 8 to ring the plant") == [
        "2026-11-24 08:00 is over: give a time that is still to come."
    ]
    talk = Talk(furnished, NOW)
    every_day = {"text": "look in", "at": "2026-11-24T08:00", "repeat": "FREQ=DAILY"}
    proposed = reply(talk, Step("remind", every_day))
    assert isinstance(proposed, Proposal)
    assert [one.after for one in proposed.changes] == ["look in", "Wed 25 Nov 08:00", "every day"]


def test_reminder_at_a_time_that_the_clocks_skip_is_shown_for_when_it_rings(furnished: Services) -> None:
    talk = Talk(furnished, NOW.astimezone(ZoneInfo("Europe/Vienna")))
    proposed = reply(talk, Step("remind", {"text": "look in", "at": "2027-03-28T02:30"}))
    assert isinstance(proposed, Proposal)
    assert [one.after for one in proposed.changes] == ["look in", "Sun 28 Mar 2027 03:30"]


def test_reminder_that_was_just_made_is_the_one_that_is_put_off(chat: Conversation) -> None:
    _said(chat, "remind me tomorrow at 8 to ring the plant", "yes")
    assert _said(chat, "snooze that until friday")[:2] == [
        "Put off: ring the plant.",
        "  comes back: Wed 25 Nov 08:00 -> Fri 27 Nov 09:00",
    ]


def test_reminder_of_nobody_in_particular_is_refused_in_a_sentence(furnished: Services) -> None:
    chat = Conversation(replace(furnished, actor=SYSTEM), UTC)
    assert _said(chat, "remind me tomorrow at 8 to ring the plant", "yes") == [
        "Say who you are: set user in the configuration."
    ]


def test_appointment_that_was_just_made_is_the_one_that_is_called_off_with_the_reason(
    chat: Conversation, furnished: Services
) -> None:
    _said(chat, "set up a call with Jane Doe on friday at 8", "yes")
    (made,) = chat.state.last
    assert (made.kind, made.title) == ("appointment", chat.state.before[-1].told.done[0].text.partition(" stands")[0])
    proposed = reply(
        Talk(furnished, NOW, last=(made,)), Step("cancel_appointment", {"appointment": "$last", "reason": "snow"})
    )
    assert isinstance(proposed, Proposal)
    assert [(one.field, one.after) for one in proposed.changes] == [("status", "cancelled"), ("reason", "snow")]


def test_half_a_character_is_said_and_kept_as_one_that_is_unknown(chat: Conversation) -> None:
    assert _said(chat, "note for Fabrikam: caf\udce9 at noon")[1] == "  text: caf\ufffd at noon"
    assert _said(chat, "yes") == ["The note stands at ACC-00001. undo takes it back."]


def test_times_too_far_away_are_refused_in_a_sentence(furnished: Services) -> None:
    with pytest.raises(Invalid) as refused:
        reply(Talk(furnished, NOW), Step("agenda", {"period": {"start": "9999-12-31"}}))
    assert refused.value.sentence == "That lies too far away."


def test_time_of_another_year_is_shown_with_its_year(furnished: Services) -> None:
    days = (NOW + timedelta(days=days) for days in (1, 60))
    assert [shown(Talk(furnished, NOW), day) for day in days] == ["Wed 25 Nov 09:00", "Sat 23 Jan 2027 09:00"]


def test_text_of_others_never_stands_where_a_line_of_the_chat_would() -> None:
    change = Change("text", "", "Dear Jane,\nThis mails nobody.\x1b[2J")
    mails = "This mails jane@fabrikam.example."
    proposed = Proposal("Call off Lunch\nThis mails nobody.", (), (change,), _nothing, mails)
    assert proposal_lines(proposed) == [
        "Call off Lunch This mails nobody.",
        "  text: Dear Jane,",
        "    This mails nobody.␛[2J",
        mails,
    ]


def _nothing() -> Done:
    raise AssertionError


def test_mail_without_words_is_never_proposed(chat: Conversation) -> None:
    assert _said(chat, "write a mail to Jane Doe") == ["What is the text (what it says)?"]


def test_change_that_changes_nothing_is_never_proposed(chat: Conversation) -> None:
    assert _said(chat, "set CAS-00031 to high") == ["CAS-00031 stands so already; nothing would change."]


def test_mail_to_somebody_who_was_not_there_yet_is_shown_before_it_is_sent(furnished: Services) -> None:
    made = Step("create_contact", {"name": "Pia Blum", "email": "pia@fabrikam.example"})
    told = Step("write_mail", {"to": "$last", "text": "welcome"})
    chat = Conversation(furnished, UTC, lambda _talk, _text, _before: Understood("ready", steps=(made, told)))
    chat.say("new contact, and welcome her")
    shown = chat.say("yes")
    assert [one.text for one in shown.done] == ["Pia Blum is a contact."]
    assert [(one.mails, one.about[0].title) for one in shown.proposals if isinstance(one, Proposal)] == [
        ("This mails pia@fabrikam.example.", "Pia Blum")
    ]
    assert [one.text.partition(" is sent")[0] for one in chat.say("yes").done] == ["The mail to pia@fabrikam.example"]


def test_bookings_of_a_person_are_listed_and_found(furnished: Services) -> None:
    start = NOW + timedelta(days=1)
    wish = Wish("Brake test", start, start + timedelta(days=1), "")
    furnished.do(book_at, wish, ["Van 1"], values={"account": "ACC-00001", "contact": "CON-00001"})
    found = reply(Talk(furnished, NOW), Step("list_bookings", {"record": "CON-00001"}))
    assert isinstance(found, Answer)
    assert [line.text for line in found.lines[:1]] == ["1 bookings:"]
    proposed = reply(Talk(furnished, NOW), Step("cancel_booking", {"booking": {"record": "CON-00001"}}))
    assert isinstance(proposed, Proposal)
    assert proposed.about == found.listed


def test_follow_up_is_found_by_the_number_of_its_customer(furnished: Services) -> None:
    later = Step("snooze", {"follow_up": {"record": "ACC-00001"}, "until": "2026-11-27"})
    proposed = reply(Talk(furnished, NOW), later)
    assert isinstance(proposed, Proposal)
    assert proposed.text == "Put off: ring Fabrikam."


def test_repeated_reminder_that_is_done_says_when_it_comes_back(chat: Conversation) -> None:
    _said(chat, "remind me every weekday at 8 to look in", "yes")
    assert _said(chat, "tick that off")[:2] == [
        "Tick off look in.",
        "  comes back: Wed 25 Nov 08:00 -> Thu 26 Nov 08:00",
    ]


def test_recalled_mail_says_where_it_is(chat: Conversation) -> None:
    _said(chat, "tell Jane Doe that the parts are here", "yes")
    assert _said(chat, "undo") == ["Recalled: the mail “The parts are here” waits as a draft in the outbox."]


def test_mail_to_two_people_has_the_subject_that_is_said(furnished: Services) -> None:
    told = {"to": ["Jane Doe", "Anna Hofer"], "subject": "new pumps", "text": "we come on monday"}
    proposed = reply(Talk(furnished, NOW), Step("write_mail", told))
    assert isinstance(proposed, Proposal)
    assert proposed.mails == "This mails jane@fabrikam.example, anna@home.example."
    assert [one.after for one in proposed.changes if one.field == "subject"] == ["new pumps"]


def test_mail_to_a_colleague_whose_name_a_contact_has_asks_for_the_address(furnished: Services) -> None:
    talk, wanted = Talk(furnished, NOW), Step("write_mail", {"to": "Anna Hofer", "text": "hello"})
    proposed = reply(talk, wanted)
    assert isinstance(proposed, Proposal)
    assert proposed.mails == "This mails anna@home.example."
    furnished.do(create_record, "contact", {"title": "Anna Hofer", "emails": "anna@elsewhere.example"})
    with pytest.raises(Ambiguous) as refused:
        reply(talk, wanted)
    assert refused.value.sentence == (
        "Anna Hofer may be anna@home.example or anna@elsewhere.example. Give the address."
    )


def test_what_was_sent_and_cannot_be_corrected_either_is_told(
    furnished: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent(*_given: object, **_named: object) -> str:
        raise AlreadySent(outgoing_uid="gone")

    monkeypatch.setattr("store.history.operations.undo", sent)
    back = take_back(Talk(furnished, NOW), [Done("one", "o1"), Done("two", "o2")])
    assert (back.done, [one.text for one in back.left], back.correction) == ((), ["one"], None)
    assert back.sentence == AlreadySent().sentence
