"""Rules for leads at work: each new lead, however it was made, is given to whom the first rule that fits says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from assistant.leads.facts import lead_facts
from assistant.triage.assigning import given_to
from assistant.triage.stored import LiveLeadRules
from store.actor import SYSTEM, rule_actor
from store.engine import Store
from store.errors import NotFound
from store.history.ledger import record_operation
from store.queues.reading import queues
from store.records.state import Stored
from store.records.values import read_values
from store.records.writing import change_record, visible_record
from store.requests import answer
from store.schema.people import User
from store.schema.service import Queue
from store.triage.new_leads import NewLead, new_leads

_BATCH = 200


def assign_new_leads(store: Store, *, now: datetime) -> int:
    """Let rules say whose the new leads are; returns how many leads they looked at."""
    done = 0
    while True:
        with store.read() as tx:  # without the write lock, which others need while nothing waits
            waiting = new_leads(tx, limit=_BATCH)
        if not waiting:
            return done
        with store.write() as tx:
            rules = LiveLeadRules(tx)
            for lead in waiting:
                told = assign_new_lead(tx, lead, rules, now=now)
                answer(tx, lead.request_id, told or "left as it is", now=now)
        done += len(waiting)


def assign_new_lead(tx: Connection, new: NewLead, rules: LiveLeadRules, *, now: datetime) -> str:
    """Give a new lead to whom rules say, as one operation; returns what was done in words, '' for nothing.

    Somebody whom its maker chose keeps it; that it is its maker's says nothing, for every new record is.
    """
    try:
        lead = visible_record(tx, new.record_id, SYSTEM)
    except NotFound:
        return ""
    decision = rules.book.decide(lead_facts(lead.state))
    wanted = next((action.value for action in decision.actions if action.name == "assign"), "")
    if decision.rule is None or not wanted or not _is_free(tx, lead, new.made_by):
        return ""
    rule = rules.stored(decision.rule)
    by = rule_actor(rule.rule_id, rule.name)
    given = given_to(tx, wanted, _queue_id(tx, lead), "lead", now=now)
    values: dict[str, Any] = {"queue": given.queue_id, "owner": given.user_id}
    values = {name: value for name, value in values.items() if value is not None}
    change = change_record(tx, lead, read_values("lead", values), by=by, now=now) if values else None
    if change is None:
        return ""
    told = f"Assigned lead {lead.number} {lead.state['title']}"
    record_operation(tx, "rule", told, [change], by=by, now=now)
    return told


def _is_free(tx: Connection, lead: Stored, made_by: int | None) -> bool:
    owner = lead.state.get("owner")
    maker = None if made_by is None else tx.execute(select(User.uid).where(User.id == made_by)).scalar()
    return owner in (None, maker)


def _queue_id(tx: Connection, lead: Stored) -> int | None:
    """The queue in which it waits, else the one for leads, where there is but one."""
    if uid := lead.state.get("queue"):
        return tx.execute(select(Queue.id).where(Queue.uid == uid)).scalar()
    known = queues(tx, kind="lead")
    return known[0].queue_id if len(known) == 1 else None
