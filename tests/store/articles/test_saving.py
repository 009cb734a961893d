"""Articles: written, changed, deleted, kept from a resolved case, and all of it undone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from store.actor import SYSTEM
from store.articles.reading import articles, find_article
from store.articles.saving import create_article, delete_article, edit_article, keep_solution, solution_of
from store.engine import Store
from store.errors import Ambiguous, Invalid, NotAllowed, NotFound
from store.history.operations import undo
from store.queries.history import operations
from store.schema.service import Queue
from tests.store.builders import World, actor

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ME = SYSTEM


def write(tx: Connection, title: str = "Paper jam", text: str = "Open the lid.", **values: object) -> str:
    return create_article(tx, {"title": title, "text": text, **values}, by=ME, now=NOW)


def queue(tx: Connection, name: str = "Printers") -> int:
    return World(tx)._insert(Queue, uid=name.lower(), name=name)


def titles(tx: Connection, kind: str = "") -> list[str]:
    return [one.title for one in articles(tx, kind=kind, by=ME)]


def test_article_is_listed_by_title_with_its_queue(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        queue_id = queue(tx)
        write(tx, "  Toner   is empty ", kind="solution", queue="printers")
        write(tx, "Opening hours", queue=queue_id)
        write(tx, "Paper jam")
        assert [(one.title, one.kind, one.queue) for one in articles(tx, by=ME)] == [
            ("Opening hours", "answer", "Printers"),
            ("Paper jam", "answer", ""),
            ("Toner is empty", "solution", "Printers"),
        ]
        assert titles(tx, "solution") == ["Toner is empty"]


def test_changes_and_deletion_are_undone_one_by_one(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        queue(tx)
        uid = write(tx, queue="Printers")
        edit_article(tx, uid, {"title": "Jam", "queue": ""}, by=ME, now=NOW)
        assert edit_article(tx, uid, {"title": " Jam "}, by=ME, now=NOW) == ""
        delete_article(tx, uid, by=ME, now=NOW)
        assert titles(tx) == []
        undo(tx, by=ME, now=NOW)
        assert [(one.title, one.queue) for one in articles(tx, by=ME)] == [("Jam", "")]
        undo(tx, by=ME, now=NOW)
        assert [(one.title, one.queue) for one in articles(tx, by=ME)] == [("Paper jam", "Printers")]
        assert find_article(tx, "paper JAM", by=ME).folded == "paper jam\nopen the lid"
        undo(tx, by=ME, now=NOW)
        assert titles(tx) == []
        assert [one.summary for one in operations(tx, by=ME)][-3:] == [
            "Deleted the canned answer Jam",
            "Changed the canned answer Jam",
            "Wrote the canned answer Paper jam",
        ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "An article needs a title."),
        ({"title": "x" * 201}, "The title of an article has at most 200 characters."),
        ({"text": "\n "}, "An article needs a text."),
        ({"kind": "poem"}, "There is no article of kind 'poem'; there are solution and answer."),
        ({"colour": "red"}, "An article has no colour; it has title, kind, queue, text."),
        ({"queue": "Nowhere"}, "Queue: there is no case queue Nowhere."),
    ],
)
def test_what_is_no_article_is_refused_in_words(sqlite_store: Store, values: dict[str, object], sentence: str) -> None:
    with sqlite_store.write() as tx, pytest.raises(Invalid) as refused:
        create_article(tx, {"title": "Jam", "text": "Open.", **values}, by=ME, now=NOW)
    assert refused.value.sentence == sentence


def test_resolution_is_kept_as_the_solution_of_its_case_and_the_same_one_again(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        queue_id = queue(tx)
        case_id = World(tx).record("case", "Printer is dead", resolution="Plug it in.", queue_id=queue_id)
        kept = solution_of(tx, case_id, by=ME)
        uid = keep_solution(tx, kept, {"title": "No light"}, by=ME, now=NOW)
        again = solution_of(tx, case_id, by=ME)
        assert (again.uid, keep_solution(tx, again, {}, by=ME, now=NOW)) == (uid, uid)
        found = articles(tx, by=ME)
        assert [(one.title, one.text, one.queue, one.kind) for one in found] == [
            ("Printer is dead", "Plug it in.", "Printers", "solution")
        ]
        assert found[0].case is not None and found[0].case.record_id == case_id
        undo(tx, by=ME, now=NOW)
        undo(tx, by=ME, now=NOW)
        assert solution_of(tx, case_id, by=ME).uid == ""


def test_case_that_nobody_resolved_gives_no_solution(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        silent, account = world.record("case", "Printer is dead"), world.record("account", "Contoso")
        with pytest.raises(Invalid, match="CAS-00001 does not say how it was resolved"):
            solution_of(tx, silent, by=ME)
        for nothing in (account, 999):
            with pytest.raises(NotFound):
                solution_of(tx, nothing, by=ME)


def test_restricted_person_reads_articles_but_neither_writes_them_nor_sees_their_cases(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        case_id = world.record("case", "Secret", resolution="Hush.")
        uid = keep_solution(tx, solution_of(tx, case_id, by=ME), {}, by=ME, now=NOW)
        guest = actor(world.user("Guest"), "restricted")
        assert [(one.title, one.case) for one in articles(tx, by=guest)] == [("Secret", None)]
        for act in (edit_article, delete_article):
            with pytest.raises(NotAllowed):
                act(tx, uid, *([{"title": "x"}] if act is edit_article else []), by=guest, now=NOW)
        with pytest.raises(NotFound):
            solution_of(tx, case_id, by=guest)


def test_article_is_found_by_title_or_the_beginning_of_its_id(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        uid = write(tx)
        write(tx, "Twice", "one"), write(tx, "TWICE", "two")
        assert find_article(tx, uid[:30], by=ME).uid == find_article(tx, "Paper Jam!", by=ME).uid == uid
        with pytest.raises(Ambiguous):
            find_article(tx, "twice", by=ME)
        for nothing in ("", "lid"):
            with pytest.raises(NotFound):
                find_article(tx, nothing, by=ME)
