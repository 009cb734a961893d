from __future__ import annotations

import pytest

from store.engine import Store
from store.errors import Invalid, NotFound
from store.history.operations import undo
from store.leads.assigning import assign_leads
from store.queues.saving import save_queue
from store.queues.values import QueueValues
from tests.store.queues.scenes import support
from tests.store.scenes import NOW, add_user, make, state_of


def test_leads_go_to_a_person_or_to_whose_turn_it_is_in_a_queue_and_back(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        queue = support(tx, members=(kim, bo), kind="lead", assignment="round_robin")
        leads = [make(tx, "lead", title=title, by=kim).record_id for title in ("Kurt", "Mia")]
        before = [state_of(tx, lead) for lead in leads]
        given = assign_leads(tx, leads, queue_id=queue.id, by=kim, now=NOW)
        after = [state_of(tx, lead) for lead in leads]
        assert [state["queue"] for state in after] == [queue.uid, queue.uid]
        assert [state["owner"] for state in after] == [before[0]["owner"], after[1]["owner"]]
        assert after[0]["owner"] != after[1]["owner"]
        undo(tx, given, by=kim, now=NOW)
        assert [state_of(tx, lead) for lead in leads] == before
        assign_leads(tx, leads, user_id=bo.user_id, by=kim, now=NOW)
        assert {state_of(tx, lead)["owner"] for lead in leads} == {after[1]["owner"]}
        with pytest.raises(Invalid, match="Say to whom"):
            assign_leads(tx, leads, by=kim, now=NOW)
        with pytest.raises(Invalid, match="Say which lead"):
            assign_leads(tx, [], user_id=bo.user_id, by=kim, now=NOW)
        with pytest.raises(NotFound, match="no such colleague"):
            assign_leads(tx, leads, user_id=99, by=kim, now=NOW)
        cases = save_queue(tx, QueueValues("Cases"), by=kim, now=NOW).id
        with pytest.raises(Invalid, match="The queue Cases holds cases, not leads"):
            assign_leads(tx, leads, queue_id=cases, by=kim, now=NOW)
