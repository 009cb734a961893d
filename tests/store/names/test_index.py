"""The name index follows the records, and finds them by names that are written otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select

from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.names.index import find_names
from store.names.indexing import forget_names, index_names
from store.names.packed import unpack
from store.names.rebuilding import rebuild_names
from store.records.writing import create_record, delete_record, edit_record
from store.schema.names import NamePiece, NamePosting, NameWord, RecordName
from store.schema.records import Record

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KINDS = ("account", "contact", "lead")


def _created(tx: Connection, kind: str, **values: Any) -> int:
    return create_record(tx, kind, values, by=SYSTEM, now=NOW).record_id


def _found(store: Store, text: str, kinds: tuple[str, ...] = KINDS) -> list[int]:
    with store.read() as tx:
        return [one.record_id for one in find_names(tx, [text], kinds=kinds).get(text, ())]


def _first(store: Store, text: str, kinds: tuple[str, ...] = KINDS) -> int | None:
    return next(iter(_found(store, text, kinds)), None)


def _index(tx: Connection) -> Mapping[str, Any]:
    """What the index says, without the order of its lists."""
    words = dict(tx.execute(select(NameWord.id, NameWord.word)).all())
    postings = tx.execute(select(NamePosting.word_id, NamePosting.part, NamePosting.records))
    pieces = tx.execute(select(NamePiece.piece, NamePiece.words))
    return {
        "names": set(tx.execute(select(RecordName.record_id, RecordName.part, RecordName.key))),
        "postings": {(words[word], part, tuple(sorted(unpack(data)))) for word, part, data in postings},
        "pieces": {(piece, words[word]) for piece, data in pieces for word in unpack(data)},
    }


@pytest.mark.parametrize(
    "text",
    ["Nordwind Logistik", "nordwind logistik gmbh & co. kg", "Nordwnd Logistik", "Nrodwind Logistk",
     "Logistik Nordwind",
     "Nordwind", "Nord Wind Logistik", "Nordwindlogistik", "Logistik Nordwnid AG", "Нордвинд Логистик"],
)  # fmt: skip
def test_find_names_finds_a_company_written_otherwise(store: Store, text: str) -> None:
    with store.write() as tx:
        others = ("Nordstern Spedition AG", "Südwind Reisen GmbH", "Logistik Zentrum Berlin", "Contoso S.r.l.")
        for title in others:
            _created(tx, "account", title=title)
        wanted = _created(tx, "account", title="Nordwind Logistik GmbH")
    assert _first(store, text) == wanted


@pytest.mark.parametrize(
    "text",
    ["Bob Miller", "Miller, Robert", "R. Miller", "Robert Miler", "Dr. Robert Millar", "Роберт Миллер"],
)
def test_find_names_finds_a_person_written_otherwise(store: Store, text: str) -> None:
    with store.write() as tx:
        for title in ("Anna Miller", "Robert Berg", "Anna Berg"):
            _created(tx, "contact", title=title)
        wanted = _created(tx, "contact", title="Robert Miller")
    assert _first(store, text) == wanted


def test_find_names_tells_kind_title_score_and_name(store: Store) -> None:
    with store.write() as tx:
        account = _created(tx, "account", title="Fabrikam GmbH")
        lead = _created(tx, "lead", title="Anna Berg", company="Fabrikam")
        _created(tx, "opportunity", title="Fabrikam")
    with store.read() as tx:
        found = find_names(tx, ["Fabrikam GmbH", "Nobody at all"], kinds=KINDS)
    assert found == {
        "Fabrikam GmbH": (
            (account, "account", "Fabrikam GmbH", 1.0, "Fabrikam GmbH"),
            (lead, "lead", "Anna Berg", 0.99, "Fabrikam"),
        )
    }


def test_find_names_keeps_to_the_kinds_and_the_limit(store: Store) -> None:
    with store.write() as tx:
        accounts = [_created(tx, "account", title=f"Fabrikam {city}") for city in ("Bern", "Basel", "Genf")]
        contact = _created(tx, "contact", title="Fabrikam Bern")
        lead = _created(tx, "lead", title="Jane Roe", company="Fabrikam Bern")
    assert _found(store, "Fabrikam Bern", ("contact",)) == [contact]
    assert _found(store, "Fabrikam Bern", ("account",))[0] == accounts[0]
    assert _found(store, "Fabrikam Bern", ("lead",)) == [lead]
    with store.read() as tx:
        assert len(find_names(tx, ["Fabrikam"], kinds=("account",), limit=2)["Fabrikam"]) == 2


def test_find_names_finds_an_account_among_the_leads_of_its_company(store: Store) -> None:
    with store.write() as tx:
        for number in range(60):
            _created(tx, "lead", title=f"Jane Roe {number}", company="Fabrikam GmbH")
        account = _created(tx, "account", title="Fabrikam Holding GmbH")
    assert _found(store, "Fabrikam GmbH", ("account",)) == [account]


def test_find_names_finds_names_in_scripts_without_blanks(store: Store) -> None:
    with store.write() as tx:
        wanted = _created(tx, "account", title="株式会社日立製作所")
        _created(tx, "account", title="株式会社東芝")
    assert _found(store, "日立製作所") == [wanted]
    assert _found(store, "日立製作") == [wanted]


@pytest.mark.parametrize("text", ["", "!!!", "GmbH", "a", "%_'\"", "x" * 5_000, "ab " * 500])
def test_find_names_takes_any_text(store: Store, text: str) -> None:
    with store.write() as tx:
        _created(tx, "account", title="Fabrikam GmbH")
    assert _found(store, text) == []


def test_names_follow_edits_deletion_and_undo(store: Store) -> None:
    with store.write() as tx:
        record_id = _created(tx, "account", title="Fabrikam GmbH")
        edit_record(tx, record_id, {"title": "Contoso AG"}, by=SYSTEM, now=NOW)
    assert (_first(store, "Fabrikam"), _first(store, "Contoso")) == (None, record_id)
    with store.write() as tx:
        deletion = delete_record(tx, record_id, by=SYSTEM, now=NOW)
    assert _first(store, "Contoso") is None
    with store.write() as tx:
        undo(tx, deletion, by=SYSTEM, now=NOW)
    assert _first(store, "Contoso") == record_id


def test_names_of_an_erased_record_find_nobody(store: Store) -> None:
    with store.write() as tx:
        erased = _created(tx, "account", title="Fabrikam GmbH")
        other = _created(tx, "account", title="Fabrikam Reisen GmbH")
        tx.execute(delete(Record).where(Record.id == erased))
    assert _found(store, "Fabrikam GmbH") == [other]


def test_rebuild_names_makes_the_same_index_again(store: Store) -> None:
    with store.write() as tx:
        for number in range(30):
            _created(tx, "account", title=f"Company {chr(97 + number % 26)}{number} Bern")
        gone = _created(tx, "contact", title="Jane Roe")
        _created(tx, "lead", title="Anna Berg", company="Fabrikam")
        before = _index(tx)
        assert rebuild_names(tx) == 32
        assert _index(tx) == before
        delete_record(tx, gone, by=SYSTEM, now=NOW)
        after = _index(tx)
        assert rebuild_names(tx) == 31
        rebuilt = _index(tx)
    assert (rebuilt["names"], rebuilt["postings"]) == (after["names"], after["postings"])


def test_forget_names_takes_records_out_and_index_names_brings_them_back(store: Store) -> None:
    with store.write() as tx:
        record_id = _created(tx, "account", title="Fabrikam GmbH")
        before = _index(tx)
        forget_names(tx, [record_id, 99])
        assert (_index(tx)["names"], _index(tx)["postings"]) == (set(), set())
        index_names(tx, [record_id])
        assert _index(tx) == before


def test_a_record_without_its_names_is_indexed_by_a_rebuild(store: Store) -> None:
    with store.write() as tx:
        record_id = _created(tx, "account", title="Fabrikam GmbH")
        for table in (RecordName, NamePosting, NamePiece, NameWord):
            tx.execute(delete(table))
    assert _first(store, "Fabrikam") is None
    with store.write() as tx:
        rebuild_names(tx)
    assert _first(store, "Fabrikam") == record_id
