from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from store.activities.state import read_activities
from store.activities.writing import add_note, add_task, complete_task, delete_activity, edit_activity, log_phone_call
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, NotFound, Stale
from store.schema.activities import Activity
from store.schema.links import Link, Timeline
from store.schema.search import SearchDocument
from tests.store.scenes import NOW, add_user, make


def test_add_note_stands_on_the_timelines_and_is_found(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        account = make(tx, "account", by=kim, title="Contoso")
        ada = make(tx, "contact", by=kim, title="Ada", account=account.number)
        note = add_note(tx, ada.record_id, "Likes snow\n\nand powder", by=kim, now=NOW)
        row = tx.execute(select(Activity.subject, Activity.preview, Activity.who, Activity.owner_id)).one()
        assert tuple(row) == ("Likes snow", "Likes snow and powder", kim.name, kim.user_id)
        subjects = tx.execute(select(Timeline.subject_id).order_by(Timeline.subject_id)).scalars().all()
        assert subjects == [account.record_id, ada.record_id]
        found = select(SearchDocument.body).where(SearchDocument.activity_id == note.activity_id)
        assert tx.execute(found).scalar_one() == "kim abercrombie likes snow and powder"
        link = tx.execute(select(Link.state, Link.rule, Link.decided_by, Link.is_primary)).one()
        assert tuple(link) == ("linked", "user", "user", True)


def test_log_phone_call_keeps_who_and_how_long(store: Store) -> None:
    with store.write() as tx:
        ada = make(tx, "contact", title="Ada")
        at = datetime.fromisoformat("2026-11-19T14:00+01:00")
        call = log_phone_call(
            tx, ada.record_id, "Asked for a price", direction="in", minutes="12", occurred_at=at, by=SYSTEM, now=NOW
        )
        assert read_activities(tx, [call.uid])[call.uid].state == {
            "subject": "Asked for a price",
            "occurred_at": "2026-11-19T13:00:00+00:00",
            "who": "Ada",
            "direction": "in",
            "minutes": 12,
        }


def test_a_task_is_completed_opened_and_edited(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        pat = add_user(tx, "Pat Coleman")
        account = make(tx, "account", by=kim, title="Contoso")
        task = add_task(tx, account.record_id, "Send offer", due_on="30.11.2026", owner=pat.name, by=kim, now=NOW)
        complete_task(tx, task.activity_id, by=kim, now=NOW)
        assert read_activities(tx, [task.uid])[task.uid].state["completed_at"] == NOW.isoformat()
        complete_task(tx, task.activity_id, done=False, by=kim, now=NOW)
        edit_activity(tx, task.activity_id, {"priority": "High", "due_on": None}, by=kim, now=NOW)
        state = read_activities(tx, [task.uid])[task.uid].state
        assert (state.get("completed_at"), state["priority"], state.get("due_on"), state["who"]) == (
            None,
            "high",
            None,
            pat.name,
        )


def test_edit_activity_refuses_an_overtaken_version_and_foreign_parts(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        note = add_note(tx, account.record_id, "One", by=SYSTEM, now=NOW)
        edit_activity(tx, note.activity_id, {"text": "Two"}, expected_version=1, by=SYSTEM, now=NOW)
        with pytest.raises(Stale):
            edit_activity(tx, note.activity_id, {"text": "Three"}, expected_version=1, by=SYSTEM, now=NOW)
        with pytest.raises(Invalid, match="A note has no 'due_on'"):
            edit_activity(tx, note.activity_id, {"due_on": "2026-11-30"}, by=SYSTEM, now=NOW)
        with pytest.raises(Invalid, match="not a task"):
            complete_task(tx, note.activity_id, by=SYSTEM, now=NOW)


def test_delete_activity_takes_it_off_every_timeline(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        note = add_note(tx, account.record_id, "One", by=SYSTEM, now=NOW)
        delete_activity(tx, note.activity_id, by=SYSTEM, now=NOW)
        assert tx.execute(select(Timeline.activity_id)).all() == []
        with pytest.raises(NotFound):
            delete_activity(tx, note.activity_id, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "It needs a subject or a text."), (" \n ", "It needs a subject or a text.")]
)
def test_add_note_refuses_nothing(store: Store, text: str, sentence: str) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        with pytest.raises(Invalid, match=sentence):
            add_note(tx, account.record_id, text, by=SYSTEM, now=NOW)
