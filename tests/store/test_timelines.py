from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from store.activities.writing import add_note
from store.actor import SYSTEM
from store.engine import Store
from store.linking.timelines import rebuild, refresh_timelines, subjects_of
from store.records.writing import edit_record
from store.schema.activities import Activity
from store.schema.links import Link, Timeline
from store.schema.records import Record
from tests.store.scenes import NOW, make

DAY = timedelta(days=1)


def note(tx: Connection, record_id: int, at: datetime = NOW) -> int:
    return add_note(tx, record_id, "Met", occurred_at=at, by=SYSTEM, now=NOW).activity_id


def rows(tx: Connection) -> set[tuple[int, int]]:
    return {(row.subject_id, row.activity_id) for row in tx.execute(select(Timeline.subject_id, Timeline.activity_id))}


def test_subjects_of_climbs_from_case_to_the_top(store: Store) -> None:
    with store.write() as tx:
        top = make(tx, "account", title="Top")
        account = make(tx, "account", title="Below", parent=top.number)
        ada = make(tx, "contact", title="Ada", account=account.number)
        case = make(tx, "case", title="Broken", account=account.number, contact=ada.number)
        lead = make(tx, "lead", title="Bo")
        found = subjects_of(tx, [case.record_id, lead.record_id])
    ids = [one.record_id for one in (case, account, ada, top)]
    assert found == {case.record_id: tuple(ids), lead.record_id: (lead.record_id,)}


def test_history_stays_with_the_account_that_employed_the_contact(store: Store) -> None:
    with store.write() as tx:
        old, new = (make(tx, "account", title=title).record_id for title in ("Old", "New"))
        ada = make(tx, "contact", title="Ada", account=old).record_id
        before = note(tx, ada, NOW - 5 * DAY)
        edit_record(tx, ada, {"account": new}, by=SYSTEM, now=NOW)
        after = note(tx, ada, NOW)
        late = note(tx, ada, NOW - 3 * DAY)
        expected = {(ada, before), (old, before), (ada, after), (new, after), (ada, late), (old, late)}
        assert rows(tx) == expected
        assert rebuild(tx) == 3
        assert rows(tx) == expected


def test_a_case_that_moves_takes_its_activities_along(store: Store) -> None:
    with store.write() as tx:
        wrong, right = (make(tx, "account", title=title).record_id for title in ("Wrong", "Right"))
        case = make(tx, "case", title="Broken", account=wrong).record_id
        met = note(tx, case)
        edit_record(tx, case, {"account": right}, by=SYSTEM, now=NOW)
        assert rows(tx) == {(case, met), (right, met)}
        active = {row.id: row.last_activity_at for row in tx.execute(select(Record.id, Record.last_activity_at))}
        assert active == {wrong: None, right: NOW, case: NOW}


def test_a_new_parent_sees_what_is_below(store: Store) -> None:
    with store.write() as tx:
        top, account = (make(tx, "account", title=title).record_id for title in ("Top", "Below"))
        met = note(tx, make(tx, "contact", title="Ada", account=account).record_id)
        edit_record(tx, account, {"parent": top}, by=SYSTEM, now=NOW)
        assert (top, met) in rows(tx)
        edit_record(tx, account, {"parent": None}, by=SYSTEM, now=NOW)
        assert (top, met) not in rows(tx)


def test_refresh_timelines_follows_the_links(store: Store) -> None:
    with store.write() as tx:
        one, other = (make(tx, "account", title=title).record_id for title in ("One", "Other"))
        first, second = note(tx, one, NOW - DAY), note(tx, one, NOW)
        tx.execute(update(Link).where(Link.activity_id == second).values(record_id=other))
        refresh_timelines(tx, [second])
        assert rows(tx) == {(one, first), (other, second)}
        active = {row.id: row.last_activity_at for row in tx.execute(select(Record.id, Record.last_activity_at))}
        assert active == {one: NOW - DAY, other: NOW}


def test_suggestions_and_rejections_stand_on_no_timeline(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="One").record_id
        values = {"kind": "email", "subject": "Hi", "occurred_at": NOW, "created_at": NOW}
        for state in ("suggested", "rejected"):
            mail = tx.execute(insert(Activity).values(values).returning(Activity.id)).scalar_one()
            link = {"activity_id": mail, "record_id": account, "state": state, "is_primary": True, "score": 0.5}
            tx.execute(insert(Link).values(**link, rule="domain", engine_version=1, decided_by="rule", decided_at=NOW))
            refresh_timelines(tx, [mail])
        assert rows(tx) == set()
