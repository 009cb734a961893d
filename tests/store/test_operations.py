from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, update

from store.activities.writing import add_note, add_task, complete_task
from store.actor import SYSTEM
from store.engine import Store
from store.errors import CannotUndo, NotAllowed, Stale
from store.history.operations import latest_undoable, undo
from store.records.state import read_state
from store.records.values import Line
from store.records.writing import delete_record, edit_record, set_lines
from store.schema.activities import Activity, ActivityParty
from store.schema.ledger import Operation
from store.schema.links import Link, Timeline
from store.schema.search import SearchDocument
from tests.store.scenes import NOW, add_user, make, state_of


def test_undoing_an_undo_is_redo_for_every_part_of_a_record(store: Store) -> None:
    with store.write() as tx:
        old, new = (make(tx, "account", title=title) for title in ("Old", "New"))
        ada = make(tx, "contact", title="Ada", account=old.number, emails="ada@old.com; a@old.com", city="Zug")
        before = state_of(tx, ada.record_id)
        values = {"account": new.number, "emails": "ada@new.com", "city": "", "extra": {"shoe": 39}}
        edit_record(tx, ada.record_id, values, by=SYSTEM, now=NOW)
        after = state_of(tx, ada.record_id)
        undone = undo(tx, by=SYSTEM, now=NOW)
        assert state_of(tx, ada.record_id) == before
        undo(tx, undone, by=SYSTEM, now=NOW)
        assert state_of(tx, ada.record_id) == after
        names = tx.execute(select(Operation.name).order_by(Operation.id.desc()).limit(2)).scalars().all()
        assert names == ["redo", "undo"]


def test_undo_restores_lines_with_their_ids(store: Store) -> None:
    with store.write() as tx:
        skis = make(tx, "product", title="Skis", price=500)
        deal = make(tx, "opportunity", title="Fleet", lines=[Line(skis.number, 2)]).record_id
        before = state_of(tx, deal)
        set_lines(tx, deal, [Line(None, 1, 7, "Wax")], by=SYSTEM, now=NOW)
        undo(tx, by=SYSTEM, now=NOW)
        assert state_of(tx, deal) == before


def test_undoing_a_creation_deletes_and_redoing_brings_back(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso", domains="contoso.com")
        state = state_of(tx, account.record_id)
        undone = undo(tx, account.operation_uid, by=SYSTEM, now=NOW)
        stored = read_state(tx, account.record_id)
        assert stored is not None
        assert stored.deleted
        assert tx.execute(select(SearchDocument.id)).all() == []
        undo(tx, undone, by=SYSTEM, now=NOW)
        again = read_state(tx, account.record_id)
        assert again is not None
        assert (again.deleted, again.state) == (False, state)
        assert len(tx.execute(select(SearchDocument.id)).all()) == 1


def test_undo_restores_a_deleted_account(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        make(tx, "contact", title="Ada", account=account.number)
        delete_record(tx, account.record_id, by=SYSTEM, now=NOW)
        undo(tx, by=SYSTEM, now=NOW)
        edit_record(tx, account.record_id, {"city": "Zug"}, by=SYSTEM, now=NOW)


def test_undo_asks_when_something_changed_since_and_force_goes_ahead(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso").record_id
        edited = edit_record(tx, account, {"city": "Zug", "industry": "Snow"}, by=SYSTEM, now=NOW)
        edit_record(tx, account, {"city": "Bern"}, by=SYSTEM, now=NOW)
        with pytest.raises(Stale) as asked:
            undo(tx, edited, by=SYSTEM, now=NOW)
        assert asked.value.fields == ("City",)
        assert asked.value.detail == "ACC-00001 Contoso: City"
        forced = undo(tx, edited, by=SYSTEM, now=NOW, force=True)
        assert state_of(tx, account) == {"title": "Contoso"}
        undo(tx, forced, by=SYSTEM, now=NOW)
        assert state_of(tx, account) == {"title": "Contoso", "city": "Bern", "industry": "Snow"}


def test_undoing_a_creation_asks_when_the_record_was_edited_since(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        edit_record(tx, account.record_id, {"city": "Zug"}, by=SYSTEM, now=NOW)
        with pytest.raises(Stale, match="City"):
            undo(tx, account.operation_uid, by=SYSTEM, now=NOW)


def test_undo_takes_back_the_latest_own_operation_only(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        pat = add_user(tx, "Pat Coleman")
        boss = add_user(tx, "Bo Admin", role="admin")
        kims = make(tx, "account", by=kim, title="Kim's")
        pats = make(tx, "account", by=pat, title="Pat's")
        assert latest_undoable(tx, by=kim) == kims.operation_uid
        with pytest.raises(NotAllowed):
            undo(tx, pats.operation_uid, by=kim, now=NOW)
        undo(tx, pats.operation_uid, by=boss, now=NOW)
        with pytest.raises(CannotUndo, match="taken back already"):
            undo(tx, pats.operation_uid, by=boss, now=NOW)
        with pytest.raises(CannotUndo, match="nothing to undo"):
            undo(tx, by=pat, now=NOW)


def test_notes_and_tasks_are_undone_with_their_links_and_timeline(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        account = make(tx, "account", by=kim, title="Contoso")
        add_note(tx, account.record_id, "Likes snow", by=kim, now=NOW)
        undone = undo(tx, by=kim, now=NOW)
        counts = [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (Link, Timeline)]
        assert counts == [0, 0]
        assert tx.execute(select(Activity.deleted_at)).scalar_one() == NOW
        undo(tx, undone, by=kim, now=NOW)
        counts = [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (Link, Timeline)]
        assert counts == [1, 1]
        task = add_task(tx, account.record_id, "Send offer", due_on="2026-11-25", by=kim, now=NOW)
        done = complete_task(tx, task.activity_id, by=kim, now=NOW)
        undo(tx, done, by=kim, now=NOW)
        undo(tx, task.operation_uid, by=kim, now=NOW)


def test_deleting_and_restoring_a_contact_reopens_its_mail(store: Store) -> None:
    with store.write() as tx:
        ada = make(tx, "contact", title="Ada", emails="ada@contoso.com").record_id
        values = {"kind": "email", "subject": "Hi", "occurred_at": NOW, "created_at": NOW}
        mail = tx.execute(insert(Activity).values(values).returning(Activity.id)).scalar_one()
        tx.execute(insert(ActivityParty).values(activity_id=mail, role="from", position=0, email="ada@contoso.com"))
        delete_record(tx, ada, by=SYSTEM, now=NOW)
        assert tx.execute(select(Activity.link_state)).scalar_one() == "again"
        tx.execute(update(Activity).values(link_state="done"))
        undo(tx, by=SYSTEM, now=NOW)
        assert tx.execute(select(Activity.link_state)).scalar_one() == "again"


def test_undo_without_a_name_walks_back_past_what_was_taken_back(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso").record_id
        for city in ("Zug", "Bern", "Chur"):
            edit_record(tx, account, {"city": city}, by=SYSTEM, now=NOW)
        cities = []
        for _ in range(3):
            undo(tx, by=SYSTEM, now=NOW)
            cities.append(state_of(tx, account).get("city"))
        assert cities == ["Bern", "Zug", None]


def test_an_edit_that_changed_nothing_is_undone_like_any_other(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso", city="Zug").record_id
        edit_record(tx, account, {"city": "Zug"}, by=SYSTEM, now=NOW)
        undo(tx, by=SYSTEM, now=NOW)
        assert state_of(tx, account) == {"title": "Contoso", "city": "Zug"}
