"""How promising leads are, by the rules that are kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from assistant.leads.scoring import score_lead, score_of, score_waiting
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.leads.scores import LeadScore, ScoreLine
from store.records.writing import edit_record
from store.schema.records import Lead
from store.triage.rules import SCORE, RuleState, stored_rules, write_rules
from store.types import new_uid
from tests.store.scenes import NOW, make

LARGE = """[[score]]
name = "Large"
when.size = "250+"
points = 40
"""
PRIVATE = """[[score]]
name = "Private address"
when.free_mail = true
points = -60
"""
LOGIC = """[[score]]
name = "Our trade"
when.industry = "Logic"
points = 30
"""


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """A store with three rules, of which one is switched off and one cannot be read."""
    texts = {LARGE: True, PRIVATE: True, LOGIC: False, "[[score]]\nname = 1": True}
    states = {
        new_uid(): RuleState(SCORE, place, f"Rule {place}", enabled, text, NOW)
        for place, (text, enabled) in enumerate(texts.items())
    }
    with sqlite_store.write() as tx:
        write_rules(tx, states, now=NOW)
    return sqlite_store


def scores(store: Store) -> list[int | None]:
    with store.read() as tx:
        return list(tx.execute(select(Lead.score).order_by(Lead.id)).scalars())


def test_a_score_is_kept_with_its_reasons(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", employees=300, industry="Logic")
        found = score_lead(tx, lead.record_id, by=SYSTEM, now=NOW)
        assert found == LeadScore(40, (ScoreLine("Large", 40, ("300 people work there",)),))
        assert tx.execute(select(Lead.score, Lead.score_reasons)).one() == (
            40,
            [{"rule": "Large", "points": 40, "because": ["300 people work there"]}],
        )


def test_leads_that_wait_get_their_scores_and_lose_them_where_something_changed(store: Store) -> None:
    with store.write() as tx:
        kurt = make(tx, "lead", title="Kurt", employees=300)
        make(tx, "lead", title="Adele", emails=["adele@gmail.com"])
        make(tx, "lead", title="Rudolf", status="disqualified")
    assert (score_waiting(store), scores(store)) == (2, [40, 0, None])
    with store.write() as tx:
        edit_record(tx, kurt.record_id, {"job_title": "Boss"}, by=SYSTEM, now=NOW)
    assert scores(store) == [40, 0, None]
    with store.write() as tx:
        edit_record(tx, kurt.record_id, {"employees": "12"}, by=SYSTEM, now=NOW)
    assert scores(store) == [None, 0, None]
    assert (score_waiting(store), score_waiting(store), scores(store)) == (1, 0, [0, 0, None])
    with store.write() as tx:
        undo(tx, by=SYSTEM, now=NOW)
    assert scores(store) == [None, 0, None]


def test_other_rules_make_other_scores(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", employees=300, industry="Logic")
    score_waiting(store)
    with store.write() as tx:
        write_rules(tx, {rule.uid: None for rule in stored_rules(tx, (SCORE,))}, now=NOW)
        assert score_of(tx, lead.record_id, by=SYSTEM) is None
    assert (scores(store), score_waiting(store), scores(store)) == ([None], 0, [None])
