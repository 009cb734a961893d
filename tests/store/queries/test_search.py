"""Search gives the same hits on both databases, in the same order, and never what somebody may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.actor import SYSTEM
from store.engine import Store
from store.queries.search import RANKED, search
from store.search import Document, add_documents, remove_documents
from store.search_text import indexed
from tests.store.builders import NOW, World, actor

#: Subject and text, oldest first.
CORPUS = (
    ("Angebot für die Brücke", "Sehr geehrte Frau Müller, anbei das Angebot über 12.500,00 EUR."),
    ("Re: Résumé of the café meeting", "Zoë and I met at Œuvre; naïve façade."),
    ("北京会议纪要", "明天在北京开会，请带上合同。"),
    ("東京の見積もり", "お見積もりを送ります。よろしくお願いします。"),
    ("서울 회의", "회의록을 보내드립니다."),
    ("CAS-01042 lift broken", "The lift at anna.schmidt@contoso.example does not work, call +41 44 123 45 67."),
    ("snake_case and C++", "see https://www.fabrikam.example/path?x=1&y=2 or e-mail o'brien@fabrikam.example"),
    ("Invoice 2026-03", "the invoice for the new lift is attached"),
    ("New invoice process", "an invoice that is new; process of the lift"),
    ("Straße in Łódź", "İstanbul ve Αθήνα, Москва ёлка"),
)

#: Query -> positions in the corpus, newest first.
EXPECTED = {
    "angebot": [0],
    "ANGEBOT": [0],
    "bruck": [0],
    "brücke mull": [0],
    "12.500": [0],
    "resume": [1],
    "Résumé café": [1],
    "zoe faca": [1],
    "北京": [2],
    "京": [3, 2],
    "北京会": [2],
    "会北": [],
    "会议 合同": [2],
    "見積もり": [3],
    "회의": [4],
    "cas-01042": [5],
    "CAS-010": [5],
    "anna.schmidt@contoso.example": [5],
    "schmidt": [5],
    "contoso.exa": [5],
    "44 123": [5],
    "snake_case": [6],
    "o'brien": [6],
    "c++": [6],
    "path?x=1": [6],
    "invoice": [8, 7],
    "invoice ": [8, 7],
    "invo ": [],
    "inv": [8, 7],
    "inv lift": [],
    "lift inv": [8, 7],
    '"new lift"': [7],
    '"new inv': [8],
    '"new inv"': [],
    '"invoice for the new lift"': [7],
    '"lift new"': [],
    "new -lift": [8, 7],
    "invoice OR angebot": [],
    "invoice NOT process": [],
    "strasse": [9],
    "istanbul αθηνα": [9],
    "елка": [9],
    "nothing": [],
    "": [],
    '"""': [],
    "*": [],
    "(": [],
}


def _with_corpus(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        for position, (subject, text) in enumerate(CORPUS):
            world.activity("note", subject, text=text, at=NOW + timedelta(hours=position))


def test_search_finds_the_contract_corpus_newest_first(store: Store) -> None:
    _with_corpus(store)
    subjects = [subject for subject, _ in CORPUS]
    with store.read() as tx:
        found = {
            query: [subjects.index(hit.activity.subject) for hit in search(tx, query, by=SYSTEM).activities]
            for query in EXPECTED
        }
    assert found == EXPECTED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.text(alphabet="\"'*()-:^+{}&|!<>\\ ab北\x00\ud800", max_size=20),
        st.lists(st.sampled_from(["AND", "OR", "NOT", "NEAR(", '"', "a*", "title:", "x", "\\", "''"])).map(" ".join),
    )
)
def test_search_raises_for_no_text_and_finds_what_holds_the_same_words(store: Store, text: str) -> None:
    with store.write() as tx:
        world = World(tx)
        activity = world.activity("note", "x", text=text)
        found = {hit.activity.activity_id for hit in search(tx, text, by=SYSTEM, limit=200).activities}
        assert (activity in found) == bool(indexed(text))
        remove_documents(tx, activity_ids=[activity])
        world.delete_activity(activity)


