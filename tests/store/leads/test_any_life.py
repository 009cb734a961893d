"""Whatever happens to a lead is taken back step by step, and done again, with everything that is linked to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.leads.becoming import Wanted, proposed
from store.leads.deciding import disqualify_lead, reactivate_lead
from store.leads.qualifying import qualify_lead
from store.records.writing import delete_record, edit_record
from tests.store.duplicates.picture import picture, surround
from tests.store.scenes import NOW, make, state_of


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


_leads = st.fixed_dictionaries(
    {"title": st.sampled_from(["Ada Berg", "Contoso"])},
    optional={
        "company": st.sampled_from(["Contoso", "Berg"]),
        "emails": st.lists(st.sampled_from(["a@b.example", "a@gmail.com"]), min_size=1, unique=True),
        "city": st.just("Zug"),
        "topic": st.just("Engines"),
        "extra": st.just({"a": "1"}),
    },
)
_acts = st.lists(
    st.sampled_from(["contact", "give up", "take up", "qualify", "qualify known", "contact only", "delete"]), max_size=5
)


def act(tx: Connection, name: str, lead: int, account: int, contact: int) -> str:
    """Carry the act out; returns its operation. Raises Invalid."""
    state = state_of(tx, lead)
    match name:
        case "contact":
            return edit_record(tx, lead, {"status": "contacted"}, by=SYSTEM, now=NOW)
        case "give up":
            return disqualify_lead(tx, lead, "no budget", by=SYSTEM, now=NOW)
        case "take up":
            return reactivate_lead(tx, lead, by=SYSTEM, now=NOW)
        case "delete":
            return delete_record(tx, lead, by=SYSTEM, now=NOW)
    known = {"qualify known": Wanted(account, contact, {"title": "Deal"}), "contact only": Wanted(None, contact, None)}
    return qualify_lead(tx, lead, known.get(name) or proposed(state), by=SYSTEM, now=NOW).operation_uid


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_leads, _acts)
def test_any_life_of_a_lead_is_taken_back_and_done_again(store: Store, values: Any, acts: list[str]) -> None:
    with store.write() as tx:
        example = tx.begin_nested()
        lead = make(tx, "lead", **values).record_id
        account = make(tx, "account", title="Contoso", domains=["b.example"]).record_id
        contact = make(tx, "contact", title="Berg", city="Bern", emails=["a@b.example"]).record_id
        surround(tx, lead, contact)
        surround(tx, account, lead)
        pictures, done = [picture(tx)], []
        for name in acts:
            try:
                done.append(act(tx, name, lead, account, contact))
            except Invalid:
                continue
            pictures.append(picture(tx))
            if name == "delete":
                break
        undone = []
        for place, operation in reversed(list(enumerate(done))):
            undone.append(undo(tx, operation, by=SYSTEM, now=NOW))
            assert living(picture(tx)) == living(pictures[place])
        for place, operation in enumerate(reversed(undone), 1):
            undo(tx, operation, by=SYSTEM, now=NOW)
            assert living(picture(tx)) == living(pictures[place])
        example.rollback()


def living(seen: dict[str, Any]) -> dict[str, Any]:
    """Without records that are deleted: what was made stays in the store as a deleted one."""
    rows = [row for row in seen["records"] if row[3] == "None"]
    keys = {row[0] for row in rows}
    former = [row for row in seen["former"] if row[0] in keys]
    states = {key: state for key, state in seen["states"].items() if str(key) in keys}
    return {**seen, "records": rows, "former": former, "states": states}
