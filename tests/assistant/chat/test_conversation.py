"""A conversation over a small store: answers, questions, proposals, and what is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import insert

from assistant.chat.conversation import Conversation
from assistant.chat.dialogue import Exchange, Told
from assistant.chat.registry import Change, Cite, Proposal, Talk
from assistant.chat.understanding.values import Understood
from assistant.compose import Services
from store.actor import actor_for
from store.engine import open_store
from store.queries.record_names import find_record
from store.queries.timeline import timeline
from store.records.writing import create_record, edit_record
from store.schema.people import User

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ANNA = {"uid": "u1", "name": "Anna Hofer", "email": "anna@home.example", "role": "sales"}
EVA = {"uid": "u2", "name": "Eva Lang", "email": "eva@home.example", "role": "sales"}
FABRIKAM = Cite("account", "ACC-00001", "Fabrikam GmbH")


@pytest.fixture
def services(empty_file: Path, tmp_path: Path) -> Iterator[Services]:
    store = open_store(str(copy(empty_file, tmp_path / "store.db")))
    with store.write() as tx:
        tx.execute(insert(User), [{**user, "created_at": NOW} for user in (ANNA, EVA)])
        by = actor_for(tx, "anna@home.example")
        for title in ("Fabrikam GmbH", "Northwind Traders AG"):
            create_record(tx, "account", {"title": title}, by=by, now=NOW)
        for account in ("Fabrikam GmbH", "Northwind Traders AG"):
            create_record(tx, "contact", {"title": "Martin Berger", "account": account}, by=by, now=NOW)
    yield Services(store, by, lambda: NOW)
    store.close()


@pytest.fixture
def chat(services: Services) -> Conversation:
    return Conversation(services, UTC)


def _changes(told: Told) -> list[tuple[str, str]]:
    proposals = [one for one in told.proposals if isinstance(one, Proposal)]
    return [(change.field, change.after) for one in proposals for change in one.changes]


def _noted(services: Services) -> list[str]:
    return [row.subject or row.preview for row in services.read(timeline, 1).rows]


def test_conversation_writes_after_a_yes_and_takes_back(chat: Conversation, services: Services) -> None:
    proposed = chat.say("note for Fabrikam: they moved")
    assert (proposed.kind, _changes(proposed), _noted(services)) == ("proposal", [("text", "they moved")], [])
    done = chat.say("yes")
    assert (done.kind, [one.text for one in done.done]) == ("done", ["The note stands at ACC-00001."])
    assert _noted(services) == ["they moved"]
    taken_back = chat.say("undo that")
    assert [one.text for one in taken_back.done] == ["Taken back: The note stands at ACC-00001."]
    assert _noted(services) == []
    assert chat.say("yes").lines[0].text == "Nothing waits for a yes or a no."


def test_conversation_changes_an_argument_of_what_waits(chat: Conversation, services: Services) -> None:
    chat.say("note for Fabrikam: they moved")
    assert _changes(chat.say("change the text to They moved to Graz")) == [("text", "They moved to Graz")]
    asked = chat.say("edit")
    assert asked.choices[:2] == ("record: Fabrikam GmbH", "text: They moved to Graz")
    assert chat.say("2").lines[0].text == "What is the text (the note)?"
    assert _changes(chat.say("They moved to Linz")) == [("text", "They moved to Linz")]
    assert chat.say("edit record Nobody known").kind == "question"
    assert chat.say("no").kind == "dropped"
    assert _noted(services) == []


def test_conversation_drops_what_waits_for_another_request_and_says_so(chat: Conversation, services: Services) -> None:
    chat.say("note for Fabrikam: they moved")
    told = chat.say("summary of Northwind")
    assert (told.kind, told.note) == ("answer", "What was proposed before is dropped.")
    assert (chat.say("ok").kind, _noted(services)) == ("trouble", [])


def test_conversation_asks_and_takes_the_answer_by_number_or_words(chat: Conversation) -> None:
    asked = chat.say("log a call with Martin Berger: fine")
    assert asked.choices == ("Martin Berger (Fabrikam GmbH)", "Martin Berger (Northwind Traders AG)")
    assert chat.say("northwind").kind == "proposal"
    chat.say("log a call with Martin Berger: fine")
    by_number = chat.say("2")
    assert [one.about[0].id for one in by_number.proposals if isinstance(one, Proposal)] == ["CON-00002"]
    assert chat.say("new case for Fabrikam").kind == "question"
    assert _changes(chat.say("gate stays locked", screen=FABRIKAM))[0] == ("title", "gate stays locked")
    chat.say("edit priority")
    assert _changes(chat.say("high", screen=Cite("case", "CAS-00001", "Gate")))[1] == ("priority", "high")
    chat.say("edit priority")
    told = chat.say("summary of Northwind")
    assert (told.kind, told.note) == ("answer", "What was proposed before is dropped.")


def test_conversation_carries_out_a_plan_with_one_yes_and_takes_all_of_it_back(chat: Conversation) -> None:
    assert len(chat.say("new case for Fabrikam: gate stays locked, and assign it to Eva Lang").proposals) == 2
    assert chat.say("do it").done[0].text == "The case is open."
    assert [line.text for line in chat.say("open cases for Fabrikam").lines][1:] == [
        "CAS-00001 gate stays locked: Fabrikam GmbH, new, normal, Eva Lang"
    ]
    assert len(chat.say("undo").done) == 2
    assert [line.cites for line in chat.say("open cases for Fabrikam").lines[1:]] == []


def test_conversation_knows_the_screen_and_what_was_listed(chat: Conversation) -> None:
    told = chat.say("add a note: they moved", screen=FABRIKAM)
    assert [one.about for one in told.proposals if isinstance(one, Proposal)] == [(FABRIKAM,)]
    assert chat.say("yes", screen=Cite("account", "ACC-00002", "Northwind Traders AG")).done[0].about == FABRIKAM


def test_conversation_leaves_out_what_nobody_waits_for_any_more(chat: Conversation, services: Services) -> None:
    chat.say("note for Fabrikam: they moved")
    before = chat.state

    def given_up(talk: Talk, text: str, before: Sequence[Exchange], /) -> Understood:
        assert slow.abandon()
        return Understood("out_of_scope")

    slow = Conversation(services, UTC, given_up)
    slow.state = before
    assert slow.say("something long").kind == "out_of_scope"
    assert slow.state == before


def test_conversation_writes_nothing_for_a_yes_that_was_abandoned(chat: Conversation, services: Services) -> None:
    def while_it_is_looked_at_again() -> datetime:
        assert slow.abandon()
        return NOW

    chat.say("note for Fabrikam: they moved")
    slow = Conversation(replace(services, clock=while_it_is_looked_at_again), UTC)
    slow.state = chat.state
    assert (slow.say("yes").kind, _noted(services), slow.state) == ("dropped", [], chat.state)


def test_conversation_tells_what_it_could_not_take_back_and_goes_on_with_the_rest(
    chat: Conversation, services: Services
) -> None:
    for said in ("note for Northwind: they grow", "yes", "new case for Fabrikam: gate stays locked", "yes"):
        chat.say(said)
    services.do(edit_record, services.read(find_record, "CAS-00001").record_id, {"title": "gate is stuck"})
    told = chat.say("undo")
    assert (told.kind, told.done) == ("trouble", ())
    assert [line.text.partition(" (")[0] for line in told.lines] == [
        "Somebody changed it in the meantime; look again before you change it"
    ]
    assert [one.text for one in chat.say("undo").done] == ["Taken back: The note stands at ACC-00002."]


def test_conversation_takes_the_part_of_a_plan_back_that_it_can(chat: Conversation, services: Services) -> None:
    for said in ("new case for Fabrikam: gate stays locked, and assign it to Eva Lang", "yes"):
        chat.say(said)
    services.do(edit_record, services.read(find_record, "CAS-00001").record_id, {"title": "gate is stuck"})
    told = chat.say("undo")
    assert (told.kind, [one.text for one in told.done]) == ("trouble", ["Taken back: CAS-00001 is Eva Lang's."])
    assert chat.state.done == ()


def test_conversation_shows_a_field_as_it_is_and_as_it_would_be(chat: Conversation) -> None:
    chat.say("new case for Fabrikam: gate stays locked")
    chat.say("yes")
    proposed = [one for one in chat.say("set CAS-00001 to urgent").proposals if isinstance(one, Proposal)]
    assert [one.changes for one in proposed] == [(Change("priority", "normal", "urgent"),)]
