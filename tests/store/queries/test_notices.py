from __future__ import annotations

from datetime import timedelta

from store.actor import SYSTEM, Actor
from store.engine import Store
from store.queries.notices import count_notices, notices
from store.triage.notices import see_notices, tell
from tests.store.scenes import NOW, add_user, make


def test_notices_are_told_to_whom_they_are_for_newest_first_and_seen_once(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        case = make(tx, "case", title="Broken").record_id
        assert tell(tx, "late 1", "CAS-00001 is late.", record_id=case, user_id=kim.user_id, now=NOW)
        assert not tell(tx, "late 1", "CAS-00001 is late.", record_id=case, user_id=kim.user_id, now=NOW)
        tell(tx, "flood", "Eve floods us.", now=NOW + timedelta(minutes=1))
        tell(tx, "late 2", "CAS-00002 is late.", user_id=bo.user_id, now=NOW)
        page = notices(tx, by=kim)
        assert [(row.text, row.record.title if row.record else "") for row in page.rows] == [
            ("Eve floods us.", ""),
            ("CAS-00001 is late.", "Broken"),
        ]
        assert [row.text for row in notices(tx, by=kim, after=page.rows[0]).rows] == ["CAS-00001 is late."]
        assert see_notices(tx, [1, 2, 3, 4], by=kim, now=NOW) == 2
        assert count_notices(tx, by=kim).value == 0
        assert count_notices(tx, unseen=False, by=kim).value == 2
        assert [row.text for row in notices(tx, unseen=True, by=bo).rows] == ["CAS-00002 is late."]
        assert count_notices(tx, by=SYSTEM).value == 1


def test_a_notice_about_what_one_may_not_see_is_not_told(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        case = make(tx, "case", title="Broken").record_id
        tell(tx, "late", "CAS-00001 is late.", record_id=case, now=NOW)
        assert notices(tx, by=Actor(9, "Eve", "restricted")).rows == ()
