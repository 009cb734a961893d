"""Looking for duplicates: what waits is compared once, and a record is checked before and after it is made."""

from __future__ import annotations

from sqlalchemy import select

from assistant.duplicates.checking import lookalikes, would_look_like
from assistant.duplicates.scanning import compare_waiting
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.queries.duplicates import open_duplicates
from store.records.writing import delete_record, edit_record
from store.schema.proposals import Duplicate
from store.schema.records import Record
from tests.store.scenes import NOW, add_user, make


def test_what_is_new_or_changed_is_compared_once_whoever_wrote_it(store: Store) -> None:
    with store.write() as tx:
        first = make(tx, "contact", title="Ada Berg", emails="ada@contoso.com")
        make(tx, "contact", title="Tom Lang")
    assert compare_waiting(store, now=NOW) == (2, 0)
    assert compare_waiting(store, now=NOW) == (0, 0)
    with store.write() as tx:
        second = make(tx, "contact", title="Berg, Ada", emails="ada@contoso.com")
    assert compare_waiting(store, now=NOW) == (1, 1)
    with store.write() as tx:
        edit_record(tx, second.record_id, {"emails": "", "title": "Ben Cole"}, by=SYSTEM, now=NOW)
    assert compare_waiting(store, now=NOW) == (1, 0)
    with store.read() as tx:
        assert tx.execute(select(Duplicate.id)).all() == []
    with store.write() as tx:
        undo(tx, by=SYSTEM, now=NOW)
    assert compare_waiting(store, now=NOW) == (1, 1)
    with store.write() as tx:
        delete_record(tx, first.record_id, by=SYSTEM, now=NOW)
    compare_waiting(store, now=NOW)
    with store.read() as tx:
        assert open_duplicates(tx, by=SYSTEM).rows == ()
        assert tx.execute(select(Record.id).where(Record.compared_version != Record.version)).all() == []


def test_a_record_that_is_being_typed_in_is_known_before_it_is_saved(store: Store) -> None:
    with store.write() as tx:
        ben = add_user(tx, "Ben Smith", role="restricted")
        fabrikam = make(tx, "account", title="Fabrikam GmbH", domains="fabrikam.de")
        values = {"title": "Fabrikam", "website": "https://www.fabrikam.de/shop", "employees": "many"}
        [found] = would_look_like(tx, "account", values, by=SYSTEM)
        assert found.sentence == f"Looks like {fabrikam.number} Fabrikam GmbH: same name, same domain"
        assert would_look_like(tx, "account", values, by=ben) == ()
        assert would_look_like(tx, "case", {"title": "Fabrikam"}, by=SYSTEM) == ()
        assert lookalikes(tx, fabrikam.record_id, by=SYSTEM) == ()


def test_the_evidence_of_a_pair_names_the_number_that_both_have(store: Store) -> None:
    with store.write() as tx:
        make(tx, "account", title="Berg Lifte", phone="+43 (0) 512 555 12 34", city="Linz")
        make(tx, "account", title="Lifte Berg Sport", phone="0512/5551234", city="Linz")
    compare_waiting(store, now=NOW)
    with store.read() as tx:
        [pair] = open_duplicates(tx, by=SYSTEM).rows
        assert [each["quote"] for each in pair.evidence if each["rule"] == "same_phone"] == ["05125551234"]