def test_search_follows_an_edited_document(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        activity = world.activity("note", "before", text="old words")
        again = Document(indexed("after"), indexed("new words"), occurred_at=NOW, activity_id=activity)
        add_documents(tx, [again])
    with store.read() as tx:
        found = {text: len(search(tx, text, by=SYSTEM).activities) for text in ("before", "old", "after", "new words")}
    assert found == {"before": 0, "old": 0, "after": 1, "new words": 1}


def test_search_pages_by_before_until_nothing_follows(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        for i in range(5):
            world.activity("note", f"word {i}")
    with store.read() as tx:
        first = search(tx, "word", by=SYSTEM, limit=2)
        second = search(tx, "word", by=SYSTEM, limit=2, before=first.before)
        third = search(tx, "word", by=SYSTEM, limit=2, before=second.before)
    pages = [[hit.activity.subject for hit in page.activities] for page in (first, second, third)]
    assert pages == [["word 4", "word 3"], ["word 2", "word 1"], ["word 0"]]
    assert third.before is None


def test_search_ranks_records_by_how_well_their_name_fits(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        for title in ("Alpine Contoso", "Contoso Labs", "Contoso", "Übercontoso", "Fabrikam"):
            world.record("account", title, emails=["office@contoso.example"] if title == "Fabrikam" else [])
        gone = world.record("account", "Contoso Gone")
        world.delete_record(gone)
    with store.read() as tx:
        found = search(tx, "Contoso", by=SYSTEM).records
        one_letter = search(tx, "ü", by=SYSTEM).records
    assert [ref.title for ref in found] == ["Contoso", "Contoso Labs", "Alpine Contoso", "Fabrikam"]
    assert [ref.title for ref in one_letter] == ["Übercontoso"]


def _secrets(store: Store) -> tuple[int, int, int, int]:
    """Ann's mailbox, seen by herself, by her colleague Bob and by the restricted Carl."""
    with store.write() as tx:
        world = World(tx)
        ann, bob, carl = world.user("Ann"), world.user("Bob"), world.user("Carl", "restricted")
        mailbox = world.mailbox("ann@alpine.example", ann)
        hers, his = (
            world.record("account", "Secret Ann", owner_id=ann),
            world.record("account", "Secret Carl", owner_id=carl),
        )
        world.email("secret unlinked", mailbox_ids=[mailbox])
        world.link(world.email("secret of Ann", mailbox_ids=[mailbox]), hers)
        world.link(world.email("secret of Carl", mailbox_ids=[mailbox]), his)
        world.link(world.email("secret private", mailbox_ids=[mailbox], private=True), his)
        world.link(world.email("secret suggested", mailbox_ids=[mailbox]), his, "suggested")
        deleted = world.email("secret deleted", mailbox_ids=[mailbox])
        world.link(deleted, his)
        world.delete_activity(deleted)
        world.activity("note", "secret note of Carl", owner_id=carl)
    return ann, bob, carl, mailbox


def test_search_finds_only_what_each_may_see(store: Store) -> None:
    ann, bob, carl, mailbox = _secrets(store)
    actors = {
        "ann": actor(ann, mailbox_ids=[mailbox]),
        "bob": actor(bob),
        "carl": actor(carl, "restricted"),
    }
    with store.read() as tx:
        results = {name: search(tx, "secret", by=by) for name, by in actors.items()}
    found = {name: [hit.activity.subject for hit in result.activities] for name, result in results.items()}
    assert found == {
        "ann": ["secret suggested", "secret private", "secret of Carl", "secret of Ann", "secret unlinked"],
        "bob": ["secret of Carl", "secret of Ann"],
        "carl": ["secret note of Carl", "secret of Carl"],
    }
    assert {name: [ref.title for ref in result.records] for name, result in results.items()} == {
        "ann": ["Secret Ann", "Secret Carl"],
        "bob": ["Secret Ann", "Secret Carl"],
        "carl": ["Secret Carl"],
    }


def test_search_goes_on_where_the_newest_thousand_are_all_somebody_elses(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann = world.user("Ann")
        world.activity("note", "word mine", owner_id=ann)
        rows = [world.activity("note", f"word {i}") for i in range(RANKED)]
    assert len(rows) == RANKED
    with store.read() as tx:
        first = search(tx, "word", by=actor(ann))
        second = search(tx, "word", by=actor(ann), before=first.before)
    assert (first.activities, [hit.activity.subject for hit in second.activities]) == ((), ["word mine"])


@pytest.mark.parametrize("limit", [1, 50])
def test_search_shows_texts_as_they_were_written(store: Store, limit: int) -> None:
    _with_corpus(store)
    with store.read() as tx:
        (hit,) = search(tx, "bruck", by=SYSTEM, limit=limit).activities
    assert (hit.activity.subject, hit.occurred_at) == ("Angebot für die Brücke", NOW)
